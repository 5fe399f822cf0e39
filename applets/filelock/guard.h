/*
 * A guard: keeps the lock while a command dies.
 *
 * When the wrapper of a command is killed, the kernel closes its files, and with
 * them the lock, a moment before it sends the command its death signal; another
 * party could start in between. The guard is a process that has the same open
 * files. It sleeps until the wrapper has gone, kills the command if that still
 * runs, waits for its end, and only then lets go. Where nothing goes wrong the
 * wrapper gives up the lock itself, and the guard has nothing to keep.
 *
 * Locks of kind posix and win belong to the wrapper alone: no guard helps.
 */
#ifndef FL_GUARD_H
#define FL_GUARD_H

#include "base/err.h"

struct fl_guard {
	int pipe; /* its end that ends with us; -1 = no guard */
};

#define FL_GUARD_NONE \
	{ \
		.pipe = -1 \
	}

/* Starts the guard, which shares every open file that we have now. */
int fl_guard_start(struct fl_guard *ret, struct ob_err *err);

/*
 * For ob_spawn's setup: names the calling process, which becomes the command,
 * to the guard. Async-signal-safe.
 */
int fl_guard_announce(void *guard);

/* Lets the guard end. The command must have ended. */
void fl_guard_stop(struct fl_guard *g);

#endif
