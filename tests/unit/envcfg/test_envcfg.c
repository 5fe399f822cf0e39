/* The verbs, in this process, on memory streams. */
#include "cli/applet.h"

#include <stdio.h>
#include <stdlib.h>

#include "cx.h"
#include "unit.h"

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	CHECK(f != NULL);
	CHECK(fputs(text, f) >= 0);
	CHECK(fclose(f) == 0);
}

#define CHECK_RUN(t, code, stdout_text, stderr_text, ...) \
	do { \
		int code_ = test_cx_run(&(t), "envcfg", __VA_ARGS__, NULL); \
		CHECK_STR(ob_buf_z(&(t).err), stderr_text); \
		CHECK_STR(ob_buf_z(&(t).out), stdout_text); \
		CHECK_INT(code_, code); \
	} while (0)

static const char *const app_vars[] = { "APP_DB__PORT=7", "A=env", NULL };

static void
start(struct test_cx *t)
{
	test_cx_init(t);
	t->cx.env.vars = app_vars;
	write_file("a.json", "{\n\"db\":{\"port\":5432,\"name\":null}}");
	write_file("b.json", "{\"db\":{\"port\":1},\"l\":[1,{\"a\":true}]}");
	write_file(".env", "A=1\nB='x y'\nC=${B}!\n");
}

static void
get_prints_the_winner_or_says_no(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0, "9\n", "", "get", "--file", "a.json", "--file",
	    "b.json", "--env-prefix", "APP_", "--set", "db.port=9", "db.port");
	CHECK_RUN(t, 0, "7\n", "", "get", "--file", "a.json", "--file",
	    "b.json", "--env-prefix", "APP_", "db.port");
	CHECK_RUN(t, 0, "1\n", "", "get", "--file", "a.json", "--file",
	    "b.json", "db.port");
	CHECK_RUN(t, 0, "5432\n", "", "get", "--file", "a.json", "db.port");
	CHECK_RUN(t, 1, "", "", "get", "db.port");
	CHECK_RUN(t, 1, "", "", "get", "--file", "a.json", "db.name");
	CHECK_RUN(t, 1, "", "", "get", "--file", "a.json", "--unset", "db",
	    "db.port");
	test_cx_release(&t);
}

static void
get_has_forms_for_scripts(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0, "x y", "", "get", "--env-file", ".env", "--raw", "B");
	CHECK_RUN(
	    t, 0, "\"x y\"\n", "", "get", "--env-file", ".env", "--json", "B");
	CHECK_RUN(
	    t, 0, "[1,{\"a\":true}]\n", "", "get", "--file", "b.json", "l");
	CHECK_RUN(t, 0, "true\n", "", "get", "--file", "b.json", "l[1].a");
	CHECK_RUN(t, 0, "none\n", "", "get", "--default", "none", "k");
	CHECK_INT(test_cx_run(&t, "envcfg", "get", "-0", "--env-file", ".env",
		      "B", NULL),
	    0);
	CHECK_BYTES(t.out.p, t.out.n, "x y\0", 4);
	test_cx_release(&t);
}

static void
get_refuses_a_value_of_another_type(void)
{
	static const struct {
		const char *type, *good, *bad;
	} cases[] = {
		{ "int", "-12", "1.5" },
		{ "float", "1e3", "x" },
		{ "bool", "true", "yes" },
		{ "size", "64K", "64X" },
		{ "duration", "250ms", "soon" },
	};
	struct test_cx t;
	char set[64], message[128];

	start(&t);
	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		(void)snprintf(set, sizeof(set), "k=%s", cases[i].good);
		CHECK_INT(test_cx_run(&t, "envcfg", "get", "--type",
			      cases[i].type, "--set", set, "k", NULL),
		    0);
		(void)snprintf(set, sizeof(set), "k=%s", cases[i].bad);
		(void)snprintf(message, sizeof(message),
		    "envcfg: 'k' from option --set is not of type %s\n",
		    cases[i].type);
		CHECK_RUN(t, 78, "", message, "get", "--type", cases[i].type,
		    "--set", set, "k");
	}
	CHECK_RUN(t, 78, "",
	    "envcfg: 'l' from b.json:1:22 is not of type string\n", "get",
	    "--type", "string", "--file", "b.json", "l");
	CHECK_RUN(t, 78, "",
	    "envcfg: 'db.port' from b.json:1:15 is not of type string\n", "get",
	    "--type", "string", "--file", "b.json", "db.port");
	test_cx_release(&t);
}

