#include "fmt/tomlwrite.h"

#include <errno.h>
#include <stdlib.h>

#include "fmt/json.h"
#include "fmt/jsonread.h"
#include "fmt/toml.h"
#include "unit.h"

static void
read_json(struct ob_tree *tree, const char *json, struct ob_val *ret)
{
	struct ob_err err = OB_ERR_INIT;

	if (ob_json_read(tree, ob_str_z(json), ret, &err) < 0)
		FAIL("'%s': %s", json, err.msg);
}

static void
check_writes(const char *json, const char *expected)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v, again;

	ob_tree_init(&tree, &arena, NULL);
	read_json(&tree, json, &v);
	CHECK_INT(ob_toml_write(&b, &v), 0);
	CHECK_STR(ob_buf_z(&b), expected);
	if (ob_toml_read(&tree, ob_buf_str(&b), OB_TOML_1_0, &again, &err) < 0)
		FAIL("%s", err.msg);
}

static void
values_stand_before_sections(void)
{
	check_writes("{}", "");
	check_writes("{\"t\":{\"x\":1},\"a\":true,\"b\":\"\\u0001\\\"\\n\"}",
	    "a = true\nb = \"\\u0001\\\"\\n\"\n\n[t]\nx = 1\n");
	check_writes("{\"a\":{\"b\":{\"c\":1}},\"x y\":{\"\":2}}",
	    "[a.b]\nc = 1\n\n[\"x y\"]\n\"\" = 2\n");
	check_writes("{\"e\":{},\"n\":null}", "[e]\n");
	check_writes("{\"a\":{\"n\":null,\"b\":{}}}", "[a.b]\n");
}

static void
lists_of_tables_are_sections_others_inline(void)
{
	check_writes("{\"l\":[{\"a\":1,\"t\":{\"x\":1}},{}],\"m\":[1,{\"a\":["
		     "]},\"s\"],\"e\":[]}",
	    "m = [1, {a = []}, \"s\"]\ne = []\n\n[[l]]\na = 1\n\n[l.t]\nx = 1\n"
	    "\n[[l]]\n");
	check_writes("{\"l\":[{\"m\":[{\"x\":1},{\"x\":2}]}]}",
	    "[[l]]\n\n[[l.m]]\nx = 1\n\n[[l.m]]\nx = 2\n");
}

static void
numbers_and_dates_keep_their_text(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	const char *text = "a = [9007199254740993, 0.10, inf, -nan]\n"
			   "d = 1979-05-27T07:32:00Z\nt = 07:32:00\n";
	struct ob_tree tree;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	CHECK_INT(
	    ob_toml_read(&tree, ob_str_z(text), OB_TOML_1_0, &v, NULL), 0);
	CHECK_INT(ob_toml_write(&b, &v), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

static void
what_toml_cannot_say_is_an_error(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);
	struct ob_member m = { .key = "a", .key_n = 1 };
	struct ob_tree tree;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	read_json(&tree, "[1]", &v);
	CHECK_INT(ob_toml_write(&b, &v), -EINVAL);
	read_json(&tree, "{\"a\":[null]}", &v);
	CHECK_INT(ob_toml_write(&b, &v), -EINVAL);
	v = ob_val_table(ob_table_new(&tree));
	m.val = ob_val_string(OB_STR("\xff"));
	CHECK_INT(ob_table_add(&tree, v.u.table, &m, NULL), 0);
	CHECK_INT(ob_toml_write(&b, &v), -EILSEQ);
	ob_buf_reset(&b);
	read_json(&tree,
	    "{\"a\":\"0123456789012345678901234567890123456789\",\"t\":{\"b\":"
	    "\"01234567890123456789012345678901234567890123456789\"}}",
	    &v);
	CHECK_INT(ob_toml_write(&b, &v), -ENOBUFS);
}

static void
depth_costs_no_stack(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 28);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(1 << 20);
	OB_AUTO_BUF struct ob_buf out = OB_BUF_INIT(1 << 20);
	struct ob_tree tree;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	ob_buf_add_z(&in, "{\"a\":");
	ob_buf_fill(&in, '[', 90000);
	ob_buf_fill(&in, ']', 90000);
	ob_buf_add_c(&in, '}');
	CHECK_INT(ob_json_read(&tree, ob_buf_str(&in), &v, NULL), 0);
	CHECK_INT(ob_toml_write(&out, &v), 0);
	CHECK_UINT(out.n, 4 + 180000 + 1);
}

OB_TESTS(tomlwrite) = {
	OB_TEST(values_stand_before_sections),
	OB_TEST(lists_of_tables_are_sections_others_inline),
	OB_TEST(numbers_and_dates_keep_their_text),
	OB_TEST(what_toml_cannot_say_is_an_error),
	OB_TEST(depth_costs_no_stack),
	OB_TESTS_END,
};
