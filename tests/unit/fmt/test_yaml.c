#include "fmt/yaml.h"

#include <errno.h>
#include <stdlib.h>

#include "fmt/json.h"
#include "unit.h"

#define TREE(tree, limits) \
	OB_AUTO_ARENA struct ob_arena arena_ = OB_ARENA_INIT(1 << 28); \
	struct ob_tree tree; \
	ob_tree_init(&tree, &arena_, limits)

static void
skip_without_yaml(void)
{
	TREE(tree, NULL);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	if (ob_yaml_read(&tree, OB_STR("a: 1"), &v, &err) != -ENOTSUP)
		return;
	CHECK_STR(err.msg, "YAML is not built in");
	CHECK_INT(ob_yaml_read_all(&tree, OB_STR(""), &v, NULL), -ENOTSUP);
	SKIP("YAML is not built in");
}

static void
check_reads(const char *in, const char *expected)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_json j;
	struct ob_val v;

	if (ob_yaml_read(&tree, ob_str_z(in), &v, &err) < 0)
		FAIL("'%s': %s", in, err.msg);
	ob_json_init(&j, &b, 0);
	CHECK_INT(ob_json_val(&j, &v), 0);
	if (strcmp(ob_buf_z(&b), expected) != 0)
		FAIL("'%s' gives %s, expected %s", in, ob_buf_z(&b), expected);
}

static void
reads_blocks_flows_and_scalars(void)
{
	skip_without_yaml();
	check_reads("", "null");
	check_reads("# nothing\n", "null");
	check_reads("a: 1\nb:\n  - x\n  - {c: [1, 2], d: }\n",
	    "{\"a\":1,\"b\":[\"x\",{\"c\":[1,2],\"d\":null}]}");
	check_reads("--- 'it''s'\n", "\"it's\"");
	check_reads("a: \"\\u00e9\\t\\\n  x\"\nb: |\n  l1\n  l2\nc: >-\n  f1\n"
		    "  f2\n",
	    "{\"a\":\"\xc3\xa9\\tx\",\"b\":\"l1\\nl2\\n\",\"c\":\"f1 f2\"}");
}

static void
plain_words_are_typed_by_the_core_schema_alone(void)
{
	skip_without_yaml();
	check_reads("[~, null, Null, NULL, true, True, TRUE, false, False, "
		    "FALSE]",
	    "[null,null,null,null,true,true,true,false,false,false]");
	check_reads("[yes, no, on, off, y, n, nUll, 1:30, 1_000, 0b1, +, "
		    "., 1e, .e1, 0x, 0o8, 1.2.3]",
	    "[\"yes\",\"no\",\"on\",\"off\",\"y\",\"n\",\"nUll\",\"1:30\","
	    "\"1_000\",\"0b1\",\"+\",\".\",\"1e\",\".e1\",\"0x\","
	    "\"0o8\",\"1.2.3\"]");
	check_reads("[012, +12, -0, 0o17, 0xFf, 9007199254740993, 1.10, .5, "
		    "1., -.5e+3, 1E400, 00.5]",
	    "[12,12,-0,15,255,9007199254740993,1.10,0.5,1.0,-0.5e+3,1E400,"
	    "0.5]");
	check_reads(
	    "[.inf, -.INF, +.Inf, .nan]", "[\"inf\",\"-inf\",\"inf\",\"nan\"]");
	check_reads("['1', \"true\", !!str 1, ! 1, !x 1, !!int '1', !!null '', "
		    "!!float '1.5', !!bool 'true']",
	    "[\"1\",\"true\",\"1\",\"1\",\"1\",1,null,1.5,true]");
}

static void
aliases_stand_for_their_anchors(void)
{
	skip_without_yaml();
	check_reads("a: &a [x, &b {c: 1}]\nd: *a\ne: *b\n",
	    "{\"a\":[\"x\",{\"c\":1}],\"d\":[\"x\",{\"c\":1}],\"e\":{"
	    "\"c\":1}}");
	check_reads("a: &k key\n*k : 1\nb: &k 2\nc: *k\n",
	    "{\"a\":\"key\",\"key\":1,\"b\":2,\"c\":2}");
	check_reads("<<: 1\n", "{\"<<\":1}");
}

static void
keys_are_texts(void)
{
	skip_without_yaml();
	check_reads("1: a\ntrue: b\n: c\n1.50: d\n",
	    "{\"1\":\"a\",\"true\":\"b\",\"\":\"c\",\"1.50\":\"d\"}");
}

static void
values_know_their_places(void)
{
	TREE(tree, NULL);
	const struct ob_val *p;
	struct ob_val v;

	skip_without_yaml();
	tree.src = 6;
	CHECK_INT(ob_yaml_read(&tree,
		      OB_STR("# c\n\xc3\xa9: [\xc3\xa9, x]\ndb:\n  port: 54\n"),
		      &v, NULL),
	    0);
	p = ob_val_get(&v, OB_STR("\xc3\xa9"));
	CHECK_UINT(p->at.line, 2);
	CHECK_UINT(p->at.col, 5);
	CHECK_UINT(p->u.list->v[1].at.col, 10);
	p = ob_val_get(ob_val_get(&v, OB_STR("db")), OB_STR("port"));
	CHECK_UINT(p->at.line, 4);
	CHECK_UINT(p->at.col, 9);
	CHECK_UINT(p->at.off, 28);
	CHECK_UINT(p->len, 2);
	CHECK_UINT(p->src, 6);
}

