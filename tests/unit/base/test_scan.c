#include "base/scan.h"

#include <errno.h>
#include <stdlib.h>

#include "unit.h"
#include "variants.h"

#define LENGTH_MAX 300
#define OFFSET_MAX 64

enum kind { SET, CONTROL, JSON, KINDS };

static const struct ob_scan_set set = { { 'a', 0x80, 0xff, '\n' } };

static void
work(void)
{
	char bytes[LENGTH_MAX];

	memset(bytes, 'x', sizeof(bytes));
	ob_scan_set(bytes, sizeof(bytes), set);
}

/* The definition, byte by byte. */
static size_t
expected(enum kind kind, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		bool in_set = memchr(set.c, c, 4) != NULL;

		if ((kind == SET && in_set) ||
		    (kind == CONTROL && (in_set || c < 0x20)) ||
		    (kind == JSON && (c == '"' || c == '\\' || c < 0x20)))
			return i;
	}
	return n;
}

static size_t
actual(enum kind kind, const char *p, size_t n)
{
	switch (kind) {
	case SET: return ob_scan_set(p, n, set);
	case CONTROL: return ob_scan_control(p, n, set);
	case JSON: return ob_scan_json(p, n);
	case KINDS: break;
	}
	return 0;
}

static void
check_kinds(enum ob_variant v, const char *p, size_t n)
{
	for (unsigned kind = 0; kind < KINDS; kind++) {
		size_t got = actual((enum kind)kind, p, n);
		size_t want = expected((enum kind)kind, p, n);

		if (got != want)
			FAIL("%s, kind %u, n %zu: %zu, not %zu",
			    ob_variant_name(v), kind, n, got, want);
	}
}

/*
 * Each length and alignment, in a block that ends where the text ends, so
 * that AddressSanitizer sees a read behind it: plain text, text with one hit,
 * random bytes.
 */
static void
check_variant(enum ob_variant v)
{
	CHECK_INT(ob_scan_use(v), 0);
	for (size_t n = 0; n <= LENGTH_MAX; n++) {
		size_t offset = (size_t)(test_random() % OFFSET_MAX);
		char *block = malloc(offset + n + 1);
		char *p = block + 1 + offset;

		CHECK(block != NULL);
		memset(p, 'x', n);
		check_kinds(v, p, n);
		for (int i = 0; n > 0 && i < 30; i++) {
			size_t at = (size_t)(test_random() % n);

			p[at] = (char)test_random();
			check_kinds(v, p, n);
			p[at] = 'x';
		}
		for (size_t i = 0; i < n; i++)
			p[i] = (char)test_random();
		check_kinds(v, p, n);
		free(block);
	}
}

/* The marks of words must not be fooled by neighbours of what they look for. */
static void
check_every_byte_value(enum ob_variant v)
{
	char bytes[64 + OFFSET_MAX];

	CHECK_INT(ob_scan_use(v), 0);
	for (int c = 0; c < 256; c++) {
		for (size_t offset = 0; offset < OFFSET_MAX; offset++) {
			memset(bytes, 'y', sizeof(bytes));
			bytes[offset + 13] = (char)c;
			bytes[offset + 14] = '\n' + 1;
			bytes[offset + 15] = 'a' ^ 1;
			check_kinds(v, bytes + offset, 64);
		}
	}
}

static void
all_variants_find_the_same_byte(void)
{
	int ran = 0;

	for (unsigned v = 0; v < OB_VARIANT_COUNT; v++) {
		if (!variant_runs(ob_scan_use, work, (enum ob_variant)v))
			continue;
		check_variant((enum ob_variant)v);
		check_every_byte_value((enum ob_variant)v);
		ran++;
	}
	CHECK(ran >= 1);
}

static void
the_baseline_needs_no_choice(void)
{
	CHECK_UINT(ob_scan_json("plain \"text\"", 12), 6);
	CHECK_UINT(ob_scan_json("caf\xc3\xa9\\", 6), 5);
	CHECK_UINT(ob_scan_json(NULL, 0), 0);
	CHECK_UINT(ob_scan_set("one\ttwo", 7, OB_SCAN_TSV), 3);
	CHECK_UINT(ob_scan_set("one\rtwo", 7, OB_SCAN_TSV), 7);
	CHECK_UINT(ob_scan_control("one\rtwo", 7, OB_SCAN_TSV), 3);
}

static void
a_variant_that_does_not_exist_is_refused(void)
{
	CHECK_INT(ob_scan_use(OB_VARIANT_SSE42), -ENOTSUP);
	CHECK_INT(ob_scan_use(OB_VARIANT_COUNT), -ENOTSUP);
	CHECK_UINT(ob_scan_json("ab\n", 3), 2);
}

OB_TESTS(scan) = {
	OB_TEST(all_variants_find_the_same_byte),
	OB_TEST(the_baseline_needs_no_choice),
	OB_TEST(a_variant_that_does_not_exist_is_refused),
	OB_TESTS_END,
};
