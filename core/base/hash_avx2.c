/*
 * XXH3 with AVX2.
 */
#if defined(__AVX2__)
#	define XXH_VECTOR XXH_AVX2
#	define XXH3_TABLE ob_xxh3_avx2
#	include <immintrin.h>
#	define leave_vectors() _mm256_zeroupper()
#	include "base/hash_xxh3.inc"
#endif
