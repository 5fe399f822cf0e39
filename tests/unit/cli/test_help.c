#include "cli/help.h"

#include <errno.h>
#include <stdio.h>

#include "base/utf8.h"
#include "cx.h"
#include "fmt/jsonread.h"
#include "sample.h"
#include "unit.h"

#define RUN(...) test_cx_run(&t, __VA_ARGS__, (const char *)NULL)
#define OUT      ob_buf_z(&t.out)

/* At most 24 lines of 80 columns. */
static void
fits_a_terminal(struct ob_str text)
{
	unsigned lines = 0;
	struct ob_str line;

	while (ob_str_split(&text, '\n', &line) && text.p != NULL) {
		lines++;
		CHECK(ob_utf8_columns(line) <= 80);
	}
	CHECK(lines > 3 && lines <= 24);
}

static void
help_of_a_verb_starts_with_what_it_does(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "list", "--help"), 0);
	CHECK_STR(ob_buf_z(&t.err), "");
	CHECK_STR(OUT,
	    "alpha list: list rows\n"
	    "usage: alpha list [OPTION...]\n"
	    "\n"
	    "examples:\n"
	    "  alpha list -n 1\n"
	    "  alpha list --json\n"
	    "\n"
	    "options:\n"
	    "  -n, --limit N             at most N rows\n"
	    "      --json                one JSON document\n"
	    "  -h, --help                show this help; --help=all for all "
	    "options\n"
	    "  -s, --sort KEY            order of the rows\n"
	    "  -t, --[no-]tree           show who started whom\n"
	    "      --how HOW             fast or slow\n"
	    "  -0, --null                NUL instead of newline, in and out\n"
	    "      --ndjson              one JSON object a line\n"
	    "      --plain               tab-separated values, raw units\n"
	    "      --header              a heading above --plain rows\n"
	    "      --no-header           no heading above a table\n"
	    "  -q, --quiet               no notes and no progress\n"
	    "  -v, --verbose             say more; repeat for details\n"
	    "      --color WHEN          auto, always or never\n"
	    "more: opsbox alpha list --help=all\n");
	fits_a_terminal(ob_buf_str(&t.out));
	test_cx_release(&t);
}

static void
full_help_has_all_options_operands_defaults_and_codes(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("alpha", "run", "--help=all"), 0);
	CHECK_STR(OUT,
	    "alpha run: run a command\n"
	    "usage: alpha run [OPTION...] COMMAND [ARGUMENT...]\n"
	    "\n"
	    "operands:\n"
	    "  COMMAND                   a program\n"
	    "  ARGUMENT                  what it gets\n"
	    "\n"
	    "options:\n"
	    "  -n, --limit N             at most N rows (default 2)\n"
	    "  -h, --help                show this help; --help=all for all "
	    "options\n"
	    "  -s, --sort KEY            order of the rows\n"
	    "  -t, --[no-]tree           show who started whom\n"
	    "      --how HOW             fast or slow\n"
	    "      --color WHEN          auto, always or never\n"
	    "      --version             show version\n"
	    "\n"
	    "exit codes:\n"
	    "    7  always\n"
	    "  the others: see opsbox(1)\n");
	CHECK_INT(RUN("help", "alpha", "run"), 0);
	CHECK(strstr(OUT, "exit codes:\n") != NULL);
	CHECK_INT(RUN("alpha", "list", "--help=all"), 0);
	CHECK(strstr(OUT, "show version\n") != NULL);
	CHECK(strstr(OUT, "more:") == NULL);
	test_cx_release(&t);
}

static void
synopses_show_what_may_repeat_and_be_absent(void)
{
	struct ob_buf b = OB_BUF_INIT(200);

	ob_help_synopsis(&b, &beta_applet, ob_verb_find(&beta_applet, "show"));
	CHECK_STR(ob_buf_z(&b), "beta show [OPTION...] [FILE...]");
	ob_buf_reset(&b);
	ob_help_synopsis(&b, &alpha_applet, ob_verb_find(&alpha_applet, "get"));
	CHECK_STR(ob_buf_z(&b), "alpha get [OPTION...] KEY");
	ob_buf_release(&b);
}

static void
every_help_fits_a_terminal(void)
{
	static const struct ob_applet *const all[] = { &alpha_applet,
		&beta_applet };
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(all); i++) {
		CHECK_INT(RUN(all[i]->name, "--help"), 0);
		fits_a_terminal(ob_buf_str(&t.out));
		for (const struct ob_verb *v = all[i]->verbs; v->name; v++) {
			CHECK_INT(RUN(all[i]->name, v->name, "-h"), 0);
			fits_a_terminal(ob_buf_str(&t.out));
		}
	}
	CHECK_INT(RUN("--help"), 0);
	fits_a_terminal(ob_buf_str(&t.out));
	CHECK_INT(RUN("--install", "--help"), 0);
	fits_a_terminal(ob_buf_str(&t.out));
	test_cx_release(&t);
}

static void
help_of_an_applet_lists_its_verbs_without_hidden_ones(void)
{
	static const char *const ways[][2] = {
		{ "beta", "--help" },
		{ "beta", "-h" },
		{ "beta", "help" },
		{ "help", "beta" },
	};
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(ways); i++) {
		CHECK_INT(RUN(ways[i][0], ways[i][1]), 0);
		CHECK_STR(OUT, "beta: the second sample\n"
			       "usage: beta VERB [OPTION...]\n"
			       "\n"
			       "verbs:\n"
			       "  show       show files (default)\n"
			       "  other      another verb\n"
			       "\n"
			       "One verb: opsbox beta VERB --help. Manual: "
			       "opsbox-beta(1)\n");
	}
	CHECK_INT(RUN("help", "alpha"), 0);
	CHECK(strstr(OUT, "secret") == NULL);
	test_cx_release(&t);
}

