#include "cli/applet.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/diag.h"
#include "cli/out.h"
#include "cli/registry.h"
#include "cx.h"
#include "os/file.h"
#include "sample.h"
#include "unit.h"

/* --- the applets -------------------------------------------------------- */

struct list_opts {
	uint64_t limit;
	const char *sort;
	bool tree;
	int how;
};

static const char *const hows[] = { "fast", "slow", NULL };

static const struct ob_opt list_rows[] = {
	{ "limit", 'n', OB_OPT_UINT, OB_OPT_AT(struct list_opts, limit),
	    OB_OPT_COMMON, .metavar = "N", .help = "at most N rows",
	    .def = "2" },
	{ "sort", 's', OB_OPT_STR, OB_OPT_AT(struct list_opts, sort),
	    .metavar = "KEY", .help = "order of the rows" },
	{ "tree", 't', OB_OPT_FLAG, OB_OPT_AT(struct list_opts, tree),
	    .flags = OB_OPT_NEGATABLE, .help = "show who started whom" },
	{ "how", 0, OB_OPT_CHOICE, OB_OPT_AT(struct list_opts, how),
	    .metavar = "HOW", .choices = hows, .help = "fast or slow" },
	{ "inner", 0, OB_OPT_FLAG, OB_OPT_AT(struct list_opts, tree),
	    .flags = OB_OPT_HIDDEN },
	OB_OPT_END,
};

static const struct ob_col list_cols[] = {
	{ "name", "NAME", OB_CELL_TEXT, .help = "who" },
	{ "size_bytes", "SIZE", OB_CELL_SIZE, .help = "how much" },
	OB_COL_END,
};

static int
list_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	const struct list_opts *o = options;
	struct ob_out out;
	int rc = ob_out_begin(&out, cx, list_cols, OB_OUT_ROWS);

	(void)argc;
	(void)argv;
	for (uint64_t i = 0; rc == 0 && i < o->limit; i++)
		rc = ob_out_row(&out,
		    (struct ob_cell[]){ ob_text_z("row"), ob_size(2048 * i) });
	return ob_out_end(&out, rc);
}

static int
get_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	ob_note(cx, "looking for '%s'", argv[0]);
	ob_warn(cx, "this store is slow");
	if (strcmp(argv[0], "absent") == 0)
		return OB_EX_NO;
	return ob_stream_printf(cx->out, "value of %s\n", argv[0]);
}

static int
fail_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	const char *how = argv[0];

	(void)options;
	(void)argc;
	if (strcmp(how, "words") == 0) {
		ob_err_set(&cx->error, -ENOENT, "cannot open '%s'", "a\nb");
		ob_err_hint(&cx->error, "create it");
		return -ENOENT;
	}
	if (strcmp(how, "usage") == 0)
		return ob_usage(cx, "unknown key '%s'", "x");
	if (strcmp(how, "pipe") == 0)
		return -EPIPE;
	if (strcmp(how, "cancel") == 0)
		return -EINTR;
	return -EIO;
}

static int
run_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	(void)options;
	for (int i = 0; i < argc; i++)
		ob_stream_printf(cx->out, "[%s]", argv[i]);
	return 7;
}

static int
secret_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	(void)argv;
	return ob_stream_puts(cx->out, "found\n");
}

struct need_opts {
	const char *file;
};

static const struct ob_opt need_rows[] = {
	{ "file", 'f', OB_OPT_PATH, OB_OPT_AT(struct need_opts, file),
	    .metavar = "FILE", .flags = OB_OPT_REQUIRED, .help = "a file" },
	OB_OPT_END,
};

static const struct ob_operand one_key[] = { { "KEY", 1, 1, "a key" },
	{ NULL } };
static const struct ob_operand command[] = {
	{ "COMMAND", 1, 1, "a program" },
	{ "ARGUMENT", 0, 0, "what it gets" },
	{ NULL },
};
static const struct ob_operand some_files[] = { { "FILE", 0, 2, "files" },
	{ NULL } };

static const struct ob_exit_row run_exits[] = { { 7, "always" }, { 0, NULL } };

