#include "cli/opt.h"

#include <errno.h>

#include "cx.h"
#include "unit.h"

struct opts {
	bool tree, keep;
	int verbose_count, fd, mode, color;
	const char *name, *path;
	int64_t number, wait_ns;
	uint64_t limit, size;
	double ratio;
	struct ob_opt_values items;
};

static const char *const modes[] = { "fast", "safe", NULL };

#define AT(field) OB_OPT_AT(struct opts, field)

static const struct ob_opt rows[] = {
	{ "tree", 't', OB_OPT_FLAG, AT(tree), .flags = OB_OPT_NEGATABLE },
	{ "keep", 'k', OB_OPT_FLAG, AT(keep), .group = 1 },
	{ "drop", 'd', OB_OPT_FLAG, AT(keep), .group = 1 },
	{ "more", 'm', OB_OPT_COUNT, AT(verbose_count) },
	{ "name", 'n', OB_OPT_STR, AT(name), .metavar = "NAME",
	    .alias = "label", .alias_letter = 'N' },
	{ "path", 'p', OB_OPT_PATH, AT(path), .metavar = "FILE" },
	{ "number", 'i', OB_OPT_INT, AT(number), .metavar = "N", .min = -5,
	    .max = 5 },
	{ "limit", 0, OB_OPT_UINT, AT(limit), .metavar = "N", .def = "7" },
	{ "fd", 0, OB_OPT_FD, AT(fd), .metavar = "FD", .def = "1" },
	{ "ratio", 0, OB_OPT_FLOAT, AT(ratio), .metavar = "R", .min = 0,
	    .max = 1 },
	{ "size", 's', OB_OPT_SIZE, AT(size), .metavar = "SIZE",
	    .max = 1 << 20 },
	{ "wait", 'w', OB_OPT_DURATION, AT(wait_ns), .metavar = "TIME" },
	{ "mode", 0, OB_OPT_CHOICE, AT(mode), .metavar = "MODE",
	    .choices = modes, .def = "safe" },
	{ "item", 'I', OB_OPT_LIST, AT(items), .metavar = "X" },
	{ "other", 'O', OB_OPT_LIST, AT(items), .metavar = "X" },
	{ "end", 'e', OB_OPT_FLAG, AT(tree), .flags = OB_OPT_LAST },
	{ "red", 'r', OB_OPT_SET, AT(color), .min = 3 },
	{ "blue", 'b', OB_OPT_SET, AT(color), .min = 4 },
	OB_OPT_END,
};

static struct opts got;
static int got_argc;
static char **got_argv;

static int
keep_what_came(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	(void)cx;
	got = *(const struct opts *)options;
	got_argc = argc;
	got_argv = argv;
	return OB_EX_OK;
}

static const struct ob_operand operands[] = {
	{ "WORD", 0, 0, "anything" },
	{ NULL },
};

static const struct ob_verb verb = {
	.name = "verb",
	.summary = "a verb of the test",
	.opts = rows,
	.opts_size = sizeof(struct opts),
	.operands = operands,
	.flags = OB_INPROC | OB_V_OWN_QV,
	.run = keep_what_came,
};

static const struct ob_verb command = {
	.name = "command",
	.summary = "runs a command",
	.opts = rows,
	.opts_size = sizeof(struct opts),
	.operands = operands,
	.flags = OB_INPROC | OB_V_OWN_QV | OB_V_COMMAND,
	.run = keep_what_came,
};

#define RUN(...) test_cx_verb(&t, __VA_ARGS__, (const char *)NULL)

