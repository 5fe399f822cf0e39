/*
 * struct ob_buf: bytes that grow up to a maximum given at the start.
 *
 * The error is sticky: after the first append that fails (-ENOBUFS: the
 * maximum; -ENOMEM) all further ones do nothing, so thirty appends need one
 * check with ob_buf_err(). What was appended before stays readable. p is
 * always NUL-terminated behind n bytes once something was appended, so it
 * serves as a C string when it holds no NUL; before that it is NULL, and
 * ob_buf_z() gives "".
 *
 *	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
 *	ob_buf_printf(&b, "%s=%d", key, value);
 *	if (ob_buf_err(&b) < 0)
 *		return ob_buf_err(&b);
 */
#ifndef OB_BASE_BUF_H
#define OB_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

struct ob_buf {
	char *p;
	size_t n;   /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* bytes allowed, without the NUL */
	int err;    /* 0 or the first failure, negative errno */
};

#define OB_BUF_INIT(max_bytes) \
	{ \
		.max = (max_bytes) \
	}
#define OB_AUTO_BUF __attribute__((cleanup(ob_buf_release)))

void ob_buf_init(struct ob_buf *b, size_t max_bytes);

/*
 * A buffer over the caller's storage, for what must work without memory: it
 * holds up to size - 1 bytes (size > 0) and never allocates. There is nothing
 * to release or to steal, so neither may be called.
 */
void ob_buf_init_fixed(struct ob_buf *b, char *storage, size_t size);

/* Frees the bytes; the buffer is empty and usable again, same maximum. */
void ob_buf_release(struct ob_buf *b);

/* Empties it and clears the error; keeps the allocation. */
void ob_buf_reset(struct ob_buf *b);

static inline int
ob_buf_err(const struct ob_buf *b)
{
	return b->err;
}

static inline struct ob_str
ob_buf_str(const struct ob_buf *b)
{
	return ob_str_n(b->p, b->n);
}

static inline const char *
ob_buf_z(const struct ob_buf *b)
{
	return b->p == NULL ? "" : b->p;
}

/*
 * Makes room for n more bytes and returns where they go, or NULL (error set).
 * The caller writes up to n bytes there and then adds what it wrote by
 * ob_buf_commit().
 */
char *ob_buf_reserve(struct ob_buf *b, size_t n);
void ob_buf_commit(struct ob_buf *b, size_t n);

/* Appends; each returns the sticky error. p may point into no buffer of b. */
int ob_buf_add(struct ob_buf *b, const void *p, size_t n);
int ob_buf_add_str(struct ob_buf *b, struct ob_str s);
int ob_buf_add_z(struct ob_buf *b, const char *z);
int ob_buf_add_c(struct ob_buf *b, char c);
int ob_buf_fill(struct ob_buf *b, char c, size_t n);
int ob_buf_printf(struct ob_buf *b, const char *fmt, ...) OB_PRINTF(2, 3);
int
ob_buf_vprintf(struct ob_buf *b, const char *fmt, va_list args) OB_PRINTF(2, 0);

/* Cuts to the first n bytes; n <= b->n. */
void ob_buf_truncate(struct ob_buf *b, size_t n);

/* Drops the first n bytes; n <= b->n. Linear in what stays. */
void ob_buf_drop(struct ob_buf *b, size_t n);

/*
 * Hands the NUL-terminated bytes to the caller, who frees them with free(3);
 * the buffer is empty then. NULL on a sticky error or out of memory.
 */
char *ob_buf_steal(struct ob_buf *b);

#endif
