#include "conf/keypath.h"

#include <errno.h>

#include "fmt/jsonread.h"
#include "unit.h"

static void
paths_are_parsed_and_written_the_same(void)
{
	static const char *const same[] = { "", "a", "a.b.c", "a.\"x.y\".c",
		"list[2]", "a[0][12].b", "\"\".b", "\"a\\\"b\\\\\"", "DB_PORT",
		"a-b.c", "\"sp ace\"", "\xc3\xa9", "[3]" };

	for (size_t i = 0; i < OB_COUNT(same); i++) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);
		struct ob_err err = OB_ERR_INIT;
		struct ob_keypath path;

		if (ob_keypath_parse(&a, ob_str_z(same[i]), &path, &err) < 0)
			FAIL("%s", err.msg);
		for (size_t k = 0; k < path.n; k++) {
			if (path.v[k].is_index)
				ob_keypath_add_index(&b, path.v[k].index);
			else
				ob_keypath_add_key(&b, path.v[k].key);
		}
		CHECK_STR(ob_buf_z(&b), same[i]);
	}
}

static void
refusals_say_why(void)
{
	static const char *const cases[][2] = {
		{ ".", "cannot understand key '.': a part of it is empty" },
		{ "a.",
		    "cannot understand key 'a.': '.' and a key must follow" },
		{ "a..b",
		    "cannot understand key 'a..b': a part of it is empty" },
		{ "a b",
		    "cannot understand key 'a b': '.' and a key must follow" },
		{ "a\"b\"",
		    "cannot understand key 'a\"b\"': '.' and a key must follow" },
		{ "\"a", "cannot understand key '\"a': quote without end" },
		{ "\"a\\\"",
		    "cannot understand key '\"a\\\"': quote without end" },
		{ "a[x]",
		    "cannot understand key 'a[x]': [ needs a number and ]" },
		{ "a[1",
		    "cannot understand key 'a[1': [ needs a number and ]" },
		{ "a[-1]",
		    "cannot understand key 'a[-1]': [ needs a number and ]" },
		{ "a.[1]",
		    "cannot understand key 'a.[1]': a part of it is empty" },
		{ "a]",
		    "cannot understand key 'a]': '.' and a key must follow" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
		struct ob_err err = OB_ERR_INIT;
		struct ob_keypath path;

		CHECK_INT(
		    ob_keypath_parse(&a, ob_str_z(cases[i][0]), &path, &err),
		    -EINVAL);
		CHECK_STR(err.msg, cases[i][1]);
	}
}

static void
the_number_of_parts_and_memory_are_limited(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	OB_AUTO_ARENA struct ob_arena none = OB_ARENA_INIT(0);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);
	struct ob_keypath path;

	for (int i = 0; i < OB_KEYPATH_MAX; i++)
		ob_keypath_add_key(&b, OB_STR("a"));
	CHECK_INT(ob_keypath_parse(&a, ob_buf_str(&b), &path, NULL), 0);
	CHECK_UINT(path.n, OB_KEYPATH_MAX);
	ob_keypath_add_key(&b, OB_STR("a"));
	CHECK_INT(ob_keypath_parse(&a, ob_buf_str(&b), &path, NULL), -EINVAL);
	CHECK_INT(ob_keypath_parse(&none, OB_STR("a"), &path, NULL), -ENOMEM);
	CHECK_INT(
	    ob_keypath_parse(&none, OB_STR("\"\\\"\""), &path, NULL), -ENOMEM);
}

static void
finds_values_in_tables_and_lists(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	static const struct {
		const char *path, *text; /* NULL = absent */
	} cases[] = {
		{ "a.b[1]", "two" },
		{ "a.\"x.y\"", "dotted" },
		{ "a.b[2]", NULL },
		{ "a.c", NULL },
		{ "a[0]", NULL },
		{ "a.b.c", NULL },
		{ "a.b[0].c", NULL },
	};
	struct ob_keypath path;
	struct ob_tree tree;
	struct ob_val root;

	ob_tree_init(&tree, &a, NULL);
	CHECK_INT(ob_json_read(&tree,
		      OB_STR("{\"a\":{\"b\":[\"one\",\"two\"],"
			     "\"x.y\":\"dotted\"}}"),
		      &root, NULL),
	    0);
	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		const struct ob_val *v;

		CHECK_INT(
		    ob_keypath_parse(&a, ob_str_z(cases[i].path), &path, NULL),
		    0);
		v = ob_keypath_find(&root, &path);
		CHECK((v == NULL) == (cases[i].text == NULL));
		if (v != NULL)
			CHECK_MEM(v->u.text, v->n, cases[i].text);
	}
	CHECK_INT(ob_keypath_parse(&a, OB_STR(""), &path, NULL), 0);
	CHECK(ob_keypath_find(&root, &path) == &root);
}

OB_TESTS(keypath) = {
	OB_TEST(paths_are_parsed_and_written_the_same),
	OB_TEST(refusals_say_why),
	OB_TEST(the_number_of_parts_and_memory_are_limited),
	OB_TEST(finds_values_in_tables_and_lists),
	OB_TESTS_END,
};
