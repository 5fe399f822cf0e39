/*
 * Byte-scan with SSE2, which every x86-64 has.
 */
#if defined(__x86_64__)

#	include "base/scan_variant.h"

#	include <emmintrin.h>

#	define WIDTH   16
#	define SHORTER ob_scan_portable
#	define TABLE   ob_scan_sse2

typedef __m128i vector;

#	define load(p)      _mm_loadu_si128((const __m128i *)(const void *)(p))
#	define each(c)      _mm_set1_epi8(c)
#	define equal(v, w)  _mm_cmpeq_epi8((v), (w))
#	define either(v, w) _mm_or_si128((v), (w))
/* min(v, 0x1f) is v only for what is not above 0x1f. */
#	define below_0x20(v) equal((v), _mm_min_epu8((v), each(0x1f)))
#	define has_hit(v)    (_mm_movemask_epi8(v) != 0)
#	define first_hit(v) \
		((size_t)__builtin_ctz((unsigned)_mm_movemask_epi8(v)))

#	include "base/scan_vector.inc"

#endif