static void
list_has_rows_json_and_variables(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0, "A\tenv\tstring\nB\tx y\tstring\nC\tx y!\tstring\n", "",
	    "list", "--env-file", ".env", "--plain");
	CHECK_RUN(t, 0, "A\t1\tstring\nB\tx y\tstring\nC\tx y!\tstring\n", "",
	    "list", "--env-file", ".env", "--env-override", "--plain");
	CHECK_RUN(t, 0,
	    "{\n  \"db\": {\n    \"port\": 1\n  },\n  \"l\": [\n    1,\n"
	    "    {\n      \"a\": true\n    }\n  ]\n}\n",
	    "", "list", "--file", "a.json", "--file", "b.json", "--to", "json");
	CHECK_RUN(t, 0, "l = [1, {a = true}]\n\n[db]\nport = 1\n", "", "list",
	    "--file", "b.json", "--to", "toml");
	CHECK_RUN(t, 78, "", "envcfg: cannot write TOML: a list holds a null\n",
	    "list", "--set-json", "a=[null]", "--to", "toml");
	CHECK_RUN(t, 0, "P_DB__PORT='1'\nP_L='[1,{\"a\":true}]'\n", "", "list",
	    "--file", "b.json", "--to", "dotenv", "--prefix", "P_");
	CHECK_RUN(t, 0, "A='env'\nB='x y'\nC='x y!'\n", "", "list",
	    "--env-file", ".env", "--to", "dotenv");
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--file", "a.json", "--to",
		      "env0", NULL),
	    0);
	CHECK_BYTES(t.out.p, t.out.n, "DB__PORT=5432\0", 14);
	CHECK_RUN(t, 0, "A='1'\n",
	    "envcfg: key 'x.\"y z\"' and 1 more make no name of a variable, "
	    "skipped\n",
	    "list", "--set", "a=1", "--set", "x.\"y z\"=1", "--set", "\"1\"=1",
	    "--to", "dotenv", "--prefix", "");
	test_cx_release(&t);
}

static void
secrets_are_masked_unless_asked_for(void)
{
	struct test_cx t;

	start(&t);
	write_file("s.json",
	    "{\"db\":{\"Password\":\"hush\"},\"api_key\":1,"
	    "\"l\":[{\"token\":\"hush\"}],\"credentials\":{\"a\":\"hush\"},"
	    "\"keyboard\":\"de\",\"secret\":null}");
	CHECK_RUN(t, 0,
	    "db.Password\t***\tstring\napi_key\t***\tstring\n"
	    "l\t[{\"token\":\"***\"}]\tlist\ncredentials.a\t***\tstring\n"
	    "keyboard\tde\tstring\n",
	    "", "list", "--file", "s.json", "--plain");
	CHECK_INT(test_cx_run(&t, "envcfg", "explain", "--file", "s.json",
		      "--json", NULL),
	    0);
	CHECK(strstr(t.out.p, "hush") == NULL);
	CHECK_RUN(t, 0, "hush\n", "", "get", "--file", "s.json", "db.Password");
	CHECK_RUN(t, 0, "api_key\t1\tnumber\n", "", "list", "--set-json",
	    "api_key=1", "--plain", "--show-secrets");
	t.cx.out_tty = OB_TTY_YES;
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--show-secrets", NULL), 64);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "explain", "--show-secrets", NULL), 64);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--show-secrets", "-y", NULL), 0);
	write_file("bad.env", "DB_PASSWORD='hush'x\n");
	CHECK_RUN(t, 65, "",
	    "envcfg: cannot parse 'bad.env': 1:19: expected the end of the "
	    "line, found 'x'\n  (the line may hold a secret)\n",
	    "list", "--env-file", "bad.env");
	test_cx_release(&t);
}

