#include "conf/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "conf/merge.h"
#include "conf/origin.h"
#include "fmt/json.h"
#include "unit.h"

static struct ob_conf *
new_conf(const char *const *vars, const char *prefix)
{
	struct ob_conf_opts opts = { .env = { vars }, .env_prefix = prefix };
	struct ob_conf *conf = NULL;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	return conf;
}

/* Builds, and compares the merged tree as JSON. */
static void
check_tree(struct ob_conf *conf, const char *expected)
{
	static struct ob_errlist errors;
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_json j;

	if (ob_conf_build(conf, &errors) < 0)
		FAIL("%s", errors.v[0].msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &conf->root), 0);
	CHECK_STR(ob_buf_z(&b), expected);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	CHECK(f != NULL);
	CHECK(fputs(text, f) >= 0);
	CHECK(fclose(f) == 0);
}

static void
files_are_read_by_their_format(void)
{
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_err err = OB_ERR_INIT;

	write_file("a.json", "{\"a\":1,\"a\":2}");
	write_file("b", "B=x\n");
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "a.json", -1, 0, &err),
	    1);
	CHECK_INT(ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD, "b",
		      OB_FMT_DOTENV, 0, &err),
	    1);
	CHECK_UINT(conf->sources.v[0].duplicates, 1);
	CHECK_STR(conf->sources.v[1].file, "b");
	check_tree(conf, "{\"a\":2,\"B\":\"x\"}");
	ob_conf_free(&conf);
	CHECK(conf == NULL);
	ob_conf_free(&conf);
}

static void
files_that_cannot_be_used_are_refused(void)
{
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "no.json", -1, 0, &err),
	    -ENOENT);
	CHECK_INT(ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD, "no.json", -1,
		      OB_CONF_OPTIONAL, &err),
	    0);
	CHECK_INT(err.code, 0);
	CHECK_INT(
	    ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD, "x.y", -1, 0, &err),
	    -EINVAL);
	CHECK_STR(err.msg, "cannot tell the format of 'x.y'");
	CHECK(mkfifo("f.json", 0600) == 0);
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "f.json", -1, 0, &err),
	    -EBADMSG);
	CHECK_INT(err.code, -EBADMSG);
	write_file("list.json", "[1]");
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "list.json", -1, 0, &err),
	    -EDOM);
	CHECK_STR(
	    err.msg, "cannot use 'list.json': it holds a list, not a table");
	CHECK_UINT(conf->failed.at.line, 0);
	write_file("bad.json", "{\n \"a\" 1}");
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "bad.json", -1, 0, &err),
	    -EBADMSG);
	CHECK_STR(err.msg,
	    "cannot parse 'bad.json': 2:6: expected ':' after key, found '1'");
	CHECK_UINT(conf->failed.at.line, 2);
	CHECK_UINT(conf->failed.at.col, 6);
	CHECK_MEM(conf->failed.text.p, conf->failed.text.n, "{\n \"a\" 1}");
	check_tree(conf, "{}");
	ob_conf_free(&conf);
}

static void
dotenv_files_see_earlier_ones_and_the_environment(void)
{
	static const char *const vars[] = { "HOST=h", "A=env", "junk", NULL };
	struct ob_conf *conf = new_conf(vars, NULL);
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("A=1\nX=${HOST}${A}\n"), OB_FMT_DOTENV, &err),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env.local",
		      OB_STR("Y=${X}${A}\n"), OB_FMT_DOTENV, &err),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env.2",
		      OB_STR("Z=${NOPE}\n"), OB_FMT_DOTENV, &err),
	    -EDOM);
	CHECK_STR(err.msg, "cannot parse '.env.2': 1:3: 'NOPE' is not defined");
	check_tree(conf, "{\"A\":\"1\",\"X\":\"h1\",\"Y\":\"h11\"}");
	ob_conf_free(&conf);
}

static void
the_environment_overrides_what_dotenv_defines(void)
{
	static const char *const vars[] = { "A=env", "OTHER=x", "A=second",
		NULL };
	struct ob_conf *conf = new_conf(vars, NULL);

	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("A=1\nB=2\n"), OB_FMT_DOTENV, NULL),
	    1);
	CHECK_INT(ob_conf_add_env(conf, NULL), 0);
	check_tree(conf, "{\"A\":\"env\",\"B\":\"2\"}");
	ob_conf_free(&conf);
}

static void
dotenv_beats_the_environment_when_asked(void)
{
	static const char *const vars[] = { "A=env", NULL };
	struct ob_conf_opts opts = { .env = { vars }, .dotenv_wins = true };
	struct ob_conf *conf;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("A=1\n"), OB_FMT_DOTENV, NULL),
	    1);
	CHECK_INT(ob_conf_add_env(conf, NULL), 0);
	check_tree(conf, "{\"A\":\"1\"}");
	ob_conf_free(&conf);
}

