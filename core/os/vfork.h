/*
 * A child process that runs one function and then another program.
 *
 * On Linux it borrows the parent's memory until it has executed, on a stack of
 * its own, while the parent stands still (clone with CLONE_VM and CLONE_VFORK):
 * the cost does not grow with the parent. Elsewhere it is a fork.
 *
 * Only rt/spawn uses this.
 */
#ifndef OB_OS_VFORK_H
#define OB_OS_VFORK_H

#include <sys/types.h>

struct ob_vfork {
	/*
	 * Runs in the child; executes another program, or returns a number > 0
	 * that says why not. Async-signal-safe calls only; it may not touch the
	 * heap and must be prepared to share all memory with the parent.
	 */
	int (*run)(void *arg);
	void *arg;
	int highest_fd; /* the largest descriptor that run() replaces */
};

/*
 * Starts the child. All signals should be blocked: run() sets the child's mask
 * itself. Returns 0 when another program runs: *ret_pid, and *ret_pidfd is a
 * close-on-exec descriptor of the child or -1. Returns what run() returned when
 * that failed; the child is reaped then. Negative errno when there was no child.
 */
int ob_vfork(const struct ob_vfork *v, pid_t *ret_pid, int *ret_pidfd);

/*
 * In the child: marks every descriptor from lowest on close-on-exec.
 * Async-signal-safe.
 */
void ob_vfork_close_on_exec(int lowest);

/*
 * In the child: asks for signo when its parent, parent_pid, dies; 0 or
 * -errno, -ESRCH when it is dead already, -ENOTSUP.
 */
int ob_vfork_death_signal(int signo, pid_t parent_pid);

#endif
