/*
 * Typed vectors.
 *
 *	struct { struct row *v; size_t n, cap, max; } rows = {.max = 1 << 20};
 *	if (ob_vec_push(&rows, row) < 0) ...
 *	for (size_t i = 0; i < rows.n; i++) use(&rows.v[i]);
 *	ob_vec_release(&rows);
 *
 * Any struct with these four members is a vector; OB_VEC(type) declares one.
 * max is the largest number of elements: reaching it is -ENOBUFS. The macros
 * evaluate vec more than once, item once.
 */
#ifndef OB_BASE_VEC_H
#define OB_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define OB_VEC(type) \
	struct { \
		type *v; \
		size_t n, cap, max; \
	}

/* Room for extra more elements: 0, -ENOBUFS or -ENOMEM. */
#define ob_vec_reserve(vec, extra) \
	ob_vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n, (extra), \
	    (vec)->max, ob_vec_size(vec))

/* Elements may be pointers: NOLINTNEXTLINE(bugprone-sizeof-expression) */
#define ob_vec_size(vec) sizeof(*(vec)->v)

/* Appends a copy of item: 0, -ENOBUFS or -ENOMEM. */
#define ob_vec_push(vec, item) \
	((vec)->n < (vec)->cap || ob_vec_reserve(vec, 1) == 0 \
		? ((vec)->v[(vec)->n++] = (item), 0) \
		: ob_vec_why((vec)->n, (vec)->max))

#define ob_vec_release(vec) \
	do { \
		free((vec)->v); \
		(vec)->v = NULL; \
		(vec)->n = (vec)->cap = 0; \
	} while (0)

/* What the macros call. */
int ob_vec_grow(
    void **v, size_t *cap, size_t n, size_t extra, size_t max, size_t size);
int ob_vec_why(size_t n, size_t max);

#endif
