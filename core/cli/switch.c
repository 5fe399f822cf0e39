#include "cli/switch.h"

#include <errno.h>
#include <string.h>

#include "base/hash.h"
#include "base/scan.h"
#include "base/str.h"
#include "cli/diag.h"
#include "cli/exit.h"
#include "os/cpu.h"
#include "os/feature.h"

/* What a variant needs of the CPU; COUNT = nothing. */
static const enum ob_cpu_feature needs[OB_VARIANT_COUNT] = {
	[OB_VARIANT_PORTABLE] = OB_CPU_FEATURE_COUNT,
	[OB_VARIANT_SSE2] = OB_CPU_SSE2,
	[OB_VARIANT_AVX2] = OB_CPU_AVX2,
	[OB_VARIANT_AVX512] = OB_CPU_AVX512,
	[OB_VARIANT_SSE42] = OB_CPU_SSE42,
	[OB_VARIANT_NEON] = OB_CPU_NEON,
	[OB_VARIANT_CRC] = OB_CPU_CRC,
};

static bool
runs_here(enum ob_variant v)
{
	return needs[v] == OB_CPU_FEATURE_COUNT || ob_cpu_has(needs[v]);
}

/* Each module takes the variants that it has: 0, -ENOTSUP when none does. */
static int
use(enum ob_variant v)
{
	int hash, scan;

	if (!runs_here(v))
		return -ENOTSUP;
	hash = ob_hash_use(v);
	scan = ob_scan_use(v);
	return hash == 0 || scan == 0 ? 0 : -ENOTSUP;
}

static int
force_cpu(struct ob_cx *cx, const char *name)
{
	enum ob_variant v;

	if (ob_variant_find(ob_str_z(name), &v) < 0)
		return ob_err_msg(&cx->error, -EINVAL,
		    "variable 'OPSBOX_CPU': '%s' is not one of: portable, "
		    "sse2, avx2, avx512, sse42, neon, crc",
		    name);
	if (use(v) < 0)
		return ob_err_msg(&cx->error, -EINVAL,
		    "variable 'OPSBOX_CPU': this processor has no '%s'", name);
	return 0;
}

static int
disable(struct ob_cx *cx, const char *list)
{
	return OB_DEBUG ? ob_os_disable(ob_str_z(list), &cx->error) : 0;
}

int
ob_switches_apply(struct ob_cx *cx, struct ob_trace_writer *trace)
{
	static const char prefix[] = "OPSBOX_";
	const char *cpu = NULL, *without = NULL, *to = NULL;
	int rc = 0;

	/* Nearly always there is none, so one look at each variable. */
	for (const char *const *v = cx->env.vars; v && *v != NULL; v++) {
		if (!ob_z_has_prefix(*v, prefix))
			continue;
		cpu = ob_env_get_filled(cx->env, "OPSBOX_CPU");
		without = ob_env_get_filled(cx->env, "OPSBOX_DISABLE");
		to = ob_env_get_filled(cx->env, "OPSBOX_TRACE");
		break;
	}
	if (cpu != NULL)
		rc = force_cpu(cx, cpu);
	if (rc == 0 && without != NULL)
		rc = disable(cx, without);
	if (rc == 0 && to != NULL)
		rc = ob_trace_open(trace, cx, to, &cx->error);
	if (rc == 0)
		return OB_EX_OK;
	ob_diag(cx, &cx->error, OB_EX_USAGE);
	return OB_EX_USAGE;
}

void
ob_cx_use_best_cpu(struct ob_cx *cx)
{
	/* Later ones win where both fit the module. */
	static const enum ob_variant by_speed[] = { OB_VARIANT_SSE42,
		OB_VARIANT_CRC, OB_VARIANT_AVX2, OB_VARIANT_AVX512 };

	if (ob_env_get_filled(cx->env, "OPSBOX_CPU") != NULL)
		return;
	for (size_t i = 0; i < OB_COUNT(by_speed); i++)
		(void)use(by_speed[i]); /* what is not here stays as it was */
}
