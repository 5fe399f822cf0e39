/*
 * Between hash.c and the files of its variants; nobody else includes it.
 */
#ifndef OB_BASE_HASH_VARIANT_H
#define OB_BASE_HASH_VARIANT_H

#include "base/hash.h"

/* XXH3 as one vector unit computes it. state is aligned to 64 bytes. */
struct ob_xxh3 {
	uint64_t (*hash64)(const void *p, size_t n, uint64_t seed);
	struct ob_hash128 (*hash128)(const void *p, size_t n, uint64_t seed);
	void (*init)(void *state, uint64_t seed);
	void (*add)(void *state, const void *p, size_t n);
	uint64_t (*digest64)(const void *state);
	struct ob_hash128 (*digest128)(const void *state);
};

#define OB_XXH3_STATE_BYTES 576

extern const struct ob_xxh3 ob_xxh3_portable;
extern const struct ob_xxh3 ob_xxh3_sse2;
extern const struct ob_xxh3 ob_xxh3_avx2;
extern const struct ob_xxh3 ob_xxh3_avx512;
extern const struct ob_xxh3 ob_xxh3_neon;

uint32_t ob_crc32c_portable(uint32_t crc, const void *data, size_t n);
uint32_t ob_crc32c_sse42(uint32_t crc, const void *data, size_t n);
uint32_t ob_crc32c_crc(uint32_t crc, const void *data, size_t n);

#endif