static const struct ob_verb alpha_verbs[] = {
	{ "list", "list rows", OB_INPROC | OB_V_ROWS | OB_V_NUL, list_rows,
	    .opts_size = sizeof(struct list_opts), .cols = list_cols,
	    .examples = { "alpha list -n 1", "alpha list --json" },
	    .run = list_run },
	{ "get", "print a value", OB_INPROC | OB_V_JSON, .operands = one_key,
	    .run = get_run },
	{ "fail", "fail in a way", OB_INPROC | OB_V_JSON, .operands = one_key,
	    .run = fail_run },
	{ "run", "run a command", OB_FORK | OB_V_COMMAND | OB_V_OWN_QV,
	    list_rows, .opts_size = sizeof(struct list_opts),
	    .operands = command, .exits = run_exits, .run = run_run },
	{ "need", "need a file", OB_EXEC, need_rows,
	    .opts_size = sizeof(struct need_opts), .run = secret_run },
	{ "secret", "not for everybody", OB_V_HIDDEN, .run = secret_run },
	OB_VERBS_END,
};

static const char *const alpha_aliases[] = { "al", "a1", NULL };

const struct ob_applet alpha_applet = {
	.name = "alpha",
	.aliases = alpha_aliases,
	.summary = "the first sample",
	.verbs = alpha_verbs,
};

static const struct ob_verb beta_verbs[] = {
	{ "show", "show files", OB_INPROC | OB_V_DEFAULT, .shared = list_rows,
	    .opts_size = sizeof(struct list_opts), .operands = some_files,
	    .run = run_run },
	{ "other", "another verb", OB_INPROC, .shared = list_rows,
	    .opts_size = sizeof(struct list_opts), .run = secret_run },
	OB_VERBS_END,
};

int beta_calls;

static int
beta_run(struct ob_cx *cx, int argc, char **argv)
{
	beta_calls++;
	return ob_applet_dispatch(cx, argc, argv);
}

const struct ob_applet beta_applet = {
	.name = "beta",
	.summary = "the second sample",
	.verbs = beta_verbs,
	.run = beta_run,
};

const struct ob_applet *const ob_applets[] = {
	&alpha_applet,
	&beta_applet,
	NULL,
};

/* --- look-up ------------------------------------------------------------ */

static void
applets_are_found_by_name_and_alias(void)
{
	CHECK(ob_applet_find("alpha") == &alpha_applet);
	CHECK(ob_applet_find("a1") == &alpha_applet);
	CHECK(ob_applet_find("beta") == &beta_applet);
	CHECK(ob_applet_find("alph") == NULL);
	CHECK(ob_applet_find("") == NULL);
}

static void
verbs_are_found_by_name_and_by_default(void)
{
	CHECK(ob_verb_find(&alpha_applet, "get") == &alpha_verbs[1]);
	CHECK(ob_verb_find(&alpha_applet, "ge") == NULL);
	CHECK(ob_verb_default(&alpha_applet) == NULL);
	CHECK(ob_verb_default(&beta_applet) == &beta_verbs[0]);
}

static void
house_options_follow_the_flags_of_the_verb(void)
{
	CHECK_INT(ob_verb_house(&alpha_verbs[0]), OB_HOUSE_NUL);
	CHECK_INT(ob_verb_house(&alpha_verbs[1]), OB_HOUSE_JSON);
	CHECK_INT(ob_verb_house(&alpha_verbs[3]), OB_HOUSE_ALL);
	CHECK_INT(ob_verb_house(&alpha_verbs[4]), OB_HOUSE_QV);
}

/* --- dispatch ----------------------------------------------------------- */

#define RUN(...) test_cx_run(&t, __VA_ARGS__, (const char *)NULL)
#define OUT      ob_buf_z(&t.out)
#define ERR      ob_buf_z(&t.err)

static void
a_verb_runs_by_its_name(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "get", "k"), 0);
	CHECK_STR(OUT, "value of k\n");
	CHECK_STR(ERR, "alpha: this store is slow\n");
	CHECK_INT(RUN("al", "get", "absent"), 1);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("alpha", "secret"), 0);
	CHECK_STR(OUT, "found\n");
	test_cx_release(&t);
}

