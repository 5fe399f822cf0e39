/*
 * Checksums and hashes. None of them resists an enemy who knows the seed:
 * where a collision must not be made on purpose, use SHA-256 (libmd).
 *
 *   XXH3, 64 and 128 bits   Y. Collet, xxHash 0.8 (frozen since 0.8.0), seeded
 *   CRC32C                  Castagnoli polynomial, RFC 3720 appendix B.4
 *
 * All variants give the same values, on every machine; a test proves it, and
 * the values are part of file formats. p may be NULL when n is 0.
 */
#ifndef OB_BASE_HASH_H
#define OB_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/variant.h"

struct ob_hash128 {
	uint64_t low, high;
};

uint64_t ob_hash64(const void *p, size_t n, uint64_t seed);
struct ob_hash128 ob_hash128(const void *p, size_t n, uint64_t seed);

/* crc is 0 at first, or the value of the bytes before p. */
uint32_t ob_crc32c(uint32_t crc, const void *p, size_t n);

/*
 * XXH3 of bytes that come in pieces: the same values as above. Needs no
 * release; must not be moved or copied between init and the last digest. A
 * digest leaves the state as it was, so more may follow.
 */
struct ob_hash_state {
	const struct ob_xxh3 *variant;
	unsigned char room[640]; /* 576, aligned to 64 inside */
};

void ob_hash_init(struct ob_hash_state *h, uint64_t seed);
void ob_hash_add(struct ob_hash_state *h, const void *p, size_t n);
uint64_t ob_hash_digest64(const struct ob_hash_state *h);
struct ob_hash128 ob_hash_digest128(const struct ob_hash_state *h);

/*
 * Takes v from now on for what v is about: portable is about both XXH3 and
 * CRC32C, sse42 and crc about CRC32C, the others about XXH3. -ENOTSUP: not
 * compiled for this architecture, nothing changed. See base/variant.h for the
 * duty of the caller. States in progress keep the variant they began with.
 */
int ob_hash_use(enum ob_variant v);

#endif
