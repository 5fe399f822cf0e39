#include "cli/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* Takes slot i out; its key is freed. */
static struct ob_cache_slot
remove_slot(struct ob_cache *cache, size_t i)
{
	struct ob_cache_slot slot = cache->slots[i];

	cache->n--;
	memmove(&cache->slots[i], &cache->slots[i + 1],
	    (cache->n - i) * sizeof(slot));
	free(slot.key);
	slot.key = NULL;
	return slot;
}

static void
close_slot(struct ob_cache *cache, size_t i)
{
	struct ob_cache_slot slot = remove_slot(cache, i);

	slot.close(slot.handle);
}

/* The index of the key, or n. */
static size_t
find(const struct ob_cache *cache, const char *key)
{
	size_t i = 0;

	while (i < cache->n && strcmp(cache->slots[i].key, key) != 0)
		i++;
	return i;
}

void *
ob_cache_take(struct ob_cache *cache, const char *key)
{
	size_t i;

	if (cache == NULL)
		return NULL;
	i = find(cache, key);
	return i < cache->n ? remove_slot(cache, i).handle : NULL;
}

int
ob_cache_put(struct ob_cache *cache, const char *key, void *handle,
    ob_cache_close *close)
{
	char *copy;
	size_t i;

	if (cache == NULL)
		return -ENOTSUP;
	copy = ob_str_dup(ob_str_z(key));
	if (copy == NULL)
		return -ENOMEM;
	i = find(cache, key);
	if (i < cache->n)
		close_slot(cache, i);
	else if (cache->n == OB_CACHE_MAX)
		close_slot(cache, 0);
	cache->slots[cache->n++] =
	    (struct ob_cache_slot){ copy, handle, close };
	return 0;
}

void
ob_cache_empty(struct ob_cache *cache)
{
	while (cache != NULL && cache->n > 0)
		close_slot(cache, cache->n - 1);
}
