/*
 * The signal registry: the only place that installs signal handlers.
 *
 * Handlers of opsbox never run in signal context. A signal becomes readable
 * data on one descriptor (signalfd; elsewhere a pipe that the real handler
 * writes a byte into), and ob_sig_dispatch() calls the registered functions
 * from the loop. So they may do anything.
 *
 *  - Several handlers per signal, called in the order of registration.
 *  - Registering and unregistering is safe inside a handler. One that was added
 *    by a handler first sees the next signal.
 *  - A critical section (ob_sig_enter/leave, nestable) holds delivery back.
 *    What arrives meanwhile is delivered afterwards, in order; several of one
 *    signal may become one, as always with signals.
 *  - The first handler of a signal takes it over (also from "ignored", unless
 *    OB_SIG_KEEP_IGNORED), the last one that leaves restores disposition and
 *    mask as they were.
 *  - Children of rt/spawn start with dispositions as they were before us.
 *
 * There is one registry per process, since dispositions belong to the process:
 * the verb that owns signals opens it. SIGKILL and SIGSTOP are -EINVAL, and so
 * are the faults (SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGABRT), which cannot wait;
 * for SIGBUS see rt/sigbus.h. Not for use with threads.
 */
#ifndef OB_RT_SIG_H
#define OB_RT_SIG_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bsd.h"
#include "os/sigfd.h"

struct ob_sig_handler;

typedef void ob_sig_fn(struct ob_sig_handler *h, const struct ob_siginfo *info);

/* One registration, embedded in the caller's struct. */
struct ob_sig_handler {
	ob_sig_fn *fn;
	void *arg; /* the caller's */
	/* private */
	int signo; /* 0: not registered */
	uint64_t serial;
	TAILQ_ENTRY(ob_sig_handler) entry;
};

#define OB_SIG_KEEP_IGNORED 0x1u /* nohup, background: stay ignored */

/* All private. */
struct ob_sig {
	TAILQ_HEAD(ob_sig_handlers, ob_sig_handler) handlers;
	struct ob_sig_handler *cursor; /* next to be called */
	struct sigaction before[NSIG]; /* of signals in `taken` */
	sigset_t taken;                /* disposition changed by us */
	sigset_t blocked;              /* blocked by us, for the signalfd */
	sigset_t watched;              /* have a handler */
	uint64_t serial;
	unsigned flags, held;
	bool dispatching;
	int read_fd, write_fd; /* signalfd and -1, or the pipe */
	void (*on_hold)(void *arg, bool held);
	void *on_hold_arg;
};

/* flags: 0 or OB_SIG_KEEP_IGNORED. -EBUSY: the process has a registry. */
int ob_sig_open(struct ob_sig *s, unsigned flags);

/*
 * Unregisters everything and restores mask and dispositions. A forked child
 * that goes on without exec calls it for its copy.
 */
void ob_sig_close(struct ob_sig *s);

/*
 * Registers h (fn and arg set by the caller) for signo. 0; -EINVAL; or
 * -EALREADY when the signal was ignored at start and shall stay so.
 */
int ob_sig_on(struct ob_sig *s, struct ob_sig_handler *h, int signo);

/* Unregisters h; harmless when it is not registered. */
void ob_sig_off(struct ob_sig *s, struct ob_sig_handler *h);

/* Ignores signo until close; children get it back as it was. */
int ob_sig_ignore(struct ob_sig *s, int signo);

/* Readable when ob_sig_dispatch() has work. For a loop: ob_loop_add_sig(). */
int ob_sig_fd(const struct ob_sig *s);

/*
 * Calls the handlers of all signals that arrived; returns how many signals.
 * 0 inside a critical section and inside a handler.
 */
int ob_sig_dispatch(struct ob_sig *s);

/* Waits until a signal arrives, and dispatches: count or -ETIMEDOUT. */
int ob_sig_wait(struct ob_sig *s, int64_t deadline_ns);

/* A critical section. Leaving the outermost one delivers nothing by itself:
 * the next dispatch does. */
void ob_sig_enter(struct ob_sig *s);
void ob_sig_leave(struct ob_sig *s);

/* on_hold is told when the outermost section begins and ends: a loop stops
 * looking at the descriptor meanwhile. */
void ob_sig_set_on_hold(
    struct ob_sig *s, void (*on_hold)(void *arg, bool held), void *arg);

/*
 * Blocks signals in the kernel, for code that must not see EINTR or must fork
 * undisturbed. Nestable; needs no registry. ret_newly is what unblock takes.
 */
void ob_sig_block(const sigset_t *set, sigset_t *ret_newly);
void ob_sig_unblock(const sigset_t *newly);

/*
 * In a child between fork and exec: dispositions as they were before the
 * registry changed them. Async-signal-safe.
 */
void ob_sig_reset_in_child(void);

#endif
