#include "unit.h"

#include "os/cpu.h"

static void
the_baseline_of_the_architecture_is_there(void)
{
#if defined(__x86_64__)
	CHECK(ob_cpu_has(OB_CPU_SSE2));
	CHECK(!ob_cpu_has(OB_CPU_NEON));
#elif defined(__aarch64__)
	CHECK(ob_cpu_has(OB_CPU_NEON));
	CHECK(!ob_cpu_has(OB_CPU_SSE2));
#endif
	CHECK(!ob_cpu_has(OB_CPU_FEATURE_COUNT));
}

/* Wider features never come without the narrower ones. */
static void
features_are_consistent(void)
{
	CHECK(!ob_cpu_has(OB_CPU_AVX512) || ob_cpu_has(OB_CPU_AVX2));
	CHECK(!ob_cpu_has(OB_CPU_AVX2) || ob_cpu_has(OB_CPU_SSE42));
	CHECK(!ob_cpu_has(OB_CPU_SSE42) || ob_cpu_has(OB_CPU_SSE2));
}

static void
every_feature_has_a_name(void)
{
	CHECK_STR(ob_cpu_feature_name(OB_CPU_SSE2), "sse2");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_SSE42), "sse42");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_AVX2), "avx2");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_AVX512), "avx512");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_NEON), "neon");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_CRC), "crc");
	CHECK_STR(ob_cpu_feature_name(OB_CPU_FEATURE_COUNT), "unknown");
}

static void
there_is_a_processor(void)
{
	CHECK(ob_cpu_count() >= 1);
	CHECK(ob_cpu_count() <= 1 << 16);
}

OB_TESTS(cpu) = {
	OB_TEST(the_baseline_of_the_architecture_is_there),
	OB_TEST(features_are_consistent),
	OB_TEST(every_feature_has_a_name),
	OB_TEST(there_is_a_processor),
	OB_TESTS_END,
};
