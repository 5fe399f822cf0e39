/*
 * Which CPU variants (base/variant.h) this machine can run, found by trying:
 * a child takes the variant and works with it; SIGILL means no.
 */
#ifndef TESTS_LIB_VARIANTS_H
#define TESTS_LIB_VARIANTS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/variant.h"

/* Does use(v) succeed, and work() after it survive? */
static inline bool
variant_runs(int (*use)(enum ob_variant), void (*work)(void), enum ob_variant v)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGILL, SIG_DFL);
		if (use(v) < 0)
			_exit(1);
		work();
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

#endif
