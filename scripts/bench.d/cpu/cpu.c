/*
 * Times each CPU variant of XXH3, CRC32C and the byte-scan on one page that
 * stays in the first cache. All variants of all functions take turns in each
 * round, so that a disturbance hits all alike; the median round of each counts.
 * Prints nanoseconds a page and the ratio to portable C.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/scan.h"
#include "variants.h"

#define PAGE       4096
#define REPEAT     500
#define ROUNDS_MAX 1001

struct function {
	const char *name;
	int (*use)(enum ob_variant v);
	void (*run)(void);
	unsigned variants; /* bit for each enum ob_variant it has */
};

struct lane {
	const struct function *function;
	enum ob_variant variant;
	double ns[ROUNDS_MAX]; /* a page, in each round */
};

static char page[PAGE];
static volatile uint64_t sink; /* keeps the calls alive */

static void
run_hash64(void)
{
	sink = ob_hash64(page, PAGE, sink);
}

static void
run_hash128(void)
{
	sink = ob_hash128(page, PAGE, sink).low;
}

static void
run_crc32c(void)
{
	sink = ob_crc32c((uint32_t)sink, page, PAGE);
}

static void
run_scan_json(void)
{
	sink = ob_scan_json(page, PAGE);
}

static void
run_scan_set(void)
{
	sink = ob_scan_set(page, PAGE, OB_SCAN_TSV);
}

#define BIT(v)  (1u << OB_VARIANT_##v)
#define VECTORS (BIT(PORTABLE) | BIT(SSE2) | BIT(AVX2) | BIT(NEON))
#define CRCS    (BIT(PORTABLE) | BIT(SSE42) | BIT(CRC))

static const struct function functions[] = {
	{ "XXH3-64", ob_hash_use, run_hash64, VECTORS | BIT(AVX512) },
	{ "XXH3-128", ob_hash_use, run_hash128, VECTORS | BIT(AVX512) },
	{ "CRC32C", ob_hash_use, run_crc32c, CRCS },
	{ "scan json", ob_scan_use, run_scan_json, VECTORS },
	{ "scan set", ob_scan_use, run_scan_set, VECTORS },
};

#define LANES_MAX (OB_COUNT(functions) * OB_VARIANT_COUNT)

static struct lane lanes[LANES_MAX];

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double
time_lane(const struct lane *lane)
{
	double start;

	lane->function->use(lane->variant);
	lane->function->run();
	start = now_ns();
	for (int i = 0; i < REPEAT; i++)
		lane->function->run();
	return (now_ns() - start) / REPEAT;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static size_t
find_lanes(void)
{
	size_t n = 0;

	for (size_t f = 0; f < OB_COUNT(functions); f++) {
		for (unsigned v = 0; v < OB_VARIANT_COUNT; v++) {
			enum ob_variant variant = (enum ob_variant)v;

			if ((functions[f].variants >> v & 1) == 0 ||
			    !variant_runs(
				functions[f].use, functions[f].run, variant))
				continue;
			lanes[n].function = &functions[f];
			lanes[n++].variant = variant;
		}
	}
	return n;
}

int
main(int argc, char **argv)
{
	uint64_t rounds = 51;
	double portable = 1;
	size_t n;

	if (argc > 1 &&
	    ob_num_u64(ob_str_z(argv[1]), 1, ROUNDS_MAX, &rounds) < 0) {
		fprintf(stderr, "bench: rounds are 1 to %d, not '%s'\n",
		    ROUNDS_MAX, argv[1]);
		return 64;
	}
	memset(page, 'x', sizeof(page));
	n = find_lanes();
	for (uint64_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < n; i++)
			lanes[i].ns[round] = time_lane(&lanes[i]);

	printf("%-10s %-9s %9s %12s\n", "function", "variant", "ns/4KiB",
	    "x portable");
	for (size_t i = 0; i < n; i++) {
		double median;

		qsort(lanes[i].ns, rounds, sizeof(double), compare);
		median = lanes[i].ns[rounds / 2];
		if (lanes[i].variant == OB_VARIANT_PORTABLE)
			portable = median;
		printf("%-10s %-9s %9.1f %12.2f\n", lanes[i].function->name,
		    ob_variant_name(lanes[i].variant), median,
		    portable / median);
	}
	return 0;
}
