/*
 * Byte-scan with AVX2.
 */
#if defined(__AVX2__)

#	include "base/scan_variant.h"

#	include <immintrin.h>

#	define WIDTH   32
#	define SHORTER ob_scan_sse2
#	define TABLE   ob_scan_avx2

typedef __m256i vector;

#	define load(p)      _mm256_loadu_si256((const __m256i *)(const void *)(p))
#	define each(c)      _mm256_set1_epi8(c)
#	define equal(v, w)  _mm256_cmpeq_epi8((v), (w))
#	define either(v, w) _mm256_or_si256((v), (w))
/* min(v, 0x1f) is v only for what is not above 0x1f. */
#	define below_0x20(v) equal((v), _mm256_min_epu8((v), each(0x1f)))
#	define has_hit(v)    (_mm256_movemask_epi8(v) != 0)
#	define first_hit(v) \
		((size_t)__builtin_ctz((unsigned)_mm256_movemask_epi8(v)))

#	include "base/scan_vector.inc"

#endif
