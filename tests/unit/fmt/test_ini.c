#include "fmt/ini.h"

#include <errno.h>

#include "fmt/json.h"
#include "unit.h"

static void
check_reads(const char *in, const char *expected)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_json j;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	if (ob_ini_read(&tree, ob_str_z(in), &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	if (strcmp(ob_buf_z(&b), expected) != 0)
		FAIL("'%s' gives %s, expected %s", in, ob_buf_z(&b), expected);
}

static void
reads_pairs_sections_and_comments(void)
{
	check_reads("", "{}");
	check_reads("; c\n # c\n\n \t\r\n", "{}");
	check_reads("a=1\nb : two words \r\nc=\nd = x;y #z",
	    "{\"a\":\"1\",\"b\":\"two words\",\"c\":\"\",\"d\":\"x;y #z\"}");
	check_reads("\xef\xbb\xbf"
		    "[s]\na b=1\n[ s . t ] \nx=1\n[s]\nc=2\n",
	    "{\"s\":{\"a b\":\"1\",\"t\":{\"x\":\"1\"},\"c\":\"2\"}}");
	check_reads("a=1\na=2", "{\"a\":\"2\"}");
	check_reads("a.b=c=d:e", "{\"a.b\":\"c=d:e\"}");
}

static void
quotes_around_a_whole_value_go(void)
{
	check_reads("a=\" x \"", "{\"a\":\" x \"}");
	check_reads(
	    "a=\"\\\"q\\\"\\\\\\n\\t\"", "{\"a\":\"\\\"q\\\"\\\\\\n\\t\"}");
	check_reads("a='\\n\"'", "{\"a\":\"\\\\n\\\"\"}");
	check_reads("a=it's", "{\"a\":\"it's\"}");
	check_reads("a=\"\"\nb=''", "{\"a\":\"\",\"b\":\"\"}");
}

static void
brackets_behind_a_key_make_a_list(void)
{
	check_reads("[s]\nl[]=1\nl[] = 2\nx=1\nl[]=3",
	    "{\"s\":{\"l\":[\"1\",\"2\",\"3\"],\"x\":\"1\"}}");
}

static void
values_know_their_places(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	struct ob_tree tree;
	const struct ob_val *p;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	tree.src = 4;
	CHECK_INT(
	    ob_ini_read(&tree, OB_STR("[db]\n port =  \"x\" \n"), &v, NULL), 0);
	v = *ob_val_get(&v, OB_STR("db"));
	CHECK_UINT(v.at.col, 2);
	p = ob_val_get(&v, OB_STR("port"));
	CHECK_UINT(p->at.line, 2);
	CHECK_UINT(p->at.col, 10);
	CHECK_UINT(p->len, 3);
	CHECK_UINT(p->src, 4);
	CHECK_UINT(v.u.table->v[0].key_off, 6);
}

static void
refusals_name_place_and_reason(void)
{
	static const char *const cases[][2] = {
		{ "a", "1:2: expected '=' or ':' after key, found the end" },
		{ "a=1\nb \n",
		    "2:3: expected '=' or ':' after key, found the end of the "
		    "line" },
		{ "=1", "1:1: expected a key, found '='" },
		{ "[]=1", "1:2: expected a name of a section" },
		{ " []", "1:3: expected a name of a section" },
		{ "[a..b]", "1:4: expected a name of a section" },
		{ "[a", "1:3: expected ']', found the end" },
		{ "[a] x", "1:5: expected the end of the line, found 'x'" },
		{ "a=\"x", "1:3: quote without end" },
		{ "a=\"", "1:3: quote without end" },
		{ "a='x'y'", "1:3: quote inside of quotes" },
		{ "a=\"x\"y\"", "1:5: quote inside of quotes" },
		{ "a=\"\\x\"", "1:4: unknown escape in value" },
		{ "a=\"\\\"", "1:4: unknown escape in value" },
		{ "a=1\n[a]", "2:2: key 'a' has a value already" },
		{ "[a.b]\n[a]\nb=1", "3:1: key 'b' is a section already" },
		{ "a[]=1\na=2", "2:1: key 'a' is a list already" },
		{ "a=1\na[]=2", "2:1: key 'a' is no list" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
		struct ob_err err = OB_ERR_INIT;
		struct ob_tree tree;
		struct ob_val v;
		int rc;

		ob_tree_init(&tree, &arena, NULL);
		rc = ob_ini_read(&tree, ob_str_z(cases[i][0]), &v, &err);
		if (strcmp(err.msg, cases[i][1]) != 0)
			FAIL("'%s' gives '%s', expected '%s'", cases[i][0],
			    err.msg, cases[i][1]);
		CHECK_INT(rc, -EBADMSG);
	}
}

static void
limits_and_memory_are_errors(void)
{
	struct ob_limits limits = { .depth = 2, .nodes = 4, .bytes = 100 };
	struct ob_str in = OB_STR("[a.b]\nl[]=\"\\n\"\nx=1\n[c]\n");
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v;

	for (size_t max = 0; max < 600; max += 20) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_ini_read(&tree, in, &v, &err), -ENOMEM);
	}
	for (limits.nodes = 0; limits.nodes < 6; limits.nodes++) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);

		ob_tree_init(&tree, &a, &limits);
		CHECK_INT(ob_ini_read(&tree, in, &v, &err), -EBADMSG);
	}
	{
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);

		ob_tree_init(&tree, &a, &limits);
		CHECK_INT(ob_ini_read(&tree, in, &v, &err), 0);
		tree.nodes = 0;
		CHECK_INT(
		    ob_ini_read(&tree, OB_STR("[a.b.c]"), &v, &err), -EBADMSG);
		CHECK_STR(err.msg, "1:6: section of too many parts");
		tree.nodes = 0;
		CHECK_INT(
		    ob_ini_read(&tree, OB_STR("a=\0"), &v, &err), -EBADMSG);
		CHECK_STR(err.msg, "1:3: NUL byte");
	}
}

OB_TESTS(ini) = {
	OB_TEST(reads_pairs_sections_and_comments),
	OB_TEST(quotes_around_a_whole_value_go),
	OB_TEST(brackets_behind_a_key_make_a_list),
	OB_TEST(values_know_their_places),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(limits_and_memory_are_errors),
	OB_TESTS_END,
};
