#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>

#include "unit.h"
#include "variants.h"

#define SEED UINT64_C(0x123456789abcdef0)
#define BIG  20000

static void
fill(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)test_random();
}

/* Enough bytes for every vector loop. */
static void
work(void)
{
	static unsigned char bytes[BIG];

	ob_hash64(bytes, sizeof(bytes), SEED);
	ob_crc32c(0, bytes, sizeof(bytes));
}

static void
xxh3_has_its_published_values(void)
{
	struct ob_hash128 h = ob_hash128(NULL, 0, 0);

	CHECK_UINT(ob_hash64(NULL, 0, 0), UINT64_C(0x2d06800538d394c2));
	CHECK_UINT(ob_hash64("abc", 3, 0), UINT64_C(0x78af5f94892f3950));
	CHECK_UINT(h.high, UINT64_C(0x99aa06d3014798d8));
	CHECK_UINT(h.low, UINT64_C(0x6001c324468d497f));
}

static void
the_seed_changes_every_length(void)
{
	unsigned char bytes[1000];

	fill(bytes, sizeof(bytes));
	for (size_t n = 0; n <= sizeof(bytes); n++)
		CHECK(ob_hash64(bytes, n, 1) != ob_hash64(bytes, n, 2));
}

/* The definition of the CRC, bit by bit. */
static uint32_t
crc32c_by_bits(uint32_t crc, const unsigned char *p, size_t n)
{
	crc = ~crc;
	for (; n > 0; n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return ~crc;
}

static void
crc32c_has_the_values_of_rfc_3720(void)
{
	unsigned char bytes[32];

	CHECK_UINT(ob_crc32c(0, NULL, 0), 0);
	CHECK_UINT(ob_crc32c(0, "123456789", 9), 0xe3069283u);
	memset(bytes, 0, 32);
	CHECK_UINT(ob_crc32c(0, bytes, 32), 0x8a9136aau);
	memset(bytes, 0xff, 32);
	CHECK_UINT(ob_crc32c(0, bytes, 32), 0x62a8ab43u);
	for (unsigned i = 0; i < 32; i++)
		bytes[i] = (unsigned char)i;
	CHECK_UINT(ob_crc32c(0, bytes, 32), 0x46dd794eu);
	for (unsigned i = 0; i < 32; i++)
		bytes[i] = (unsigned char)(31 - i);
	CHECK_UINT(ob_crc32c(0, bytes, 32), 0x113fdb5cu);
}

/* All lengths to 300 at all alignments, and longer ones. */
static void
same_as_portable(enum ob_variant v, const unsigned char *bytes)
{
	for (size_t i = 0; i < 64 * 301 + 200; i++) {
		const unsigned char *p = bytes + i % 64;
		size_t n = i < 64 * 301 ? i / 64
		                        : (size_t)(test_random() % (BIG - 64));
		uint64_t seed = test_random();
		struct ob_hash128 wide, want_wide;
		uint64_t want;
		uint32_t want_crc;

		CHECK_INT(ob_hash_use(OB_VARIANT_PORTABLE), 0);
		want = ob_hash64(p, n, seed);
		want_wide = ob_hash128(p, n, seed);
		want_crc = ob_crc32c((uint32_t)seed, p, n);
		CHECK_INT(ob_hash_use(v), 0);
		wide = ob_hash128(p, n, seed);
		CHECK_UINT(ob_hash64(p, n, seed), want);
		CHECK_UINT(wide.low, want_wide.low);
		CHECK_UINT(wide.high, want_wide.high);
		CHECK_UINT(ob_crc32c((uint32_t)seed, p, n), want_crc);
		if (i % 64 == 0)
			CHECK_UINT(
			    crc32c_by_bits((uint32_t)seed, p, n), want_crc);
	}
}

static void
all_variants_are_equal(void)
{
	static unsigned char bytes[BIG];
	int ran = 0;

	fill(bytes, sizeof(bytes));
	for (unsigned v = 0; v < OB_VARIANT_COUNT; v++) {
		if (!variant_runs(ob_hash_use, work, (enum ob_variant)v))
			continue;
		same_as_portable((enum ob_variant)v, bytes);
		ran++;
	}
	CHECK(ran >= 1);
}

/* Hashes n bytes in random pieces with h at an odd address. */
static void
in_pieces(enum ob_variant v, const unsigned char *bytes, size_t n)
{
	unsigned char *room = malloc(sizeof(struct ob_hash_state) + 64);
	size_t shift = test_random() % 8 * 8;
	struct ob_hash_state *h = (void *)(room + shift);
	struct ob_hash128 wide, want = ob_hash128(bytes, n, SEED);
	size_t at = 0;

	CHECK_INT(ob_hash_use(v), 0);
	ob_hash_init(h, SEED);
	CHECK_UINT(ob_hash_digest64(h), ob_hash64(NULL, 0, SEED));
	/* A state keeps its variant whatever is chosen meanwhile. */
	CHECK_INT(ob_hash_use(OB_VARIANT_PORTABLE), 0);
	ob_hash_add(h, NULL, 0);
	while (at < n) {
		size_t part = test_random() % 700;

		if (part > n - at)
			part = n - at;
		ob_hash_add(h, bytes + at, part);
		at += part;
		CHECK_UINT(ob_hash_digest64(h), ob_hash64(bytes, at, SEED));
	}
	wide = ob_hash_digest128(h);
	CHECK_UINT(wide.low, want.low);
	CHECK_UINT(wide.high, want.high);
	free(room);
}

static void
pieces_give_the_value_of_the_whole(void)
{
	static unsigned char bytes[BIG];

	fill(bytes, sizeof(bytes));
	for (unsigned v = 0; v < OB_VARIANT_COUNT; v++) {
		if (!variant_runs(ob_hash_use, work, (enum ob_variant)v))
			continue;
		for (int i = 0; i < 20; i++)
			in_pieces((enum ob_variant)v, bytes,
			    (size_t)(test_random() % BIG));
	}
	CHECK_UINT(ob_crc32c(ob_crc32c(0, bytes, 777), bytes + 777, 9000),
	    ob_crc32c(0, bytes, 9777));
}

static void
a_variant_of_another_architecture_is_refused(void)
{
	int x86 = ob_hash_use(OB_VARIANT_SSE2);
	int arm = ob_hash_use(OB_VARIANT_NEON);

	CHECK(x86 == -ENOTSUP || arm == -ENOTSUP);
	CHECK_INT(ob_hash_use(OB_VARIANT_COUNT), -ENOTSUP);
	CHECK_UINT(ob_hash64("abc", 3, 0), UINT64_C(0x78af5f94892f3950));
}

static void
variants_are_found_by_their_names(void)
{
	enum ob_variant v = OB_VARIANT_COUNT;

	for (unsigned i = 0; i < OB_VARIANT_COUNT; i++) {
		const char *name = ob_variant_name((enum ob_variant)i);

		CHECK_INT(ob_variant_find(ob_str_z(name), &v), 0);
		CHECK_UINT(v, i);
	}
	CHECK_STR(ob_variant_name(OB_VARIANT_AVX512), "avx512");
	CHECK_INT(ob_variant_find(OB_STR("sse9"), &v), -EINVAL);
	CHECK_INT(ob_variant_find(OB_STR(""), &v), -EINVAL);
}

OB_TESTS(hash) = {
	OB_TEST(xxh3_has_its_published_values),
	OB_TEST(the_seed_changes_every_length),
	OB_TEST(crc32c_has_the_values_of_rfc_3720),
	OB_TEST(all_variants_are_equal),
	OB_TEST(pieces_give_the_value_of_the_whole),
	OB_TEST(a_variant_of_another_architecture_is_refused),
	OB_TEST(variants_are_found_by_their_names),
	OB_TESTS_END,
};
