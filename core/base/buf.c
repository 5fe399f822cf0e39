#include "base/buf.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define FIRST_BYTES 64

void
ob_buf_init(struct ob_buf *b, size_t max_bytes)
{
	*b = (struct ob_buf)OB_BUF_INIT(max_bytes);
}

void
ob_buf_init_fixed(struct ob_buf *b, char *storage, size_t size)
{
	OB_CHECK(size > 0);
	storage[0] = '\0';
	/* grow() finds room for max bytes, or refuses. */
	*b = (struct ob_buf){ .p = storage, .cap = size, .max = size - 1 };
}

void
ob_buf_release(struct ob_buf *b)
{
	free(b->p);
	ob_buf_init(b, b->max);
}

void
ob_buf_reset(struct ob_buf *b)
{
	b->n = 0;
	b->err = 0;
	if (b->p != NULL)
		b->p[0] = '\0';
}

/* Room for n more bytes and the NUL behind them. */
static int
grow(struct ob_buf *b, size_t n)
{
	size_t need, cap;
	char *p;

	if (b->err < 0)
		return b->err;
	if (n > b->max || b->n > b->max - n)
		return b->err = -ENOBUFS;
	need = b->n + n + 1;
	if (need == 0)
		return b->err = -ENOBUFS; /* max == SIZE_MAX */
	if (need <= b->cap)
		return 0;

	cap = b->cap < FIRST_BYTES ? FIRST_BYTES : b->cap;
	while (cap < need && cap <= SIZE_MAX / 2)
		cap *= 2;
	if (cap < need)
		cap = need;
	p = realloc(b->p, cap);
	if (p == NULL)
		return b->err = -ENOMEM;
	b->p = p;
	b->cap = cap;
	return 0;
}

char *
ob_buf_reserve(struct ob_buf *b, size_t n)
{
	return grow(b, n) < 0 ? NULL : b->p + b->n;
}

void
ob_buf_commit(struct ob_buf *b, size_t n)
{
	OB_CHECK(n < b->cap - b->n);
	b->n += n;
	b->p[b->n] = '\0';
}

/* Whether n more bytes fit without a look at anything else; most do. */
static inline int
has_room(const struct ob_buf *b, size_t n)
{
	return b->err == 0 && n < b->cap - b->n && n <= b->max - b->n;
}

int
ob_buf_add(struct ob_buf *b, const void *p, size_t n)
{
	if (!has_room(b, n) && grow(b, n) < 0)
		return b->err;
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return 0;
}

int
ob_buf_add_str(struct ob_buf *b, struct ob_str s)
{
	return ob_buf_add(b, s.p, s.n);
}

int
ob_buf_add_z(struct ob_buf *b, const char *z)
{
	return ob_buf_add(b, z, strlen(z));
}

int
ob_buf_add_c(struct ob_buf *b, char c)
{
	if (!has_room(b, 1) && grow(b, 1) < 0)
		return b->err;
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
	return 0;
}

int
ob_buf_fill(struct ob_buf *b, char c, size_t n)
{
	if (grow(b, n) < 0)
		return b->err;
	memset(b->p + b->n, c, n);
	ob_buf_commit(b, n);
	return 0;
}

int
ob_buf_vprintf(struct ob_buf *b, const char *fmt, va_list args)
{
	va_list again;
	int n;

	if (b->err < 0)
		return b->err;
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return b->err = -EINVAL;
	if (grow(b, (size_t)n) < 0)
		return b->err;
	n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, args);
	OB_CHECK(n >= 0);
	ob_buf_commit(b, (size_t)n);
	return 0;
}

int
ob_buf_printf(struct ob_buf *b, const char *fmt, ...)
{
	va_list args;
	int rc;

	va_start(args, fmt);
	rc = ob_buf_vprintf(b, fmt, args);
	va_end(args);
	return rc;
}

void
ob_buf_truncate(struct ob_buf *b, size_t n)
{
	OB_CHECK(n <= b->n);
	b->n = n;
	if (b->p != NULL)
		b->p[n] = '\0';
}

void
ob_buf_drop(struct ob_buf *b, size_t n)
{
	OB_CHECK(n <= b->n);
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->n - n);
	ob_buf_truncate(b, b->n - n);
}

char *
ob_buf_steal(struct ob_buf *b)
{
	char *p;

	if (grow(b, 0) < 0)
		return NULL;
	b->p[b->n] = '\0';
	p = b->p;
	ob_buf_init(b, b->max);
	return p;
}
