#include "cli/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/keypath.h"
#include "conf/merge.h"
#include "conf/origin.h"
#include "cx.h"
#include "unit.h"

static const char *const colors[] = { "red", "blue", NULL };

struct opts {
	uint64_t limit;
	int64_t every_ns;
	bool tree, quick;
	int color, mode;
	const char *title, *file, *token;
	struct ob_opt_values columns;
};

#define AT(field) OB_OPT_AT(struct opts, field)

static const struct ob_opt rows[] = {
	{ "limit", 0, OB_OPT_UINT, AT(limit), .flags = OB_OPT_SETTING, .min = 1,
	    .max = 100, .def = "10", .metavar = "N" },
	{ "refresh-every", 0, OB_OPT_DURATION, AT(every_ns),
	    .flags = OB_OPT_SETTING, .metavar = "TIME" },
	{ "tree", 0, OB_OPT_FLAG, AT(tree), .flags = OB_OPT_SETTING,
	    .group = 1 },
	{ "flat", 0, OB_OPT_FLAG, AT(quick), .group = 1 },
	{ "color-name", 0, OB_OPT_CHOICE, AT(color), .flags = OB_OPT_SETTING,
	    .choices = colors, .metavar = "C" },
	{ "fast", 0, OB_OPT_SET, AT(mode), .flags = OB_OPT_SETTING, .min = 2 },
	{ "slow", 0, OB_OPT_SET, AT(mode), .min = 1 },
	{ "title", 0, OB_OPT_STR, AT(title), .flags = OB_OPT_SETTING,
	    .metavar = "T" },
	{ "file", 0, OB_OPT_PATH, AT(file), .flags = OB_OPT_SETTING,
	    .metavar = "F" },
	{ "token", 0, OB_OPT_STR, AT(token),
	    .flags = OB_OPT_SETTING | OB_OPT_SECRET, .metavar = "T" },
	{ "columns", 0, OB_OPT_LIST, AT(columns), .flags = OB_OPT_SETTING,
	    .metavar = "C" },
	{ "plain-option", 0, OB_OPT_STR, AT(title), .metavar = "T" },
	OB_OPT_END,
};

static struct opts seen;

static int
show(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	(void)cx;
	(void)argc;
	(void)argv;
	seen = *(const struct opts *)opts;
	return 0;
}

static const struct ob_verb verbs[] = {
	{ .name = "show",
	    .summary = "test",
	    .opts = rows,
	    .opts_size = sizeof(struct opts),
	    .run = show },
	{ .name = "other",
	    .summary = "test",
	    .shared = rows,
	    .opts_size = sizeof(struct opts),
	    .run = show },
	OB_VERBS_END,
};

static const struct ob_applet applet = {
	.name = "test-x", .summary = "test", .verbs = verbs
};

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	CHECK(f != NULL);
	CHECK(fputs(text, f) >= 0);
	CHECK(fclose(f) == 0);
}

static char config_home[300];

/* The environment: XDG_CONFIG_HOME is below the test's directory. */
static const char **
start(const char *user_file, const char *variable)
{
	static const char *vars[3];
	char cwd[200];

	CHECK(getcwd(cwd, sizeof(cwd)) != NULL);
	(void)snprintf(
	    config_home, sizeof(config_home), "XDG_CONFIG_HOME=%s/config", cwd);
	CHECK(mkdir("config", 0700) == 0 && mkdir("config/opsbox", 0700) == 0);
	CHECK(mkdir("etc", 0700) == 0);
	if (user_file != NULL)
		write_file("config/opsbox/test-x.toml", user_file);
	vars[0] = config_home;
	vars[1] = variable;
	return vars;
}

