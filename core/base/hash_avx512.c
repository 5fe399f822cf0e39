/*
 * XXH3 with AVX-512 F.
 */
#if defined(__AVX512F__)
#	define XXH_VECTOR XXH_AVX512
#	define XXH3_TABLE ob_xxh3_avx512
#	include <immintrin.h>
#	define leave_vectors() _mm256_zeroupper()
#	include "base/hash_xxh3.inc"
#endif