static void
every_kind_fills_its_field(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    RUN(&verb, "--tree", "-mm", "--name=a=b", "-p", "x y", "-i-5",
		"--limit", "18446744073709551615", "--fd=3", "--ratio=.5",
		"-s64K", "--wait", "250ms", "--mode=fast", "one", "-", "two"),
	    64); /* ".5" is no number */
	CHECK_INT(
	    RUN(&verb, "--tree", "-mm", "--name=a=b", "-p", "x y", "-i-5",
		"--limit", "18446744073709551615", "--fd=3", "--ratio=0.5",
		"-s64K", "--wait", "250ms", "--mode=fast", "one", "-", "two"),
	    0);
	CHECK_STR(ob_buf_z(&t.err), "");
	CHECK(got.tree);
	CHECK_INT(got.verbose_count, 2);
	CHECK_STR(got.name, "a=b");
	CHECK_STR(got.path, "x y");
	CHECK_INT(got.number, -5);
	CHECK_UINT(got.limit, UINT64_MAX);
	CHECK_INT(got.fd, 3);
	CHECK(got.ratio == 0.5);
	CHECK_UINT(got.size, 65536);
	CHECK_INT(got.wait_ns, 250000000);
	CHECK_INT(got.mode, 0);
	CHECK_INT(got_argc, 3);
	CHECK_STR(got_argv[0], "one");
	CHECK_STR(got_argv[1], "-");
	CHECK_STR(got_argv[2], "two");
	CHECK(got_argv[3] == NULL);
	test_cx_release(&t);
}

static void
defaults_hold_where_nothing_was_given(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&verb, NULL), 0);
	CHECK_UINT(got.limit, 7);
	CHECK_INT(got.mode, 1);
	CHECK(got.name == NULL);
	CHECK_UINT(got.items.n, 0);
	test_cx_release(&t);
}

static void
the_last_of_rows_that_set_one_field_counts(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&verb, NULL), 0);
	CHECK_INT(got.color, 0);
	CHECK_INT(RUN(&verb, "-rb"), 0);
	CHECK_INT(got.color, 4);
	CHECK_INT(RUN(&verb, "--blue", "--red"), 0);
	CHECK_INT(got.color, 3);
	CHECK_INT(RUN(&verb, "--blue=1"), 64);
	test_cx_release(&t);
}

static void
lists_keep_the_order_across_rows(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    RUN(&verb, "-I", "1", "--other=2", "-I3", "-O", "4", "-I5"), 0);
	CHECK_UINT(got.items.n, 5);
	for (size_t i = 0; i < 5; i++) {
		CHECK_INT(got.items.v[i].value[0], '1' + (int)i);
		CHECK_STR(got.items.v[i].opt->name, i % 2 ? "other" : "item");
	}
	test_cx_release(&t);
}

static void
aliases_and_negation_name_the_row(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&verb, "--tree", "--no-tree", "--label", "x"), 0);
	CHECK(!got.tree);
	CHECK_STR(got.name, "x");
	CHECK_INT(RUN(&verb, "-Ny"), 0);
	CHECK_STR(got.name, "y");
	test_cx_release(&t);
}

static void
options_end_at_dashes_a_command_or_a_last_option(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&verb, "a", "--", "-t", "--"), 0);
	CHECK(!got.tree);
	CHECK_INT(got_argc, 3);
	CHECK_STR(got_argv[2], "--");
	CHECK_INT(RUN(&command, "-k", "a", "-t"), 0);
	CHECK(!got.tree);
	CHECK_INT(got_argc, 2);
	CHECK_INT(RUN(&verb, "-e", "-k"), 0);
	CHECK(!got.keep);
	CHECK_STR(got_argv[0], "-k");
	test_cx_release(&t);
}

static void
wrong_words_are_named_with_what_was_expected(void)
{
	static const struct {
		const char *words[3];
		const char *message;
	} cases[] = {
		{ { "--nam" },
		    "unknown option '--nam' (did you mean '--name'?)" },
		{ { "--zzzzzz=3" }, "unknown option '--zzzzzz'" },
		{ { "-z" }, "unknown option '-z'" },
		{ { "--name" }, "option '--name' needs a value NAME" },
		{ { "-tn" }, "option '--name' needs a value NAME" },
		{ { "--tree=1" }, "option '--tree' takes no value" },
		{ { "-i", "6" },
		    "option '--number': '6' is not a whole number from -5 to 5" },
		{ { "-i", "1x" },
		    "option '--number': '1x' is not a whole number from -5 to 5" },
		{ { "--limit=-1" },
		    "option '--limit': '-1' is not a whole number in range" },
		{ { "--fd=x" },
		    "option '--fd': 'x' is not a file descriptor number" },
		{ { "--ratio=2" },
		    "option '--ratio': '2' is not a number from 0 to 1" },
		{ { "--ratio=nan" },
		    "option '--ratio': 'nan' is not a number from 0 to 1" },
		{ { "-s", "3q" }, "option '--size': '3q' is not a size such as "
				  "4096, 64K, 16M or 1G" },
		{ { "-s", "2M" }, "option '--size': '2M' is out of range" },
		{ { "-w", "5x" }, "option '--wait': '5x' is not a duration "
				  "such as 250ms, 5s, 2m or 1h" },
		{ { "-w", "999999999d" },
		    "option '--wait': '999999999d' is out of range" },
		{ { "--mode=slow" },
		    "option '--mode': 'slow' is not one of: fast, safe" },
		{ { "-k", "-d" },
		    "options '--keep' and '--drop' exclude each other" },
	};
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		struct ob_buf line = OB_BUF_INIT(1000);

		CHECK_INT(RUN(&verb, cases[i].words[0], cases[i].words[1]), 64);
		ob_buf_printf(&line,
		    "test: %s; see 'opsbox test verb --help'\n",
		    cases[i].message);
		CHECK_STR(ob_buf_z(&t.err), ob_buf_z(&line));
		CHECK_STR(ob_buf_z(&t.out), "");
		ob_buf_release(&line);
	}
	test_cx_release(&t);
}

