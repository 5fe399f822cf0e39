#include "base/map.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/num.h"

#define FIRST_ENTRIES ((size_t)8)
#define MAX_ENTRIES   ((size_t)1 << 30)

/* The key of empty entries, since a NULL key means removed. */
static const char empty[] = "";

void
ob_map_init(struct ob_map *m, enum ob_map_keys keys, size_t max, uint64_t seed)
{
	OB_CHECK(max <= MAX_ENTRIES);
	*m = (struct ob_map){ .keys = keys, .max = max, .seed = seed };
}

/* A copy that free_key() takes, or the key itself; p is NULL without memory. */
static struct ob_str
hold_key(const struct ob_map *m, struct ob_str key)
{
	if (key.n == 0)
		return ob_str_n(empty, 0);
	if (m->keys == OB_MAP_BORROW)
		return key;
	return ob_str_n(ob_str_dup(key), key.n);
}

static void
free_key(const struct ob_map *m, struct ob_map_entry *e)
{
	if (m->keys == OB_MAP_COPY && e->key.n > 0)
		free((void *)(uintptr_t)e->key.p);
	e->key = ob_str_n(NULL, 0);
}

void
ob_map_release(struct ob_map *m)
{
	for (size_t i = 0; i < m->used; i++)
		free_key(m, &m->entries[i]);
	free(m->entries);
	free(m->slots);
	ob_map_init(m, m->keys, m->max, m->seed);
}

/*
 * The slot of key, or the free one where it would go. There is always a free
 * one: slots_n >= 2 * cap, and slots of removed entries stay taken until
 * rebuild().
 */
static size_t
find_slot(const struct ob_map *m, struct ob_str key, uint64_t hash)
{
	size_t mask = m->slots_n - 1, at = (size_t)hash & mask;

	while (m->slots[at] != 0) {
		const struct ob_map_entry *e = &m->entries[m->slots[at] - 1];

		if (e->hash == hash && e->key.p != NULL &&
		    ob_str_eq(e->key, key))
			return at;
		at = (at + 1) & mask;
	}
	return at;
}

static struct ob_map_entry *
find(const struct ob_map *m, struct ob_str key, uint64_t hash)
{
	size_t at;

	if (m->n == 0)
		return NULL;
	at = find_slot(m, key, hash);
	return m->slots[at] == 0 ? NULL : &m->entries[m->slots[at] - 1];
}

/* Closes the gaps of removed entries and fills the slots anew. */
static void
rebuild(struct ob_map *m)
{
	size_t to = 0;

	memset(m->slots, 0, m->slots_n * sizeof(*m->slots));
	for (size_t i = 0; i < m->used; i++) {
		size_t at;

		if (m->entries[i].key.p == NULL)
			continue;
		m->entries[to] = m->entries[i];
		at = (size_t)m->entries[to].hash & (m->slots_n - 1);
		while (m->slots[at] != 0)
			at = (at + 1) & (m->slots_n - 1);
		m->slots[at] = (uint32_t)++to;
	}
	m->used = to;
	OB_CHECK(m->used == m->n);
}

/* Room for one more entry at the end of the array. */
static int
make_room(struct ob_map *m)
{
	size_t cap = m->cap == 0 ? FIRST_ENTRIES : m->cap * 2;
	struct ob_map_entry *entries;
	uint32_t *slots;
	size_t bytes;

	if (m->n >= m->max)
		return -ENOBUFS;
	if (m->used < m->cap)
		return 0;
	/* With a quarter removed, closing the gaps pays for itself. */
	if (m->cap > 0 && m->n <= m->cap - m->cap / 4) {
		rebuild(m);
		return 0;
	}
	if (ob_mul(cap, sizeof(*entries), &bytes) < 0)
		return -ENOMEM; /* the slots are smaller */
	slots = malloc(cap * 2 * sizeof(*slots));
	if (slots == NULL)
		return -ENOMEM;
	entries = realloc(m->entries, bytes);
	if (entries == NULL) {
		free(slots);
		return -ENOMEM;
	}
	free(m->slots);
	m->slots = slots;
	m->slots_n = cap * 2;
	m->entries = entries;
	m->cap = cap;
	rebuild(m);
	return 0;
}

int
ob_map_put(struct ob_map *m, struct ob_str key, union ob_map_value value)
{
	uint64_t hash = ob_hash64(key.p, key.n, m->seed);
	struct ob_map_entry *e = find(m, key, hash);
	struct ob_str held;
	int rc;

	if (e != NULL) {
		e->value = value;
		return 0;
	}
	rc = make_room(m);
	if (rc < 0)
		return rc;
	held = hold_key(m, key);
	if (held.p == NULL)
		return -ENOMEM;
	m->entries[m->used] =
	    (struct ob_map_entry){ .key = held, .value = value, .hash = hash };
	m->slots[find_slot(m, key, hash)] = (uint32_t)++m->used;
	m->n++;
	return 1;
}

struct ob_map_entry *
ob_map_get(const struct ob_map *m, struct ob_str key)
{
	return find(m, key, ob_hash64(key.p, key.n, m->seed));
}

int
ob_map_remove(
    struct ob_map *m, struct ob_str key, union ob_map_value *ret_value)
{
	struct ob_map_entry *e = ob_map_get(m, key);

	if (e == NULL)
		return -ENOENT;
	if (ret_value != NULL)
		*ret_value = e->value;
	free_key(m, e);
	m->n--;
	return 0;
}

struct ob_map_entry *
ob_map_next(const struct ob_map *m, const struct ob_map_entry *e)
{
	size_t i = e == NULL ? 0 : (size_t)(e - m->entries) + 1;

	while (i < m->used && m->entries[i].key.p == NULL)
		i++;
	return i < m->used ? &m->entries[i] : NULL;
}
