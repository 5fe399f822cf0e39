#include "fmt/value.h"

#include <errno.h>
#include <string.h>

#include "base/bsd.h"
#include "base/check.h"
#include "base/hash.h"

#define LINEAR_MAX 8 /* members that are searched without an index */

/*
 * Open addressing with linear probing, at most half full. A slot holds the
 * number of a member plus 1, 0 is free; nothing is ever removed.
 */
struct ob_index {
	uint64_t seed;
	uint32_t mask;
	uint32_t slots[];
};

_Static_assert(sizeof(struct ob_val) == 32, "a node is 32 bytes");

void
ob_tree_init(struct ob_tree *tree, struct ob_arena *arena,
    const struct ob_limits *limits)
{
	*tree = (struct ob_tree){
		.arena = arena,
		.limits = limits == NULL ? OB_LIMITS_DEFAULT : *limits,
	};
}

const char *
ob_vtype_name(enum ob_vtype type)
{
	static const char *const names[] = {
		[OB_VAL_NULL] = "null",
		[OB_VAL_BOOL] = "bool",
		[OB_VAL_NUMBER] = "number",
		[OB_VAL_STRING] = "string",
		[OB_VAL_DATETIME] = "datetime",
		[OB_VAL_LIST] = "list",
		[OB_VAL_TABLE] = "table",
	};

	return names[type];
}

struct ob_val
ob_val_string(struct ob_str text)
{
	OB_CHECK(text.n <= UINT32_MAX);
	return (struct ob_val){
		.u.text = text.p,
		.n = (uint32_t)text.n,
		.type = OB_VAL_STRING,
	};
}

struct ob_val
ob_val_list(struct ob_list *list)
{
	return (struct ob_val){ .u.list = list, .type = OB_VAL_LIST };
}

struct ob_val
ob_val_table(struct ob_table *table)
{
	return (struct ob_val){ .u.table = table, .type = OB_VAL_TABLE };
}

struct ob_list *
ob_list_new(struct ob_tree *tree)
{
	return ob_arena_zalloc(tree->arena, sizeof(struct ob_list));
}

struct ob_table *
ob_table_new(struct ob_tree *tree)
{
	return ob_arena_zalloc(tree->arena, sizeof(struct ob_table));
}

/* Room for one more element of size: the array, moved or not; NULL: full. */
static void *
room(struct ob_tree *tree, void *v, uint32_t n, uint32_t *cap, size_t size)
{
	uint32_t more;
	void *p;

	if (n < *cap)
		return v;
	if (*cap > UINT32_MAX / 2)
		return NULL;
	more = *cap == 0 ? 4 : *cap * 2;
	p = ob_arena_array(tree->arena, more, size);
	if (p == NULL)
		return NULL;
	if (n > 0)
		memcpy(p, v, n * size);
	*cap = more;
	return p;
}

int
ob_list_add(struct ob_tree *tree, struct ob_list *list, const struct ob_val *v)
{
	struct ob_val *p = room(tree, list->v, list->n, &list->cap, sizeof(*p));

	if (p == NULL)
		return -ENOMEM;
	list->v = p;
	list->v[list->n++] = *v;
	return 0;
}

static bool
has_key(const struct ob_member *m, struct ob_str key)
{
	return m->key_n == key.n &&
	       (key.n == 0 || memcmp(m->key, key.p, key.n) == 0);
}

/* The slot of that key, or the free one where it belongs. */
static uint32_t *
find_slot(const struct ob_table *t, struct ob_str key)
{
	struct ob_index *x = t->index;
	uint32_t i = (uint32_t)ob_hash64(key.p, key.n, x->seed) & x->mask;

	while (x->slots[i] != 0 && !has_key(&t->v[x->slots[i] - 1], key))
		i = (i + 1) & x->mask;
	return &x->slots[i];
}

/* Enters member i into the index; an earlier one of that key is shadowed. */
static void
enter(struct ob_tree *tree, struct ob_table *t, uint32_t i)
{
	uint32_t *slot = find_slot(t, ob_member_key(&t->v[i]));

	if (*slot != 0) {
		t->v[*slot - 1].val.flags |= OB_VAL_SHADOWED;
		tree->duplicates++;
	}
	*slot = i + 1;
}

/* Replaces the index by an empty one that has room for n members. */
static int
new_index(struct ob_tree *tree, struct ob_table *t, uint32_t n)
{
	uint32_t size = 16;
	struct ob_index *x;

	if (n > UINT32_MAX / 4)
		return -ENOMEM;
	while (size < n * 2)
		size *= 2;
	x = ob_arena_zalloc(
	    tree->arena, sizeof(*x) + size * sizeof(x->slots[0]));
	if (x == NULL)
		return -ENOMEM;
	if (tree->seed == 0)
		arc4random_buf(&tree->seed, sizeof(tree->seed));
	x->seed = tree->seed;
	x->mask = size - 1;
	t->index = x;
	return 0;
}

static int
reindex(struct ob_tree *tree, struct ob_table *t, uint32_t room_for)
{
	if (new_index(tree, t, room_for) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n; i++)
		if ((t->v[i].val.flags & OB_VAL_SHADOWED) == 0)
			enter(tree, t, i);
	return 0;
}

/* Marks the earlier member that has the key of member i, without an index. */
static void
shadow_linearly(struct ob_tree *tree, struct ob_table *t, uint32_t i)
{
	struct ob_str key = ob_member_key(&t->v[i]);

	for (uint32_t k = i; k-- > 0;) {
		if (!has_key(&t->v[k], key))
			continue;
		t->v[k].val.flags |= OB_VAL_SHADOWED;
		tree->duplicates++;
		return;
	}
}

int
ob_table_fill(struct ob_tree *tree, struct ob_table *table,
    struct ob_member *members, uint32_t n)
{
	OB_CHECK(table->n == 0);
	table->v = members;
	table->n = table->cap = n;
	if (n > LINEAR_MAX)
		return reindex(tree, table, n);
	for (uint32_t i = 1; i < n; i++)
		shadow_linearly(tree, table, i);
	return 0;
}

int
ob_table_add(struct ob_tree *tree, struct ob_table *table,
    const struct ob_member *member, struct ob_member **ret)
{
	struct ob_member *p =
	    room(tree, table->v, table->n, &table->cap, sizeof(*p));
	uint32_t i = table->n;

	if (p == NULL)
		return -ENOMEM;
	table->v = p;
	p[i] = *member;
	p[i].val.flags &= (uint8_t)~OB_VAL_SHADOWED;
	if (table->n >= LINEAR_MAX &&
	    (table->index == NULL || table->n >= table->index->mask / 2) &&
	    reindex(tree, table, (table->n + 1) * 2) < 0)
		return -ENOMEM;
	table->n++;
	if (table->index != NULL)
		enter(tree, table, i);
	else
		shadow_linearly(tree, table, i);
	if (ret != NULL)
		*ret = &p[i];
	return 0;
}

struct ob_member *
ob_table_find(const struct ob_table *table, struct ob_str key)
{
	if (table->index != NULL) {
		uint32_t i = *find_slot(table, key);

		return i == 0 ? NULL : &table->v[i - 1];
	}
	for (uint32_t i = table->n; i-- > 0;)
		if (has_key(&table->v[i], key))
			return &table->v[i];
	return NULL;
}

const struct ob_val *
ob_val_get(const struct ob_val *v, struct ob_str key)
{
	struct ob_member *m;

	if (v->type != OB_VAL_TABLE)
		return NULL;
	m = ob_table_find(v->u.table, key);
	return m == NULL ? NULL : &m->val;
}
