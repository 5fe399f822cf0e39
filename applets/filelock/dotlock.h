/*
 * Locks that are markers: FILE.lock, with a holder in it (holder.h), made and
 * removed by rt/marker.
 */
#ifndef FL_DOTLOCK_H
#define FL_DOTLOCK_H

#include "base/err.h"
#include "holder.h"
#include "rt/marker.h"

struct fl_dotlock {
	const char *path;
	unsigned perm; /* of the marker */
	int64_t deadline_ns;
	int64_t (*real_ns)(void);
	void (*random)(void *p, size_t n);
};

/* The marker of a file: itself when it ends in ".lock", else FILE.lock. In the
 * arena; NULL when that is full. */
const char *fl_dotlock_path(struct ob_arena *a, const char *path);

/*
 * Creates the marker for h; *ret_says is what it says, with a new token. A marker of the dead is broken; a living one is waited for. -EAGAIN and
 * -ETIMEDOUT without words.
 */
int fl_dotlock_take(struct fl_holder *h, const struct fl_dotlock *how,
    struct ob_buf *ret_says, struct ob_err *err);

#endif