static void
explain_names_every_definition(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0,
	    "db.port\t9\tstring\twinner\tcli\t\t\t\t--set\n"
	    "db.port\t7\tstring\tshadowed\tenv\t\t\t\tAPP_DB__PORT\n"
	    "db.port\t1\tnumber\tshadowed\tfile\tb.json\t1\t15\t\n"
	    "db.port\t5432\tnumber\tshadowed\tfile\ta.json\t2\t14\t\n",
	    "", "explain", "--file", "a.json", "--file", "b.json",
	    "--env-prefix", "APP_", "--set", "db.port=9", "db", "--plain");
	CHECK_RUN(
	    t, 1, "", "", "explain", "--file", "a.json", "nothing", "--plain");
	CHECK_RUN(t, 0,
	    "db.port\t\tnull\tunset\tcli\t\t\t\t--unset\n"
	    "db.port\t5432\tnumber\tshadowed\tfile\ta.json\t2\t14\t\n",
	    "", "explain", "--file", "a.json", "--unset", "db.port", "--plain",
	    "db.port");
	CHECK_RUN(t, 0,
	    "{\"key\":\"A\",\"value\":\"env\",\"type\":\"string\","
	    "\"state\":\"winner\",\"secret\":false,\"origin\":{\"scope\":"
	    "\"env\",\"file\":null,\"line\":null,\"col\":null,\"name\":\"A\"},"
	    "\"shadowed\":[{\"value\":\"1\",\"origin\":{\"scope\":\"dotenv\","
	    "\"file\":\".env\",\"line\":1,\"col\":3,\"name\":null}}]}\n",
	    "", "explain", "--env-file", ".env", "--ndjson", "A");
	CHECK_RUN(t, 0, "[]\n", "", "explain", "--json");
	test_cx_release(&t);
}

static void
explain_shows_the_order_of_sources(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0,
	    "1\tdefault\t\t--default\n2\tfile\ta.json\t\n"
	    "3\tdotenv\t.env\t\n4\tenv\t\t\n5\tcli\t\t--set\n",
	    "", "explain", "--set", "a=1", "--env-file", ".env", "--file",
	    "a.json", "--default", "a=0", "--order", "--plain");
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "explain", "--order", "a", NULL), 64);
	test_cx_release(&t);
}

static void
an_applet_stands_for_its_settings(void)
{
	struct test_cx t;

	start(&t);
	CHECK_INT(test_cx_run(&t, "envcfg", "explain", "envcfg", NULL), 0);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "explain", "--applet", "envcfg", NULL),
	    0);
	CHECK_INT(test_cx_run(&t, "envcfg", "get", "envcfg", "nokey", NULL), 1);
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "envcfg", NULL), 0);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "explain", "--applet", "no", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--applet", "envcfg",
		      "--set", "a=1", NULL),
	    64);
	CHECK_INT(test_cx_run(&t, "envcfg", "get", "a", "b", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "get", "envcfg", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "nothing", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "explain", "nothing", NULL), 1);
	test_cx_release(&t);
}

static void
standard_input_is_a_source(void)
{
	struct test_cx t;

	start(&t);
	test_cx_input(&t, "{\"n\":9007199254740993,\"x\":1e400,\"z\":0.10}");
	CHECK_RUN(t, 0,
	    "{\n  \"n\": 9007199254740993,\n  \"x\": 1e400,\n  \"z\": 0.10\n"
	    "}\n",
	    "", "list", "--file", "json:-", "--to", "json");
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--file", "-", NULL), 64);
	test_cx_input(&t, "A=1");
	CHECK_RUN(t, 0, "env\n", "", "get", "--env-file", "-", "A");
	test_cx_release(&t);
}