static void
the_context_keeps_nothing_of_the_command_line(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "get", "k"), 0);
	CHECK(t.cx.parse == NULL);
	CHECK_INT(RUN("alpha", "get", "--nope"), 64);
	CHECK(t.cx.parse == NULL);
	CHECK_INT(RUN("alpha", "get", "--help"), 0);
	CHECK(t.cx.parse == NULL);
	test_cx_release(&t);
}

static void
options_before_the_verb_belong_to_it(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "--plain", "list", "-n1"), 0);
	CHECK_STR(OUT, "row\t0\n");
	CHECK_INT(RUN("alpha", "-n", "1", "--plain", "list"), 0);
	CHECK_STR(OUT, "row\t0\n");
	CHECK_INT(RUN("alpha", "-tn", "1", "--limit", "1", "--sort=get", "list",
		      "--plain"),
	    0);
	CHECK_STR(OUT, "row\t0\n");
	CHECK_INT(RUN("alpha", "-n1", "--limit=1", "list", "--plain"), 0);
	CHECK_STR(OUT, "row\t0\n");
	CHECK_INT(RUN("alpha", "-q"), 64);
	CHECK_STR(
	    ERR, "alpha: missing verb after '-q'; see 'opsbox alpha --help'\n");
	CHECK_INT(RUN("alpha", "--", "list"), 64);
	CHECK_INT(RUN("alpha", "-q", "lits"), 64);
	CHECK_STR(ERR, "alpha: unknown verb 'lits' (did you mean 'list'?); see "
		       "'opsbox alpha --help'\n");
	test_cx_release(&t);
}

static void
without_a_verb_the_default_runs(void)
{
	struct test_cx t;

	test_cx_init(&t);
	beta_calls = 0;
	CHECK_INT(RUN("beta"), 7);
	CHECK_STR(OUT, "");
	CHECK_INT(RUN("beta", "x", "y"), 7);
	CHECK_STR(OUT, "[x][y]");
	CHECK_INT(RUN("beta", "-n", "5", "other"), 0);
	CHECK_STR(OUT, "found\n");
	CHECK_INT(RUN("beta", "-n", "5", "--", "other"), 7);
	CHECK_STR(OUT, "[other]");
	CHECK_INT(RUN("beta", "-", "-q"), 7);
	CHECK_STR(OUT, "[-]");
	CHECK_INT(beta_calls, 5);
	test_cx_release(&t);
}

static void
without_a_default_the_verbs_are_shown_as_an_error(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha"), 64);
	CHECK_STR(OUT, "");
	CHECK(strstr(ERR, "  list       list rows\n") != NULL);
	test_cx_release(&t);
}

static void
a_command_keeps_its_options(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    RUN("alpha", "run", "--limit=3", "ls", "-l", "--help", "--"), 7);
	CHECK_STR(OUT, "[ls][-l][--help][--]");
	CHECK_INT(RUN("alpha", "run", "--", "-l"), 7);
	CHECK_STR(OUT, "[-l]");
	CHECK_INT(RUN("alpha", "run", "-q", "ls"), 64);
	CHECK_STR(ERR, "alpha: unknown option '-q'; see 'opsbox alpha run "
		       "--help'\n");
	test_cx_release(&t);
}

/* --- wrong words -------------------------------------------------------- */

