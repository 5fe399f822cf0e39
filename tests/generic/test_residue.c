/*
 * Tests the test: a verb that leaves something behind is found, whatever it is,
 * and one that leaves nothing is not accused.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "cx.h"
#include "residue.h"
#include "unit.h"

static void *lost; /* a chain, so that no other leak checker minds */

static void
leave_memory(void)
{
	void **link = malloc(sizeof(*link));

	CHECK(link != NULL);
	*link = lost;
	lost = link;
}

static void
leave_mask(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
leave_limit(void)
{
	struct rlimit limit;

	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur--;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void
leave_terminal(void)
{
	struct termios tty;

	CHECK_INT(tcgetattr(0, &tty), 0);
	tty.c_lflag ^= ECHO;
	tty.c_cc[VMIN]++;
	CHECK_INT(tcsetattr(0, TCSANOW, &tty), 0);
}

/* One run is the thousandth: what a first run does, warming up hides. */
static int
leak_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	static char *other_environment[] = { NULL };
	static int runs;
	const char *what = argv[0];

	(void)cx;
	(void)options;
	(void)argc;
	if (strcmp(what, "memory") == 0)
		leave_memory();
	if (++runs != 1000)
		return 0;
	if (strcmp(what, "descriptor") == 0)
		CHECK(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
	else if (strcmp(what, "status flags") == 0)
		CHECK_INT(fcntl(0, F_SETFL, O_NONBLOCK), 0);
	else if (strcmp(what, "disposition") == 0)
		signal(SIGUSR1, SIG_IGN);
	else if (strcmp(what, "mask") == 0)
		leave_mask();
	else if (strcmp(what, "directory") == 0)
		CHECK_INT(chdir("/"), 0);
	else if (strcmp(what, "umask") == 0)
		umask(0123);
	else if (strcmp(what, "limit") == 0)
		leave_limit();
	else if (strcmp(what, "terminal") == 0)
		leave_terminal();
	else if (strcmp(what, "environment") == 0)
		environ = other_environment;
	return 0;
}

static const struct ob_operand operands[] = {
	{ "WHAT", 1, 1, .help = "what to leave behind" },
	{ NULL },
};

static const struct ob_verb leak = {
	.name = "leak",
	.summary = "leave something behind",
	.run = leak_run,
	.operands = operands,
	.flags = OB_INPROC,
};

static void
run_times(void *what, int times)
{
	struct test_cx t;

	test_cx_init(&t);
	for (int i = 0; i < times; i++)
		CHECK_INT(test_cx_verb(&t, &leak, what, NULL), 0);
	test_cx_release(&t);
}

static void
finds(const char *what, const char *expected)
{
	char name[32], said[RESIDUE_TEXT] = "nothing";

	snprintf(name, sizeof(name), "%s", what);
	residue_make_terminal();
	CHECK(residue_find(run_times, name, said));
	said[strlen(expected)] = '\0';
	CHECK_STR(said, expected);
}

#define FINDS(function, what, expected) \
	static void function(void) \
	{ \
		finds(what, expected); \
	}

FINDS(a_descriptor_is_found, "descriptor", "changes descriptor ")
FINDS(flags_of_a_descriptor_are_found, "status flags", "changes descriptor 0")
FINDS(memory_is_found, "memory", "loses memory")
FINDS(a_disposition_is_found, "disposition", "changes what signal 10 does")
FINDS(a_mask_is_found, "mask", "changes the mask of signals")
FINDS(a_directory_is_found, "directory", "changes the directory to '/'")
FINDS(a_umask_is_found, "umask", "changes the umask to 123")
FINDS(a_limit_is_found, "limit", "changes a resource limit")
FINDS(a_terminal_mode_is_found, "terminal", "changes the terminal")
FINDS(an_environment_is_found, "environment", "changes the environment")

static void
a_verb_that_leaves_nothing_is_not_accused(void)
{
	char name[] = "nothing", said[RESIDUE_TEXT] = "";

	residue_make_terminal();
	CHECK(!residue_find(run_times, name, said));
	CHECK_STR(said, "");
}

OB_TESTS(residue) = {
	OB_TEST(a_descriptor_is_found),
	OB_TEST(flags_of_a_descriptor_are_found),
	OB_TEST(memory_is_found),
	OB_TEST(a_disposition_is_found),
	OB_TEST(a_mask_is_found),
	OB_TEST(a_directory_is_found),
	OB_TEST(a_umask_is_found),
	OB_TEST(a_limit_is_found),
	OB_TEST(a_terminal_mode_is_found),
	OB_TEST(an_environment_is_found),
	OB_TEST(a_verb_that_leaves_nothing_is_not_accused),
	OB_TESTS_END,
};
