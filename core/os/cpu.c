#include "os/cpu.h"

const char *
ob_cpu_feature_name(enum ob_cpu_feature feature)
{
	switch (feature) {
	case OB_CPU_SSE2: return "sse2";
	case OB_CPU_SSE42: return "sse42";
	case OB_CPU_AVX2: return "avx2";
	case OB_CPU_AVX512: return "avx512";
	case OB_CPU_NEON: return "neon";
	case OB_CPU_CRC: return "crc";
	case OB_CPU_FEATURE_COUNT: break;
	}
	return "unknown";
}
