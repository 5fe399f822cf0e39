#include "fmt/value.h"

#include <errno.h>
#include <stdio.h>

#include "unit.h"

#define TREE(tree, max) \
	OB_AUTO_ARENA struct ob_arena arena_ = OB_ARENA_INIT(max); \
	struct ob_tree tree; \
	ob_tree_init(&tree, &arena_, NULL)

static struct ob_member
member(struct ob_tree *tree, unsigned key, const char *text)
{
	char *name = ob_arena_printf(tree->arena, "key%u", key);

	CHECK(name != NULL);
	return (struct ob_member){
		.key = name,
		.key_n = (uint32_t)strlen(name),
		.val = ob_val_string(ob_str_z(text)),
	};
}

static void
tables_keep_order_and_find_their_keys(void)
{
	TREE(tree, 1 << 26);
	struct ob_table *t = ob_table_new(&tree);
	struct ob_val v = ob_val_table(t);
	char name[32];

	for (unsigned i = 0; i < 5000; i++) {
		struct ob_member m = member(&tree, i, "x"), *added;

		CHECK(ob_val_get(&v, ob_member_key(&m)) == NULL);
		CHECK_INT(ob_table_add(&tree, t, &m, &added), 0);
		CHECK(added == &t->v[i]);
		CHECK(ob_table_find(t, ob_member_key(&m)) == added);
	}
	for (unsigned i = 0; i < 5000; i++) {
		int n = snprintf(name, sizeof(name), "key%u", i);

		CHECK(ob_table_find(t, ob_str_n(name, (size_t)n)) == &t->v[i]);
	}
	CHECK(ob_table_find(t, OB_STR("key")) == NULL);
	CHECK(ob_table_find(t, OB_STR("")) == NULL);
	CHECK_UINT(tree.duplicates, 0);
}

static void
the_later_of_two_equal_keys_counts(void)
{
	static const unsigned sizes[] = { 2, 8, 9, 40 };

	for (size_t s = 0; s < OB_COUNT(sizes); s++) {
		TREE(tree, 1 << 20);
		struct ob_table *t = ob_table_new(&tree);
		struct ob_member m;

		for (unsigned i = 0; i < sizes[s]; i++) {
			m = member(&tree, i, "old");
			CHECK_INT(ob_table_add(&tree, t, &m, NULL), 0);
		}
		m = member(&tree, 1, "new");
		CHECK_INT(ob_table_add(&tree, t, &m, NULL), 0);
		m = member(&tree, 1, "newer");
		CHECK_INT(ob_table_add(&tree, t, &m, NULL), 0);
		CHECK_UINT(tree.duplicates, 2);
		CHECK_UINT(t->n, sizes[s] + 2);
		CHECK_UINT(t->v[0].val.flags, 0);
		CHECK_UINT(t->v[1].val.flags, OB_VAL_SHADOWED);
		CHECK_UINT(t->v[sizes[s]].val.flags, OB_VAL_SHADOWED);
		CHECK(ob_table_find(t, OB_STR("key1")) == &t->v[sizes[s] + 1]);
	}
}

static void
filling_marks_duplicates_as_adding_does(void)
{
	static const unsigned sizes[] = { 3, 8, 9, 100 };

	for (size_t s = 0; s < OB_COUNT(sizes); s++) {
		TREE(tree, 1 << 20);
		struct ob_table *t = ob_table_new(&tree);
		unsigned n = sizes[s];
		struct ob_member *v = ob_arena_array(&arena_, n, sizeof(*v));

		for (unsigned i = 0; i < n; i++)
			v[i] = member(&tree, i % (n - 1), "x");
		CHECK_INT(ob_table_fill(&tree, t, v, n), 0);
		CHECK_UINT(tree.duplicates, 1);
		CHECK_UINT(t->v[0].val.flags, OB_VAL_SHADOWED);
		CHECK(ob_table_find(t, OB_STR("key0")) == &t->v[n - 1]);
		v[0] = member(&tree, 1000, "added");
		CHECK_INT(ob_table_add(&tree, t, &v[0], NULL), 0);
		CHECK(ob_table_find(t, OB_STR("key1000")) == &t->v[n]);
	}
}

static void
keys_are_bytes_of_any_kind(void)
{
	TREE(tree, 1 << 20);
	struct ob_table *t = ob_table_new(&tree);
	struct ob_member a = { .key = "a\0b", .key_n = 3 };
	struct ob_member empty = { .key = "", .key_n = 0 };

	CHECK_INT(ob_table_add(&tree, t, &a, NULL), 0);
	CHECK_INT(ob_table_add(&tree, t, &empty, NULL), 0);
	CHECK(ob_table_find(t, ob_str_n("a\0b", 3)) == &t->v[0]);
	CHECK(ob_table_find(t, ob_str_n("a\0c", 3)) == NULL);
	CHECK(ob_table_find(t, ob_str_n(NULL, 0)) == &t->v[1]);
}

static void
lists_keep_what_is_added(void)
{
	TREE(tree, 1 << 20);
	struct ob_list *l = ob_list_new(&tree);
	struct ob_val v = ob_val_list(l);

	for (unsigned i = 0; i < 1000; i++) {
		struct ob_val item = { .type = OB_VAL_NULL, .at.off = i };

		CHECK_INT(ob_list_add(&tree, l, &item), 0);
	}
	CHECK_UINT(l->n, 1000);
	CHECK_UINT(l->v[0].at.off, 0);
	CHECK_UINT(l->v[999].at.off, 999);
	CHECK(ob_val_get(&v, OB_STR("x")) == NULL);
	CHECK_UINT(ob_val_str(&v).n, 0);
}

static void
a_full_arena_is_an_error(void)
{
	TREE(tree, 600);
	struct ob_table *t = ob_table_new(&tree);
	struct ob_list *l = ob_list_new(&tree);
	struct ob_member m = { .key = "k", .key_n = 1 };
	int rc = 0;

	CHECK(t != NULL && l != NULL);
	for (unsigned i = 0; i < 100 && rc == 0; i++)
		rc = ob_table_add(&tree, t, &m, NULL);
	CHECK_INT(rc, -ENOMEM);
	for (unsigned i = 0; i < 100; i++)
		rc = ob_list_add(&tree, l, &m.val);
	CHECK_INT(rc, -ENOMEM);
	CHECK(ob_table_find(t, OB_STR("k")) != NULL);
}

static void
types_have_names(void)
{
	CHECK_STR(ob_vtype_name(OB_VAL_NULL), "null");
	CHECK_STR(ob_vtype_name(OB_VAL_BOOL), "bool");
	CHECK_STR(ob_vtype_name(OB_VAL_NUMBER), "number");
	CHECK_STR(ob_vtype_name(OB_VAL_STRING), "string");
	CHECK_STR(ob_vtype_name(OB_VAL_DATETIME), "datetime");
	CHECK_STR(ob_vtype_name(OB_VAL_LIST), "list");
	CHECK_STR(ob_vtype_name(OB_VAL_TABLE), "table");
}

OB_TESTS(value) = {
	OB_TEST(tables_keep_order_and_find_their_keys),
	OB_TEST(the_later_of_two_equal_keys_counts),
	OB_TEST(filling_marks_duplicates_as_adding_does),
	OB_TEST(keys_are_bytes_of_any_kind),
	OB_TEST(lists_keep_what_is_added),
	OB_TEST(a_full_arena_is_an_error),
	OB_TEST(types_have_names),
	OB_TESTS_END,
};
