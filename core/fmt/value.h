/*
 * Values as every format reads them: a tree in an arena.
 *
 * A node is 32 bytes and knows where it stands in its source (offset, length,
 * line, column). Nothing is converted on reading: numbers and dates keep their
 * text, so no digit is ever lost. Strings are slices of the input when nothing
 * in them was escaped, so the input must live as long as the tree. Lines and columns count from 1, columns in bytes; offset 0
 * with line 0 means that the value was made, not read.
 *
 * Tables keep their members in the order of the input. From 9 members on they
 * have a hash index seeded at random per tree, so building and looking up stay
 * linear for hostile keys too. A key that comes twice is kept twice: the
 * earlier one carries OB_VAL_SHADOWED, and look-ups find the later one.
 *
 * struct ob_tree is what building needs: the arena, the limits, the seed. Nodes
 * belong to its arena and go away with it.
 */
#ifndef OB_FMT_VALUE_H
#define OB_FMT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum ob_vtype {
	OB_VAL_NULL,
	OB_VAL_BOOL,
	OB_VAL_NUMBER,
	OB_VAL_STRING,
	OB_VAL_DATETIME,
	OB_VAL_LIST,
	OB_VAL_TABLE,
};

#define OB_VAL_TRUE     1u /* of a bool */
#define OB_VAL_SHADOWED 2u /* a later member of the table has the same key */

struct ob_pos {
	uint32_t off, line, col; /* line 0 = nowhere */
};

struct ob_val {
	union {
		const char *text; /* of number, string, datetime */
		struct ob_list *list;
		struct ob_table *table;
	} u;
	uint32_t n;   /* bytes of text */
	uint32_t len; /* bytes in the source, quotes and brackets included */
	struct ob_pos at;
	uint16_t src;  /* number of the source, the reader's caller gives it */
	uint8_t type;  /* enum ob_vtype */
	uint8_t flags; /* OB_VAL_TRUE, ... */
};

struct ob_list {
	struct ob_val *v;
	uint32_t n, cap;
};

struct ob_member {
	const char *key; /* key_n bytes, may hold NUL */
	uint32_t key_n;
	uint32_t key_off; /* where the key starts in the source */
	struct ob_val val;
};

struct ob_table {
	struct ob_member *v;
	uint32_t n, cap;
	struct ob_index *index; /* NULL up to 8 members */
};

struct ob_limits {
	uint32_t depth; /* open lists and tables at one time */
	uint32_t
	    nodes; /* values in one tree, aliases counted as often as used */
	uint32_t bytes; /* of the input, < 4 GiB */
};

/* 100000 levels, 10^7 nodes, 1 GiB */
#define OB_LIMITS_DEFAULT \
	((struct ob_limits){ 100000, 10000000, (uint32_t)1 << 30 })

struct ob_tree {
	struct ob_arena *arena;
	struct ob_limits limits;
	uint64_t seed;       /* of indexes; drawn with the first one */
	uint32_t nodes;      /* made so far */
	uint32_t duplicates; /* keys that came twice */
	uint16_t src;        /* goes into each node */
	struct ob_pos error; /* where the last parse failed */
};

/* limits NULL: the defaults. */
void ob_tree_init(struct ob_tree *tree, struct ob_arena *arena,
    const struct ob_limits *limits);

/* The text of a number, string or datetime; empty for other types. */
static inline struct ob_str
ob_val_str(const struct ob_val *v)
{
	if (v->type < OB_VAL_NUMBER || v->type > OB_VAL_DATETIME)
		return ob_str_n(NULL, 0);
	return ob_str_n(v->u.text, v->n);
}

static inline struct ob_str
ob_member_key(const struct ob_member *m)
{
	return ob_str_n(m->key, m->key_n);
}

/* "null", "bool", "number", "string", "datetime", "list", "table" */
const char *ob_vtype_name(enum ob_vtype type);

/* Values made by program, at no place of any source. */
struct ob_val ob_val_string(struct ob_str text); /* text is not copied */
struct ob_val ob_val_list(struct ob_list *list);
struct ob_val ob_val_table(struct ob_table *table);

/* Empty ones; NULL when the arena is full. */
struct ob_list *ob_list_new(struct ob_tree *tree);
struct ob_table *ob_table_new(struct ob_tree *tree);

/*
 * Appends a copy of *v: 0 or -ENOMEM (the arena is full). Containers that it
 * refers to are shared, not copied.
 */
int
ob_list_add(struct ob_tree *tree, struct ob_list *list, const struct ob_val *v);

/*
 * Appends a member; the key is not copied. *ret (NULL ok) is valid until the
 * next addition to this table. 0 or -ENOMEM.
 */
int ob_table_add(struct ob_tree *tree, struct ob_table *table,
    const struct ob_member *member, struct ob_member **ret);

/*
 * Takes n members, in an array of the tree's arena, into an empty table at
 * once. 0 or -ENOMEM.
 */
int ob_table_fill(struct ob_tree *tree, struct ob_table *table,
    struct ob_member *members, uint32_t n);

/* The member with that key, the latest of several, or NULL. */
struct ob_member *
ob_table_find(const struct ob_table *table, struct ob_str key);

/* The same on a value; NULL also when v is no table. */
const struct ob_val *ob_val_get(const struct ob_val *v, struct ob_str key);

#endif
