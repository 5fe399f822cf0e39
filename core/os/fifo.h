/*
 * Named pipes (FIFOs), opened without ever hanging.
 *
 * A plain open(2) of a FIFO blocks until the other side comes. Here a reader
 * opens at once; a writer waits for a reader up to its deadline. What is opened
 * is checked to be a FIFO behind the open, never before it, and a symbolic link
 * as last part of the path is refused (-ELOOP): nobody swaps something else in.
 *
 * Writes of at most OB_FIFO_ATOMIC_BYTES never interleave with other writers'.
 * Descriptors are close-on-exec and non-blocking; read and write them with
 * os/file.h and os/wait.h. A write after the last reader left raises SIGPIPE
 * unless it is ignored: that is the caller's to decide.
 */
#ifndef OB_OS_FIFO_H
#define OB_OS_FIFO_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

struct ob_err;

#define OB_FIFO_ATOMIC_BYTES PIPE_BUF

/*
 * Creates a FIFO with exactly this mode (the umask does not count), relative
 * to dir_fd. -EEXIST when the name is taken, by a FIFO or anything else.
 */
int
ob_fifo_create(int dir_fd, const char *path, mode_t mode, struct ob_err *err);

/*
 * Opens the reading end at once; reads give 0 while there is no writer.
 * -EINVAL: it is no FIFO.
 */
int ob_fifo_open_reader(int dir_fd, const char *path, struct ob_err *err);

/*
 * Opens the writing end; waits for a reader until the deadline: -ENXIO when
 * none came.
 */
int ob_fifo_open_writer(
    int dir_fd, const char *path, int64_t deadline_ns, struct ob_err *err);

/*
 * Opens a reading end that never sees the end of the data, since it holds a
 * writing end as well, in *ret_keep; close both. For a server whose writers
 * come and go.
 */
int ob_fifo_open_both(
    int dir_fd, const char *path, int *ret_keep, struct ob_err *err);

#endif
