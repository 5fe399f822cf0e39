/*
 * A context of memory streams, to run applets and verbs inside a test.
 *
 *	struct test_cx t;
 *	test_cx_init(&t);
 *	CHECK_INT(test_cx_run(&t, "envcfg", "get", "KEY", NULL), 1);
 *	CHECK_STR(ob_buf_z(&t.out), "");
 *	test_cx_release(&t);
 *
 * Time stands still at TEST_NOW_NS, random bytes come from test_random(), no
 * stream is a terminal, the environment is empty until t.cx.env is set.
 */
#ifndef TESTS_LIB_CX_H
#define TESTS_LIB_CX_H

#include "cli/applet.h"

#define TEST_NOW_NS INT64_C(1700000000123456789)

struct test_cx {
	struct ob_cx cx;
	struct ob_buf out, err; /* what was written */
	struct ob_stream out_stream, err_stream;
	struct ob_reader in;
	struct ob_arena scratch;
};

void test_cx_init(struct test_cx *t);
void test_cx_release(struct test_cx *t);

/* What the next run reads from its standard input. */
void test_cx_input(struct test_cx *t, const char *text);

/* Runs a command line, words up to NULL, as main() would; out and err are
 * emptied before. Returns the exit code. */
int
test_cx_run(struct test_cx *t, const char *word, ...) __attribute__((sentinel));

/* The same for n words in an array. */
int test_cx_run_words(struct test_cx *t, const char *const *words, int n);

/* The same for a verb that is in no registry, without its name. */
int test_cx_verb(struct test_cx *t, const struct ob_verb *v, ...)
    __attribute__((sentinel));

#endif
