/*
 * Copying and moving files.
 *
 * ob_file_copy() takes the cheapest way that system and file systems offer:
 * sharing the blocks (FICLONE), copying in the kernel (copy_file_range, then
 * sendfile), read and write. What a pair of file systems refuses is kept in a
 * memo, so that a tree of a million files asks once.
 *
 * Holes stay holes where the system tells where they are. Contents only:
 * owner, mode, times and attributes are the caller's business, except in
 * ob_file_move(), which says what it keeps.
 */
#ifndef OB_OS_COPY_H
#define OB_OS_COPY_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum ob_copy_method {
	OB_COPY_CLONE,
	OB_COPY_RANGE,
	OB_COPY_SENDFILE,
	OB_COPY_READ_WRITE,
	OB_COPY_METHOD_COUNT
};

/* Which methods the last pairs of devices refused; start with zeros. */
struct ob_copy_memo {
	struct {
		dev_t from, to;
		unsigned refused; /* bits 1 << OB_COPY_x */
	} pairs[8];
	unsigned n; /* pairs seen; the oldest is overwritten */
};

struct ob_copy_result {
	uint64_t bytes;             /* the length of the copy, holes included */
	enum ob_copy_method method; /* that brought the last bytes */
};

/*
 * Makes to_fd, a regular file open for writing, hold what from_fd holds from
 * its beginning (a file that cannot seek: from where it stands). What to_fd
 * held before is cut off; positions are undefined afterwards. A source that
 * changes meanwhile gives some mixture. memo and ret may be NULL.
 */
int ob_file_copy(int from_fd, int to_fd, struct ob_copy_memo *memo,
    struct ob_copy_result *ret);

/*
 * Renames, also across file systems; what stood at `to` is replaced at once.
 * Across file systems a regular file is copied into a new one (mode, times,
 * and owner if allowed are kept; hard links, access lists and extended
 * attributes are not), synced, renamed, and only then removed; a symbolic link
 * is made anew; anything else is -EXDEV.
 */
int ob_file_move(int from_dir_fd, const char *from, int to_dir_fd,
    const char *to, struct ob_copy_memo *memo, struct ob_err *err);

#endif
