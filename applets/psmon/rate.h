/*
 * Rates: what a process used between two samples, by the time between its own
 * two readings. Processes are matched by (pid, start time).
 */
#ifndef PM_RATE_H
#define PM_RATE_H

#include "base/vec.h"
#include "sample.h"

struct pm_counter {
	int64_t pid;
	uint64_t start_ticks;
	uint64_t cpu_ticks;
	int64_t read_ns;
};

/* What is remembered of the sample before; zero is "there was none". */
struct pm_rates {
	OB_VEC(struct pm_counter) counters; /* by pid */
	uint64_t ticks_per_s;
	int64_t boot_ns; /* of the scan's begin, -1 = unknown */
};

void pm_rates_init(struct pm_rates *r, uint64_t ticks_per_s);
void pm_rates_release(struct pm_rates *r);

/*
 * Sets cpu_percent of each process of s against what pm_rates_keep() kept
 * last. One that started in between is measured over its own life; boot_ns is
 * the time since boot when the scan of s began, -1 when unknown. Unknown stays: the first sample, no time between, a counter that went
 * backwards, an old process that was not seen before.
 */
void
pm_rates_apply(const struct pm_rates *r, struct pm_sample *s, int64_t boot_ns);

/* Remembers s for the next time. */
int
pm_rates_keep(struct pm_rates *r, const struct pm_sample *s, int64_t boot_ns);

/* Instead of rates: the average of each whole life, as ps(1) shows it. */
void
pm_rates_lifetime(struct pm_sample *s, uint64_t ticks_per_s, int64_t boot_ns);

#endif
