#include "base/utf8.h"

#include <string.h>

#include "base/attr.h"

struct range {
	uint32_t first, last;
};

#include "base/utf8_width.inc"

static unsigned char
byte_at(struct ob_str s, size_t i)
{
	return (unsigned char)s.p[i];
}

/*
 * The bounds of the second byte, which alone refuse overlong forms,
 * surrogates, and what is above U+10FFFF (RFC 3629, section 4).
 */
static bool
is_second(unsigned char lead, unsigned char c)
{
	switch (lead) {
	case 0xe0: return c >= 0xa0 && c <= 0xbf;
	case 0xed: return c >= 0x80 && c <= 0x9f;
	case 0xf0: return c >= 0x90 && c <= 0xbf;
	case 0xf4: return c >= 0x80 && c <= 0x8f;
	default: return c >= 0x80 && c <= 0xbf;
	}
}

/* Bytes of a sequence that starts with lead, 0 when none does. */
static size_t
sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

size_t
ob_utf8_decode(struct ob_str s, uint32_t *ret)
{
	unsigned char lead;
	size_t length;
	uint32_t cp;

	if (s.n == 0)
		return 0;
	lead = byte_at(s, 0);
	length = sequence_length(lead);
	if (length == 1) {
		*ret = lead;
		return 1;
	}
	*ret = OB_UTF8_INVALID;
	if (length == 0 || s.n < 2 || !is_second(lead, byte_at(s, 1)))
		return 1;
	cp = lead & (0x7fu >> length);
	cp = cp << 6 | (byte_at(s, 1) & 0x3fu);
	for (size_t i = 2; i < length; i++) {
		if (i >= s.n || (byte_at(s, i) & 0xc0) != 0x80)
			return i;
		cp = cp << 6 | (byte_at(s, i) & 0x3fu);
	}
	*ret = cp;
	return length;
}

size_t
ob_utf8_encode(char *dst, uint32_t cp)
{
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t length;

	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	if (cp < 0x80) {
		dst[0] = (char)cp;
		return 1;
	}
	length = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t i = length; i > 1; i--) {
		dst[i - 1] = (char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	dst[0] = (char)(leads[length] | cp);
	return length;
}

/* Length of the ASCII prefix, eight bytes a step. */
static size_t
ascii_prefix(struct ob_str s)
{
	size_t i = 0;

	for (; s.n - i >= 8; i += 8) {
		uint64_t w;

		memcpy(&w, s.p + i, 8);
		if ((w & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	while (i < s.n && byte_at(s, i) < 0x80)
		i++;
	return i;
}

size_t
ob_utf8_valid_prefix(struct ob_str s)
{
	size_t at = 0;

	while (at < s.n) {
		struct ob_str rest = ob_str_n(s.p + at, s.n - at);
		size_t ascii = ascii_prefix(rest), n;
		uint32_t cp;

		if (ascii > 0) {
			at += ascii;
			continue;
		}
		n = ob_utf8_decode(rest, &cp);
		if (cp == OB_UTF8_INVALID)
			return at;
		at += n;
	}
	return at;
}

int
ob_utf8_repair(struct ob_buf *b, struct ob_str s)
{
	while (s.n > 0) {
		size_t good = ob_utf8_valid_prefix(s), bad;
		uint32_t cp;

		ob_buf_add(b, s.p, good);
		s = ob_str_n(s.p + good, s.n - good);
		bad = ob_utf8_decode(s, &cp);
		if (bad > 0)
			ob_buf_add_z(b, OB_UTF8_REPLACEMENT);
		s = ob_str_n(s.p + bad, s.n - bad);
	}
	return ob_buf_err(b);
}

static bool
is_in(const struct range *ranges, size_t n, uint32_t cp)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (cp < ranges[middle].first)
			n = middle;
		else if (cp > ranges[middle].last)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

int
ob_utf8_width(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return -1;
	if (cp < 0x300)
		return 1;
	if (is_in(no_columns, OB_COUNT(no_columns), cp))
		return 0;
	return is_in(two_columns, OB_COUNT(two_columns), cp) ? 2 : 1;
}

size_t
ob_utf8_columns(struct ob_str s)
{
	size_t columns = 0;

	while (s.n > 0) {
		uint32_t cp;
		size_t n = ob_utf8_decode(s, &cp);
		int width = ob_utf8_width(cp);

		columns += width > 0 ? (size_t)width : 0;
		s = ob_str_n(s.p + n, s.n - n);
	}
	return columns;
}