static void
variables_with_the_prefix_become_nested_keys(void)
{
	static const char *const vars[] = { "APP_DB__PORT=7", "APP_NAME=n=m",
		"APP_A__B__C=deep", "APP_DB__HOST=", "OTHER=x", "APP_=none",
		"APP_X____Y=odd", "APP___Z=lead", "APP_T__=trail",
		"app_lower=no", NULL };
	struct ob_conf *conf = new_conf(vars, "APP_");

	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("APP_DB__USER=u\nFREE=f\nAPP_DB__PORT=1\n"),
		      OB_FMT_DOTENV, NULL),
	    1);
	CHECK_INT(ob_conf_add_env(conf, NULL), 0);
	check_tree(conf,
	    "{\"db\":{\"user\":\"u\",\"port\":\"7\",\"host\":\"\"},"
	    "\"FREE\":\"f\",\"name\":\"n=m\",\"a\":{\"b\":{\"c\":\"deep\"}},"
	    "\"x____y\":\"odd\",\"__z\":\"lead\",\"t__\":\"trail\"}");
	ob_conf_free(&conf);
}

static void
another_separator_nests_too(void)
{
	static const char *const vars[] = { "P_A.B=1", "P_C__D=2", NULL };
	struct ob_conf_opts opts = {
		.env = { vars }, .env_prefix = "P_", .env_sep = "."
	};
	struct ob_conf *conf;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	CHECK_INT(ob_conf_add_env(conf, NULL), 0);
	check_tree(conf, "{\"a\":{\"b\":\"1\"},\"c__d\":\"2\"}");
	ob_conf_free(&conf);
}

static void
a_variable_below_a_variable_is_refused(void)
{
	static const char *const up[] = { "P_A__B=2", "P_A=1", NULL };
	static const char *const down[] = { "P_A=1", "P_A__B=2", NULL };
	struct ob_err err = OB_ERR_INIT;
	struct ob_conf *conf = new_conf(up, "P_");

	CHECK_INT(ob_conf_add_env(conf, &err), -EDOM);
	CHECK_STR(
	    err.msg, "variable 'P_A' makes a key both a value and a table");
	ob_conf_free(&conf);
	conf = new_conf(down, "P_");
	CHECK_INT(ob_conf_add_env(conf, &err), -EDOM);
	CHECK_STR(
	    err.msg, "variable 'P_A__B' makes a key both a value and a table");
	ob_conf_free(&conf);
}

static void
options_give_values_at_paths(void)
{
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_val nine = ob_val_string(OB_STR("9"));
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_value(conf, OB_SCOPE_CLI, "--set",
		      OB_STR("db.\"x.y\""), &nine, &err),
	    0);
	CHECK_INT(ob_conf_add_json(conf, OB_SCOPE_CLI, "--set-json",
		      OB_STR("l"), OB_STR("[1,{\"a\":null}]"), &err),
	    0);
	CHECK_INT(ob_conf_add_value(
		      conf, OB_SCOPE_CLI, "--set", OB_STR("a[0]"), &nine, &err),
	    -EINVAL);
	CHECK_STR(err.msg, "cannot set 'a[0]': give the whole list");
	CHECK_INT(ob_conf_add_value(
		      conf, OB_SCOPE_CLI, "--set", OB_STR(""), &nine, &err),
	    -EINVAL);
	CHECK_STR(err.msg, "cannot set an empty key");
	CHECK_INT(ob_conf_add_value(
		      conf, OB_SCOPE_CLI, "--set", OB_STR("a."), &nine, &err),
	    -EINVAL);
	CHECK_INT(ob_conf_add_json(conf, OB_SCOPE_CLI, "--set-json",
		      OB_STR("l"), OB_STR("[1,"), &err),
	    -EBADMSG);
	CHECK_STR(err.msg,
	    "cannot parse the JSON of --set-json: 1:4: expected a value, "
	    "found the end");
	check_tree(conf, "{\"db\":{\"x.y\":\"9\"},\"l\":[1,{\"a\":null}]}");
	ob_conf_free(&conf);
}

static void
a_dotenv_value_comes_from_the_last_file_that_has_it(void)
{
	static char text[1200];
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_FILE, "a.json",
		      OB_STR("{\"A\":\"json\"}"), OB_FMT_JSON, &err),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, "1",
		      OB_STR("A=1\nB=b\n"), OB_FMT_DOTENV, &err),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, "2", OB_STR("A=2\n"),
		      OB_FMT_DOTENV, &err),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, "3",
		      OB_STR("C=${A}${B}${D:-none}\n"), OB_FMT_DOTENV, &err),
	    1);
	check_tree(conf, "{\"A\":\"2\",\"B\":\"b\",\"C\":\"2bnone\"}");
	ob_conf_free(&conf);

	/* No variable has a name of 1 KiB. */
	conf = new_conf((const char *[]){ "E=e", NULL }, NULL);
	(void)snprintf(text, sizeof(text), "C=${E}${%01100d:-none}\n", 0);
	memset(text + strlen("C=${E}${"), 'N', 1100);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, "4", ob_str_z(text),
		      OB_FMT_DOTENV, &err),
	    1);
	check_tree(conf, "{\"C\":\"enone\"}");
	ob_conf_free(&conf);
}

