/*
 * XXH3 with NEON, which every aarch64 has.
 */
#if defined(__aarch64__)
#	define XXH_VECTOR      XXH_NEON
#	define XXH3_TABLE      ob_xxh3_neon
#	define leave_vectors() ((void)0)
#	include "base/hash_xxh3.inc"
#endif
