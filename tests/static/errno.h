/*
 * For static analysis alone, included before everything: after a failure errno
 * is positive, so that `return -errno` is known to be negative. Without this
 * every caller of such a function is reported to use what was never written.
 */
#include <errno.h>

static inline int *
positive_errno(void)
{
	int *p = __errno_location();

	if (*p <= 0)
		__builtin_unreachable();
	return p;
}

#undef errno
#define errno (*positive_errno())
