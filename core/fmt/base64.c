#include "fmt/base64.h"

#include <errno.h>
#include <stdint.h>

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int
ob_base64_encode(struct ob_buf *out, struct ob_str bytes)
{
	const unsigned char *in = (const unsigned char *)bytes.p;
	size_t left = bytes.n;
	size_t n = left / 3 * 4 + (left % 3 != 0 ? 4 : 0);
	char *p = ob_buf_reserve(out, n);

	if (p == NULL)
		return ob_buf_err(out);
	for (; left >= 3; left -= 3, in += 3) {
		*p++ = alphabet[in[0] >> 2];
		*p++ = alphabet[(in[0] & 3) << 4 | in[1] >> 4];
		*p++ = alphabet[(in[1] & 15) << 2 | in[2] >> 6];
		*p++ = alphabet[in[2] & 63];
	}
	if (left > 0) {
		unsigned second = left == 2 ? in[1] : 0;

		*p++ = alphabet[in[0] >> 2];
		*p++ = alphabet[(in[0] & 3) << 4 | second >> 4];
		*p++ = left == 2 ? alphabet[(second & 15) << 2] : '=';
		*p++ = '=';
	}
	ob_buf_commit(out, n);
	return 0;
}

/* The six bits of a digit, or -1. */
static int
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four digits, the last `padding` of them '=', to 24 bits; -1 when wrong. */
static int32_t
quantum(const char *p, size_t padding)
{
	int32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int d = i < 4 - padding ? digit(p[i]) : 0;

		if (d < 0)
			return -1;
		bits = bits << 6 | d;
	}
	if ((padding == 1 && (bits & 0xff) != 0) ||
	    (padding == 2 && (bits & 0xffff) != 0))
		return -1;
	return bits;
}

int
ob_base64_decode(struct ob_buf *out, struct ob_str text)
{
	size_t padding = 0, n = text.n / 4 * 3;
	char *start, *p;

	if (text.n % 4 != 0)
		return -EBADMSG;
	if (ob_str_has_suffix(text, OB_STR("==")))
		padding = 2;
	else if (ob_str_has_suffix(text, OB_STR("=")))
		padding = 1;
	start = p = ob_buf_reserve(out, n);
	if (p == NULL)
		return ob_buf_err(out);

	for (size_t i = 0; i < text.n; i += 4) {
		int32_t bits =
		    quantum(text.p + i, i + 4 == text.n ? padding : 0);

		if (bits < 0) {
			*start = '\0'; /* the NUL that was there */
			return -EBADMSG;
		}
		*p++ = (char)(bits >> 16);
		*p++ = (char)(bits >> 8);
		*p++ = (char)bits;
	}
	ob_buf_commit(out, n - padding);
	return 0;
}
