#include "conf/origin.h"

#include "conf/merge.h"
#include "unit.h"

static const char *const vars[] = { "UNUSED=1", "APP_DB__PORT=7",
	"APP_ONLY=env", NULL };

static struct ob_conf *
sample(void)
{
	static struct ob_errlist errors;
	struct ob_conf_opts opts = { .env = { vars }, .env_prefix = "APP_" };
	struct ob_val nine = ob_val_string(OB_STR("9"));
	struct ob_val null = { .type = OB_VAL_NULL };
	struct ob_conf *conf = NULL;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_FILE, "a.json",
		      OB_STR("{\n\"db\": {\"port\": 5432, \"gone\": 1}}"),
		      OB_FMT_JSON, NULL),
	    1);
	CHECK_INT(ob_conf_add_text(conf, OB_SCOPE_FILE, "b.json",
		      OB_STR("{\"db\":{\"port\":1},\"old\":{\"x\":1}}"),
		      OB_FMT_JSON, NULL),
	    1);
	CHECK_INT(ob_conf_add_value(conf, OB_SCOPE_CLI, "--set",
		      OB_STR("db.port"), &nine, NULL),
	    0);
	CHECK_INT(ob_conf_add_value(conf, OB_SCOPE_CLI, "--unset",
		      OB_STR("db.gone"), &null, NULL),
	    0);
	CHECK_INT(ob_conf_add_value(conf, OB_SCOPE_CLI, "--unset",
		      OB_STR("old"), &null, NULL),
	    0);
	CHECK_INT(ob_conf_add_json(conf, OB_SCOPE_CLI, "--set-json",
		      OB_STR("json"), OB_STR("\n[1,2]"), NULL),
	    0);
	CHECK_INT(ob_conf_add_env(conf, NULL), 0);
	CHECK_INT(ob_conf_build(conf, &errors), 0);
	return conf;
}

/* All definitions as "state origin; ", highest first. */
static void
check_defs(const char *key, const char *expected)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(100000);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);
	struct ob_conf *conf = sample();
	struct ob_keypath path;
	struct ob_def *defs;
	int n;

	CHECK_INT(ob_keypath_parse(&arena, ob_str_z(key), &path, NULL), 0);
	n = ob_conf_defs(conf, &path, &arena, &defs);
	CHECK(n >= 0);
	for (int i = 0; i < n; i++) {
		ob_buf_add_z(&b, ob_def_state_name(defs[i].state));
		ob_buf_add_c(&b, ' ');
		ob_origin_text(&b, defs[i].origin);
		ob_buf_add_z(&b, "; ");
	}
	CHECK_STR(ob_buf_z(&b), expected);
	ob_conf_free(&conf);
}

static void
the_winner_and_all_that_it_hides_have_places(void)
{
	check_defs("db.port",
	    "winner option --set; shadowed variable APP_DB__PORT; "
	    "shadowed b.json:1:15; shadowed a.json:2:16; ");
	check_defs("only", "winner variable APP_ONLY; ");
	check_defs("nothing", "");
	check_defs("db.port.deeper", "");
}

static void
tables_are_merged_from_all_their_parts(void)
{
	check_defs("db",
	    "merged option --unset; merged option --set; merged env; "
	    "merged b.json:1:7; merged a.json:2:7; ");
}

static void
what_was_removed_says_by_whom(void)
{
	check_defs("db.gone", "unset option --unset; shadowed a.json:2:30; ");
	check_defs("old.x", "unset option --unset; shadowed b.json:1:29; ");
}

static void
parts_of_json_options_name_the_option(void)
{
	check_defs("json[1]", "winner option --set-json; ");
}

static void
merged_values_know_their_origin(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(100000);
	struct ob_conf *conf = sample();
	struct ob_keypath path;
	struct ob_origin o;

	CHECK_INT(ob_keypath_parse(&arena, OB_STR("db.port"), &path, NULL), 0);
	o = ob_conf_origin(conf, ob_conf_get(conf, &path));
	CHECK_INT(o.scope, OB_SCOPE_CLI);
	CHECK(ob_str_eq_z(o.name, "--set"));
	CHECK(o.file == NULL);
	CHECK_UINT(o.line, 0);
	ob_conf_free(&conf);
}

static void
scopes_have_names_in_order(void)
{
	static const char *const names[] = { "default", "system", "user",
		"project", "file", "remote", "secret", "dotenv", "env", "cli" };

	CHECK_UINT(OB_COUNT(names), OB_SCOPE_COUNT);
	for (int i = 0; i < OB_SCOPE_COUNT; i++)
		CHECK_STR(ob_scope_name((enum ob_scope)i), names[i]);
}

OB_TESTS(origin) = {
	OB_TEST(the_winner_and_all_that_it_hides_have_places),
	OB_TEST(tables_are_merged_from_all_their_parts),
	OB_TEST(what_was_removed_says_by_whom),
	OB_TEST(parts_of_json_options_name_the_option),
	OB_TEST(merged_values_know_their_origin),
	OB_TEST(scopes_have_names_in_order),
	OB_TESTS_END,
};
