/*
 * The C test harness.
 *
 * A test file tests/unit/<folder>/test_<module>.c defines its cases as static
 * functions and one table, which the build finds by the file's name:
 *
 *	static void
 *	appends_up_to_the_maximum(void)
 *	{
 *		...
 *		CHECK_INT(ob_buf_err(&b), -ENOBUFS);
 *	}
 *
 *	OB_TESTS(buf) = {
 *		OB_TEST(appends_up_to_the_maximum),
 *		OB_TESTS_END,
 *	};
 *
 * The name of a case states the promise. Each case runs in a child process of
 * its own with a deadline, in its own temporary working directory, so a crash,
 * a hang, a leaked descriptor or a stray file stays one failed case. A failed
 * check prints both values and ends the case. The runner (one per folder)
 * prints TAP: `-l` lists the cases, `-r PATTERN` runs those whose name
 * (module.case) contains PATTERN, `-x` runs them in the runner's own process,
 * for a debugger.
 */
#ifndef TESTS_LIB_UNIT_H
#define TESTS_LIB_UNIT_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

struct ob_test {
	const char *name;
	void (*run)(void);
};

#define OB_TESTS(module) const struct ob_test tests_##module[]
#define OB_TEST(function) \
	{ \
		.name = #function, .run = (function) \
	}
#define OB_TESTS_END \
	{ \
		0 \
	}

/* Ends the case as failed, with a message. */
#define FAIL(...) test_fail(__FILE__, __LINE__, __VA_ARGS__)

/* Ends the case as skipped: the machine lacks what it needs. */
#define SKIP(...) test_skip(__VA_ARGS__)

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			FAIL("not true: %s", #cond); \
	} while (0)

#define CHECK_INT(actual, expected) \
	test_int(__FILE__, __LINE__, #actual, (intmax_t)(actual), \
	    (intmax_t)(expected))

#define CHECK_UINT(actual, expected) \
	test_uint(__FILE__, __LINE__, #actual, (uintmax_t)(actual), \
	    (uintmax_t)(expected))

/* NUL-terminated strings; NULL equals only NULL. */
#define CHECK_STR(actual, expected) \
	test_str(__FILE__, __LINE__, #actual, (actual), (expected))

/* Bytes (p, n) against a NUL-terminated string. */
#define CHECK_MEM(p, n, expected) \
	test_mem(__FILE__, __LINE__, #p, (p), (n), (expected), strlen(expected))

#define CHECK_BYTES(p, n, expected, expected_n) \
	test_mem(__FILE__, __LINE__, #p, (p), (n), (expected), (expected_n))

OB_NORETURN void
test_fail(const char *file, int line, const char *fmt, ...) OB_PRINTF(3, 4);
OB_NORETURN void test_skip(const char *fmt, ...) OB_PRINTF(1, 2);
void test_int(const char *file, int line, const char *what, intmax_t actual,
    intmax_t expected);
void test_uint(const char *file, int line, const char *what, uintmax_t actual,
    uintmax_t expected);
void test_str(const char *file, int line, const char *what, const char *actual,
    const char *expected);
void test_mem(const char *file, int line, const char *what, const void *actual,
    size_t actual_n, const void *expected, size_t expected_n);

/*
 * A deterministic random number, the same in every run; OB_TEST_SEED in the
 * environment sets another seed, which the runner prints.
 */
uint64_t test_random(void);

#endif
