/*
 * Byte-scan with NEON, which every aarch64 has.
 */
#if defined(__aarch64__)

#	include "base/scan_variant.h"

#	include <arm_neon.h>
#	include <stdint.h>

#	define WIDTH   16
#	define SHORTER ob_scan_portable
#	define TABLE   ob_scan_neon

typedef uint8x16_t vector;

#	define load(p)       vld1q_u8((const uint8_t *)(const void *)(p))
#	define each(c)       vdupq_n_u8((uint8_t)(c))
#	define equal(v, w)   vceqq_u8((v), (w))
#	define either(v, w)  vorrq_u8((v), (w))
#	define below_0x20(v) vcltq_u8((v), vdupq_n_u8(0x20))
#	define has_hit(v)    (nibbles(v) != 0)
#	define first_hit(v)  ((size_t)__builtin_ctzll(nibbles(v)) / 4)

/* Four bits for each byte: NEON has no movemask. */
static inline uint64_t
nibbles(vector v)
{
	uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(v), 4);

	return vget_lane_u64(vreinterpret_u64_u8(narrow), 0);
}

#	include "base/scan_vector.inc"

#endif
