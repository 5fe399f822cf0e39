#include "base/variant.h"

#include <errno.h>

#include "base/check.h"

static const char *const names[OB_VARIANT_COUNT] = {
	[OB_VARIANT_PORTABLE] = "portable",
	[OB_VARIANT_SSE2] = "sse2",
	[OB_VARIANT_AVX2] = "avx2",
	[OB_VARIANT_AVX512] = "avx512",
	[OB_VARIANT_SSE42] = "sse42",
	[OB_VARIANT_NEON] = "neon",
	[OB_VARIANT_CRC] = "crc",
};

const char *
ob_variant_name(enum ob_variant v)
{
	OB_CHECK((unsigned)v < OB_VARIANT_COUNT);
	return names[v];
}

int
ob_variant_find(struct ob_str name, enum ob_variant *ret)
{
	for (unsigned i = 0; i < OB_VARIANT_COUNT; i++) {
		if (ob_str_eq_z(name, names[i])) {
			*ret = (enum ob_variant)i;
			return 0;
		}
	}
	return -EINVAL;
}
