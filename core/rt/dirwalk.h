/*
 * struct ob_dirwalk: all entries below a directory, one at a time.
 *
 * Relative to held descriptors at each step, symbolic links are never
 * followed, so nobody can lead the walk out of the tree by swapping a
 * directory for a link. Works at any depth, also where paths are longer than
 * PATH_MAX; no recursion. A directory streams, so its size does not matter; at
 * most max_open descriptors are held, fewer when the process has no more. When
 * the tree is deeper, the rest of the names of an upper directory wait in
 * memory and the directory is opened again on the way back, by ".." and its
 * identity, or from the root.
 *
 * Changes meanwhile are survived: what appears or vanishes is reported or not,
 * once at most; what cannot be opened is an error event, and the walk goes on.
 *
 * The order within a directory is that of the file system. Each directory is
 * reported before (ENTER) and after (LEAVE) what it holds.
 */
#ifndef OB_RT_DIRWALK_H
#define OB_RT_DIRWALK_H

#include "base/err.h"
#include "os/file.h"

enum ob_dirwalk_event {
	OB_DIRWALK_FILE,  /* anything but a directory */
	OB_DIRWALK_ENTER, /* a directory; ob_dirwalk_skip() leaves it out */
	OB_DIRWALK_LEAVE, /* the same, when all in it was reported */
	OB_DIRWALK_ERROR  /* this one could not be read; instead of LEAVE */
};

enum ob_dirwalk_extent {
	OB_DIRWALK_EVERYWHERE,
	OB_DIRWALK_ONE_DEVICE /* mount points are entered and left at once */
};

struct ob_dirwalk_options {
	enum ob_dirwalk_extent extent;
	unsigned max_open;     /* descriptors; 0 = 32, at least 3 */
	size_t max_path_bytes; /* 0 = 1 MiB */
};

/* Strings and descriptor are valid until the next call. */
struct ob_dirwalk_entry {
	enum ob_dirwalk_event event;
	enum ob_file_kind kind;
	int dir_fd;       /* holds name, for the *at() calls; -1 if lost */
	const char *name; /* the last part of path */
	const char *path; /* relative to the root of the walk */
	unsigned depth;   /* 0 = directly below the root */
	int error;        /* of ERROR: negative errno */
};

struct ob_dirwalk;

/*
 * The root itself is not reported. A symbolic link as root is followed. opts
 * may be NULL.
 */
int ob_dirwalk_open(int dir_fd, const char *root,
    const struct ob_dirwalk_options *opts, struct ob_dirwalk **ret,
    struct ob_err *err);
void ob_dirwalk_close(struct ob_dirwalk **walk);

/*
 * 1 and an entry, 0 at the end. Errors that concern one entry are events:
 *   -ENOENT, -ENOTDIR   it has vanished or been replaced after ENTER
 *   -EACCES, ...        why the directory cannot be read
 *   -ENAMETOOLONG       path would exceed its maximum; it is cut here
 *   -ESTALE             the directory was moved away while the walk was below
 * < 0 (-ENOMEM, -EMFILE, -ENOBUFS) ends the walk.
 */
int ob_dirwalk_next(struct ob_dirwalk *walk, struct ob_dirwalk_entry *ret);

/* After ENTER: do not go into this directory; no LEAVE follows. */
void ob_dirwalk_skip(struct ob_dirwalk *walk);

/*
 * Removes path and, if it is a directory, all below it. Never follows a link,
 * path itself included. Goes on after a failure and returns the first one;
 * what has vanished is none. -ENOENT when there was nothing at all.
 */
int ob_dirwalk_remove(int dir_fd, const char *path, struct ob_err *err);

#endif
