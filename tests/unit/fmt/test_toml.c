#include "fmt/toml.h"

#include <errno.h>
#include <stdlib.h>

#include "fmt/json.h"
#include "unit.h"

#define TREE(tree, limits) \
	OB_AUTO_ARENA struct ob_arena arena_ = OB_ARENA_INIT(1 << 28); \
	struct ob_tree tree; \
	ob_tree_init(&tree, &arena_, limits)

/* The document as JSON; dates are strings there. */
static void
check_reads(enum ob_toml_version version, const char *in, const char *expected)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_json j;
	struct ob_val v;

	if (ob_toml_read(&tree, ob_str_z(in), version, &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	if (strcmp(ob_buf_z(&b), expected) != 0)
		FAIL("'%s' gives %s, expected %s", in, ob_buf_z(&b), expected);
}

#define READS(in, expected) check_reads(OB_TOML_1_0, in, expected)

static void
reads_pairs_tables_and_lists_of_tables(void)
{
	READS("", "{}");
	READS("# c\n\n \t\r\n", "{}");
	READS("\xef\xbb\xbf"
	      "a = 1",
	    "{\"a\":1}");
	READS("a=1#c\nb = true\n[t]\nx=[1, 2,\n # c\n 3,]\n",
	    "{\"a\":1,\"b\":true,\"t\":{\"x\":[1,2,3]}}");
	READS("[a.b]\nc=1\n[a]\nd=2\n", "{\"a\":{\"b\":{\"c\":1},\"d\":2}}");
	READS("[[p]]\nn=1\n[[p.q]]\nx=1\n[[p]]\n[p.r]\ny=2\n",
	    "{\"p\":[{\"n\":1,\"q\":[{\"x\":1}]},{\"r\":{\"y\":2}}]}");
	READS("a.b.c = 1\na.b.d = 2\n\"x.y\" . 'z' = 3\n",
	    "{\"a\":{\"b\":{\"c\":1,\"d\":2}},\"x.y\":{\"z\":3}}");
	READS("t = { a.b = 1, c = [ { } ] }\n",
	    "{\"t\":{\"a\":{\"b\":1},\"c\":[{}]}}");
	READS("[f]\na.c = 1\n[f.a.t]\nx = 1\n",
	    "{\"f\":{\"a\":{\"c\":1,\"t\":{\"x\":1}}}}");
}

static void
strings_have_four_forms(void)
{
	READS("a = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"",
	    "{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\\xc3\xa9\xf0\x9f\x98\x80\"}");
	READS("a = 'C:\\x\\'", "{\"a\":\"C:\\\\x\\\\\"}");
	READS("a = \"\"\"\nl1\n\"q\" \\\n   joined\\\n\n\t\"\"\"",
	    "{\"a\":\"l1\\n\\\"q\\\" joined\"}");
	READS("a = \"\"\"x\"\"\"\"\"\nb = '''\r\ny''''\n",
	    "{\"a\":\"x\\\"\\\"\",\"b\":\"y'\"}");
	READS("a = \"\"\"\"\"\"", "{\"a\":\"\"}");
	check_reads(OB_TOML_1_1, "a = \"\\e\\x41\"", "{\"a\":\"\\u001bA\"}");
}

static void
numbers_keep_their_digits(void)
{
	READS("a = [+1, -0, 1_000, 0xDEAD_beef, 0o17, 0b101, 9007199254740993, "
	      "123456789012345678901234567890, 0xffffffffffffffff]",
	    "{\"a\":[1,-0,1000,3735928559,15,5,9007199254740993,"
	    "123456789012345678901234567890,18446744073709551615]}");
	READS("a = [1.50, +1e1_0, -1E-05, 6.0e+23, inf, -inf, +nan]",
	    "{\"a\":[1.50,1e10,-1E-05,6.0e+23,\"inf\",\"-inf\",\"nan\"]}");
}

static void
dates_are_in_one_form(void)
{
	READS("a = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5-07:00, "
	      "1979-05-27t07:32:00z, 1979-05-27, 07:32:00.999, 2000-02-29]",
	    "{\"a\":[\"1979-05-27T07:32:00Z\",\"1979-05-27T07:32:00.5-07:00\","
	    "\"1979-05-27T07:32:00Z\",\"1979-05-27\",\"07:32:00.999\","
	    "\"2000-02-29\"]}");
	check_reads(OB_TOML_1_1, "a = [07:32, 1979-05-27 07:32z]",
	    "{\"a\":[\"07:32:00\",\"1979-05-27T07:32:00Z\"]}");
}

static void
newer_inline_tables_span_lines(void)
{
	check_reads(OB_TOML_1_1, "a = {\n b = 1, # c\n c = {\n },\n}\n",
	    "{\"a\":{\"b\":1,\"c\":{}}}");
}

static void
every_value_knows_its_place(void)
{
	TREE(tree, NULL);
	struct ob_val v;
	const struct ob_val *p;

	tree.src = 5;
	CHECK_INT(ob_toml_read(&tree,
		      OB_STR("[db]\nport = 5432 # prod\ns = '''a\nb''' \n"
			     "l = [1,\n  \"x\"]\n"),
		      OB_TOML_1_0, &v, NULL),
	    0);
	v = *ob_val_get(&v, OB_STR("db"));
	CHECK_UINT(v.at.line, 1);
	CHECK_UINT(v.at.col, 2);
	p = ob_val_get(&v, OB_STR("port"));
	CHECK_UINT(p->at.line, 2);
	CHECK_UINT(p->at.col, 8);
	CHECK_UINT(p->at.off, 12);
	CHECK_UINT(p->len, 4);
	CHECK_UINT(p->src, 5);
	p = ob_val_get(&v, OB_STR("s"));
	CHECK_UINT(p->at.line, 3);
	CHECK_UINT(p->len, 9);
	p = ob_val_get(&v, OB_STR("l"));
	CHECK_UINT(p->at.line, 5);
	CHECK_UINT(p->len, 10);
	CHECK_UINT(p->u.list->v[1].at.line, 6);
	CHECK_UINT(p->u.list->v[1].at.col, 3);
}

static void
check_refuses(enum ob_toml_version version, const char *in, const char *message)
{
	TREE(tree, NULL);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;
	int rc = ob_toml_read(&tree, ob_str_z(in), version, &v, &err);

	if (strcmp(err.msg, message) != 0)
		FAIL("'%s' gives '%s', expected '%s'", in, err.msg, message);
	CHECK_INT(rc, -EBADMSG);
}

static void
refusals_name_place_and_reason(void)
{
	static const char *const cases[][2] = {
		{ "a 1", "1:3: expected '=' after key, found '1'" },
		{ "= 1", "1:1: expected a key, found '='" },
		{ "a. = 1", "1:4: expected a key, found '='" },
		{ "a = ", "1:5: expected a value, found the end" },
		{ "a = \n",
		    "1:5: expected a value, found the end of the line" },
		{ "a = b", "1:5: expected a value" },
		{ "a = 1 b = 2",
		    "1:7: expected the end of the line, found 'b'" },
		{ "a = 1\rb = 2",
		    "1:6: expected the end of the line, found byte 0x0d" },
		{ "a = [1 2]", "1:8: expected ',' or ']', found '2'" },
		{ "a = [,]", "1:6: expected a value, found ','" },
		{ "a = {b = 1, }", "1:13: expected a key, found '}'" },
		{ "a = {b = 1\n}",
		    "1:11: expected ',' or '}', found the end of the line" },
		{ "[a", "1:3: expected ']' after key, found the end" },
		{ "[[a]", "1:4: expected ']]' after key, found ']'" },
		{ "[]", "1:2: expected a key, found ']'" },
		{ "x = 1\n\na = \"b", "3:5: string without end" },
		{ "x = 1\na = \"\"\"b\nc\"\"", "2:5: string without end" },
		{ "a = \"b\x01\"", "1:7: control character in string" },
		{ "a = '''b\n\n\x7f'''", "3:1: control character in string" },
		{ "a = \"\"\"b\n\\q\"\"\"", "2:1: unknown escape in string" },
		{ "a = \"\\e\"", "1:6: unknown escape in string" },
		{ "a = \"\\u12\"",
		    "1:6: escape needs more hexadecimal digits" },
		{ "a = \"\\ud800\"", "1:6: escape is no Unicode character" },
		{ "\"\"\"a\"\"\" = 1", "1:1: a key may not span lines" },
		{ "# a\n#\x01", "2:2: control character in a comment" },
		{ "a = '\xff'", "1:6: byte 0xff is not UTF-8" },
		{ "a = 1\na = 2", "2:1: key 'a' is defined already, line 1" },
		{ "[a]\n[a]", "2:2: key 'a' is defined already, line 1" },
		{ "a = 1\n[a]", "2:2: key 'a' is defined already, line 1" },
		{ "a = 1\n[a.b]", "2:2: key 'a' has a value already, line 1" },
		{ "a = []\n[[a]]", "2:3: key 'a' is defined already, line 1" },
		{ "a = {}\n[a.b]", "2:2: key 'a' is complete already, line 1" },
		{ "a = 1\na.b = 2",
		    "2:1: key 'a' has a value already, line 1" },
		{ "[a.b]\n[a]\nb.c = 1",
		    "3:1: key 'b' is a table that is complete, line 1" },
		{ "[a]\nb.c = 1\n[a.b]",
		    "3:4: key 'b' is defined already, line 2" },
		{ "a = 012", "1:5: number with a leading zero" },
		{ "a = 1__0", "1:5: no such number" },
		{ "a = 1_", "1:5: no such number" },
		{ "a = 1.", "1:5: '.' of a number needs digits behind it" },
		{ "a = 1e", "1:5: exponent without digits" },
		{ "a = 0x", "1:5: no such number" },
		{ "a = 0xg", "1:5: no such number" },
		{ "a = 0x_1", "1:5: underscore without digits around it" },
		{ "a = 0x1ffffffffffffffff",
		    "1:5: number of more than 64 bits" },
		{ "a = 2023-02-29", "1:5: no such date" },
		{ "a = 1979-05-27T25:00:00", "1:5: no such time" },
		{ "a = 1979-05-27T07:32:00+25:00",
		    "1:5: no such offset of a time" },
		{ "a = 07:32:00Z", "1:5: no such time" },
		{ "a = 07:32", "1:5: time without seconds" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++)
		check_refuses(OB_TOML_1_0, cases[i][0], cases[i][1]);
	check_refuses(OB_TOML_1_1, "a = {,}", "1:6: expected a key, found ','");
}

static void
limits_and_memory_are_errors(void)
{
	TREE(
	    tree, (&(struct ob_limits){ .depth = 2, .nodes = 4, .bytes = 40 }));
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	CHECK_INT(
	    ob_toml_read(&tree, OB_STR("a = [[[1]]]"), OB_TOML_1_0, &v, &err),
	    -EBADMSG);
	CHECK_STR(err.msg, "1:7: values nested too deep");
	tree.nodes = 0;
	CHECK_INT(
	    ob_toml_read(&tree, OB_STR("a = [1,2,3,4]"), OB_TOML_1_0, &v, &err),
	    -EBADMSG);
	CHECK_STR(err.msg, "1:12: node limit: more than 4 values");
	tree.nodes = 0;
	CHECK_INT(
	    ob_toml_read(&tree, OB_STR("a.b.c = 1"), OB_TOML_1_0, &v, &err),
	    -EBADMSG);
	CHECK_STR(err.msg, "1:4: key of too many parts");
	for (size_t max = 0; max < 900; max += 20) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_toml_read(&tree,
			      OB_STR("a = [\"\\n\", 1_0, 0x1, {b.c = 1},"
				     " 07:32:00, 1979-05-27 07:32:00Z]\n"
				     "[d.e]\n[[f]]\ng = 1"),
			      OB_TOML_1_0, &v, &err),
		    -ENOMEM);
	}
}

static void
many_tables_stay_linear(void)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(1 << 24);
	struct ob_val v;

	for (int i = 0; i < 70000; i++)
		ob_buf_printf(&in, "[t.x%d]\na.b=1\n", i);
	CHECK_INT(
	    ob_toml_read(&tree, ob_buf_str(&in), OB_TOML_1_0, &v, NULL), 0);
	CHECK_UINT(ob_val_get(&v, OB_STR("t"))->u.table->n, 70000);
}

OB_TESTS(toml) = {
	OB_TEST(reads_pairs_tables_and_lists_of_tables),
	OB_TEST(strings_have_four_forms),
	OB_TEST(numbers_keep_their_digits),
	OB_TEST(dates_are_in_one_form),
	OB_TEST(newer_inline_tables_span_lines),
	OB_TEST(every_value_knows_its_place),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(limits_and_memory_are_errors),
	OB_TEST(many_tables_stay_linear),
	OB_TESTS_END,
};
