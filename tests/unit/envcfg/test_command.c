#include "command.h"

#include <errno.h>

#include "unit.h"

static struct ob_conf *
conf_of(const char *json)
{
	static struct ob_errlist errors;
	struct ob_conf_opts opts = { .env_prefix = NULL };
	struct ob_conf *conf = NULL;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_FILE, "f", ob_str_z(json),
		      OB_FMT_JSON, NULL),
	    1);
	CHECK_INT(ob_conf_build(conf, &errors), 0);
	return conf;
}

static void
check_env(bool pure, const char *expected)
{
	static const char *const ours[] = { "A=1", "B=2", "junk", "A=3",
		"PATH=/bin", NULL };
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 20);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);
	struct ob_conf *conf = conf_of("{\"b\":\"new\",\"c\":{\"d-e\":\"\"}}");
	struct ob_opt_value kept = { NULL, "PATH" };
	struct ob_opt_values keep = { &kept, 1 };
	struct ec_vars vars;
	struct ec_command c = { .env = { ours },
		.vars = &vars,
		.pure = pure,
		.keep = &keep,
		.arena = &arena };
	char **env;

	CHECK_INT(ec_vars_collect(conf, "", &arena, &vars, NULL), 0);
	CHECK_INT(ec_command_env(&c, &env, NULL), 0);
	for (size_t i = 0; env[i] != NULL; i++)
		ob_buf_printf(&b, "%s;", env[i]);
	CHECK_STR(ob_buf_z(&b), expected);
	ec_vars_release(&vars);
	ob_conf_free(&conf);
}

static void
each_name_is_there_once_and_the_last_counts(void)
{
	check_env(false, "A=3;B=new;PATH=/bin;C__D_E=;");
}

static void
a_pure_environment_keeps_what_was_named(void)
{
	check_env(true, "PATH=/bin;B=new;C__D_E=;");
}

static void
what_fits_no_variable_is_refused(void)
{
	static const struct {
		const char *json, *message;
		int rc;
	} cases[] = {
		{ "{\"a\":\"x\\u0000\"}",
		    "cannot put 'a' into a variable: its value holds a NUL",
		    -EBADMSG },
		{ "{\"a\":{\"b\":1},\"a__b\":2}",
		    "keys 'a.b' and 'a__b' make the same variable 'A__B'",
		    -EDOM },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 20);
		struct ob_conf *conf = conf_of(cases[i].json);
		struct ob_err err = OB_ERR_INIT;
		struct ec_vars vars;

		CHECK_INT(ec_vars_collect(conf, "", &arena, &vars, &err),
		    cases[i].rc);
		CHECK_STR(err.msg, cases[i].message);
		ec_vars_release(&vars);
		ob_conf_free(&conf);
	}
}

static void
a_command_that_is_not_there_is_127(void)
{
	static const char *const ours[] = { "PATH=/nowhere", NULL };
	char name[] = "nosuch";
	char *const argv[] = { name, NULL };
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 20);
	struct ob_opt_values keep = { NULL, 0 };
	struct ec_vars vars = { .list.max = 1 };
	struct ob_err err = OB_ERR_INIT;
	struct ec_command c = { .argv = argv,
		.env = { ours },
		.vars = &vars,
		.keep = &keep,
		.arena = &arena };
	int code = 0;

	CHECK_INT(ec_command_exec(&c, &code, &err), -ENOENT);
	CHECK_INT(code, 127);
	CHECK_STR(err.msg, "cannot run 'nosuch'");
}

OB_TESTS(command) = {
	OB_TEST(each_name_is_there_once_and_the_last_counts),
	OB_TEST(a_pure_environment_keeps_what_was_named),
	OB_TEST(what_fits_no_variable_is_refused),
	OB_TEST(a_command_that_is_not_there_is_127),
	OB_TESTS_END,
};
