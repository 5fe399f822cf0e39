#include "rate.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"

#define COUNTERS_MAX ((size_t)4 << 20)

void
pm_rates_init(struct pm_rates *r, uint64_t ticks_per_s)
{
	memset(r, 0, sizeof(*r));
	r->counters.max = COUNTERS_MAX;
	r->ticks_per_s = ticks_per_s;
	r->boot_ns = -1;
}

void
pm_rates_release(struct pm_rates *r)
{
	ob_vec_release(&r->counters);
}

static uint64_t
cpu_ticks(const struct pm_proc *p)
{
	return p->stat.utime_ticks + p->stat.stime_ticks;
}

static int
by_pid(const void *a, const void *b)
{
	const struct pm_counter *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static const struct pm_counter *
find(const struct pm_rates *r, int64_t pid)
{
	const struct pm_counter key = { .pid = pid };

	if (r->counters.n == 0)
		return NULL;
	return bsearch(&key, r->counters.v, r->counters.n, sizeof(key), by_pid);
}

/* In hundredths: ticks are coarser, and more digits would say otherwise. */
static double
percent(uint64_t ticks, uint64_t ticks_per_s, double seconds)
{
	double hundredths =
	    10000 * (double)ticks / (double)ticks_per_s / seconds;

	if (hundredths > 1e15)
		return hundredths / 100;
	return (double)(int64_t)(hundredths + 0.5) / 100;
}

static double
start_seconds(const struct pm_proc *p, uint64_t ticks_per_s)
{
	return (double)p->stat.start_ticks / (double)ticks_per_s;
}

/* Over the whole life. Shorter than a tick, nothing can be said. */
static void
set_lifetime(const struct pm_sample *s, struct pm_proc *p, uint64_t ticks_per_s,
    int64_t boot_ns)
{
	int64_t read_ns = boot_ns + p->read_ns - s->begin_ns;
	double age = (double)read_ns / (double)OB_NS_PER_S -
	             start_seconds(p, ticks_per_s);

	if (boot_ns < 0 || age * (double)ticks_per_s < 1)
		return;
	p->cpu_percent = percent(cpu_ticks(p), ticks_per_s, age);
	p->has |= PM_READ_RATE;
}

static void
set_rate(
    const struct pm_rates *r, struct pm_proc *p, const struct pm_counter *was)
{
	int64_t elapsed_ns = p->read_ns - was->read_ns;

	if (elapsed_ns <= 0 || cpu_ticks(p) < was->cpu_ticks)
		return;
	p->cpu_percent = percent(cpu_ticks(p) - was->cpu_ticks, r->ticks_per_s,
	    (double)elapsed_ns / (double)OB_NS_PER_S);
	p->has |= PM_READ_RATE;
}

/* Ticks are coarse: one that started in the tick of the last scan is new. */
static bool
is_new(const struct pm_rates *r, const struct pm_proc *p)
{
	return r->boot_ns >= 0 &&
	       start_seconds(p, r->ticks_per_s) + 1 / (double)r->ticks_per_s >=
	           (double)r->boot_ns / (double)OB_NS_PER_S;
}

void
pm_rates_apply(const struct pm_rates *r, struct pm_sample *s, int64_t boot_ns)
{
	for (size_t i = 0; i < s->procs.n; i++) {
		struct pm_proc *p = &s->procs.v[i];
		const struct pm_counter *was = find(r, p->stat.pid);

		if (was != NULL && was->start_ticks == p->stat.start_ticks)
			set_rate(r, p, was);
		else if (is_new(r, p))
			set_lifetime(s, p, r->ticks_per_s, boot_ns);
	}
}

int
pm_rates_keep(struct pm_rates *r, const struct pm_sample *s, int64_t boot_ns)
{
	bool is_sorted = true;
	int rc;

	r->counters.n = 0;
	r->boot_ns = boot_ns;
	rc = ob_vec_reserve(&r->counters, s->procs.n);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < s->procs.n; i++) {
		const struct pm_proc *p = &s->procs.v[i];

		r->counters.v[r->counters.n++] = (struct pm_counter){
			.pid = p->stat.pid,
			.start_ticks = p->stat.start_ticks,
			.cpu_ticks = cpu_ticks(p),
			.read_ns = p->read_ns,
		};
		is_sorted &= i == 0 || p[-1].stat.pid < p->stat.pid;
	}
	if (!is_sorted)
		qsort(r->counters.v, r->counters.n, sizeof(*r->counters.v),
		    by_pid);
	return 0;
}

void
pm_rates_lifetime(struct pm_sample *s, uint64_t ticks_per_s, int64_t boot_ns)
{
	for (size_t i = 0; i < s->procs.n; i++)
		set_lifetime(s, &s->procs.v[i], ticks_per_s, boot_ns);
}
