/*
 * CPU features that the architecture itself promises.
 */
#include "os/cpu.h"

#include <unistd.h>

#if defined(__x86_64__)
#	define BASELINE OB_CPU_SSE2
#elif defined(__aarch64__)
#	define BASELINE OB_CPU_NEON
#else
#	define BASELINE OB_CPU_FEATURE_COUNT
#endif

bool
ob_cpu_has(enum ob_cpu_feature feature)
{
	return feature == BASELINE && feature != OB_CPU_FEATURE_COUNT;
}

unsigned
ob_cpu_count(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	return online < 1 ? 1 : (unsigned)online;
}
