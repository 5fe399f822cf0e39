/*
 * Watching files and directories for changes: inotify, else by looking again
 * and again.
 *
 * A watch on a directory reports what happens to the entries in it, not below
 * it. Watch the directory rather than a file that others replace by rename.
 *
 * Polling sees less: a move is REMOVED and CREATED, a change that undoes
 * itself between two looks is missed, CHANGED and WRITTEN come together. A
 * program that got polling where it expected events says so once
 * (ob_watch_backend()).
 */
#ifndef OB_OS_WATCH_H
#define OB_OS_WATCH_H

#include <stdint.h>

#include "base/err.h"

enum {
	OB_WATCH_CREATED = 1 << 0,
	OB_WATCH_REMOVED = 1 << 1,
	OB_WATCH_MOVED_FROM = 1 << 2, /* paired with MOVED_TO by cookie */
	OB_WATCH_MOVED_TO = 1 << 3,
	OB_WATCH_CHANGED = 1 << 4, /* contents, while they are written */
	OB_WATCH_WRITTEN = 1 << 5, /* a writer has closed the file */
	OB_WATCH_ATTRIBUTES = 1 << 6,
	OB_WATCH_ALL = (1 << 7) - 1,
	OB_WATCH_CLOSED = 1 << 11, /* a reader has closed it; polling cannot */

	/* Reported unasked: */
	OB_WATCH_GONE = 1 << 8,     /* what was watched; the watch has ended */
	OB_WATCH_OVERFLOW = 1 << 9, /* events were lost: look at everything */
	OB_WATCH_IS_DIR = 1 << 10   /* the entry is a directory */
};

struct ob_watch_event {
	int id; /* of the watch; -1 with OVERFLOW, if it is all of them */
	unsigned events;
	uint32_t cookie;  /* joins a MOVED pair; else 0 */
	const char *name; /* in the directory, "" = the watched itself; until
			     the next call */
};

struct ob_watch;

/* poll_every_ns: how often polling looks, at least a millisecond. */
int ob_watch_new(int64_t poll_every_ns, struct ob_watch **ret);
void ob_watch_free(struct ob_watch **watch);

/* "inotify" or "poll" */
const char *ob_watch_backend(const struct ob_watch *watch);

/*
 * Readable when there are events; -1 with polling: then call ob_watch_next()
 * every poll_every_ns.
 */
int ob_watch_fd(const struct ob_watch *watch);

/*
 * Watches path for these events. Links are followed. Returns an id >= 0.
 * -EEXIST when the same file is watched (by whichever path), -ENOSPC when the
 * user has no watches left, -ENOENT, -EACCES, -EFBIG (polling: more than
 * 100,000 entries).
 */
int ob_watch_add(struct ob_watch *watch, const char *path, unsigned events,
    struct ob_err *err);

/* -ENOENT for an id that is not (or no longer) watched. */
int ob_watch_remove(struct ob_watch *watch, int id);

/*
 * The next event: 1, or 0 when there is none now. Does not wait. Events of a
 * watch that was removed are not reported.
 */
int ob_watch_next(struct ob_watch *watch, struct ob_watch_event *ret);

/* 0 when ob_watch_next() may have something; -ETIMEDOUT, -EINTR. */
int ob_watch_wait(struct ob_watch *watch, int64_t deadline_ns);

#endif
