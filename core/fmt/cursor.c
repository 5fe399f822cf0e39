#include "fmt/cursor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int
ob_cursor_init(struct ob_cursor *r, struct ob_tree *tree, struct ob_str input,
    struct ob_err *err)
{
	const char *p = input.n == 0 ? "" : input.p;

	*r = (struct ob_cursor){
		.start = p,
		.p = p,
		.end = p + input.n,
		.line_start = p,
		.line = 1,
		.tree = tree,
		.err = err,
	};
	if (input.n > tree->limits.bytes)
		return ob_cursor_fail(
		    r, p, "input is longer than %u bytes", tree->limits.bytes);
	if (ob_str_has_prefix(input, OB_STR("\xef\xbb\xbf"))) {
		r->p += 3;
		r->line_start = r->p;
	}
	return 0;
}

int
ob_cursor_fail(struct ob_cursor *r, const char *at, const char *fmt, ...)
{
	char text[OB_ERR_MSG_MAX];
	va_list args;

	r->tree->error = ob_cursor_pos(r, at);
	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		text[0] = '\0';
	va_end(args);
	return ob_err_msg(r->err, -EBADMSG, "%u:%u: %s", r->tree->error.line,
	    r->tree->error.col, text);
}

int
ob_cursor_expected(struct ob_cursor *r, const char *what)
{
	unsigned char c;

	if (r->p >= r->end)
		return ob_cursor_fail(
		    r, r->p, "expected %s, found the end", what);
	c = (unsigned char)*r->p;
	if (c == '\n')
		return ob_cursor_fail(
		    r, r->p, "expected %s, found the end of the line", what);
	if (c < 0x20 || c >= 0x7f)
		return ob_cursor_fail(
		    r, r->p, "expected %s, found byte 0x%02x", what, c);
	return ob_cursor_fail(r, r->p, "expected %s, found '%c'", what, c);
}

int
ob_cursor_full(struct ob_cursor *r)
{
	return ob_cursor_fail(
	    r, r->p, "node limit: more than %u values", r->tree->limits.nodes);
}

int
ob_cursor_nomem(struct ob_cursor *r)
{
	return ob_err_set(r->err, -ENOMEM, "cannot keep the values");
}

int32_t
ob_cursor_hex4(const struct ob_cursor *r, const char *p)
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
ob_cursor_unicode(struct ob_cursor *r, const char *p, uint32_t *ret)
{
	int32_t high = ob_cursor_hex4(r, p + 1), low;

	if (high < 0)
		return ob_cursor_fail(
		    r, p - 1, "\\u needs four hexadecimal digits");
	*ret = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 5;
	if (high >= 0xdc00 || r->end - p < 7 || p[5] != '\\' || p[6] != 'u')
		return ob_cursor_fail(r, p - 1, "surrogate without its pair");
	low = ob_cursor_hex4(r, p + 7);
	if (low < 0xdc00 || low > 0xdfff)
		return ob_cursor_fail(r, p - 1, "surrogate without its pair");
	*ret = 0x10000 + (uint32_t)((high - 0xd800) << 10 | (low - 0xdc00));
	return 11;
}
