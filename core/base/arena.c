#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define ALIGN       ((size_t)16)
#define FIRST_BYTES ((size_t)4096)
#define BLOCK_MAX   ((size_t)1 << 20)

struct ob_arena_block {
	struct ob_arena_block *next;
	size_t size; /* of data */
	_Alignas(16) char data[];
};

#if defined(__SANITIZE_ADDRESS__)
#	define SANITIZED 1
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define SANITIZED 1
#	endif
#endif
#ifndef SANITIZED
#	define SANITIZED 0
#endif

void
ob_arena_init(struct ob_arena *a, size_t max_bytes)
{
	*a = (struct ob_arena)OB_ARENA_INIT(max_bytes);
}

static void
free_blocks(struct ob_arena_block *b)
{
	while (b != NULL) {
		struct ob_arena_block *next = b->next;

		free(b);
		b = next;
	}
}

void
ob_arena_release(struct ob_arena *a)
{
	free_blocks(a->head);
	ob_arena_init(a, a->max_bytes);
}

void
ob_arena_reset(struct ob_arena *a)
{
	if (a->head != NULL) {
		free_blocks(a->head->next);
		a->head->next = NULL;
		a->total_bytes = a->head->size;
	}
	a->at = 0;
	a->failed = false;
}

/*
 * Blocks double from 4 KiB to 1 MiB. Under AddressSanitizer each allocation
 * is a block of its own, so that an overrun of one is seen.
 */
static bool
add_block(struct ob_arena *a, size_t need)
{
	size_t left = a->max_bytes - a->total_bytes;
	size_t size = a->head == NULL ? FIRST_BYTES : a->head->size * 2;
	struct ob_arena_block *b;

	if (need > left)
		return false;
	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < need || SANITIZED)
		size = need;
	if (size > left)
		size = left;
	if (size > SIZE_MAX - sizeof(*b))
		return false;
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		return false;
	b->next = a->head;
	b->size = size;
	a->head = b;
	a->at = 0;
	a->total_bytes += size;
	return true;
}

void *
ob_arena_alloc(struct ob_arena *a, size_t n)
{
	size_t start = (a->at + ALIGN - 1) & ~(ALIGN - 1);

	if (a->head == NULL || start > a->head->size ||
	    n > a->head->size - start || SANITIZED) {
		if (!add_block(a, n)) {
			a->failed = true;
			return NULL;
		}
		start = 0;
	}
	a->at = start + n;
	return a->head->data + start;
}

void *
ob_arena_zalloc(struct ob_arena *a, size_t n)
{
	void *p = ob_arena_alloc(a, n);

	return p == NULL ? NULL : memset(p, 0, n);
}

void *
ob_arena_array(struct ob_arena *a, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		a->failed = true;
		return NULL;
	}
	return ob_arena_alloc(a, n);
}

char *
ob_arena_dup(struct ob_arena *a, struct ob_str s)
{
	char *p = s.n == SIZE_MAX ? NULL : ob_arena_alloc(a, s.n + 1);

	if (p == NULL)
		return NULL;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

char *
ob_arena_printf(struct ob_arena *a, const char *fmt, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		return NULL;
	p = ob_arena_alloc(a, (size_t)n + 1);
	if (p == NULL)
		return NULL;
	va_start(args, fmt);
	n = vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	OB_CHECK(n >= 0);
	return p;
}
