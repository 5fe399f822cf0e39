/*
 * The event loop: descriptors, timers, deferred calls; signals and children
 * through rt/sig and rt/spawn.
 *
 * Handles are embedded in the caller's structs; the loop allocates only its
 * timer heap. Descriptors are level-triggered: what was left unread is told
 * again, so nobody needs a list of the unfinished. One turn calls, in this
 * order: expired timers (earliest first), descriptors that are ready, deferred
 * calls. With nothing due the loop sleeps without any tick.
 *
 * Inside a callback anything may be added or removed, the handle itself and
 * others of the same turn included: a removed handle is not called any more and
 * its memory may be freed at once. A timer or deferred call that a callback
 * adds first counts in the next turn.
 *
 * A descriptor is removed before it is closed. Not for several threads.
 */
#ifndef OB_RT_LOOP_H
#define OB_RT_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bsd.h"
#include "base/vec.h"
#include "os/poll.h"
#include "rt/sig.h"
#include "rt/spawn.h"

struct ob_loop;
struct ob_loop_fd;
struct ob_loop_timer;
struct ob_loop_defer;
struct ob_loop_child;

/* events: OB_POLL_IN, _OUT, _HUP, _ERR. */
typedef void
ob_loop_fd_fn(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events);
typedef void ob_loop_timer_fn(struct ob_loop *loop, struct ob_loop_timer *t);
typedef void ob_loop_defer_fn(struct ob_loop *loop, struct ob_loop_defer *d);
typedef void ob_loop_child_fn(struct ob_loop *loop, struct ob_loop_child *h,
    const struct ob_child_status *status);

/* The caller sets fn and arg; the rest is private. Zeroed is "not added". */
struct ob_loop_fd {
	ob_loop_fd_fn *fn;
	void *arg;
	int fd;
	unsigned events;
	bool added;
};

struct ob_loop_timer {
	ob_loop_timer_fn *fn;
	void *arg;
	int64_t due_ns;
	uint64_t serial; /* those due at the same time keep their order */
	size_t place;    /* in the heap, from 1; 0: not in it */
};

struct ob_loop_defer {
	ob_loop_defer_fn *fn;
	void *arg;
	bool added;
	TAILQ_ENTRY(ob_loop_defer) entry;
};

/* The end of a child. */
struct ob_loop_child {
	ob_loop_child_fn *fn;
	void *arg;
	struct ob_child *child;
	struct ob_loop *loop;
	struct ob_loop_fd by_pidfd;
	struct ob_sig_handler by_signal;
	struct ob_loop_defer again;
	bool added;
};

/* Events taken from the kernel in one go. */
#define OB_LOOP_BATCH 64

/* All private. */
struct ob_loop {
	struct ob_poll *poll;
	OB_VEC(struct ob_loop_timer *) timers; /* binary heap */
	uint64_t serial;
	TAILQ_HEAD(ob_loop_defers, ob_loop_defer) defers;
	struct ob_poll_event batch[OB_LOOP_BATCH]; /* of the running turn */
	size_t batch_n;
	size_t n_fds;
	struct ob_sig *sig;
	struct ob_loop_fd sig_fd;
	bool stopped;
};

/* max_timers: most timers at a time. */
int ob_loop_init(struct ob_loop *loop, size_t max_timers);

/* Forgets all handles; closes no descriptor but its own. */
void ob_loop_release(struct ob_loop *loop);

/* Turns until ob_loop_stop(), or until nothing is left: 0 or -errno. */
int ob_loop_run(struct ob_loop *loop);

/*
 * One turn, waiting for it until the deadline: 1 when something was called, 0
 * when not, -EINTR when a signal handler ran, -errno.
 */
int ob_loop_turn(struct ob_loop *loop, int64_t deadline_ns);

/* ob_loop_run() returns after this turn. */
void ob_loop_stop(struct ob_loop *loop);

/* -EEXIST when the descriptor is watched already; -EPERM for a plain file. */
int ob_loop_add_fd(
    struct ob_loop *loop, struct ob_loop_fd *h, int fd, unsigned events);

/* Waits for other events; 0 for none but HUP and ERR. */
int
ob_loop_set_events(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events);

/* Harmless when it is not added; so are the other three removals. */
void ob_loop_remove_fd(struct ob_loop *loop, struct ob_loop_fd *h);

/*
 * Calls once at due_ns (monotonic) or as soon as possible after it. One that
 * is set already moves. -ENOBUFS at the maximum, -ENOMEM.
 */
int ob_loop_set_timer(
    struct ob_loop *loop, struct ob_loop_timer *t, int64_t due_ns);
void ob_loop_remove_timer(struct ob_loop *loop, struct ob_loop_timer *t);

/* Calls once at the end of this turn, or of the next; harmless if it will. */
void ob_loop_defer(struct ob_loop *loop, struct ob_loop_defer *d);
void ob_loop_remove_defer(struct ob_loop *loop, struct ob_loop_defer *d);

/* Dispatches the registry's signals from the loop, until it is released. */
int ob_loop_add_sig(struct ob_loop *loop, struct ob_sig *sig);

/*
 * Calls once when the child has ended and was reaped. Without pidfds that
 * needs a registry (ob_loop_add_sig() first), else -ENOTSUP.
 */
int ob_loop_add_child(
    struct ob_loop *loop, struct ob_loop_child *h, struct ob_child *child);
void ob_loop_remove_child(struct ob_loop *loop, struct ob_loop_child *h);

#endif