static void
a_wrong_word_is_named_on_one_line(void)
{
	static const struct {
		const char *a, *b, *c, *says;
	} rows[] = {
		{ "lst", NULL, NULL,
		    "unknown verb 'lst' (did you mean 'list'?); see 'opsbox "
		    "alpha --help'" },
		{ "zzzzzz", NULL, NULL,
		    "unknown verb 'zzzzzz'; see 'opsbox alpha --help'" },
		{ "secrt", NULL, NULL,
		    "unknown verb 'secrt'; see 'opsbox alpha --help'" },
		{ "get", NULL, NULL,
		    "missing operand KEY; see 'opsbox alpha get --help'" },
		{ "get", "a", "b",
		    "unexpected operand 'b'; see 'opsbox alpha get --help'" },
		{ "list", "--limt=3", NULL,
		    "unknown option '--limt' (did you mean '--limit'?); see "
		    "'opsbox alpha list --help'" },
		{ "list", "--json", "--plain",
		    "options '--json' and '--plain' exclude each other; see "
		    "'opsbox alpha list --help'" },
		{ "need", NULL, NULL,
		    "option '--file' is missing; see 'opsbox alpha need "
		    "--help'" },
		{ "fail", "usage", NULL,
		    "unknown key 'x'; see 'opsbox alpha fail --help'" },
	};
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_buf line = OB_BUF_INIT(1000);

		CHECK_INT(RUN("alpha", rows[i].a, rows[i].b, rows[i].c), 64);
		CHECK_STR(OUT, "");
		if (t.cx.out_mode == OB_OUT_TABLE) {
			ob_buf_printf(&line, "alpha: %s\n", rows[i].says);
			CHECK_STR(ERR, ob_buf_z(&line));
		}
		ob_buf_release(&line);
	}
	test_cx_release(&t);
}

static void
a_very_long_wrong_word_leaves_room_for_the_pointer(void)
{
	static char word[2000];
	struct test_cx t;
	size_t n;

	memset(word, 'x', sizeof(word) - 1);
	memcpy(word, "--", 2);
	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "get", word), 64);
	n = strlen("see 'opsbox alpha get --help'\n");
	CHECK(t.err.n > n);
	CHECK_STR(t.err.p + t.err.n - n, "see 'opsbox alpha get --help'\n");
	test_cx_release(&t);
}

static void
help_is_given_beside_a_wrong_word(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "get", "--nonsense", "--help"), 64);
	CHECK_INT(RUN("alpha", "get", "--help", "--nonsense"), 0);
	CHECK_STR(ERR, "");
	CHECK_INT(RUN("alpha", "get", "--version"), 0);
	CHECK(strncmp(OUT, "opsbox ", 7) == 0);
	CHECK_INT(RUN("alpha", "--version"), 0);
	CHECK(strncmp(OUT, "opsbox ", 7) == 0);
	test_cx_release(&t);
}

/* --- errors of verbs ---------------------------------------------------- */

static void
errors_of_verbs_become_one_line_and_a_code(void)
{
	volatile sig_atomic_t cancel = SIGTERM;
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "fail", "words"), 66);
	CHECK_STR(ERR, "alpha: cannot open 'a\\nb': No such file or directory\n"
		       "hint: create it\n");
	CHECK_INT(RUN("alpha", "fail", "io"), 74);
	CHECK_STR(ERR, "alpha: cannot go on: Input/output error\n");
	CHECK_INT(RUN("alpha", "fail", "pipe"), 141);
	CHECK_STR(ERR, "");
	CHECK_INT(RUN("alpha", "fail", "cancel"), 71);
	t.cx.cancel = &cancel;
	CHECK_INT(RUN("alpha", "fail", "cancel"), 128 + SIGTERM);
	CHECK_STR(ERR, "");
	test_cx_release(&t);
}

static void
errors_are_json_where_the_output_is(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "fail", "words", "--json"), 66);
	CHECK_STR(ERR,
	    "{\"applet\":\"alpha\",\"message\":\"cannot open 'a\\nb': No such "
	    "file or directory\",\"code\":66,\"errno\":2,\"hint\":\"create "
	    "it\"}\n");
	CHECK_INT(RUN("alpha", "fail", "usage", "--json"), 64);
	CHECK_STR(ERR,
	    "{\"applet\":\"alpha\",\"message\":\"unknown key 'x'; see 'opsbox "
	    "alpha fail --help'\",\"code\":64,\"errno\":null,\"hint\":null}\n");
	test_cx_release(&t);
}

static void
quiet_and_verbose_choose_the_notes(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "get", "k", "-q"), 0);
	CHECK_STR(ERR, "");
	CHECK_INT(RUN("alpha", "get", "k", "-vv"), 0);
	CHECK_STR(ERR, "alpha: looking for 'k'\n"
		       "alpha: this store is slow\n");
	CHECK_INT(t.cx.verbosity, 2);
	CHECK_INT(RUN("alpha", "get", "k", "--color=always"), 0);
	CHECK_INT(t.cx.color, OB_COLOR_ALWAYS);
	test_cx_release(&t);
}

