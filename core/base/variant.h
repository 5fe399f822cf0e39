/*
 * Names of CPU variants of hot functions (base/hash, base/scan).
 *
 * base never asks the CPU. A module with variants starts at what every CPU of
 * the architecture has, and takes a better one by its ob_<module>_use() from a
 * caller that knows: who uses a variant that the CPU lacks dies by SIGILL.
 */
#ifndef OB_BASE_VARIANT_H
#define OB_BASE_VARIANT_H

#include "base/str.h"

enum ob_variant {
	OB_VARIANT_PORTABLE, /* plain C */
	OB_VARIANT_SSE2,     /* every x86-64 */
	OB_VARIANT_AVX2,
	OB_VARIANT_AVX512, /* F, BW and VL */
	OB_VARIANT_SSE42,  /* the crc32 instruction */
	OB_VARIANT_NEON,   /* every aarch64 */
	OB_VARIANT_CRC,    /* the crc32c instructions of ARMv8 */
	OB_VARIANT_COUNT
};

/* "portable", "sse2", ... as OPSBOX_CPU spells them. */
const char *ob_variant_name(enum ob_variant v);

/* The variant of that name, or -EINVAL. */
int ob_variant_find(struct ob_str name, enum ob_variant *ret);

#endif
