#include "fmt/properties.h"

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
	if (ob_properties_read(&tree, ob_str_z(in), &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	if (strcmp(ob_buf_z(&b), expected) != 0)
		FAIL("'%s' gives %s, expected %s", in, ob_buf_z(&b), expected);
}

static void
keys_end_at_a_mark_or_a_blank(void)
{
	check_reads("", "{}");
	check_reads("# c\n ! c\\\n\n \t\f\r\n", "{}");
	check_reads("a=1\rb:2\r\nc 3\nd\n e = = 5 ",
	    "{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\",\"d\":\"\",\"e\":\"= 5 \"}");
	check_reads("a  :  x", "{\"a\":\"x\"}");
	check_reads("a.b=1\na=2\na=3", "{\"a.b\":\"1\",\"a\":\"3\"}");
	check_reads("=v", "{\"\":\"v\"}");
}

static void
escapes_become_their_characters(void)
{
	check_reads("a\\ b\\=\\:\\#=\\t\\n\\r\\f\\\\\\q\\u00e9\\ud83d\\ude00",
	    "{\"a b=:#\":\"\\t\\n\\r\\f\\\\q\xc3\xa9\xf0\x9f\x98\x80\"}");
}

static void
a_backslash_joins_lines(void)
{
	check_reads(
	    "a = 1,\\\n    2,\\\r\n\t3\nb=4", "{\"a\":\"1,2,3\",\"b\":\"4\"}");
	check_reads("a\\\n  b = \\\n  c\\\r  d", "{\"ab\":\"cd\"}");
	check_reads("a = x\\\\\nb=1", "{\"a\":\"x\\\\\",\"b\":\"1\"}");
	check_reads("a=x\\", "{\"a\":\"x\"}");
	check_reads("a=x\\\n\nb=1", "{\"a\":\"x\",\"b\":\"1\"}");
	check_reads("a\\\n b\\\n =c", "{\"ab\":\"c\"}");
}

static void
values_know_their_places(void)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
	struct ob_tree tree;
	const struct ob_val *p;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	CHECK_INT(
	    ob_properties_read(&tree, OB_STR("a=1\\\n2\n b = \\t3"), &v, NULL),
	    0);
	p = ob_val_get(&v, OB_STR("a"));
	CHECK_UINT(p->at.line, 1);
	CHECK_UINT(p->at.col, 3);
	CHECK_UINT(p->len, 4);
	p = ob_val_get(&v, OB_STR("b"));
	CHECK_UINT(p->at.line, 3);
	CHECK_UINT(p->at.col, 6);
	CHECK_UINT(p->len, 3);
	CHECK_UINT(v.u.table->v[1].key_off, 8);
}

static void
refusals_name_place_and_reason(void)
{
	static const struct {
		struct ob_str in;
		const char *message;
	} cases[] = {
		{ { "a=\\u12", 6 }, "1:3: \\u needs four hexadecimal digits" },
		{ { "b=1\na=x\\ud800", 13 },
		    "2:4: surrogate without its pair" },
		{ { "a=\\u0000", 8 }, "1:3: NUL in text" },
		{ { "a=1\r\nb=\0", 8 }, "2:3: NUL byte" },
		{ { "a=\\\0", 4 }, "1:4: NUL byte" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(1 << 24);
		struct ob_err err = OB_ERR_INIT;
		struct ob_tree tree;
		struct ob_val v;

		ob_tree_init(&tree, &arena, NULL);
		CHECK_INT(
		    ob_properties_read(&tree, cases[i].in, &v, &err), -EBADMSG);
		CHECK_STR(err.msg, cases[i].message);
	}
}

static void
limits_and_memory_are_errors(void)
{
	struct ob_limits limits = { .depth = 2, .nodes = 1, .bytes = 100 };
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v;

	for (size_t max = 0; max < 200; max += 20) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_properties_read(
			      &tree, OB_STR("a\\t=\\n\nb=1"), &v, &err),
		    -ENOMEM);
	}
	{
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);

		ob_tree_init(&tree, &a, &limits);
		CHECK_INT(
		    ob_properties_read(&tree, OB_STR("a=1\nb=1"), &v, &err),
		    -EBADMSG);
		CHECK_STR(err.msg, "2:3: node limit: more than 1 values");
	}
}

OB_TESTS(properties) = {
	OB_TEST(keys_end_at_a_mark_or_a_blank),
	OB_TEST(escapes_become_their_characters),
	OB_TEST(a_backslash_joins_lines),
	OB_TEST(values_know_their_places),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(limits_and_memory_are_errors),
	OB_TESTS_END,
};
