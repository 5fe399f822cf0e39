#include "cli/complete.h"

#include <errno.h>

#include "cx.h"
#include "sample.h"
#include "unit.h"

#define RUN(...) test_cx_run(&t, "__complete", __VA_ARGS__, (const char *)NULL)
#define OUT      ob_buf_z(&t.out)

static void
words_of_opsbox_are_applets_and_its_own(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("opsbox", "al"), 0);
	CHECK_STR(OUT, "alpha\tthe first sample\n");
	CHECK_INT(RUN("/usr/bin/opsbox", "--i"), 0);
	CHECK_STR(OUT, "--install\t\n");
	CHECK_INT(RUN("opsbox", ""), 0);
	CHECK_STR(OUT, "alpha\tthe first sample\nbeta\tthe second sample\n"
		       "--help\t\n--version\t\n--list\t\n--install\t\n"
		       "--uninstall\t\nhelp\t\ncompletion\t\n");
	CHECK_INT(RUN("opsbox", "help", "b"), 0);
	CHECK_STR(OUT, "beta\tthe second sample\n");
	CHECK_INT(RUN("opsbox", "help", "beta", "o"), 0);
	CHECK_STR(OUT, "other\tanother verb\n");
	CHECK_INT(RUN("opsbox", "help", "nobody", ""), 0);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("opsbox", "completion", ""), 0);
	CHECK_STR(OUT, "bash\t\nzsh\t\nfish\t\n");
	CHECK_INT(RUN("opsbox", "--install", ""), 0);
	CHECK_STR(OUT, "");
	CHECK_INT(test_cx_run(&t, "__complete", (const char *)NULL), 64);
	test_cx_release(&t);
}

static void
words_of_an_applet_are_its_verbs(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("opsbox", "alpha", ""), 0);
	CHECK_STR(OUT, "list\tlist rows\nget\tprint a value\n"
		       "fail\tfail in a way\nrun\trun a command\n"
		       "need\tneed a file\n");
	CHECK_INT(RUN("/bin/alpha", "l"), 0);
	CHECK_STR(OUT, "list\tlist rows\n");
	CHECK_INT(RUN("alpha", "get", "x"), 0);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("alpha", "-"), 0);
	CHECK_INT(RUN("alpha", "-", "x"), 0);
	test_cx_release(&t);
}

static void
a_dash_brings_the_options_of_the_verb(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "list", "--l"), 0);
	CHECK_STR(OUT, "--limit\tat most N rows\n");
	CHECK_INT(RUN("alpha", "list", "--in"), 0);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("beta", "--so"), 0);
	CHECK_STR(OUT, "--sort\torder of the rows\n");
	test_cx_release(&t);
}

static void
values_are_completed_in_every_spelling(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "list", "--how", ""), 0);
	CHECK_STR(OUT, "fast\t\nslow\t\n");
	CHECK_INT(RUN("alpha", "list", "--how", "s"), 0);
	CHECK_STR(OUT, "slow\t\n");
	CHECK_INT(RUN("alpha", "list", "--how=f"), 0);
	CHECK_STR(OUT, "--how=fast\t\n");
	CHECK_INT(RUN("alpha", "list", "--how", "="), 0);
	CHECK_STR(OUT, "fast\t\nslow\t\n");
	CHECK_INT(RUN("alpha", "list", "--how", "=", "f"), 0);
	CHECK_STR(OUT, "fast\t\n");
	CHECK_INT(RUN("alpha", "--color", "al"), 0);
	CHECK_STR(OUT, "always\t\n");
	CHECK_INT(RUN("alpha", "list", "--sort", ""), 0);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("alpha", "list", "--how=fast", ""), 0);
	CHECK_STR(OUT, "");
	test_cx_release(&t);
}

static void
scripts_ask_the_binary_and_name_every_applet(void)
{
	static const char *const shells[] = { "bash", "zsh", "fish" };
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(shells); i++) {
		CHECK_INT(test_cx_run(
			      &t, "completion", shells[i], (const char *)NULL),
		    0);
		CHECK(strstr(OUT, "opsbox __complete") != NULL);
		CHECK(strstr(OUT, "opsbox alpha beta\n") != NULL);
		CHECK(strstr(OUT, "@NAMES@") == NULL);
	}
	CHECK_INT(
	    test_cx_run(&t, "completion", "tcsh", (const char *)NULL), 64);
	CHECK_STR(OUT, "");
	CHECK_STR(ob_buf_z(&t.err),
	    "opsbox: unknown shell 'tcsh', expected bash, zsh or fish; see "
	    "'opsbox completion --help'\n");
	CHECK_INT(ob_complete_script(&t.cx, "csh"), -ENOENT);
	test_cx_release(&t);
}

OB_TESTS(complete) = {
	OB_TEST(words_of_opsbox_are_applets_and_its_own),
	OB_TEST(words_of_an_applet_are_its_verbs),
	OB_TEST(a_dash_brings_the_options_of_the_verb),
	OB_TEST(values_are_completed_in_every_spelling),
	OB_TEST(scripts_ask_the_binary_and_name_every_applet),
	OB_TESTS_END,
};
