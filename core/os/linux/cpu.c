/*
 * CPU features from what glibc's loader (x86) or the kernel (arm) found out.
 */
#include "os/cpu.h"

#include <sched.h>
#include <unistd.h>

#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#	include <sys/platform/x86.h>

/* CPU_FEATURE_ACTIVE, whose own shift of a signed 1 by 31 is undefined. */
static bool
is_active(unsigned index)
{
	const struct cpuid_feature *leaf =
	    __x86_get_cpuid_feature_leaf(index / 128);

	return leaf->active_array[index / 32 % 4] >> index % 32 & 1;
}

bool
ob_cpu_has(enum ob_cpu_feature feature)
{
	switch (feature) {
	case OB_CPU_SSE2: return is_active(x86_cpu_SSE2);
	case OB_CPU_SSE42: return is_active(x86_cpu_SSE4_2);
	case OB_CPU_AVX2: return is_active(x86_cpu_AVX2);
	case OB_CPU_AVX512:
		return is_active(x86_cpu_AVX512F) &&
		       is_active(x86_cpu_AVX512BW) &&
		       is_active(x86_cpu_AVX512VL);
	case OB_CPU_NEON:
	case OB_CPU_CRC:
	case OB_CPU_FEATURE_COUNT: break;
	}
	return false;
}

#elif defined(__aarch64__)
#	include <asm/hwcap.h>
#	include <sys/auxv.h>

bool
ob_cpu_has(enum ob_cpu_feature feature)
{
	switch (feature) {
	case OB_CPU_NEON: return (getauxval(AT_HWCAP) & HWCAP_ASIMD) != 0;
	case OB_CPU_CRC: return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
	case OB_CPU_SSE2:
	case OB_CPU_SSE42:
	case OB_CPU_AVX2:
	case OB_CPU_AVX512:
	case OB_CPU_FEATURE_COUNT: break;
	}
	return false;
}

#else

bool
ob_cpu_has(enum ob_cpu_feature feature)
{
	(void)feature;
	return false;
}

#endif

unsigned
ob_cpu_count(void)
{
	cpu_set_t set;
	long online;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
	/* more processors than a cpu_set_t has bits */
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online < 1 ? 1 : (unsigned)online;
}
