#include "fmt/jsonread.h"

#include <errno.h>
#include <stdlib.h>

#include "fmt/json.h"
#include "unit.h"

#define TREE(tree, limits) \
	OB_AUTO_ARENA struct ob_arena arena_ = OB_ARENA_INIT(1 << 28); \
	struct ob_tree tree; \
	ob_tree_init(&tree, &arena_, limits)

static void
check_same_after_writing(const char *in, const char *expected)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_json j;
	struct ob_val v;

	if (ob_json_read(&tree, ob_str_z(in), &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	CHECK_STR(ob_buf_z(&b), expected);
}

static void
reads_what_the_writer_writes(void)
{
	static const char *const same[] = { "null", "true", "false", "0", "-0",
		"\"\"", "[]", "{}", "[[]]", "[{}]", "{\"a\":{\"b\":[]}}",
		"[1,\"x\",null,{\"k\":[true,false]},[],\"y\"]", "{\"\":1}",
		"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
		"\"\\u0000\\\"\\\\\\n\"" };

	for (size_t i = 0; i < OB_COUNT(same); i++)
		check_same_after_writing(same[i], same[i]);
	check_same_after_writing(" [ 1 ,\r\n\t2 ] \n", "[1,2]");
	check_same_after_writing("\xef\xbb\xbf{}", "{}");
	check_same_after_writing(
	    "{\"a\":1,\"b\":2,\"a\":3}", "{\"b\":2,\"a\":3}");
}

static void
numbers_keep_every_digit(void)
{
	static const char *const same[] = { "9007199254740993", "1e400", "-0.0",
		"0.10", "1E+2", "123456789012345678901234567890", "1e-7",
		"0e0" };

	for (size_t i = 0; i < OB_COUNT(same); i++)
		check_same_after_writing(same[i], same[i]);
}

static void
escapes_become_their_characters(void)
{
	TREE(tree, NULL);
	struct ob_val v;

	CHECK_INT(ob_json_read(&tree,
		      OB_STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9"
			     "\\u20AC\\ud83d\\uDE00\\u0000.\""),
		      &v, NULL),
	    0);
	CHECK_BYTES(v.u.text, v.n,
	    "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\0.", 20);
}

static void
plain_strings_are_slices_of_the_input(void)
{
	TREE(tree, NULL);
	struct ob_str in = OB_STR("{\"key\":\"text\"}");
	struct ob_val v;

	CHECK_INT(ob_json_read(&tree, in, &v, NULL), 0);
	CHECK(v.u.table->v[0].key == in.p + 2);
	CHECK(v.u.table->v[0].val.u.text == in.p + 8);
}

static void
check_place(const struct ob_val *v, uint32_t off, uint32_t len, uint32_t line,
    uint32_t col)
{
	CHECK(v != NULL);
	CHECK_UINT(v->at.off, off);
	CHECK_UINT(v->len, len);
	CHECK_UINT(v->at.line, line);
	CHECK_UINT(v->at.col, col);
	CHECK_UINT(v->src, 7);
}

static void
every_value_knows_its_place(void)
{
	TREE(tree, NULL);
	struct ob_val v;
	const struct ob_val *list;

	tree.src = 7;
	CHECK_INT(ob_json_read(&tree,
		      OB_STR("{ \"db\":\n  {\"port\": 5432 ,\n   \"names\":"
			     "[\"a\\n\", true]\n}}"),
		      &v, NULL),
	    0);
	check_place(&v, 0, 53, 1, 1);
	v = *ob_val_get(&v, OB_STR("db"));
	check_place(&v, 10, 42, 2, 3);
	check_place(ob_val_get(&v, OB_STR("port")), 19, 4, 2, 12);
	list = ob_val_get(&v, OB_STR("names"));
	check_place(list, 37, 13, 3, 12);
	check_place(&list->u.list->v[0], 38, 5, 3, 13);
	check_place(&list->u.list->v[1], 45, 4, 3, 20);
	CHECK_UINT(v.u.table->v[1].key_off, 29);
	CHECK_UINT(tree.nodes, 6);
}

