/*
 * CRC32C by the crc32 instruction of SSE4.2.
 */
#if defined(__SSE4_2__) && defined(__x86_64__)

#	include "base/hash_variant.h"

#	include <nmmintrin.h>

#	define STEP1(crc, byte) _mm_crc32_u8((crc), (byte))
#	define STEP8(crc, word) (uint32_t) _mm_crc32_u64((crc), (word))
#	include "base/crc32c_streams.inc"

uint32_t
ob_crc32c_sse42(uint32_t crc, const void *data, size_t n)
{
	return crc32c_streams(crc, data, n);
}

#endif
