/*
 * struct ob_arena: memory for one command, request or frame, freed at once.
 *
 * Allocation is a pointer bump; nothing is freed alone. Everything that grows
 * has a maximum: past max_bytes, or out of memory, an allocation returns NULL
 * and `failed` stays set until reset, so a builder may check once at its end.
 * Memory is aligned to 16 bytes and NOT zeroed, except by ob_arena_zalloc().
 */
#ifndef OB_BASE_ARENA_H
#define OB_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

struct ob_arena_block;

struct ob_arena {
	struct ob_arena_block *head; /* newest block, NULL at first */
	size_t at;                   /* bytes used of head */
	size_t total_bytes;          /* of all blocks */
	size_t max_bytes;
	bool failed;
};

#define OB_ARENA_INIT(max) \
	{ \
		.max_bytes = (max) \
	}
#define OB_AUTO_ARENA __attribute__((cleanup(ob_arena_release)))

void ob_arena_init(struct ob_arena *a, size_t max_bytes);

/* Frees everything; usable again with the same maximum. */
void ob_arena_release(struct ob_arena *a);

/* Forgets everything but keeps one block, for the next round. */
void ob_arena_reset(struct ob_arena *a);

void *ob_arena_alloc(struct ob_arena *a, size_t n);
void *ob_arena_zalloc(struct ob_arena *a, size_t n);

/* count * size bytes; NULL when the product overflows. */
void *ob_arena_array(struct ob_arena *a, size_t count, size_t size);

/* A NUL-terminated copy. */
char *ob_arena_dup(struct ob_arena *a, struct ob_str s);
char *ob_arena_printf(struct ob_arena *a, const char *fmt, ...) OB_PRINTF(2, 3);

#endif