static void
refusals_name_place_and_reason(void)
{
	static const struct {
		const char *in, *message;
	} cases[] = {
		{ "", "1:1: expected a value, found the end" },
		{ " \n\n ", "3:2: expected a value, found the end" },
		{ "{\"a\" 1}", "1:6: expected ':' after key, found '1'" },
		{ "{\n\"a\":1,\n}",
		    "3:1: expected a key in double quotes, found '}'" },
		{ "{a:1}", "1:2: expected a key in double quotes, found 'a'" },
		{ "{\"a\":1", "1:7: expected ',' or '}', found the end" },
		{ "[1 2]", "1:4: expected ',' or ']', found '2'" },
		{ "[1,]", "1:4: expected a value, found ']'" },
		{ "[", "1:2: expected a value, found the end" },
		{ "{", "1:2: expected a key in double quotes, found the end" },
		{ "[1\n}", "2:1: expected ',' or ']', found '}'" },
		{ "1 2", "1:3: expected the end, found '2'" },
		{ "tru", "1:1: expected a value, found 't'" },
		{ "nan", "1:1: expected a value, found 'n'" },
		{ "+1", "1:1: expected a value, found '+'" },
		{ "\xc3\xa9", "1:1: expected a value, found byte 0xc3" },
		{ "-", "1:2: expected a digit, found the end" },
		{ "-x", "1:2: expected a digit, found 'x'" },
		{ "1.", "1:3: expected a digit, found the end" },
		{ "[1.\n]",
		    "1:4: expected a digit, found the end of the line" },
		{ "1e+", "1:4: expected a digit, found the end" },
		{ "012", "1:1: number with a leading zero" },
		{ "-00", "1:1: number with a leading zero" },
		{ "[\"abc", "1:2: string without end" },
		{ "\"a\tb\"", "1:3: control character 0x09 in string" },
		{ "\"\\x\"", "1:2: unknown escape in string" },
		{ "\"\\", "1:1: string without end" },
		{ "\"\\\"", "1:1: string without end" },
		{ "\"\\u12g4\"", "1:2: \\u needs four hexadecimal digits" },
		{ "\"\\u12\"", "1:2: \\u needs four hexadecimal digits" },
		{ "\"\\ud800\"", "1:2: surrogate without its pair" },
		{ "\"\\ud800\\u0041\"", "1:2: surrogate without its pair" },
		{ "\"\\ud800\\u00\"", "1:2: surrogate without its pair" },
		{ "\"\\udc00\\ud800\"", "1:2: surrogate without its pair" },
		{ "\"a\xff\"", "1:3: byte 0xff is not UTF-8" },
		{ "\"\xed\xa0\x80\"", "1:2: byte 0xed is not UTF-8" },
		{ "\"\xe2\x82", "1:2: byte 0xe2 is not UTF-8" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		TREE(tree, NULL);
		struct ob_err err = OB_ERR_INIT;
		struct ob_val v;

		CHECK_INT(ob_json_read(&tree, ob_str_z(cases[i].in), &v, &err),
		    -EBADMSG);
		CHECK_STR(err.msg, cases[i].message);
		CHECK(err.complete);
		CHECK_INT(tree.error.line, cases[i].message[0] - '0');
	}
}

static void
limits_are_errors(void)
{
	TREE(
	    tree, (&(struct ob_limits){ .depth = 2, .nodes = 4, .bytes = 12 }));
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	CHECK_INT(ob_json_read(&tree, OB_STR("[[1,2]]"), &v, &err), 0);
	tree.nodes = 0;
	CHECK_INT(ob_json_read(&tree, OB_STR("[[[1]]]"), &v, &err), -EBADMSG);
	CHECK_STR(err.msg, "1:3: nested deeper than 2 levels");
	tree.nodes = 0;
	CHECK_INT(ob_json_read(&tree, OB_STR("[1,2,3,4]"), &v, &err), -EBADMSG);
	CHECK_STR(err.msg, "1:8: node limit: more than 4 values");
	tree.nodes = 0;
	CHECK_INT(
	    ob_json_read(&tree, OB_STR("[1         ]x"), &v, &err), -EBADMSG);
	CHECK_STR(err.msg, "1:1: input is longer than 12 bytes");
}

static void
a_full_arena_is_out_of_memory(void)
{
	for (size_t max = 0; max < 300; max += 10) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);
		struct ob_err err = OB_ERR_INIT;
		struct ob_tree tree;
		struct ob_val v;

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_json_read(&tree,
			      OB_STR("[{\"a\":\"\\n\",\"b\":[1,2,3]},"
				     "[{\"c\":[]},4,5,6]]"),
			      &v, &err),
		    -ENOMEM);
		CHECK_STR(err.msg, "cannot keep the values");
	}
}

static void
depth_costs_no_stack(void)
{
	enum { DEPTH = 100000 };
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(4 * DEPTH);
	OB_AUTO_BUF struct ob_buf out = OB_BUF_INIT(4 * DEPTH);
	struct ob_json j;
	struct ob_val v;

	ob_buf_fill(&in, '[', DEPTH);
	ob_buf_fill(&in, ']', DEPTH);
	CHECK_INT(ob_json_read(&tree, ob_buf_str(&in), &v, NULL), 0);
	ob_json_init(&j, &out, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	CHECK(ob_str_eq(ob_buf_str(&in), ob_buf_str(&out)));
	ob_buf_truncate(&in, DEPTH);
	CHECK_INT(ob_json_read(&tree, ob_buf_str(&in), &v, NULL), -EBADMSG);
}

static void
duplicate_keys_are_counted(void)
{
	TREE(tree, NULL);
	struct ob_val v;

	CHECK_INT(ob_json_read(&tree,
		      OB_STR("{\"a\":1,\"b\":{\"a\":1},\n"
			     "\"\\u0061\":2,\"a\":3}"),
		      &v, NULL),
	    0);
	CHECK_UINT(tree.duplicates, 2);
	CHECK_UINT(v.u.table->v[0].val.flags, OB_VAL_SHADOWED);
	CHECK_UINT(ob_val_get(&v, OB_STR("a"))->at.col, 16);
}

OB_TESTS(jsonread) = {
	OB_TEST(reads_what_the_writer_writes),
	OB_TEST(numbers_keep_every_digit),
	OB_TEST(escapes_become_their_characters),
	OB_TEST(plain_strings_are_slices_of_the_input),
	OB_TEST(every_value_knows_its_place),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(limits_are_errors),
	OB_TEST(a_full_arena_is_out_of_memory),
	OB_TEST(depth_costs_no_stack),
	OB_TEST(duplicate_keys_are_counted),
	OB_TESTS_END,
};
