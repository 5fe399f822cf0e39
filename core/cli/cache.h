/*
 * Handles that outlive a verb: what kvmap opened for one `get` serves the next
 * one of the same shell.
 *
 * The shell owns the cache and empties it before fork, exec and exit; in a
 * plain process cx->cache is NULL. A verb takes a handle out, uses it, and puts
 * it back, so nothing that is in use can be closed: what the cache holds is
 * idle. At most OB_CACHE_MAX handles are kept; the one that was put back
 * longest ago makes room.
 *
 *	h = ob_cache_take(cx->cache, key);
 *	if (h == NULL)
 *		rc = open_it(&h);
 *	...
 *	if (ob_cache_put(cx->cache, key, h, close_it) < 0)
 *		close_it(h);
 *
 * Keys name applet and object ("kvmap:8:1234"). The caller makes sure that a
 * handle it takes still is what the key says.
 */
#ifndef OB_CLI_CACHE_H
#define OB_CLI_CACHE_H

#include <stddef.h>

#define OB_CACHE_MAX 16

typedef void ob_cache_close(void *handle);

/* Zero is an empty cache. The latest handle stands last. */
struct ob_cache {
	struct ob_cache_slot {
		char *key; /* owned */
		void *handle;
		ob_cache_close *close;
	} slots[OB_CACHE_MAX];
	size_t n;
};

/* The handle, which is the caller's now; NULL: none, or no cache. */
void *ob_cache_take(struct ob_cache *cache, const char *key);

/*
 * Gives the handle to the cache: 0; a handle of the same key is closed.
 * -ENOTSUP without a cache or -ENOMEM: it stays the caller's.
 */
int ob_cache_put(struct ob_cache *cache, const char *key, void *handle,
    ob_cache_close *close);

/* Closes all. NULL is allowed. */
void ob_cache_empty(struct ob_cache *cache);

#endif
