/*
 * How a lock file is opened: private to rt/lockfile.
 */
#ifndef OB_RT_LOCKFILE_OPEN_H
#define OB_RT_LOCKFILE_OPEN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "os/handle.h"

struct ob_lockfile_opts;

/* One path and the file that it named when it was opened. */
struct ob_lockfile_part {
	char *path; /* owned; NULL for a descriptor of the caller's */
	ob_handle h;
	ob_handle turn; /* FILE.turn, OB_HANDLE_NONE while not needed */
	bool is_writable;
	bool is_held;
	dev_t dev;
	ino_t ino;
};

/*
 * Opens part->path and fills h, is_writable, dev, ino; closes an h that is
 * open before. Of opts flags, perm and group count. wants_write asks for a
 * writable file but takes a read-only one where there is no other.
 */
int ob_lockfile_part_open(struct ob_lockfile_part *part, ob_handle dir_fd,
    const struct ob_lockfile_opts *opts, bool wants_write, struct ob_err *err);

/* Fills the same from the open h. */
int ob_lockfile_part_adopt(struct ob_lockfile_part *part, struct ob_err *err);

/* 1 = the path names the open file, 0 = another one or none, or -errno. */
int ob_lockfile_part_is_named(
    const struct ob_lockfile_part *part, ob_handle dir_fd, struct ob_err *err);

#endif
