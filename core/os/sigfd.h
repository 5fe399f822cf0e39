/*
 * Signals read from a descriptor (signalfd). Only rt/sig uses this; everybody
 * else registers there.
 */
#ifndef OB_OS_SIGFD_H
#define OB_OS_SIGFD_H

#include <signal.h>

struct ob_siginfo {
	int signo;
	pid_t pid; /* who sent it, 0 when unknown */
	uid_t uid; /* of pid; meaningless without one */
};

/*
 * A non-blocking, close-on-exec descriptor that is readable while a signal of
 * the set is pending; the signals must be blocked. -ENOTSUP.
 */
int ob_sigfd_open(const sigset_t *set);

/* Replaces the set. */
int ob_sigfd_change(int fd, const sigset_t *set);

/* The next signal: 1, or 0 when none is pending. */
int ob_sigfd_read(int fd, struct ob_siginfo *ret_info);

#endif
