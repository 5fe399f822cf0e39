/*
 * struct ob_map: a hash map from byte strings to a number or a pointer.
 *
 * Entries are visited in the order of their first insertion; a removal keeps
 * the order of the others. Hashing is seeded, so give a random seed where the
 * keys come from strangers. The maximum is a number of entries: one more is
 * -ENOBUFS, and the map stays as it was.
 *
 *	struct ob_map m;
 *	ob_map_init(&m, OB_MAP_COPY, 10000, seed);
 *	if (ob_map_put(&m, name, (union ob_map_value){ .p = user }) < 0) ...
 *	const struct ob_map_entry *e = NULL;
 *	while ((e = ob_map_next(&m, e)) != NULL)
 *		use(e->key, e->value.p);
 *	ob_map_release(&m);
 *
 * Layout: a dense array of entries in insertion order, and a table of
 * their numbers with linear probing, as in Python's dict (R. Hettinger, 2012).
 */
#ifndef OB_BASE_MAP_H
#define OB_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum ob_map_keys {
	OB_MAP_COPY,   /* the map owns a copy of each key */
	OB_MAP_BORROW, /* the caller keeps each key alive and unchanged */
};

union ob_map_value {
	void *p; /* never freed by the map */
	uint64_t u;
};

struct ob_map_entry {
	struct ob_str key; /* p is NULL when the entry was removed */
	union ob_map_value value;
	uint64_t hash;
};

struct ob_map {
	struct ob_map_entry *entries; /* in order, with removed ones */
	uint32_t *slots;              /* 0 free, else 1 + index into entries */
	size_t n;                     /* entries present */
	size_t used;                  /* of the array, with removed ones */
	size_t cap;                   /* of the array */
	size_t slots_n;               /* a power of two, 0 at first */
	size_t max;
	uint64_t seed;
	enum ob_map_keys keys;
};

/* max is at most 2^30. */
void
ob_map_init(struct ob_map *m, enum ob_map_keys keys, size_t max, uint64_t seed);

/* Frees all; the map is empty and usable again. */
void ob_map_release(struct ob_map *m);

/*
 * Sets key to value. 1: the key is new, 0: it had a value, which is replaced
 * (and the first key kept); -ENOBUFS or -ENOMEM: nothing changed. May move the
 * entries.
 */
int ob_map_put(struct ob_map *m, struct ob_str key, union ob_map_value value);

/* The entry of key, or NULL; valid until the next put. Its value may be set. */
struct ob_map_entry *ob_map_get(const struct ob_map *m, struct ob_str key);

/*
 * Removes key: 0 with its value (ret_value may be NULL), or -ENOENT. Entries
 * do not move: allowed for the current one while iterating.
 */
int ob_map_remove(
    struct ob_map *m, struct ob_str key, union ob_map_value *ret_value);

/* The entry behind e, for e = NULL the first; NULL at the end. */
struct ob_map_entry *
ob_map_next(const struct ob_map *m, const struct ob_map_entry *e);

#endif
