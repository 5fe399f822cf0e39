/*
 * Markers: locks that are files (dotlocks), for file systems and for programs
 * that have no other.
 *
 * Who creates the marker holds the lock; nobody's death removes it. It appears
 * with all its contents at once (a file without a name, or a private one, is
 * linked to the name, which also works over NFS), so a reader never sees half
 * of it. What it says and whether its owner is dead is the caller's business.
 *
 * A dead owner's marker is taken away without a race: whoever removes one holds
 * flock(2) on the marker itself, looks whether the name still leads to it and
 * whether it still says the same, renames it to a private name and looks again.
 * Plain unlink(2) would let two breakers remove a marker that the first of them
 * has just made anew.
 */
#ifndef OB_RT_MARKER_H
#define OB_RT_MARKER_H

#include <signal.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define OB_MARKER_BYTES_MAX 2048

/* A marker that cannot be read counts as broken after it stayed so for this. */
#define OB_MARKER_UNREADABLE_NS INT64_C(5000000000)

/*
 * Whether the owner that the contents name is dead: 1 = that is proven, 0 = it
 * lives, or that cannot be known; -EBADMSG = they name no owner.
 */
typedef int ob_marker_judge(struct ob_str contents, void *ctx);

struct ob_marker_opts {
	struct ob_str contents; /* at most OB_MARKER_BYTES_MAX */
	unsigned perm;          /* before the umask */
	int64_t deadline_ns;    /* OB_LOCK_TRY, OB_NEVER, or a time */
	ob_marker_judge *judge; /* NULL = no owner is ever dead */
	void *ctx;
	const volatile sig_atomic_t *cancel; /* as in rt/lockfile.h */
};

/*
 * Creates the marker, when the one that is there has gone or its owner has
 * died. -EAGAIN, -ETIMEDOUT, -EINTR without words; -ENOTSUP where there are
 * no hard links. A removal is noticed at once, a death within 250 ms.
 */
int ob_marker_take(int dir_fd, const char *path,
    const struct ob_marker_opts *opts, struct ob_err *err);

/* Appends the contents. -ENOENT; -EFBIG, -EINVAL: that is no marker. */
int ob_marker_read(
    int dir_fd, const char *path, struct ob_buf *out, struct ob_err *err);

/*
 * Removes the marker if it says exactly this. -ENOENT when there is none,
 * -ESTALE when another one is there.
 */
int ob_marker_remove(
    int dir_fd, const char *path, struct ob_str contents, struct ob_err *err);

/* Lets it say something else; errors as ob_marker_remove(). */
int ob_marker_replace(int dir_fd, const char *path, struct ob_str contents,
    struct ob_str new_contents, struct ob_err *err);

#endif
