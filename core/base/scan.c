#include "base/scan.h"

#include <errno.h>

#include "base/scan_variant.h"

#if defined(__x86_64__)
#	define BASELINE ob_scan_sse2
#elif defined(__aarch64__)
#	define BASELINE ob_scan_neon
#else
#	define BASELINE ob_scan_portable
#endif

/* The variant in use: the only state of this module. */
static const struct ob_scan *scan = &BASELINE;

static const struct ob_scan *const variants[OB_VARIANT_COUNT] = {
	[OB_VARIANT_PORTABLE] = &ob_scan_portable,
#if defined(__x86_64__)
	[OB_VARIANT_SSE2] = &ob_scan_sse2,
	[OB_VARIANT_AVX2] = &ob_scan_avx2,
#elif defined(__aarch64__)
	[OB_VARIANT_NEON] = &ob_scan_neon,
#endif
};

int
ob_scan_use(enum ob_variant v)
{
	if ((unsigned)v >= OB_VARIANT_COUNT || variants[v] == NULL)
		return -ENOTSUP;
	scan = variants[v];
	return 0;
}

size_t
ob_scan_set(const char *p, size_t n, struct ob_scan_set set)
{
	return scan->set(p, n, set);
}

size_t
ob_scan_control(const char *p, size_t n, struct ob_scan_set set)
{
	return scan->control(p, n, set);
}

size_t
ob_scan_json(const char *p, size_t n)
{
	return scan->json(p, n);
}
