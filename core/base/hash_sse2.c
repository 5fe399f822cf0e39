/*
 * XXH3 with SSE2, which every x86-64 has.
 */
#if defined(__x86_64__)
#	define XXH_VECTOR      XXH_SSE2
#	define XXH3_TABLE      ob_xxh3_sse2
#	define leave_vectors() ((void)0)
#	include "base/hash_xxh3.inc"
#endif