static void
too_many_list_items_are_refused(void)
{
	struct ob_arena arena = OB_ARENA_INIT(1 << 20);
	struct opts o = { 0 };
	struct ob_err err = OB_ERR_INIT;
	int rc = 0, n = 0;

	while (rc == 0 && n < 100000) {
		rc = ob_opt_set(&rows[13], &o, "option", "x", &arena, &err);
		n++;
	}
	CHECK_INT(rc, -EINVAL);
	CHECK_INT(n, 4097);
	ob_arena_release(&arena);
}

static void
settings_text_is_true_or_false(void)
{
	struct ob_arena arena = OB_ARENA_INIT(1 << 20);
	struct opts o = { 0 };
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_opt_set(&rows[0], &o, "x", "yes", &arena, &err), 0);
	CHECK(o.tree);
	CHECK_INT(ob_opt_set(&rows[0], &o, "x", "off", &arena, &err), 0);
	CHECK(!o.tree);
	CHECK_INT(ob_opt_set(&rows[0], &o, "variable 'V'", "2", &arena, &err),
	    -EINVAL);
	CHECK_STR(err.msg, "variable 'V': '2' is not true or false");
	ob_arena_release(&arena);
}

static void
the_nearest_name_is_near(void)
{
	struct ob_nearest n;

	ob_nearest_init(&n, "psmom");
	ob_nearest_add(&n, "kvmap");
	ob_nearest_add(&n, "psmon");
	CHECK_STR(ob_nearest_get(&n), "psmon");
	ob_nearest_init(&n, "xyz");
	ob_nearest_add(&n, "kvmap");
	CHECK(ob_nearest_get(&n) == NULL);
}

struct edge_opts {
	int64_t at_least, down_to;
	uint64_t count;
	double any;
	bool one, two;
	struct ob_opt_values list;
};

#define EDGE(field) OB_OPT_AT(struct edge_opts, field)

static const struct ob_opt edge_rows[] = {
	{ "at-least", 0, OB_OPT_INT, EDGE(at_least), .min = 3 },
	{ "down-to", 0, OB_OPT_INT, EDGE(down_to), .min = -3 },
	{ "count", 'c', OB_OPT_UINT, EDGE(count), .min = 1 },
	{ "any", 0, OB_OPT_FLOAT, EDGE(any) },
	{ NULL, '1', OB_OPT_FLAG, EDGE(one), .group = 1 },
	{ NULL, '2', OB_OPT_FLAG, EDGE(two), .group = 1 },
	{ NULL, 'l', OB_OPT_LIST, EDGE(list) },
	OB_OPT_END,
};

static struct edge_opts edge;

static int
keep_edge(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	(void)cx;
	(void)argc;
	(void)argv;
	edge = *(const struct edge_opts *)options;
	return OB_EX_OK;
}

static const struct ob_verb edge_verb = {
	.name = "verb",
	.summary = "edges of ranges",
	.opts = edge_rows,
	.opts_size = sizeof(struct edge_opts),
	.flags = OB_INPROC,
	.run = keep_edge,
};

