#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "cx.h"
#include "os/file.h"
#include "os/tty.h"
#include "unit.h"

/* The terminal's side of a new pseudo-terminal. */
static int
open_terminal(int *ret_master)
{
	const char *name;
	int slave;

	*ret_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_master < 0 || grantpt(*ret_master) < 0 ||
	    unlockpt(*ret_master) < 0)
		SKIP("no pseudo-terminals here");
	name = ptsname(*ret_master);
	CHECK(name != NULL);
	slave = ob_open(AT_FDCWD, name, O_RDWR | O_NOCTTY, 0);
	CHECK(slave >= 0);
	return slave;
}

/* Puts the variables, up to NULL, into the context. */
static void
set_env(struct test_cx *t, const char **vars, const char *a, const char *b)
{
	vars[0] = a;
	vars[1] = b;
	vars[2] = NULL;
	t->cx.env.vars = vars;
}

static void
width_is_what_columns_then_the_terminal_say(void)
{
	static char storage[16];
	const char *vars[3];
	struct test_cx t;
	int master, fd = open_terminal(&master);

	if (ob_tty_set_size(fd, (struct ob_tty_size){ 100, 30 }) == -ENOTSUP)
		SKIP("the system cannot set the size");
	test_cx_init(&t);
	ob_stream_init_mem(&t.out_stream, &t.out);
	ob_stream_init_fd(
	    &t.err_stream, fd, storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_UINT(ob_cx_width(&t.cx), 80);
	CHECK_UINT(ob_cx_err_width(&t.cx), 100);
	set_env(&t, vars, "COLUMNS=132", NULL);
	CHECK_UINT(ob_cx_width(&t.cx), 132);
	CHECK_UINT(ob_cx_err_width(&t.cx), 132);
	set_env(&t, vars, "COLUMNS=0", NULL);
	CHECK_UINT(ob_cx_err_width(&t.cx), 100);
	set_env(&t, vars, "COLUMNS=99999", NULL);
	CHECK_UINT(ob_cx_err_width(&t.cx), 100);
	set_env(&t, vars, "COLUMNS=", NULL);
	CHECK_UINT(ob_cx_width(&t.cx), 80);
	CHECK_INT(ob_tty_set_size(fd, (struct ob_tty_size){ 60000, 2 }), 0);
	CHECK_UINT(ob_cx_err_width(&t.cx), 10000);
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(ob_close(&master), 0);
	test_cx_release(&t);
}

static void
terminals_are_asked_for_once(void)
{
	static char storage[16];
	struct test_cx t;
	int master, fd = open_terminal(&master);

	test_cx_init(&t);
	ob_stream_init_fd(
	    &t.out_stream, fd, storage, sizeof(storage), OB_STREAM_BLOCK);
	ob_stream_init_mem(&t.err_stream, &t.err);
	t.cx.in_tty = t.cx.out_tty = t.cx.err_tty = OB_TTY_UNKNOWN;
	CHECK(ob_cx_out_is_tty(&t.cx));
	CHECK(!ob_cx_err_is_tty(&t.cx));
	CHECK(!ob_cx_in_is_tty(&t.cx));
	CHECK_INT(t.cx.in_tty, OB_TTY_NO);
	CHECK_INT(ob_close(&fd), 0);
	CHECK(ob_cx_out_is_tty(&t.cx));
	CHECK_INT(ob_close(&master), 0);
	test_cx_release(&t);
}

static void
colour_follows_option_variables_and_terminal(void)
{
	static const struct {
		enum ob_color_when when;
		enum ob_tty_fact tty;
		const char *a, *b;
		bool colored;
	} rows[] = {
		{ OB_COLOR_AUTO, OB_TTY_YES, "TERM=xterm", NULL, true },
		{ OB_COLOR_AUTO, OB_TTY_NO, "TERM=xterm", NULL, false },
		{ OB_COLOR_AUTO, OB_TTY_YES, "TERM=dumb", NULL, false },
		{ OB_COLOR_AUTO, OB_TTY_YES, "A=b", NULL, false },
		{ OB_COLOR_AUTO, OB_TTY_YES, "TERM=xterm", "NO_COLOR=1",
		    false },
		{ OB_COLOR_AUTO, OB_TTY_YES, "TERM=xterm", "NO_COLOR=", true },
		{ OB_COLOR_AUTO, OB_TTY_NO, "A=b", "CLICOLOR_FORCE=1", true },
		{ OB_COLOR_AUTO, OB_TTY_NO, "A=b", "CLICOLOR_FORCE=0", false },
		{ OB_COLOR_AUTO, OB_TTY_NO, "NO_COLOR=1", "CLICOLOR_FORCE=1",
		    false },
		{ OB_COLOR_ALWAYS, OB_TTY_NO, "TERM=dumb", "NO_COLOR=1", true },
		{ OB_COLOR_NEVER, OB_TTY_YES, "TERM=xterm", "CLICOLOR_FORCE=1",
		    false },
	};
	const char *vars[3];
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		set_env(&t, vars, rows[i].a, rows[i].b);
		t.cx.color = rows[i].when;
		t.cx.out_tty = rows[i].tty;
		t.cx.err_tty = rows[i].tty;
		CHECK_INT(ob_cx_out_color(&t.cx), rows[i].colored);
		CHECK_INT(ob_cx_err_color(&t.cx), rows[i].colored);
	}
	test_cx_release(&t);
}

static void
styles_are_sequences_only_where_colour_is(void)
{
	struct test_cx t;

	test_cx_init(&t);
	for (unsigned i = 0; i < OB_STYLE_COUNT; i++) {
		enum ob_style s = (enum ob_style)i;

		t.cx.color = OB_COLOR_NEVER;
		CHECK_STR(ob_cx_out_style(&t.cx, s), "");
		CHECK_STR(ob_cx_err_style(&t.cx, s), "");
		t.cx.color = OB_COLOR_ALWAYS;
		CHECK(strncmp(ob_cx_out_style(&t.cx, s), "\x1b[", 2) == 0);
		CHECK(strchr(ob_cx_err_style(&t.cx, s), 'm') != NULL);
	}
	CHECK_STR(ob_cx_out_style(&t.cx, OB_STYLE_PLAIN), "\x1b[0m");
	test_cx_release(&t);
}

OB_TESTS(term) = {
	OB_TEST(width_is_what_columns_then_the_terminal_say),
	OB_TEST(terminals_are_asked_for_once),
	OB_TEST(colour_follows_option_variables_and_terminal),
	OB_TEST(styles_are_sequences_only_where_colour_is),
	OB_TESTS_END,
};