static void
a_dotenv_file_may_repeat_a_name_under_the_prefix(void)
{
	struct ob_conf *conf = new_conf(NULL, "X_");
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("X_A=1\nX_A=2\nX_a=3\n"), OB_FMT_DOTENV, &err),
	    1);
	check_tree(conf, "{\"a\":\"2\"}");
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		      OB_STR("X_B=1\nX_B__C=2\n"), OB_FMT_DOTENV, &err),
	    -EDOM);
	CHECK_STR(
	    err.msg, "variable 'X_B__C' makes a key both a value and a table");
	ob_conf_free(&conf);
}

static void
an_unreadable_file_is_named(void)
{
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD,
		      "/proc/self/mem", OB_FMT_JSON, 0, &err),
	    -EIO);
	CHECK_STR(err.msg, "cannot read '/proc/self/mem'");
	CHECK_INT(ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD, "no.json", -1,
		      OB_CONF_OPTIONAL, NULL),
	    0);
	CHECK_INT(mkfifo("f.json", 0600), 0);
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "f.json", -1, 0, NULL),
	    -EBADMSG);
	ob_conf_free(&conf);
}

static void
there_is_a_most_of_sources(void)
{
	struct ob_conf *conf = new_conf(NULL, NULL);
	struct ob_err err = OB_ERR_INIT;

	conf->sources.max = 1; /* of 65535 */
	CHECK_INT(ob_conf_add_json(conf, OB_SCOPE_CLI, "--a", OB_STR("a"),
		      OB_STR("1"), &err),
	    0);
	CHECK_INT(ob_conf_add_json(conf, OB_SCOPE_CLI, "--a", OB_STR("a"),
		      OB_STR("1"), &err),
	    -EDOM);
	CHECK_STR(err.msg, "more than 65535 sources of configuration");
	write_file("a.json", "{}");
	conf->texts.max = 0;
	CHECK_INT(ob_conf_add_file(
		      conf, OB_SCOPE_FILE, AT_FDCWD, "a.json", -1, 0, &err),
	    -ENOMEM);
	ob_conf_free(&conf);
}

/* Everything that needs memory, until it fails; 0 or the failure. */
static int
use_memory(struct ob_conf *conf, struct ob_err *err)
{
	static struct ob_errlist errors;
	const struct ob_val one = ob_val_string(OB_STR("1"));
	int rc;

	rc = ob_conf_add_text(conf, OB_SCOPE_FILE, "a.json",
	    OB_STR("{\"a\":{\"b\":[1,{\"c\":2}]},\"d\":{}}"), OB_FMT_JSON, err);
	if (rc >= 0)
		rc = ob_conf_add_text(conf, OB_SCOPE_DOTENV, ".env",
		    OB_STR("X_A__Q__C=1\nE=2\n"), OB_FMT_DOTENV, err);
	if (rc >= 0)
		rc = ob_conf_add_env(conf, err);
	if (rc >= 0)
		rc = ob_conf_add_json(conf, OB_SCOPE_CLI, "--set",
		    OB_STR("f.\"g\".h"), OB_STR("{\"i\":[1]}"), err);
	if (rc >= 0)
		rc = ob_conf_add_value(
		    conf, OB_SCOPE_CLI, "--set", OB_STR("a.x.y"), &one, err);
	if (rc < 0)
		return rc;
	rc = ob_conf_build(conf, &errors);
	if (rc < 0)
		*err = errors.v[0];
	return rc;
}

static void
wherever_memory_ends_it_is_said(void)
{
	static const char *const vars[] = { "X_A__D__E=3", "X_K=4", NULL };
	int failures = 0, rc;

	for (size_t bytes = 0;; bytes += 16) {
		struct ob_conf *conf = new_conf(vars, "X_");
		struct ob_err err = OB_ERR_INIT;

		conf->arena.max_bytes = bytes;
		rc = use_memory(conf, &err);
		ob_conf_free(&conf);
		if (rc == 0)
			break;
		CHECK_INT(rc, -ENOMEM);
		CHECK_INT(err.code, -ENOMEM);
		CHECK(err.msg[0] != '\0');
		failures++;
	}
	CHECK(failures > 50);
}

OB_TESTS(source) = {
	OB_TEST(files_are_read_by_their_format),
	OB_TEST(files_that_cannot_be_used_are_refused),
	OB_TEST(dotenv_files_see_earlier_ones_and_the_environment),
	OB_TEST(the_environment_overrides_what_dotenv_defines),
	OB_TEST(dotenv_beats_the_environment_when_asked),
	OB_TEST(variables_with_the_prefix_become_nested_keys),
	OB_TEST(another_separator_nests_too),
	OB_TEST(a_variable_below_a_variable_is_refused),
	OB_TEST(options_give_values_at_paths),
	OB_TEST(a_dotenv_value_comes_from_the_last_file_that_has_it),
	OB_TEST(a_dotenv_file_may_repeat_a_name_under_the_prefix),
	OB_TEST(an_unreadable_file_is_named),
	OB_TEST(there_is_a_most_of_sources),
	OB_TEST(wherever_memory_ends_it_is_said),
	OB_TESTS_END,
};
