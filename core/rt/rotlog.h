/*
 * struct ob_rotlog: a log file that is appended to and rotated.
 *
 * Records go to NAME; when it is large or old enough it becomes NAME.1, that
 * NAME.2 and so on; the one behind NAME.<keep> is removed. A record is never
 * split between files and never lost by a rotation: first the old file is
 * renamed, then a new one is begun, and a crash in between loses a number at
 * most. A record that cannot be written whole (disk full) is taken back and
 * reported, so that the file always ends in a whole record; the next one may
 * succeed again.
 *
 * One writer per file: who may have several holds a lock (rt/lockfile.h). If
 * somebody else moves the file away, as logrotate does, ob_rotlog_reopen().
 *
 * Nothing is synced: a log of a crash of the system is not worth an fsync per
 * line. Time is a parameter.
 */
#ifndef OB_RT_ROTLOG_H
#define OB_RT_ROTLOG_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct ob_rotlog_options {
	uint64_t max_bytes; /* rotate before a record makes it larger; 0 = no */
	int64_t max_age_ns; /* rotate what was begun that long ago; 0 = no */
	unsigned keep;      /* rotated files; 0 = none, old ones are dropped */
	mode_t mode;        /* of new files, before the umask */
};

#define OB_ROTLOG_KEEP_MAX 9999

struct ob_rotlog {
	/* private */
	int fd;
	int dir_fd;
	struct ob_rotlog_options options;
	uint64_t size_bytes;
	int64_t begun_ns;
	char name[NAME_MAX + 1];
};

/*
 * Opens path to append, creating it. -EINVAL when keep is above
 * OB_ROTLOG_KEEP_MAX or path is not a regular file. now_ns: realtime. The age
 * of a file that exists counts from the end of NAME.1, or if there is none
 * from its own last change.
 */
int ob_rotlog_open(struct ob_rotlog *log, int dir_fd, const char *path,
    const struct ob_rotlog_options *options, int64_t now_ns,
    struct ob_err *err);

/* Safe to repeat. */
void ob_rotlog_close(struct ob_rotlog *log);

/*
 * Appends one record as it is (with its newline), rotating before if due. On
 * failure nothing of it is in the file. A record larger than max_bytes gets a
 * file of its own.
 */
int ob_rotlog_append(struct ob_rotlog *log, struct ob_str record,
    int64_t now_ns, struct ob_err *err);

/* Rotates now; an empty file is left as it is. */
int ob_rotlog_rotate(struct ob_rotlog *log, int64_t now_ns, struct ob_err *err);

/* Opens NAME again, after someone else has renamed or removed it. */
int ob_rotlog_reopen(struct ob_rotlog *log, int64_t now_ns, struct ob_err *err);

#endif
