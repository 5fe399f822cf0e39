#include "fmt/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
ob_reader_init(struct ob_reader *r, struct ob_tree *tree, struct ob_str input,
    struct ob_err *err)
{
	const char *p = input.n == 0 ? "" : input.p;

	*r = (struct ob_reader){
		.start = p,
		.p = p,
		.end = p + input.n,
		.line_start = p,
		.line = 1,
		.tree = tree,
		.err = err,
	};
	if (input.n > tree->limits.bytes)
		return ob_reader_fail(
		    r, p, "input is longer than %u bytes", tree->limits.bytes);
	if (ob_str_has_prefix(input, OB_STR("\xef\xbb\xbf"))) {
		r->p += 3;
		r->line_start = r->p;
	}
	return 0;
}

int
ob_reader_fail(struct ob_reader *r, const char *at, const char *fmt, ...)
{
	char text[OB_ERR_MSG_MAX];
	va_list args;

	r->tree->error = ob_reader_pos(r, at);
	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		text[0] = '\0';
	va_end(args);
	return ob_err_msg(r->err, -EBADMSG, "%u:%u: %s", r->tree->error.line,
	    r->tree->error.col, text);
}

int
ob_reader_expected(struct ob_reader *r, const char *what)
{
	unsigned char c;

	if (r->p >= r->end)
		return ob_reader_fail(
		    r, r->p, "expected %s, found the end", what);
	c = (unsigned char)*r->p;
	if (c == '\n')
		return ob_reader_fail(
		    r, r->p, "expected %s, found the end of the line", what);
	if (c < 0x20 || c >= 0x7f)
		return ob_reader_fail(
		    r, r->p, "expected %s, found byte 0x%02x", what, c);
	return ob_reader_fail(r, r->p, "expected %s, found '%c'", what, c);
}

int
ob_reader_full(struct ob_reader *r)
{
	return ob_reader_fail(
	    r, r->p, "node limit: more than %u values", r->tree->limits.nodes);
}

int
ob_reader_nomem(struct ob_reader *r)
{
	return ob_err_set(r->err, -ENOMEM, "cannot keep the values");
}

size_t
ob_reader_utf8_length(const char *p, size_t n, size_t *ret_bad)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned char low = 0x80, high = 0xbf;
	size_t want;

	*ret_bad = 1;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2 || u[0] > 0xf4)
		return 0;
	want = u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	if (u[0] == 0xe0)
		low = 0xa0; /* else overlong */
	else if (u[0] == 0xed)
		high = 0x9f; /* else a surrogate */
	else if (u[0] == 0xf0)
		low = 0x90; /* else overlong */
	else if (u[0] == 0xf4)
		high = 0x8f; /* else above U+10FFFF */
	for (size_t i = 1; i < want; i++) {
		if (i == n || u[i] < low || u[i] > high) {
			*ret_bad = i;
			return 0;
		}
		low = 0x80;
		high = 0xbf;
	}
	return want;
}

bool
ob_reader_is_utf8(struct ob_str s)
{
	size_t length, bad;

	for (size_t i = 0; i < s.n; i += length) {
		length = ob_reader_utf8_length(s.p + i, s.n - i, &bad);
		if (length == 0)
			return false;
	}
	return true;
}

size_t
ob_reader_utf8_encode(char *dst, uint32_t point)
{
	if (point < 0x80) {
		dst[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		dst[0] = (char)(0xc0 | point >> 6);
		dst[1] = (char)(0x80 | (point & 63));
		return 2;
	}
	if (point < 0x10000) {
		dst[0] = (char)(0xe0 | point >> 12);
		dst[1] = (char)(0x80 | (point >> 6 & 63));
		dst[2] = (char)(0x80 | (point & 63));
		return 3;
	}
	dst[0] = (char)(0xf0 | point >> 18);
	dst[1] = (char)(0x80 | (point >> 12 & 63));
	dst[2] = (char)(0x80 | (point >> 6 & 63));
	dst[3] = (char)(0x80 | (point & 63));
	return 4;
}

int32_t
ob_reader_hex4(const struct ob_reader *r, const char *p)
{
	int32_t v = 0;

	for (int i = 0; i < 4; i++) {
		char c = r->end - p > i ? p[i] : '\0';

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | ((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

int
ob_reader_unicode(struct ob_reader *r, const char *p, uint32_t *ret)
{
	int32_t high = ob_reader_hex4(r, p + 1), low;

	if (high < 0)
		return ob_reader_fail(
		    r, p - 1, "\\u needs four hexadecimal digits");
	*ret = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 5;
	if (high >= 0xdc00 || r->end - p < 7 || p[5] != '\\' || p[6] != 'u')
		return ob_reader_fail(r, p - 1, "surrogate without its pair");
	low = ob_reader_hex4(r, p + 7);
	if (low < 0xdc00 || low > 0xdfff)
		return ob_reader_fail(r, p - 1, "surrogate without its pair");
	*ret = 0x10000 + (uint32_t)((high - 0xd800) << 10 | (low - 0xdc00));
	return 11;
}
