#include "base/hash.h"

#include <errno.h>

#include "base/hash_variant.h"

typedef uint32_t crc32c_fn(uint32_t crc, const void *p, size_t n);

#if defined(__x86_64__)
#	define BASELINE ob_xxh3_sse2
#elif defined(__aarch64__)
#	define BASELINE ob_xxh3_neon
#else
#	define BASELINE ob_xxh3_portable
#endif

/* The variants in use: the only state of this module. */
static const struct ob_xxh3 *xxh3 = &BASELINE;
static crc32c_fn *crc32c = ob_crc32c_portable;

static const struct {
	const struct ob_xxh3 *xxh3;
	crc32c_fn *crc32c;
} variants[OB_VARIANT_COUNT] = {
	[OB_VARIANT_PORTABLE] = { &ob_xxh3_portable, ob_crc32c_portable },
#if defined(__x86_64__)
	[OB_VARIANT_SSE2] = { &ob_xxh3_sse2, NULL },
	[OB_VARIANT_AVX2] = { &ob_xxh3_avx2, NULL },
	[OB_VARIANT_AVX512] = { &ob_xxh3_avx512, NULL },
	[OB_VARIANT_SSE42] = { NULL, ob_crc32c_sse42 },
#elif defined(__aarch64__)
	[OB_VARIANT_NEON] = { &ob_xxh3_neon, NULL },
	[OB_VARIANT_CRC] = { NULL, ob_crc32c_crc },
#endif
};

int
ob_hash_use(enum ob_variant v)
{
	if ((unsigned)v >= OB_VARIANT_COUNT ||
	    (variants[v].xxh3 == NULL && variants[v].crc32c == NULL))
		return -ENOTSUP;
	if (variants[v].xxh3 != NULL)
		xxh3 = variants[v].xxh3;
	if (variants[v].crc32c != NULL)
		crc32c = variants[v].crc32c;
	return 0;
}

uint64_t
ob_hash64(const void *p, size_t n, uint64_t seed)
{
	return xxh3->hash64(p, n, seed);
}

struct ob_hash128
ob_hash128(const void *p, size_t n, uint64_t seed)
{
	return xxh3->hash128(p, n, seed);
}

uint32_t
ob_crc32c(uint32_t crc, const void *p, size_t n)
{
	return crc32c(crc, p, n);
}

/* The first multiple of 64 in room. */
static size_t
aligned_offset(const struct ob_hash_state *h)
{
	return 63 & (0 - (size_t)(uintptr_t)h->room);
}

_Static_assert(
    sizeof(((struct ob_hash_state *)NULL)->room) >= OB_XXH3_STATE_BYTES + 63,
    "room for the state at any address");

void
ob_hash_init(struct ob_hash_state *h, uint64_t seed)
{
	h->variant = xxh3;
	h->variant->init(h->room + aligned_offset(h), seed);
}

void
ob_hash_add(struct ob_hash_state *h, const void *p, size_t n)
{
	if (n > 0)
		h->variant->add(h->room + aligned_offset(h), p, n);
}

uint64_t
ob_hash_digest64(const struct ob_hash_state *h)
{
	return h->variant->digest64(h->room + aligned_offset(h));
}

struct ob_hash128
ob_hash_digest128(const struct ob_hash_state *h)
{
	return h->variant->digest128(h->room + aligned_offset(h));
}
