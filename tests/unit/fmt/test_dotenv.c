#include "fmt/dotenv.h"

#include <errno.h>
#include <stdlib.h>

#include "unit.h"

#define TREE(tree, limits) \
	OB_AUTO_ARENA struct ob_arena arena_ = OB_ARENA_INIT(1 << 26); \
	struct ob_tree tree; \
	ob_tree_init(&tree, &arena_, limits)

/* What lies below the file: LOW=low and EMPTY= */
static bool
below(void *ctx, struct ob_str name, struct ob_str *ret)
{
	(void)ctx;
	if (ob_str_eq_z(name, "LOW"))
		*ret = OB_STR("low");
	else if (ob_str_eq_z(name, "EMPTY"))
		*ret = OB_STR("");
	else
		return false;
	return true;
}

/* The members as "NAME=<value>;" in order. */
static void
check_reads(const char *in, const char *expected)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	if (ob_dotenv_read(&tree, ob_str_z(in), below, NULL, &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	for (uint32_t i = 0; i < v.u.table->n; i++) {
		const struct ob_member *m = &v.u.table->v[i];

		CHECK_INT(m->val.type, OB_VAL_STRING);
		ob_buf_add_str(&b, ob_member_key(m));
		ob_buf_add_z(&b, "=<");
		ob_buf_add_str(&b, ob_val_str(&m->val));
		ob_buf_add_z(&b, ">;");
	}
	if (strcmp(ob_buf_z(&b), expected) != 0)
		FAIL("'%s' gives %s, expected %s", in, ob_buf_z(&b), expected);
}

static void
reads_lines_comments_and_blanks(void)
{
	check_reads("", "");
	check_reads("\n \n\t# comment\n#\n", "");
	check_reads("A=1", "A=<1>;");
	check_reads("A=1\nB=2\n", "A=<1>;B=<2>;");
	check_reads("A=1\r\nB=2 \r\n\r\n", "A=<1>;B=<2>;");
	check_reads("\xef\xbb\xbf"
		    "A=1\n",
	    "A=<1>;");
	check_reads("  A\t= \t1\t\n", "A=<1>;");
	check_reads("export A=1\nexport\t \tB=2\n", "A=<1>;B=<2>;");
	check_reads("export=1\nexport = 2\n", "export=<1>;export=<2>;");
	check_reads("_a.b9=1\n", "_a.b9=<1>;");
	check_reads(
	    "A=\nB= \nC= # x\nD=#x\nE=#\n", "A=<>;B=<>;C=<>;D=<#x>;E=<#>;");
}

static void
bare_values_are_literal(void)
{
	check_reads("A=$2b$10$abc", "A=<$2b$10$abc>;");
	check_reads("A=$(echo x)`y`", "A=<$(echo x)`y`>;");
	check_reads("A=a b  c  # d", "A=<a b  c>;");
	check_reads("A=a#b #c", "A=<a#b>;");
	check_reads("A=a\t#c", "A=<a>;");
	check_reads("A=it's \"x\"", "A=<it's \"x\">;");
	check_reads("A=a\\nb\\", "A=<a\\nb\\>;");
	check_reads("A=$B $ {x}", "A=<$B $ {x}>;");
	check_reads("A==b=", "A=<=b=>;");
	check_reads("A=\xff\xfe", "A=<\xff\xfe>;");
}

static void
single_quotes_protect_everything(void)
{
	check_reads("A=''", "A=<>;");
	check_reads("A='${X} \\n \" # $y' # c", "A=<${X} \\n \" # $y>;");
	check_reads("A='l1\nl2\r\nl3'\nB=1", "A=<l1\nl2\r\nl3>;B=<1>;");
}

static void
double_quotes_know_escapes(void)
{
	check_reads("A=\"\"", "A=<>;");
	check_reads("A=\"a\\tb\\nc\\r\\\\\\\"\\$\"", "A=<a\tb\nc\r\\\"$>;");
	check_reads("A=\"\\u00e9\\u20ac\\ud83d\\ude00\"",
	    "A=<\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80>;");
	check_reads(
	    "A=\"\\x \\' \\u12 \\uxyzw\"", "A=<\\x \\' \\u12 \\uxyzw>;");
	check_reads("A=\"l1\nl2\" # c\nB=1", "A=<l1\nl2>;B=<1>;");
	check_reads("A=\"\\${B} $B $\" ", "A=<${B} $B $>;");
	check_reads("A=\" # no comment \"", "A=< # no comment >;");
}

static void
substitutions_look_up_what_came_before(void)
{
	check_reads("A=1\nB=${A}\nA=2\nC=x${A}y", "A=<1>;B=<1>;A=<2>;C=<x2y>;");
	check_reads("A=${LOW}", "A=<low>;");
	check_reads("LOW=x${LOW}\nA=\"${LOW}\"", "LOW=<xlow>;A=<xlow>;");
	check_reads("A=${LOW} ${LOW}  # c", "A=<low low>;");
	check_reads("B=' '\nA=${B}", "B=< >;A=< >;");
}

static void
operators_tell_unset_from_empty(void)
{
	check_reads("A=${NOPE:-d}${NOPE-d}", "A=<dd>;");
	check_reads("A=${EMPTY:-d}:${EMPTY-d}", "A=<d:>;");
	check_reads("A=${LOW:-d}${LOW-d}", "A=<lowlow>;");
	check_reads("A=${NOPE:+a}:${NOPE+a}", "A=<:>;");
	check_reads("A=${EMPTY:+a}:${EMPTY+a}", "A=<:a>;");
	check_reads("A=${LOW:+a}${LOW+a}", "A=<aa>;");
	check_reads("A=${LOW:?w}${LOW?}${EMPTY?w}", "A=<lowlow>;");
	check_reads("A=${NOPE:-}${NOPE-}", "A=<>;");
	check_reads("A=${NOPE:-a b #c}", "A=<a b #c>;");
	check_reads("A=${NOPE:-a${NOPE2-${LOW}}b}", "A=<alowb>;");
	check_reads("A=${LOW:-${NOPE}}", "A=<low>;");
	check_reads("A=\"${NOPE:-l1\nl2\"'}\"", "A=<l1\nl2\"'>;");
	check_reads("A=${NOPE:-$x{}y}", "A=<$x{y}>;");
}

static void
values_and_names_know_their_places(void)
{
	TREE(tree, NULL);
	struct ob_val v;
	const struct ob_member *m;

	tree.src = 3;
	CHECK_INT(
	    ob_dotenv_read(&tree,
		OB_STR("A = 'x\ny'\n\nexport B= ab  # c\nC=\nD=\"${A}\"\n"),
		NULL, NULL, &v, NULL),
	    0);
	m = v.u.table->v;
	CHECK_UINT(v.u.table->n, 4);
	CHECK_UINT(m[0].val.at.line, 1);
	CHECK_UINT(m[0].val.at.col, 5);
	CHECK_UINT(m[0].val.at.off, 4);
	CHECK_UINT(m[0].val.len, 5);
	CHECK_UINT(m[1].val.at.line, 4);
	CHECK_UINT(m[1].val.at.col, 11);
	CHECK_UINT(m[1].val.len, 2);
	CHECK_UINT(m[1].key_off, 18);
	CHECK_UINT(m[1].val.src, 3);
	CHECK_UINT(m[2].val.at.line, 5);
	CHECK_UINT(m[2].val.at.col, 3);
	CHECK_UINT(m[2].val.len, 0);
	CHECK_UINT(m[3].val.at.line, 6);
	CHECK_UINT(m[3].val.len, 6);
}

static void
check_refuses(struct ob_str in, int code, const char *message)
{
	TREE(tree, NULL);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;
	int rc = ob_dotenv_read(&tree, in, below, NULL, &v, &err);

	if (strcmp(err.msg, message) != 0)
		FAIL("'%s' gives '%s', expected '%s'", in.p, err.msg, message);
	CHECK_INT(rc, code);
	CHECK_INT(err.code, code);
	CHECK_UINT(tree.error.line, (unsigned)(message[0] - '0'));
}

static void
refusals_name_place_and_reason(void)
{
	static const char *const cases[][2] = {
		{ "A=1\nB=\"x\"y\n",
		    "2:6: expected the end of the line, found 'y'" },
		{ "A=\"x\"#c", "1:6: expected the end of the line, found '#'" },
		{ "A='x' y", "1:7: expected the end of the line, found 'y'" },
		{ "A", "1:2: expected '=' after name, found the end" },
		{ "A B=1", "1:3: expected '=' after name, found 'B'" },
		{ "A-B=1", "1:2: expected '=' after name, found '-'" },
		{ "1A=1", "1:1: expected a name or a comment, found '1'" },
		{ "=1", "1:1: expected a name or a comment, found '='" },
		{ "export \n",
		    "1:8: expected a name after 'export', found the end of "
		    "the line" },
		{ "export", "1:7: expected '=' after name, found the end" },
		{ "\xc3\xa9=1",
		    "1:1: expected a name or a comment, found byte 0xc3" },
		{ "A=1\nB='x\n\n", "2:3: single quote without end" },
		{ "A=1\nB=\"x\n\n", "2:3: double quote without end" },
		{ "A=1\rB=2", "1:4: carriage return without a line feed" },
		{ "A='\n\r'", "2:1: carriage return without a line feed" },
		{ "A=\"\\ud800\"", "1:4: surrogate without its pair" },
		{ "A=\"\\u0000\"", "1:4: NUL cannot be in a variable" },
		{ "A=${}", "1:5: expected a name after '${', found '}'" },
		{ "A=${1}", "1:5: expected a name after '${', found '1'" },
		{ "A=${", "1:5: expected a name after '${', found the end" },
		{ "A=${LOW", "1:8: expected '}' after name, found the end" },
		{ "A=${LOW x}", "1:8: expected '}' after name, found ' '" },
		{ "A=${LOW:}", "1:9: expected '-', '+' or '?', found '}'" },
		{ "A=${LOW:=x}", "1:9: expected '-', '+' or '?', found '='" },
		{ "A=${LOW-x\n}",
		    "1:10: expected '}', found the end of the line" },
		{ "A=\"\n${LOW-x", "2:8: expected '}', found the end" },
		{ "A=${X-${X-${X-${X-${X-${X-${X-${X-${X-${X-${X-${X-${X-${X-"
		  "${X-${X-${X-${X-1",
		    "1:71: substitutions nested deeper than 16" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++)
		check_refuses(ob_str_z(cases[i][0]), -EBADMSG, cases[i][1]);
	check_refuses(OB_STR("A=1\nB=\0"), -EBADMSG, "2:3: NUL byte");
}

static void
undefined_names_are_an_error_of_their_own(void)
{
	static const char *const cases[][2] = {
		{ "A=x${NOPE}", "1:4: 'NOPE' is not defined" },
		{ "A=${B}\nB=1\n",
		    "1:3: 'B' is used before line 2 defines it" },
		{ "B=1\nA=\"\n${C}\"\n\nC=\"${NO}\"\n",
		    "3:1: 'C' is used before line 5 defines it" },
		{ "A=${A}", "1:3: 'A' is not defined" },
		{ "A=${B}\nB 1\n", "1:3: 'B' is not defined" },
		{ "A=${NOPE-${ALSO}}", "1:10: 'ALSO' is not defined" },
		{ "A=${NOPE:?set it to ${LOW}}", "1:3: 'NOPE' set it to low" },
		{ "A=${EMPTY:?}", "1:3: 'EMPTY' is required" },
		{ "A=${NOPE?\n",
		    "1:10: expected '}', found the end of the line" },
	};

	for (size_t i = 0; i < OB_COUNT(cases) - 1; i++)
		check_refuses(ob_str_z(cases[i][0]), -EDOM, cases[i][1]);
	check_refuses(ob_str_z(cases[8][0]), -EBADMSG, cases[8][1]);
}

static void
doubling_substitutions_hit_a_limit(void)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(10000);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	ob_buf_add_z(&in, "A=0123456789\n");
	for (int i = 0; i < 40; i++)
		ob_buf_add_z(&in, "A=${A}${A}\n");
	CHECK_INT(ob_dotenv_read(&tree, ob_buf_str(&in), NULL, NULL, &v, &err),
	    -EBADMSG);
	CHECK_STR(err.msg, "18:11: value longer than 1048576 bytes");
}

static void
limits_and_memory_are_errors(void)
{
	TREE(
	    tree, (&(struct ob_limits){ .depth = 1, .nodes = 2, .bytes = 20 }));
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	CHECK_INT(ob_dotenv_read(
		      &tree, OB_STR("A=1\nB=2\nC=3\n"), NULL, NULL, &v, &err),
	    -EBADMSG);
	CHECK_STR(err.msg, "3:3: node limit: more than 2 values");
	CHECK_INT(ob_dotenv_read(&tree, OB_STR("A=123456789012345678\n"), NULL,
		      NULL, &v, &err),
	    -EBADMSG);
	for (size_t max = 0; max <= 200; max += 20) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_dotenv_read(&tree, OB_STR("A=\"x\"\nB=${A}"), NULL,
			      NULL, &v, &err),
		    -ENOMEM);
	}
}