static void
unknown_names_in_help_are_usage_errors(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("help", "alpa"), 64);
	CHECK_STR(ob_buf_z(&t.err), "opsbox: unknown applet 'alpa' (did you "
				    "mean 'alpha'?); see 'opsbox help "
				    "--help'\n");
	CHECK_INT(RUN("help", "zzzzzz"), 64);
	CHECK_STR(ob_buf_z(&t.err), "opsbox: unknown applet 'zzzzzz'; see "
				    "'opsbox help --help'\n");
	CHECK_INT(RUN("help", "alpha", "none"), 64);
	CHECK_STR(ob_buf_z(&t.err), "opsbox: unknown verb 'none' of 'alpha'; "
				    "see 'opsbox help --help'\n");
	CHECK_INT(RUN("help", "alpha", "list", "more"), 64);
	test_cx_release(&t);
}

static void
options_are_found_in_any_spelling(void)
{
	const struct ob_opt *limit;

	limit = ob_help_find_option(&alpha_applet, "--limit");
	CHECK(limit != NULL);
	CHECK(ob_help_find_option(&alpha_applet, "--limit=3") == limit);
	CHECK(ob_help_find_option(&alpha_applet, "-n") == limit);
	CHECK(ob_help_find_option(&alpha_applet, "-n3") == NULL);
	CHECK(ob_help_find_option(&alpha_applet, "-") == NULL);
	CHECK(ob_help_find_option(&alpha_applet, "--") == NULL);
	CHECK(ob_help_find_option(&alpha_applet, "--lim") == NULL);
	CHECK(ob_help_table(ob_verb_find(&alpha_applet, "list"), 3) == NULL);
}

/* --- the dump ----------------------------------------------------------- */

static const struct ob_val *
member(const struct ob_val *v, const char *key)
{
	const struct ob_val *found = ob_val_get(v, ob_str_z(key));

	if (found == NULL)
		FAIL("no member '%s'", key);
	return found;
}

static const struct ob_val *
item(const struct ob_val *v, unsigned i)
{
	CHECK_INT(v->type, OB_VAL_LIST);
	CHECK(i < v->u.list->n);
	return &v->u.list->v[i];
}

static void
is_text(const struct ob_val *v, const char *key, const char *want)
{
	struct ob_str s = ob_val_str(member(v, key));

	CHECK_MEM(s.p, s.n, want);
}

static void
the_dump_is_json_that_holds_every_table(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	const struct ob_val *alpha, *list, *option;
	struct ob_tree tree;
	struct ob_val root;
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("help", "--json"), 0);
	ob_tree_init(&tree, &arena, NULL);
	CHECK_INT(ob_json_read(&tree, ob_buf_str(&t.out), &root, NULL), 0);
	CHECK_UINT(tree.duplicates, 0);

	is_text(item(member(&root, "exit_codes"), 1), "code", "1");
	alpha = item(member(&root, "applets"), 0);
	is_text(alpha, "name", "alpha");
	CHECK_UINT(member(alpha, "aliases")->u.list->n, 2);
	CHECK_UINT(member(alpha, "verbs")->u.list->n, 6);
	list = item(member(alpha, "verbs"), 0);
	is_text(list, "synopsis", "alpha list [OPTION...]");
	is_text(list, "class", "inproc");
	is_text(item(member(alpha, "verbs"), 3), "class", "fork");
	is_text(item(member(alpha, "verbs"), 4), "class", "exec");
	is_text(item(member(list, "columns"), 1), "key", "size_bytes");
	CHECK_UINT(member(list, "examples")->u.list->n, 2);
	option = item(member(list, "options"), 0);
	is_text(option, "name", "limit");
	is_text(option, "letter", "n");
	is_text(option, "kind", "uint");
	is_text(option, "default", "2");
	CHECK_INT(member(option, "alias")->type, OB_VAL_NULL);
	option = item(member(list, "options"), 3);
	is_text(option, "kind", "choice");
	CHECK_UINT(member(option, "choices")->u.list->n, 2);
	is_text(item(member(item(member(alpha, "verbs"), 3), "exits"), 0),
	    "meaning", "always");
	is_text(item(member(item(member(alpha, "verbs"), 3), "operands"), 1),
	    "max", "0");
	test_cx_release(&t);
}

static void
a_dump_that_does_not_fit_is_an_error(void)
{
	struct test_cx t;

	test_cx_init(&t);
	t.out.max = 100;
	CHECK_INT(RUN("help", "--json"), 74);
	test_cx_release(&t);
}

OB_TESTS(help) = {
	OB_TEST(help_of_a_verb_starts_with_what_it_does),
	OB_TEST(full_help_has_all_options_operands_defaults_and_codes),
	OB_TEST(synopses_show_what_may_repeat_and_be_absent),
	OB_TEST(every_help_fits_a_terminal),
	OB_TEST(help_of_an_applet_lists_its_verbs_without_hidden_ones),
	OB_TEST(unknown_names_in_help_are_usage_errors),
	OB_TEST(options_are_found_in_any_spelling),
	OB_TEST(the_dump_is_json_that_holds_every_table),
	OB_TEST(a_dump_that_does_not_fit_is_an_error),
	OB_TESTS_END,
};
