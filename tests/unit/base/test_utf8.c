#include "base/utf8.h"

#include <errno.h>

#include "unit.h"

#define BAD OB_UTF8_INVALID

static bool
is_scalar(uint32_t cp)
{
	return cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
}

static void
every_code_point_survives_a_round_trip(void)
{
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		char bytes[4];
		size_t n = ob_utf8_encode(bytes, cp);
		uint32_t back = 0;

		CHECK_INT(n > 0, is_scalar(cp));
		if (n == 0)
			continue;
		CHECK_UINT(ob_utf8_decode(ob_str_n(bytes, n), &back), n);
		CHECK_UINT(back, cp);
		CHECK(ob_utf8_is_valid(ob_str_n(bytes, n)));
		if (n > 1)
			CHECK(!ob_utf8_is_valid(ob_str_n(bytes, n - 1)));
	}
}

static void
every_sequence_that_decodes_is_the_encoding(void)
{
	for (int i = 0; i < 2000000; i++) {
		uint64_t random = test_random();
		char bytes[4], again[4];
		uint32_t cp = 0;
		size_t n;

		memcpy(bytes, &random, 4);
		bytes[0] |= (char)0x80;
		if (i % 2) {
			bytes[1] = (char)(0x80 | (bytes[1] & 0x3f));
			bytes[2] = (char)(0x80 | (bytes[2] & 0x3f));
		}
		n = ob_utf8_decode(ob_str_n(bytes, 4), &cp);
		CHECK(n >= 1 && n <= 4);
		if (cp == BAD)
			continue;
		CHECK_UINT(ob_utf8_encode(again, cp), n);
		CHECK(memcmp(bytes, again, n) == 0);
	}
}

static void
ill_formed_sequences_end_where_unicode_says(void)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "\x80", 1 },
		{ "\xc0\x80", 1 },
		{ "\xc1\xbf", 1 },
		{ "\xc3", 1 },
		{ "\xc3(", 1 },
		{ "\xe0\x80\x80", 1 },
		{ "\xe2\x82", 2 },
		{ "\xe2\x82(", 2 },
		{ "\xed\xa0\x80", 1 },
		{ "\xf0\x8f\xbf\xbf", 1 },
		{ "\xf0\x9f\x98", 3 },
		{ "\xf0\x9f(", 2 },
		{ "\xf4\x90\x80\x80", 1 },
		{ "\xf5\x80\x80\x80", 1 },
		{ "\xff", 1 },
	};
	uint32_t cp = 0;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_str s = ob_str_z(rows[i].bytes);

		CHECK_UINT(ob_utf8_decode(s, &cp), rows[i].n);
		CHECK_UINT(cp, BAD);
		CHECK_UINT(ob_utf8_valid_prefix(s), 0);
	}
	CHECK_UINT(ob_utf8_decode(ob_str_n(NULL, 0), &cp), 0);
}

static void
the_valid_prefix_ends_at_the_first_bad_byte(void)
{
	char text[64];

	CHECK_UINT(ob_utf8_valid_prefix(ob_str_n(NULL, 0)), 0);
	CHECK(ob_utf8_is_valid(OB_STR("plain text, gr\xc3\xbc\xc3\x9f dich")));
	for (size_t at = 0; at < sizeof(text); at++) {
		memset(text, 'x', sizeof(text));
		text[at] = (char)0xff;
		CHECK_UINT(
		    ob_utf8_valid_prefix(ob_str_n(text, sizeof(text))), at);
	}
}

static void
repair_replaces_each_bad_part_once(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	CHECK_INT(ob_utf8_repair(&b, OB_STR("a\xff\xc3\xa9\xf0\x9f\x98z")), 0);
	CHECK_STR(ob_buf_z(&b),
	    "a" OB_UTF8_REPLACEMENT "\xc3\xa9" OB_UTF8_REPLACEMENT "z");
	ob_buf_reset(&b);
	CHECK_INT(ob_utf8_repair(&b, OB_STR("\xed\xa0\x80")), 0);
	CHECK_STR(ob_buf_z(&b),
	    OB_UTF8_REPLACEMENT OB_UTF8_REPLACEMENT OB_UTF8_REPLACEMENT);
	ob_buf_reset(&b);
	CHECK_INT(ob_utf8_repair(&b, OB_STR("fine")), 0);
	CHECK_STR(ob_buf_z(&b), "fine");
	CHECK_INT(ob_utf8_repair(&b, OB_STR("")), 0);
}

static void
repair_stops_at_the_maximum(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4);

	CHECK_INT(ob_utf8_repair(&b, OB_STR("ab\xff")), -ENOBUFS);
}

static void
widths_are_those_of_terminals(void)
{
	static const struct {
		uint32_t cp;
		int width;
	} rows[] = {
		{ 0, -1 },
		{ '\n', -1 },
		{ 0x7f, -1 },
		{ 0x9f, -1 },
		{ 'a', 1 },
		{ 0xa0, 1 },
		{ 0xad, 1 },
		{ 0xe9, 1 },
		{ 0x301, 0 },
		{ 0x1100, 2 },
		{ 0x1160, 0 },
		{ 0x200b, 0 },
		{ 0x200d, 0 },
		{ 0x20ac, 1 },
		{ 0x4e2d, 2 },
		{ 0xac00, 2 },
		{ 0xe000, 1 },
		{ 0xfe0f, 0 },
		{ 0xff01, 2 },
		{ 0xff71, 1 },
		{ 0xfffd, 1 },
		{ 0x1f600, 2 },
		{ 0x2fffd, 2 },
		{ 0xe0001, 0 },
		{ 0xe0100, 0 },
		{ 0x10ffff, 1 },
		{ OB_UTF8_INVALID, 1 },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++)
		if (ob_utf8_width(rows[i].cp) != rows[i].width)
			FAIL("U+%04X is %d wide", (unsigned)rows[i].cp,
			    ob_utf8_width(rows[i].cp));
}

static void
columns_add_up(void)
{
	CHECK_UINT(ob_utf8_columns(OB_STR("")), 0);
	CHECK_UINT(ob_utf8_columns(OB_STR("abc\t")), 3);
	CHECK_UINT(ob_utf8_columns(OB_STR("e\xcc\x81")), 1);
	CHECK_UINT(ob_utf8_columns(OB_STR("\xe4\xb8\xad\xe6\x96\x87")), 4);
	CHECK_UINT(ob_utf8_columns(OB_STR("\xff\xfe!")), 3);
}

OB_TESTS(utf8) = {
	OB_TEST(every_code_point_survives_a_round_trip),
	OB_TEST(every_sequence_that_decodes_is_the_encoding),
	OB_TEST(ill_formed_sequences_end_where_unicode_says),
	OB_TEST(the_valid_prefix_ends_at_the_first_bad_byte),
	OB_TEST(repair_replaces_each_bad_part_once),
	OB_TEST(repair_stops_at_the_maximum),
	OB_TEST(widths_are_those_of_terminals),
	OB_TEST(columns_add_up),
	OB_TESTS_END,
};