static void
a_range_may_have_no_upper_end(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&edge_verb, "--at-least=9223372036854775807", "-c",
		      "18446744073709551615", "--any=-1e300"),
	    0);
	CHECK_INT(edge.at_least, INT64_MAX);
	CHECK_UINT(edge.count, UINT64_MAX);
	CHECK(edge.any == -1e300);
	CHECK_INT(RUN(&edge_verb, "--at-least=2"), 64);
	CHECK_STR(ob_buf_z(&t.err),
	    "test: option '--at-least': '2' is not a whole number of at least "
	    "3; see 'opsbox test verb --help'\n");
	CHECK_INT(RUN(&edge_verb, "-c0"), 64);
	CHECK_INT(RUN(&edge_verb, "--down-to=1"), 64);
	CHECK_STR(ob_buf_z(&t.err),
	    "test: option '--down-to': '1' is not a whole number from -3 to "
	    "0; see 'opsbox test verb --help'\n");
	CHECK_INT(RUN(&edge_verb, "--any=x"), 64);
	CHECK_STR(ob_buf_z(&t.err), "test: option '--any': 'x' is not a "
				    "number; see 'opsbox test verb --help'\n");
	test_cx_release(&t);
}

static void
options_without_a_long_name_are_named_by_their_letter(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&edge_verb, "-1", "-2"), 64);
	CHECK_STR(ob_buf_z(&t.err), "test: options '-1' and '-2' exclude each "
				    "other; see 'opsbox test verb --help'\n");
	CHECK_INT(RUN(&edge_verb, "-l"), 64);
	CHECK_STR(ob_buf_z(&t.err), "test: option '-l' needs a value; see "
				    "'opsbox test verb --help'\n");
	CHECK_INT(RUN(&edge_verb, "-l", "a", "-lb", "-1", "-1"), 0);
	CHECK_UINT(edge.list.n, 2);
	CHECK_STR(edge.list.v[1].value, "b");
	test_cx_release(&t);
}

static void
memory_that_runs_out_is_an_error(void)
{
	OB_AUTO_ARENA struct ob_arena none = OB_ARENA_INIT(0);
	struct ob_err err = OB_ERR_INIT;
	struct edge_opts o = { 0 };
	char *argv[] = { NULL };
	struct ob_parse p = {
		.table = { { edge_rows, &o } },
		.arena = &none,
	};

	CHECK_INT(ob_opt_parse(&p, 0, argv, &err), -ENOMEM);
	CHECK_STR(err.msg, "cannot keep operands");
	CHECK_INT(
	    ob_opt_set(&edge_rows[6], &o, "x", "v", &none, &err), -ENOMEM);
	CHECK_STR(err.msg, "cannot keep options");
	CHECK_UINT(o.list.n, 0);
}

static void
a_slip_in_an_option_gets_the_nearest_name(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN(&edge_verb, "--cuont=7"), 64);
	CHECK_STR(ob_buf_z(&t.err),
	    "test: unknown option '--cuont' (did you mean '--count'?); see "
	    "'opsbox test verb --help'\n");
	CHECK_INT(RUN(&edge_verb, "--=7"), 64);
	CHECK_INT(RUN(&edge_verb, "--no-one"), 64);
	test_cx_release(&t);
}

OB_TESTS(opt) = {
	OB_TEST(every_kind_fills_its_field),
	OB_TEST(defaults_hold_where_nothing_was_given),
	OB_TEST(the_last_of_rows_that_set_one_field_counts),
	OB_TEST(lists_keep_the_order_across_rows),
	OB_TEST(aliases_and_negation_name_the_row),
	OB_TEST(options_end_at_dashes_a_command_or_a_last_option),
	OB_TEST(wrong_words_are_named_with_what_was_expected),
	OB_TEST(too_many_list_items_are_refused),
	OB_TEST(settings_text_is_true_or_false),
	OB_TEST(the_nearest_name_is_near),
	OB_TEST(a_range_may_have_no_upper_end),
	OB_TEST(options_without_a_long_name_are_named_by_their_letter),
	OB_TEST(memory_that_runs_out_is_an_error),
	OB_TEST(a_slip_in_an_option_gets_the_nearest_name),
	OB_TESTS_END,
};
