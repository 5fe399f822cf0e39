/*
 * Buffered bytes in and out, over a file descriptor or over memory.
 *
 * struct ob_stream is the output side. Its error is sticky: after the first
 * write that fails, everything is dropped and ob_stream_flush() goes on
 * returning that error, so a verb that writes a million rows checks once. The
 * descriptor and the sink belong to the caller.
 *
 * struct ob_reader is the input side: lines or chunks, with a maximum for a
 * line. Before each read it looks at *cancel: -EINTR when that is set.
 */
#ifndef OB_OS_STREAM_H
#define OB_OS_STREAM_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum ob_stream_mode {
	OB_STREAM_BLOCK, /* written when the buffer is full, or by flush */
	OB_STREAM_LINE,  /* written after each newline as well */
};

struct ob_stream {
	int fd;             /* -1: memory, or nothing at all */
	struct ob_buf *mem; /* where bytes go when fd is -1 */
	char *buf;          /* the caller's storage, for a descriptor */
	size_t cap, n;
	enum ob_stream_mode mode;
	int err; /* sticky, negative errno */
};

/* Writes to fd through buf (cap bytes, cap > 0), which the caller owns. */
void ob_stream_init_fd(struct ob_stream *s, int fd, char *buf, size_t cap,
    enum ob_stream_mode mode);

/* Appends to sink; the sink's maximum becomes -ENOBUFS. */
void ob_stream_init_mem(struct ob_stream *s, struct ob_buf *sink);

/* Each returns the sticky error, 0 when all is well so far. */
int ob_stream_write(struct ob_stream *s, const void *p, size_t n);
int ob_stream_str(struct ob_stream *s, struct ob_str text);
int ob_stream_puts(struct ob_stream *s, const char *text);
int ob_stream_printf(struct ob_stream *s, const char *fmt, ...) OB_PRINTF(2, 3);
int ob_stream_flush(struct ob_stream *s);

struct ob_reader {
	int fd;            /* -1: memory only */
	struct ob_buf buf; /* bytes read and not yet given; owned */
	size_t at;         /* given bytes of buf (or of mem) */
	struct ob_str mem; /* the input when fd is -1 */
	bool is_eof;
	const volatile sig_atomic_t *cancel; /* may be NULL */
};

/* max_line bounds what one ob_reader_line() may return. */
void ob_reader_init_fd(struct ob_reader *r, int fd, size_t max_line);
void ob_reader_init_mem(struct ob_reader *r, struct ob_str bytes);

/* Frees the buffer; does not close the descriptor. */
void ob_reader_release(struct ob_reader *r);

/*
 * The next part up to delim ('\n', or '\0' for -0), without it. The last part
 * may lack the delimiter. 1 = a part (valid until the next call), 0 = end,
 * -ENOBUFS = longer than the maximum, or the error of read(2).
 */
int ob_reader_line(struct ob_reader *r, char delim, struct ob_str *ret);

/* Everything up to the end of the input, at most max bytes, appended to out:
 * 0, or -EFBIG, or the error of read(2). */
int ob_reader_all(struct ob_reader *r, size_t max, struct ob_buf *out);

#endif