static void
what_is_written_reads_back(void)
{
	static const char *const values[] = { "", "x", " x ", "it's", "a\"b'c",
		"$HOME ${X} $(y)", "a\\nb'", "l1\nl2", "l1\r\nl2", "\r",
		"'\r\n", "\\", "'\\u0041", "#", "\xff'\xfe", "'${" };

	for (size_t i = 0; i < OB_COUNT(values); i++) {
		TREE(tree, NULL);
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);
		struct ob_err err = OB_ERR_INIT;
		struct ob_val v;

		CHECK_INT(
		    ob_dotenv_write(&b, OB_STR("A.b"), ob_str_z(values[i])), 0);
		if (ob_dotenv_read(
			&tree, ob_buf_str(&b), NULL, NULL, &v, &err) < 0)
			FAIL("%s: %s", b.p, err.msg);
		CHECK_MEM(v.u.table->v[0].val.u.text, v.u.table->v[0].val.n,
		    values[i]);
	}
}

static void
what_a_file_cannot_hold_is_not_written(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(10);

	CHECK_INT(ob_dotenv_write(&b, OB_STR("A-B"), OB_STR("x")), -EINVAL);
	CHECK_INT(ob_dotenv_write(&b, OB_STR(""), OB_STR("x")), -EINVAL);
	CHECK_INT(ob_dotenv_write(&b, OB_STR("1A"), OB_STR("x")), -EINVAL);
	CHECK_INT(ob_dotenv_write(&b, OB_STR("A"), OB_STR("\0")), -EINVAL);
	CHECK_UINT(b.n, 0);
	CHECK_INT(
	    ob_dotenv_write(&b, OB_STR("A"), OB_STR("1234567")), -ENOBUFS);
}

OB_TESTS(dotenv) = {
	OB_TEST(reads_lines_comments_and_blanks),
	OB_TEST(bare_values_are_literal),
	OB_TEST(single_quotes_protect_everything),
	OB_TEST(double_quotes_know_escapes),
	OB_TEST(substitutions_look_up_what_came_before),
	OB_TEST(operators_tell_unset_from_empty),
	OB_TEST(values_and_names_know_their_places),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(undefined_names_are_an_error_of_their_own),
	OB_TEST(doubling_substitutions_hit_a_limit),
	OB_TEST(limits_and_memory_are_errors),
	OB_TEST(what_is_written_reads_back),
	OB_TEST(what_a_file_cannot_hold_is_not_written),
	OB_TESTS_END,
};
