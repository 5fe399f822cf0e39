/*
 * Checks of what the programmer promised, kept in release builds.
 *
 * OB_CHECK is for invariants of our own code, never for input: input gets an
 * error value. A failed check writes `opsbox: bug: FILE:LINE: CONDITION` to
 * descriptor 2 and ends the process with status 70, without unwinding, so
 * that a fuzzer can tell a bug (70) from a refused input (65).
 */
#ifndef OB_BASE_CHECK_H
#define OB_BASE_CHECK_H

#include "base/attr.h"

#define OB_CHECK(cond) \
	do { \
		if (OB_UNLIKELY(!(cond))) \
			ob_bug(__FILE__, __LINE__, #cond); \
	} while (0)

/* A place that control flow cannot reach. */
#define OB_BUG(what) ob_bug(__FILE__, __LINE__, what)

OB_NORETURN OB_COLD void ob_bug(const char *file, int line, const char *what);

#endif
