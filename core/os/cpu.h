/*
 * What the processor can do, and how many there are.
 *
 * Asked lazily and only by who is about to use it: on a virtual machine each
 * CPUID instruction is a trap, so nothing here runs before it is called, and
 * with glibc on x86 no CPUID is executed at all (the loader has asked before).
 */
#ifndef OB_OS_CPU_H
#define OB_OS_CPU_H

#include <stdbool.h>

enum ob_cpu_feature {
	OB_CPU_SSE2,
	OB_CPU_SSE42, /* with its CRC32 instruction */
	OB_CPU_AVX2,
	OB_CPU_AVX512, /* F, BW and VL together */
	OB_CPU_NEON,
	OB_CPU_CRC, /* the CRC32 instructions of ARMv8 */
	OB_CPU_FEATURE_COUNT
};

/* True when processor and kernel let us use it now. */
bool ob_cpu_has(enum ob_cpu_feature feature);

/* "sse2", "sse42", "avx2", "avx512", "neon", "crc" */
const char *ob_cpu_feature_name(enum ob_cpu_feature feature);

/* Processors that this process may run on; at least 1. */
unsigned ob_cpu_count(void);

#endif
