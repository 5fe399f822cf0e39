/*
 * struct ob_atomicfile: a file is replaced as a whole, or stays as it was.
 *
 *	struct ob_atomicfile f;
 *	rc = ob_atomicfile_open(&f, AT_FDCWD, path, &options, err);
 *	if (rc < 0)
 *		return rc;
 *	rc = ob_write_full(f.fd, p, n);
 *	if (rc == 0)
 *		rc = ob_atomicfile_commit(&f, err);
 *	ob_atomicfile_abort(&f);     (does nothing after a commit)
 *
 * Until commit nobody sees the new contents, and no reader ever sees half of
 * them. What is durable when (OB_ATOMICFILE_DURABLE):
 *  - before commit returns: the old file, complete;
 *  - after it returned 0: the new file, complete: its data, its mode and the
 *    name in its directory were synced;
 *  - after a crash in between: the one or the other;
 *  - after commit returned an error: the old file, unless only the sync of the
 *    directory failed: then the new one is visible, and may be the old one
 *    again after a crash.
 * OB_ATOMICFILE_QUICK leaves out the syncs: readers are safe, a crash of the
 * system is not.
 *
 * An existing file's mode and owner are kept (set-id bits only with the
 * owner); hard links to it keep the old contents; access lists and extended
 * attributes are not kept. A symbolic link stays: the file it points to is
 * replaced, in its own directory. Where there is O_TMPFILE, a process that
 * dies leaves nothing behind; elsewhere a file ".ob-*" may stay.
 *
 * Two writers at a time do not harm the file; the last commit wins.
 */
#ifndef OB_RT_ATOMICFILE_H
#define OB_RT_ATOMICFILE_H

#include <limits.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"
#include "os/file.h"

enum ob_atomicfile_sync { OB_ATOMICFILE_DURABLE, OB_ATOMICFILE_QUICK };

struct ob_atomicfile_options {
	mode_t mode; /* of a new file, exactly: the umask does not apply */
	enum ob_replace replace; /* OB_KEEP: -EEXIST when it exists */
	enum ob_atomicfile_sync sync;
};

struct ob_atomicfile {
	int fd; /* write here; -1 when committed or aborted */
	/* private */
	int dir_fd;
	enum ob_replace replace;
	enum ob_atomicfile_sync sync;
	char name[NAME_MAX + 1]; /* of the file, in dir_fd */
	char temporary[32];      /* "": it has no name yet */
};

/*
 * -EISDIR or -EINVAL when something else than a regular file is there, -ELOOP
 * for too many links, -ENOENT when the directory is missing. On failure *f
 * needs no abort.
 */
int ob_atomicfile_open(struct ob_atomicfile *f, int dir_fd, const char *path,
    const struct ob_atomicfile_options *options, struct ob_err *err);

/* Replaces the file; on failure too, *f is done with and nothing stays. */
int ob_atomicfile_commit(struct ob_atomicfile *f, struct ob_err *err);

/* Forgets the new contents. Safe to repeat. */
void ob_atomicfile_abort(struct ob_atomicfile *f);

/* All three steps for bytes in memory. */
int ob_atomicfile_write(int dir_fd, const char *path, struct ob_str bytes,
    const struct ob_atomicfile_options *options, struct ob_err *err);

#endif
