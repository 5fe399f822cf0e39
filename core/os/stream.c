#include "os/stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/trace.h"
#include "os/file.h"

#define READ_BYTES ((size_t)64 * 1024)

void
ob_stream_init_fd(struct ob_stream *s, int fd, char *buf, size_t cap,
    enum ob_stream_mode mode)
{
	OB_CHECK(cap > 0);
	*s = (struct ob_stream){
		.fd = fd, .buf = buf, .cap = cap, .mode = mode
	};
}

void
ob_stream_init_mem(struct ob_stream *s, struct ob_buf *sink)
{
	*s = (struct ob_stream){ .fd = -1, .mem = sink };
}

static int
write_out(struct ob_stream *s, const void *p, size_t n)
{
	if (s->err < 0)
		return s->err;
	s->err = ob_write_full(s->fd, p, n);
	ob_trace(.kind = OB_TRACE_IO, .name = "write", .id = s->fd,
	    .value = s->err < 0 ? s->err : (int64_t)n);
	return s->err;
}

int
ob_stream_flush(struct ob_stream *s)
{
	if (s->fd >= 0 && s->n > 0) {
		(void)write_out(s, s->buf, s->n); /* sticky */
		s->n = 0;
	}
	return s->err;
}

int
ob_stream_write(struct ob_stream *s, const void *p, size_t n)
{
	if (s->err < 0)
		return s->err;
	if (s->fd < 0) {
		if (s->mem != NULL)
			s->err = ob_buf_add(s->mem, p, n);
		return s->err;
	}
	if (n > s->cap - s->n && ob_stream_flush(s) < 0)
		return s->err;
	if (n >= s->cap)
		return write_out(s, p, n);
	if (n > 0)
		memcpy(s->buf + s->n, p, n);
	s->n += n;
	if (s->mode == OB_STREAM_LINE && n > 0 && memchr(p, '\n', n) != NULL)
		return ob_stream_flush(s);
	return 0;
}

int
ob_stream_str(struct ob_stream *s, struct ob_str text)
{
	return ob_stream_write(s, text.p, text.n);
}

int
ob_stream_puts(struct ob_stream *s, const char *text)
{
	return ob_stream_write(s, text, strlen(text));
}

/* Formats in place when the text fits behind what waits: true. */
OB_PRINTF(2, 0)
static bool
print_in_place(struct ob_stream *s, const char *fmt, va_list args)
{
	size_t room = s->cap - s->n;
	char *at;
	int n;

	if (s->fd < 0 || s->err < 0)
		return false;
	at = s->buf + s->n;
	n = vsnprintf(at, room, fmt, args);
	if (n < 0 || (size_t)n >= room)
		return false;
	s->n += (size_t)n;
	if (s->mode == OB_STREAM_LINE && memchr(at, '\n', (size_t)n) != NULL)
		(void)ob_stream_flush(s); /* sticky */
	return true;
}

int
ob_stream_printf(struct ob_stream *s, const char *fmt, ...)
{
	OB_AUTO_BUF struct ob_buf line = OB_BUF_INIT(1 << 20);
	va_list args;
	bool done;
	int rc;

	/* The usual way needs no memory: a start without it saves calls. */
	va_start(args, fmt);
	done = print_in_place(s, fmt, args);
	va_end(args);
	if (done)
		return s->err;
	va_start(args, fmt);
	rc = ob_buf_vprintf(&line, fmt, args);
	va_end(args);
	if (rc < 0) {
		if (s->err == 0)
			s->err = rc;
		return s->err;
	}
	return ob_stream_str(s, ob_buf_str(&line));
}

void
ob_reader_init_fd(struct ob_reader *r, int fd, size_t max_line)
{
	*r = (struct ob_reader){ .fd = fd };
	ob_buf_init(&r->buf, max_line + READ_BYTES + 1);
}

void
ob_reader_init_mem(struct ob_reader *r, struct ob_str bytes)
{
	*r = (struct ob_reader){ .fd = -1, .mem = bytes, .is_eof = true };
}

void
ob_reader_release(struct ob_reader *r)
{
	ob_buf_release(&r->buf);
	r->at = 0;
}

static struct ob_str
pending(const struct ob_reader *r)
{
	struct ob_str all = r->fd < 0 ? r->mem : ob_buf_str(&r->buf);

	if (all.n == r->at)
		return ob_str_n(NULL, 0);
	return ob_str_n(all.p + r->at, all.n - r->at);
}

/* Reads once more: 1 = bytes came, 0 = end, or the error. */
static int
fill(struct ob_reader *r)
{
	ssize_t n;
	char *p;

	if (r->is_eof)
		return 0;
	if (r->at > 0) {
		ob_buf_drop(&r->buf, r->at);
		r->at = 0;
	}
	p = ob_buf_reserve(&r->buf, READ_BYTES);
	if (p == NULL)
		return ob_buf_err(&r->buf);
	if (r->cancel != NULL && *r->cancel)
		return -EINTR;
	n = ob_read(r->fd, p, READ_BYTES);
	ob_trace(.kind = OB_TRACE_IO, .name = "read", .id = r->fd, .value = n);
	if (n < 0)
		return (int)n;
	if (n == 0) {
		r->is_eof = true;
		return 0;
	}
	ob_buf_commit(&r->buf, (size_t)n);
	return 1;
}

int
ob_reader_line(struct ob_reader *r, char delim, struct ob_str *ret)
{
	size_t seen = 0;

	for (;;) {
		struct ob_str s = pending(r);
		size_t at = seen;
		int rc;

		if (s.n > seen)
			at += ob_str_find(
			    ob_str_n(s.p + seen, s.n - seen), delim);
		if (at < s.n) {
			*ret = ob_str_n(s.p, at);
			r->at += at + 1;
			return 1;
		}
		seen = s.n;
		rc = fill(r);
		if (rc < 0)
			return rc;
		if (rc > 0)
			continue;
		if (s.n == 0)
			return 0;
		*ret = pending(r);
		r->at += s.n;
		return 1;
	}
}

int
ob_reader_all(struct ob_reader *r, size_t max, struct ob_buf *out)
{
	size_t total = 0;

	for (;;) {
		struct ob_str s = pending(r);
		int rc;

		if (s.n > max - total)
			return -EFBIG;
		rc = ob_buf_add_str(out, s);
		if (rc < 0)
			return rc == -ENOBUFS ? -EFBIG : rc;
		total += s.n;
		r->at += s.n;
		rc = fill(r);
		if (rc <= 0)
			return rc;
	}
}
