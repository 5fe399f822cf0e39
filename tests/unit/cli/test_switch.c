#include "cli/switch.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/hash.h"
#include "cli/exit.h"
#include "cx.h"
#include "os/cpu.h"
#include "os/feature.h"
#include "unit.h"

/* The code with one variable set; the line goes to t->err. */
static int
apply(struct test_cx *t, struct ob_trace_writer *w, const char *variable)
{
	const char *vars[] = { "HOME=/", variable, NULL };
	int code;

	ob_buf_reset(&t->err);
	ob_stream_init_mem(&t->err_stream, &t->err);
	ob_err_reset(&t->cx.error);
	t->cx.env.vars = vars;
	code = ob_switches_apply(&t->cx, w);
	t->cx.env.vars = NULL;
	return code;
}

static void
nothing_set_changes_nothing(void)
{
	static const char *const rows[] = { "OPSBOX_CPU=", "OPSBOX_DISABLE=",
		"OPSBOX_TRACE=", "OPSBOX_PSMON_LIMIT=3", "OPSBOX=warp" };
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++)
		CHECK_INT(apply(&t, &w, rows[i]), OB_EX_OK);
	CHECK_INT(ob_switches_apply(&t.cx, &w), OB_EX_OK);
	CHECK(!ob_trace_is_on());
	CHECK_STR(ob_buf_z(&t.err), "");
	test_cx_release(&t);
}

static void
a_variant_is_forced_or_refused_and_values_stay(void)
{
	static const struct {
		const char *name;
		enum ob_cpu_feature needs;
	} rows[] = {
		{ "portable", OB_CPU_FEATURE_COUNT },
		{ "sse2", OB_CPU_SSE2 },
		{ "sse42", OB_CPU_SSE42 },
		{ "avx2", OB_CPU_AVX2 },
		{ "avx512", OB_CPU_AVX512 },
		{ "neon", OB_CPU_NEON },
		{ "crc", OB_CPU_CRC },
	};
	static char bytes[5000];
	uint64_t hash = ob_hash64(bytes, sizeof(bytes), 0);
	uint32_t crc = ob_crc32c(0, bytes, sizeof(bytes));
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_buf b = OB_BUF_INIT(200);
		bool has = rows[i].needs == OB_CPU_FEATURE_COUNT ||
		           ob_cpu_has(rows[i].needs);

		ob_buf_printf(&b, "OPSBOX_CPU=%s", rows[i].name);
		CHECK_INT(
		    apply(&t, &w, ob_buf_z(&b)), has ? OB_EX_OK : OB_EX_USAGE);
		ob_buf_reset(&b);
		ob_buf_printf(&b,
		    "opsbox: variable 'OPSBOX_CPU': this processor has no "
		    "'%s'\n",
		    rows[i].name);
		CHECK_STR(ob_buf_z(&t.err), has ? "" : ob_buf_z(&b));
		CHECK_UINT(ob_hash64(bytes, sizeof(bytes), 0), hash);
		CHECK_UINT(ob_crc32c(0, bytes, sizeof(bytes)), crc);
		ob_buf_release(&b);
	}
	CHECK_INT(apply(&t, &w, "OPSBOX_CPU=warp"), OB_EX_USAGE);
	CHECK_STR(ob_buf_z(&t.err),
	    "opsbox: variable 'OPSBOX_CPU': 'warp' is not one of: portable, "
	    "sse2, avx2, avx512, sse42, neon, crc\n");
	test_cx_release(&t);
}

static void
the_best_variants_give_the_same_values(void)
{
	static const char *const forced[] = { "OPSBOX_CPU=portable", NULL };
	static char bytes[5000];
	uint64_t hash = ob_hash64(bytes, sizeof(bytes), 0);
	struct test_cx t;

	test_cx_init(&t);
	ob_cx_use_best_cpu(&t.cx);
	CHECK_UINT(ob_hash64(bytes, sizeof(bytes), 0), hash);
	t.cx.env.vars = forced;
	CHECK_INT(ob_hash_use(OB_VARIANT_PORTABLE), 0);
	ob_cx_use_best_cpu(&t.cx);
	CHECK_UINT(ob_hash64(bytes, sizeof(bytes), 0), hash);
	test_cx_release(&t);
}

static void
features_are_switched_off_in_debug_builds_alone(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(apply(&t, &w, "OPSBOX_DISABLE=pidfd,inotify"), OB_EX_OK);
	CHECK(ob_os_may(OB_OS_PIDFD) == !OB_DEBUG);
	CHECK(ob_os_may(OB_OS_INOTIFY) == !OB_DEBUG);
	CHECK(ob_os_may(OB_OS_EPOLL));
	CHECK_INT(apply(&t, &w, "OPSBOX_DISABLE=warp"),
	    OB_DEBUG ? OB_EX_USAGE : OB_EX_OK);
	CHECK_STR(ob_buf_z(&t.err), OB_DEBUG ? "opsbox: cannot disable 'warp': "
					       "no such feature\n"
					     : "");
	test_cx_release(&t);
}

static void
a_trace_begins(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(apply(&t, &w, "OPSBOX_TRACE=f"), OB_EX_OK);
	CHECK(ob_trace_is_on());
	ob_trace_close(&w);
	CHECK_INT(access("f", F_OK), 0);
	CHECK_INT(apply(&t, &w, "OPSBOX_TRACE=no/f"), OB_EX_USAGE);
	CHECK_STR(ob_buf_z(&t.err),
	    "opsbox: cannot trace to 'no/f': No such file or directory\n");
	CHECK(!ob_trace_is_on());
	test_cx_release(&t);
}

OB_TESTS(switch) = {
	OB_TEST(nothing_set_changes_nothing),
	OB_TEST(a_variant_is_forced_or_refused_and_values_stay),
	OB_TEST(the_best_variants_give_the_same_values),
	OB_TEST(features_are_switched_off_in_debug_builds_alone),
	OB_TEST(a_trace_begins),
	OB_TESTS_END,
};