static void
refusals_name_place_and_reason(void)
{
	static const char *const cases[][2] = {
		{ "a: 1\nb: [1\nc: 2\n",
		    "4:1: flow sequence without a closing bracket" },
		{ "a: 1\na: 2\n", "2:1: a key that is defined already" },
		{ "? [a]\n: 1\n", "1:3: a key must be a scalar" },
		{ "a: *b\n",
		    "1:5: alias 'b' has no complete anchor before it" },
		{ "&a [*a]\n",
		    "1:6: alias 'a' has no complete anchor before it" },
		{ "--- &a 1\n--- *a\n",
		    "2:6: alias 'a' has no complete anchor before it" },
		{ "a: 1\n---\nb: 2\n", "3:1: more than one document" },
		{ "a: '\xff'", "1:5: byte 0xff is not UTF-8" },
	};

	skip_without_yaml();
	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		TREE(tree, NULL);
		struct ob_err err = OB_ERR_INIT;
		struct ob_val v;
		int rc = ob_yaml_read(&tree, ob_str_z(cases[i][0]), &v, &err);

		if (strcmp(err.msg, cases[i][1]) != 0)
			FAIL("'%s' gives '%s', expected '%s'", cases[i][0],
			    err.msg, cases[i][1]);
		CHECK_INT(rc, -EBADMSG);
		CHECK_UINT(tree.error.line, (unsigned)(cases[i][1][0] - '0'));
	}
}

static void
aliases_that_explode_are_refused_at_once(void)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(10000);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	skip_without_yaml();
	ob_buf_add_z(&in, "a0: &a0 [x, x]\n");
	for (int i = 1; i < 31; i++)
		ob_buf_printf(
		    &in, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
	CHECK_INT(ob_yaml_read(&tree, ob_buf_str(&in), &v, &err), -EBADMSG);
	CHECK(strstr(err.msg,
		  "node limit: aliases stand for more than 1000000 values") !=
	      NULL);
	CHECK(arena_.total_bytes < 100000);
}

static void
limits_and_memory_are_errors(void)
{
	struct ob_limits limits = { .depth = 2, .nodes = 4, .bytes = 100 };
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v;

	skip_without_yaml();
	{
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);

		ob_tree_init(&tree, &a, &limits);
		CHECK_INT(
		    ob_yaml_read(&tree, OB_STR("[[[1]]]"), &v, &err), -EBADMSG);
		CHECK_STR(err.msg, "1:3: values nested too deep");
		tree.nodes = 0;
		CHECK_INT(ob_yaml_read(&tree, OB_STR("[1, 2, 3, 4]"), &v, &err),
		    -EBADMSG);
		CHECK_STR(err.msg, "1:11: node limit: more than 4 values");
	}
	for (size_t max = 0; max < 400; max += 20) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(max);

		ob_tree_init(&tree, &a, NULL);
		CHECK_INT(ob_yaml_read(&tree,
			      OB_STR("a: [\"\\n\", 012, 0x1]\nb: {c: d}\n"), &v,
			      &err),
		    -ENOMEM);
	}
}

static void
depth_costs_no_stack(void)
{
	TREE(tree, NULL);
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(1 << 20);
	struct ob_err err = OB_ERR_INIT;
	struct ob_val v;

	skip_without_yaml();
	ob_buf_fill(&in, '[', 9999);
	ob_buf_fill(&in, ']', 9999);
	CHECK_INT(ob_yaml_read(&tree, ob_buf_str(&in), &v, &err), 0);
	ob_buf_reset(&in);
	ob_buf_fill(&in, '[', 100000);
	CHECK_INT(ob_yaml_read(&tree, ob_buf_str(&in), &v, &err), -EBADMSG);
}

static void
streams_of_documents_are_lists(void)
{
	TREE(tree, NULL);
	struct ob_val v;

	skip_without_yaml();
	CHECK_INT(
	    ob_yaml_read_all(&tree, OB_STR("--- 1\n--- [2]\n"), &v, NULL), 0);
	CHECK_UINT(v.u.list->n, 2);
	CHECK_INT(v.u.list->v[1].type, OB_VAL_LIST);
	CHECK_INT(ob_yaml_read_all(&tree, OB_STR(""), &v, NULL), 0);
	CHECK_UINT(v.u.list->n, 0);
}

OB_TESTS(yaml) = {
	OB_TEST(reads_blocks_flows_and_scalars),
	OB_TEST(plain_words_are_typed_by_the_core_schema_alone),
	OB_TEST(aliases_stand_for_their_anchors),
	OB_TEST(keys_are_texts),
	OB_TEST(values_know_their_places),
	OB_TEST(refusals_name_place_and_reason),
	OB_TEST(aliases_that_explode_are_refused_at_once),
	OB_TEST(limits_and_memory_are_errors),
	OB_TEST(depth_costs_no_stack),
	OB_TEST(streams_of_documents_are_lists),
	OB_TESTS_END,
};
