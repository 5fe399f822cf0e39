#include "rt/sigbus.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct guard {
	const struct guard *outer;
	uintptr_t begin, end;
	sigjmp_buf back;
};

/* The disposition belongs to the process, the guards to their thread. */
static bool armed;
static struct sigaction before;
static _Thread_local const struct guard *volatile innermost;

static void
on_sigbus(int signo, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr;

	(void)context;
	/* si_code <= 0: sent by a process, si_addr means nothing. */
	if (info->si_code > 0) {
		const struct guard *g;

		for (g = innermost; g != NULL; g = g->outer) {
			if (at < g->begin || at >= g->end)
				continue;
			/* siglongjmp only reads it. */
			siglongjmp(((struct guard *)(uintptr_t)g)->back, 1);
		}
	}
	/* Not ours: the same instruction faults again, as before. */
	(void)sigaction(signo, &before, NULL);
	if (info->si_code <= 0)
		(void)raise(signo);
}

int
ob_sigbus_arm(void)
{
	/* NODEFER: leaving by siglongjmp then needs no change of the mask. */
	struct sigaction now = { .sa_flags = SA_SIGINFO | SA_NODEFER };

	if (armed)
		return 0;
	now.sa_sigaction = on_sigbus;
	sigemptyset(&now.sa_mask);
	if (sigaction(SIGBUS, &now, &before) < 0)
		return -errno;
	armed = true;
	return 0;
}

int
ob_sigbus_guard(const void *p, size_t n, int (*fn)(void *arg), void *arg)
{
	struct guard g;
	int rc;

	g.begin = (uintptr_t)p;
	g.end = g.begin + n;
	g.outer = innermost;
	if (sigsetjmp(g.back, 0) != 0) {
		innermost = g.outer;
		return -EFAULT;
	}
	innermost = &g;
	rc = fn(arg);
	innermost = g.outer;
	return rc;
}
