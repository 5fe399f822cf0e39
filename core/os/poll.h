/*
 * The set of descriptors that an event loop waits for: epoll, or poll(2).
 *
 * Level-triggered: what is ready is reported until it has been used up. The
 * loop itself, timers and callbacks are rt/loop.h; this is its backend.
 *
 * A descriptor is removed before it is closed. Events of one wait stay in the
 * caller's array, so one for a descriptor removed while they are handled may
 * still stand there: the caller skips it.
 */
#ifndef OB_OS_POLL_H
#define OB_OS_POLL_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OB_POLL_IN = 1,  /* read(2) or accept(2) will not block */
	OB_POLL_OUT = 2, /* write(2) will not block */
	OB_POLL_HUP = 4, /* the other end is gone; reported unasked */
	OB_POLL_ERR = 8  /* reported unasked */
};

struct ob_poll_event {
	unsigned events;
	void *data; /* as given to ob_poll_add() */
};

struct ob_poll;

/* epoll when the system has it and it is not disabled, else poll(2). */
int ob_poll_new(struct ob_poll **ret);
void ob_poll_free(struct ob_poll **poll);

/*
 * events may be 0, for HUP and ERR alone. -EEXIST when fd is in the set;
 * -EPERM for a regular file or directory, which is always ready; -EBADF.
 */
int ob_poll_add(struct ob_poll *poll, int fd, unsigned events, void *data);

/* -ENOENT when fd is not in the set. */
int ob_poll_mod(struct ob_poll *poll, int fd, unsigned events, void *data);
int ob_poll_del(struct ob_poll *poll, int fd);

/*
 * Waits until something is ready or the deadline (monotonic; OB_NEVER) has
 * passed. Returns the number of events, 0 at the deadline, -EINTR when a
 * signal handler ran. mask, unless NULL, is the signal mask of the wait alone,
 * as in ppoll(2). max is at least 1.
 */
int ob_poll_wait(struct ob_poll *poll, struct ob_poll_event *ret, size_t max,
    int64_t deadline_ns, const sigset_t *mask);

/* "epoll", "poll": for tests and traces. */
const char *ob_poll_backend(const struct ob_poll *poll);

#endif
