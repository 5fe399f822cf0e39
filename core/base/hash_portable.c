/*
 * XXH3 in plain C.
 */
#define XXH_VECTOR      XXH_SCALAR
#define XXH3_TABLE      ob_xxh3_portable
#define leave_vectors() ((void)0)
#include "base/hash_xxh3.inc"