/* --- output that does not arrive ---------------------------------------- */

static void
lost_output_is_a_failure_told_once(void)
{
	struct test_cx t;

	test_cx_init(&t);
	t.out.max = 10;
	CHECK_INT(RUN("alpha", "list", "-n", "9", "--plain"), 74);
	CHECK_STR(ERR, "alpha: cannot write to standard output: No buffer "
		       "space available\n");
	CHECK_INT(RUN("alpha", "list", "--help"), 74);
	CHECK_INT(RUN("alpha", "list", "--json", "-n", "9"), 74);
	test_cx_release(&t);
}

/* Runs with out on a descriptor. */
static int
run_on(struct test_cx *t, int fd, const char *limit)
{
	static char storage[256];
	char *words[] = { (char[]){ "opsbox" }, (char[]){ "alpha" },
		(char[]){ "list" }, (char[]){ "--plain" }, (char[]){ "-n" },
		NULL, NULL };

	words[5] = ob_arena_dup(&t->scratch, ob_str_z(limit));
	ob_stream_init_fd(
	    &t->out_stream, fd, storage, sizeof(storage), OB_STREAM_BLOCK);
	ob_buf_reset(&t->err);
	ob_stream_init_mem(&t->err_stream, &t->err);
	return ob_applet_run(&t->cx, &alpha_applet, 5, words + 1);
}

static void
a_full_disk_is_one_line_and_74(void)
{
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, "/dev/full", O_WRONLY, 0);
	struct test_cx t;

	if (fd < 0)
		SKIP("no /dev/full");
	test_cx_init(&t);
	CHECK_INT(run_on(&t, fd, "1"), 74);
	CHECK_STR(ERR, "alpha: cannot write to standard output: No space left "
		       "on device\n");
	/* More than the buffer: the verb itself sees the error. */
	CHECK_INT(run_on(&t, fd, "1000"), 74);
	CHECK_STR(ERR, "alpha: cannot write to standard output: No space left "
		       "on device\n");
	test_cx_release(&t);
}

static void
a_reader_that_went_away_ends_quietly(void)
{
	struct test_cx t;
	int fds[2];

	CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_close(&fds[0]), 0);
	test_cx_init(&t);
	CHECK_INT(run_on(&t, fds[1], "1"), 141);
	CHECK_STR(ERR, "");
	CHECK_INT(run_on(&t, fds[1], "1000"), 141);
	CHECK_STR(ERR, "");
	CHECK_INT(ob_close(&fds[1]), 0);
	test_cx_release(&t);
}

OB_TESTS(run) = {
	OB_TEST(applets_are_found_by_name_and_alias),
	OB_TEST(verbs_are_found_by_name_and_by_default),
	OB_TEST(house_options_follow_the_flags_of_the_verb),
	OB_TEST(a_verb_runs_by_its_name),
	OB_TEST(the_context_keeps_nothing_of_the_command_line),
	OB_TEST(options_before_the_verb_belong_to_it),
	OB_TEST(without_a_verb_the_default_runs),
	OB_TEST(without_a_default_the_verbs_are_shown_as_an_error),
	OB_TEST(a_command_keeps_its_options),
	OB_TEST(a_wrong_word_is_named_on_one_line),
	OB_TEST(a_very_long_wrong_word_leaves_room_for_the_pointer),
	OB_TEST(help_is_given_beside_a_wrong_word),
	OB_TEST(errors_of_verbs_become_one_line_and_a_code),
	OB_TEST(errors_are_json_where_the_output_is),
	OB_TEST(quiet_and_verbose_choose_the_notes),
	OB_TEST(lost_output_is_a_failure_told_once),
	OB_TEST(a_full_disk_is_one_line_and_74),
	OB_TEST(a_reader_that_went_away_ends_quietly),
	OB_TESTS_END,
};
