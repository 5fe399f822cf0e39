/*
 * The body of each XXH3 variant: libxxhash's header, compiled whole into one
 * file with the vector unit that the file chose by XXH_VECTOR, and a table of
 * it called XXH3_TABLE. To drop libxxhash, this file is the one to rewrite.
 */
#ifndef OB_BASE_HASH_XXH3_H
#define OB_BASE_HASH_XXH3_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash_variant.h"

_Static_assert(sizeof(XXH3_state_t) == OB_XXH3_STATE_BYTES,
    "struct ob_hash_state has no room for this XXH3_state_t");

static struct ob_hash128
from_xxh(XXH128_hash_t h)
{
	return (struct ob_hash128){ h.low64, h.high64 };
}

static uint64_t
hash64(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}

static struct ob_hash128
hash128(const void *p, size_t n, uint64_t seed)
{
	return from_xxh(XXH3_128bits_withSeed(p, n, seed));
}

/* A state serves both widths: the library resets them in the same way. */
static void
init(void *state, uint64_t seed)
{
	memset(state, 0, sizeof(XXH3_state_t));
	(void)XXH3_64bits_reset_withSeed(state, seed); /* fails for NULL only */
}

static void
add(void *state, const void *p, size_t n)
{
	(void)XXH3_64bits_update(state, p, n); /* fails for NULL only */
}

static uint64_t
digest64(const void *state)
{
	return XXH3_64bits_digest(state);
}

static struct ob_hash128
digest128(const void *state)
{
	return from_xxh(XXH3_128bits_digest(state));
}

const struct ob_xxh3 XXH3_TABLE = {
	.hash64 = hash64,
	.hash128 = hash128,
	.init = init,
	.add = add,
	.digest64 = digest64,
	.digest128 = digest128,
};

#endif