/* Runs the verb with the words; the text of its error in *err. */
static int
run(const char *const *vars, struct test_cx *t, const char *word1,
    const char *word2)
{
	char name[] = "test-x", verb[] = "show";
	char words[2][40];
	char *argv[] = { name, verb, NULL, NULL, NULL };

	test_cx_init(t);
	ob_stream_init_mem(&t->out_stream, &t->out);
	ob_stream_init_mem(&t->err_stream, &t->err);
	t->cx.env.vars = vars;
	(void)snprintf(words[0], sizeof(words[0]), "%s", word1 ? word1 : "");
	(void)snprintf(words[1], sizeof(words[1]), "%s", word2 ? word2 : "");
	argv[2] = word1 == NULL ? NULL : words[0];
	argv[3] = word2 == NULL ? NULL : words[1];
	memset(&seen, 0, sizeof(seen));
	return ob_applet_run(
	    &t->cx, &applet, 2 + (word1 != NULL) + (word2 != NULL), argv);
}

static void
files_set_options_of_each_kind(void)
{
	const char **vars = start("limit = 3\nrefresh_every = \"2m\"\n"
				  "tree = true\ncolor_name = \"blue\"\n"
				  "fast = true\ntitle = \"t\"\n"
				  "file = \"x/y\"\n"
				  "columns = [\"a\", \"b\"]\n",
	    NULL);
	struct test_cx t;

	CHECK_INT(run(vars, &t, NULL, NULL), 0);
	CHECK_STR(ob_buf_z(&t.err), "");
	CHECK_UINT(seen.limit, 3);
	CHECK_INT(seen.every_ns, INT64_C(120000000000));
	CHECK(seen.tree);
	CHECK_INT(seen.color, 1);
	CHECK_INT(seen.mode, 2);
	CHECK_STR(seen.title, "t");
	CHECK(strstr(seen.file, "/config/opsbox/x/y") != NULL);
	CHECK_UINT(seen.columns.n, 2);
	CHECK_STR(seen.columns.v[1].value, "b");
	test_cx_release(&t);
}

static void
the_environment_beats_the_file_and_options_beat_both(void)
{
	const char **vars = start("limit = 3\ncolumns = [\"a\"]\n"
				  "fast = true\ntree = true\n",
	    "OPSBOX_TEST_X_LIMIT=4");
	struct test_cx t;

	CHECK_INT(run(vars, &t, NULL, NULL), 0);
	CHECK_UINT(seen.limit, 4);
	test_cx_release(&t);
	CHECK_INT(run(vars, &t, "--limit=5", "--columns=c"), 0);
	CHECK_UINT(seen.limit, 5);
	CHECK_UINT(seen.columns.n, 1);
	CHECK_STR(seen.columns.v[0].value, "c");
	test_cx_release(&t);
	/* the same field, and the same group, by other rows */
	CHECK_INT(run(vars, &t, "--slow", "--flat"), 0);
	CHECK_INT(seen.mode, 1);
	CHECK(!seen.tree && seen.quick);
	test_cx_release(&t);
}

static void
without_files_the_defaults_count(void)
{
	static const char *const none[] = { "HOME=relative", NULL };
	static const char *const file[] = { "HOME=/dev/null", NULL };
	struct test_cx t;

	CHECK_INT(run(NULL, &t, NULL, NULL), 0);
	CHECK_UINT(seen.limit, 10);
	test_cx_release(&t);
	CHECK_INT(run(none, &t, NULL, NULL), 0);
	test_cx_release(&t);
	CHECK_INT(run(file, &t, NULL, NULL), 0);
	CHECK_UINT(seen.limit, 10);
	test_cx_release(&t);
}

static void
check_refused(const char *const *vars, const char *part, const char *part2)
{
	struct test_cx t;

	CHECK_INT(run(vars, &t, NULL, NULL), 78);
	if (strstr(ob_buf_z(&t.err), part) == NULL ||
	    strstr(ob_buf_z(&t.err), part2) == NULL)
		FAIL("'%s' lacks '%s' or '%s'", ob_buf_z(&t.err), part, part2);
	test_cx_release(&t);
}

