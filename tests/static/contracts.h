/*
 * For static analysis alone, included before everything: promises that one
 * file cannot see of another. After a failure errno is positive, so that
 * `return -errno` is known to be negative; ob_err_set() and ob_err_msg() return
 * the negative code that they were given. Without these, every caller of such
 * a function is reported to use what was never written.
 */
#include <errno.h>

#include "base/err.h"

#ifdef __clang__
/* Version 14 cannot negate an unknown number, so it gets known ones. */
#	define MAKE_POSITIVE(n) ((n) = (n) == EINTR ? EINTR : EIO)
#else
#	define MAKE_POSITIVE(n) ((n) > 0 ? (void)0 : __builtin_unreachable())
#endif

static inline int *
positive_errno(void)
{
	int *p = __errno_location();

	MAKE_POSITIVE(*p);
	return p;
}

#undef errno
#define errno (*positive_errno())

/* base/err.c, which defines them, takes these away. */
#define RETURNS_CODE(function, err, code, ...) \
	({ \
		int returned_code = (code); \
		(void)(function)(err, returned_code, __VA_ARGS__); \
		if (returned_code >= 0) \
			__builtin_unreachable(); \
		returned_code; \
	})
#define ob_err_set(err, code, ...) \
	RETURNS_CODE(ob_err_set, err, code, __VA_ARGS__)
#define ob_err_msg(err, code, ...) \
	RETURNS_CODE(ob_err_msg, err, code, __VA_ARGS__)
