/*
 * XXH3 with AVX-512 F.
 */
#if defined(__AVX512F__)
#	define XXH_VECTOR XXH_AVX512
#	define XXH3_TABLE ob_xxh3_avx512
#	include "base/hash_xxh3.inc"
#endif