static void
wrong_values_name_their_place(void)
{
	const char **vars = start("limit = 3\n", "OPSBOX_TEST_X_LIMIT=1000");

	check_refused(vars, "variable OPSBOX_TEST_X_LIMIT",
	    "'1000' is not a whole number from 1 to 100");
	write_file("config/opsbox/test-x.toml", "\ncolor_name = \"green\"\n");
	check_refused(vars, "variable OPSBOX_TEST_X_LIMIT", "1000");
	vars[1] = NULL;
	check_refused(
	    vars, "/config/opsbox/test-x.toml:2:14: 'green'", "red, blue");
	write_file("config/opsbox/test-x.toml", "title = {}\n");
	check_refused(vars,
	    "test-x.toml:1:9:", "setting 'title' has a value of another type");
	write_file("config/opsbox/test-x.toml", "fast = \"maybe\"\n");
	check_refused(vars, "1:8", "'maybe' is not true or false");
	write_file("config/opsbox/test-x.toml", "title = \"\\u0000\"\n");
	check_refused(vars, "1:9", "another type");
}

static void
wrong_files_are_refused(void)
{
	const char **vars = start("lmit = 3\n", NULL);
	struct test_cx t;

	check_refused(vars, "test-x.toml:1:8: 'lmit' is no setting of test-x",
	    "hint: did you mean 'limit'?");
	write_file("config/opsbox/test-x.toml", "plain_option = 3\n");
	check_refused(vars, "'plain_option' is no setting", "test-x");
	write_file("config/opsbox/test-x.toml", "limit 3\n");
	CHECK_INT(run(vars, &t, NULL, NULL), 65);
	CHECK(strstr(ob_buf_z(&t.err), "1:7: expected '=' after key") != NULL);
	test_cx_release(&t);
	CHECK_INT(run(vars, &t, "--help", NULL), 0);
	test_cx_release(&t);
}

static void
secret_values_are_not_quoted(void)
{
	const char **vars = start("token = [\"hush\"]\n", NULL);
	struct test_cx t;

	CHECK_INT(run(vars, &t, NULL, NULL), 78);
	CHECK(strstr(ob_buf_z(&t.err), "hush") == NULL);
	test_cx_release(&t);
}

static void
system_settings_are_below_those_of_the_user(void)
{
	const char **vars = start("limit = 3\n", NULL);
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(100000);
	struct ob_conf *conf = NULL;
	struct ob_keypath path;
	struct ob_def *defs;

	write_file("etc/test-x.toml", "limit = 2\ntitle = \"sys\"\n");
	CHECK_INT(ob_settings_open(&applet, (struct ob_env){ vars }, "etc",
		      OB_SETTINGS_EXPLAIN, &conf, NULL),
	    0);
	CHECK_INT(ob_keypath_parse(&arena, OB_STR("limit"), &path, NULL), 0);
	CHECK_INT(ob_conf_defs(conf, &path, &arena, &defs), 3);
	CHECK_INT(defs[0].origin.scope, OB_SCOPE_USER);
	CHECK_INT(defs[1].origin.scope, OB_SCOPE_SYSTEM);
	CHECK_STR(defs[1].origin.file, "etc/test-x.toml");
	CHECK_INT(defs[2].origin.scope, OB_SCOPE_DEFAULT);
	CHECK_MEM(defs[2].val->u.text, defs[2].val->n, "10");
	CHECK(ob_str_eq_z(defs[2].origin.name, "--limit"));
	ob_conf_free(&conf);
}

static int
count(void *ctx, const char *key, const struct ob_opt *row)
{
	(void)row;
	CHECK(strchr(key, '-') == NULL);
	return ++*(int *)ctx == 12 ? 1 : 0;
}

static void
each_setting_is_walked_once(void)
{
	int n = 0;

	CHECK_INT(ob_settings_walk(&applet, count, &n), 0);
	CHECK_INT(n, 9);
}

OB_TESTS(settings) = {
	OB_TEST(files_set_options_of_each_kind),
	OB_TEST(the_environment_beats_the_file_and_options_beat_both),
	OB_TEST(without_files_the_defaults_count),
	OB_TEST(wrong_values_name_their_place),
	OB_TEST(wrong_files_are_refused),
	OB_TEST(secret_values_are_not_quoted),
	OB_TEST(system_settings_are_below_those_of_the_user),
	OB_TEST(each_setting_is_walked_once),
	OB_TESTS_END,
};
