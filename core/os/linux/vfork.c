/*
 * The wrapper clone(3) gives the child a stack of its own, which a plain
 * vfork(2) cannot: a function that returns after vfork breaks its parent.
 * posix_spawn(3) works the same way but sets 64 dispositions one by one, and
 * can neither take over a terminal nor set limits.
 */
#include "os/vfork.h"

#include <errno.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/feature.h"
#include "os/file.h"
#include "os/vfork_sys.h"

/* Enough for run() and the C library's exec, sanitizers included. */
#define STACK_BYTES (size_t)(128 * 1024)

struct child {
	const struct ob_vfork *v;
	int why;
};

static int
child_main(void *arg)
{
	struct child *c = arg;

	/* The parent reads it: the memory is shared. */
	c->why = c->v->run(c->v->arg);
	return 127;
}

int
ob_vfork(const struct ob_vfork *v, pid_t *ret_pid, int *ret_pidfd)
{
	struct child c = { .v = v };
	int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
	int code, pidfd = -1;
	char *stack;
	pid_t pid;

	if (ob_os_may(OB_OS_PIDFD))
		flags |= CLONE_PIDFD;
	stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE,
	    /* cppcheck-suppress invalidFunctionArg ; no file has -1 */
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack == MAP_FAILED)
		return -errno;
	pid = clone(child_main, stack + STACK_BYTES, flags, &c, &pidfd);
	code = -errno;
	(void)munmap(stack, STACK_BYTES); /* our own mapping */
	if (pid < 0)
		return code;
	if (c.why != 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			continue;
		(void)ob_close(&pidfd); /* no file */
		return c.why;
	}
	*ret_pid = pid;
	*ret_pidfd = pidfd;
	return 0;
}

int
ob_sys_close_on_exec(int lowest)
{
	if (!ob_os_may(OB_OS_CLOSE_RANGE))
		return -ENOTSUP;
	if (close_range((unsigned)lowest, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
		return -ENOTSUP;
	return 0;
}

int
ob_vfork_death_signal(int signo, pid_t parent_pid)
{
	if (prctl(PR_SET_PDEATHSIG, signo) < 0)
		return -errno;
	/* It may have died before we asked. */
	return getppid() == parent_pid ? 0 : -ESRCH;
}
