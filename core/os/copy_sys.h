/*
 * What os/copy needs from the system's folder. Private to core/os.
 */
#ifndef OB_OS_COPY_SYS_H
#define OB_OS_COPY_SYS_H

#include <stddef.h>
#include <sys/types.h>

#include "os/copy.h"

/* All of from_fd into the empty to_fd at once, sharing blocks; -ENOTSUP. */
int ob_sys_copy_clone(int from_fd, int to_fd);

/*
 * Up to n bytes at offset `at` of both files, by OB_COPY_RANGE or
 * OB_COPY_SENDFILE. 0 = end of file; -ENOTSUP when this way is closed.
 */
ssize_t ob_sys_copy_part(
    enum ob_copy_method method, int from_fd, int to_fd, off_t at, size_t n);

/*
 * The next stretch of data at or after `at` of a file of that size. Returns 0
 * when only a hole follows, 1 else. What does not know holes says all is data.
 */
int ob_sys_copy_next_data(
    int fd, off_t at, off_t size, off_t *ret_start, off_t *ret_end);

#endif
