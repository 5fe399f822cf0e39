/*
 * CRC32C by the crc32c instructions of ARMv8 (little-endian).
 */
#if defined(__ARM_FEATURE_CRC32) && !defined(__ARM_BIG_ENDIAN)

#	include "base/hash_variant.h"

#	include <arm_acle.h>

#	define STEP1(crc, byte) __crc32cb((crc), (byte))
#	define STEP8(crc, word) __crc32cd((crc), (word))
#	include "base/crc32c_streams.inc"

uint32_t
ob_crc32c_crc(uint32_t crc, const void *data, size_t n)
{
	return crc32c_streams(crc, data, n);
}

#endif