static void
values_come_from_texts_of_files(void)
{
	struct test_cx t;

	start(&t);
	CHECK_RUN(t, 0, "A=1\nB='x y'\nC=${B}!\n\n", "", "get", "--set-file",
	    "k=.env", "k");
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "get", "--set-file", "k=no", "k", NULL),
	    66);
	CHECK_RUN(
	    t, 0, "v=1\n", "", "get", "--set", "\"a=b\".c=v=1", "\"a=b\".c");
	test_cx_release(&t);
}

static void
wrong_input_has_its_exit_code_and_place(void)
{
	struct test_cx t;

	start(&t);
	write_file("e", "A=1\nB=\"x\"y\n");
	CHECK_RUN(t, 65, "",
	    "envcfg: cannot parse 'e': 2:6: expected the end of the line, "
	    "found 'y'\n  B=\"x\"y\n       ^\n",
	    "list", "--env-file", "e");
	CHECK_RUN(t, 65, "",
	    "envcfg: cannot parse 'e': 2:6: expected the end of the line, "
	    "found 'y'\n",
	    "list", "-q", "--env-file", "e");
	write_file("f", "A=${B}\nB=1\n");
	CHECK_RUN(t, 78, "",
	    "envcfg: cannot parse 'f': 1:3: 'B' is used before line 2 defines "
	    "it\n  A=${B}\n    ^\n",
	    "list", "--env-file", "f");
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--file", "no.json", NULL), 66);
	CHECK_RUN(t, 0, "", "", "list", "--file", "no.json?", "--plain");
	CHECK_RUN(t, 78, "",
	    "envcfg: cannot merge 'db': it is a string in option --set and a "
	    "table in a.json:2:6\n",
	    "list", "--file", "a.json", "--set", "db=x");
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--file", "x.y", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--set", "x", NULL), 64);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--to", "json", "--plain", NULL),
	    64);
	CHECK_INT(test_cx_run(&t, "envcfg", "list", "--file", "?", NULL), 64);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--env-prefix", "", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "get", "a..b", NULL), 64);
	CHECK_INT(test_cx_run(&t, "envcfg", "get", NULL), 64);
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--set-json", "a=[", NULL), 65);
	test_cx_release(&t);
}

static void
the_caret_of_a_long_line_stays_in_sight(void)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(10000);
	struct test_cx t;
	const char *second;

	start(&t);
	ob_buf_add_z(&text, "A=\"");
	ob_buf_fill(&text, 'x', 5000);
	ob_buf_add_z(&text, "\"y");
	ob_buf_fill(&text, 'z', 3000);
	write_file("long", ob_buf_z(&text));
	CHECK_INT(
	    test_cx_run(&t, "envcfg", "list", "--env-file", "long", NULL), 65);
	second = strchr(t.err.p, '\n') + 1;
	CHECK_INT(second[62], 'y');
	CHECK_INT(strchr(second, '\n')[1 + 62], '^');
	CHECK(t.err.n < 400);
	test_cx_release(&t);
}

OB_TESTS(envcfg) = {
	OB_TEST(get_prints_the_winner_or_says_no),
	OB_TEST(get_has_forms_for_scripts),
	OB_TEST(get_refuses_a_value_of_another_type),
	OB_TEST(list_has_rows_json_and_variables),
	OB_TEST(secrets_are_masked_unless_asked_for),
	OB_TEST(explain_names_every_definition),
	OB_TEST(explain_shows_the_order_of_sources),
	OB_TEST(an_applet_stands_for_its_settings),
	OB_TEST(standard_input_is_a_source),
	OB_TEST(values_come_from_texts_of_files),
	OB_TEST(wrong_input_has_its_exit_code_and_place),
	OB_TEST(the_caret_of_a_long_line_stays_in_sight),
	OB_TESTS_END,
};
