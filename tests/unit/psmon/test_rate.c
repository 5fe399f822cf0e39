#include "rate.h"

#include <errno.h>

#include "base/num.h"
#include "unit.h"

#define HZ 100

/* A sample of processes that nobody has read. */
struct made {
	struct pm_proc procs[3];
	struct pm_sample sample;
};

static void
make(struct made *m, int64_t begin_ns, const struct pm_proc *procs, size_t n)
{
	*m = (struct made){ 0 };
	memcpy(m->procs, procs, n * sizeof(*procs));
	m->sample.begin_ns = begin_ns;
	m->sample.procs.v = m->procs;
	m->sample.procs.n = n;
}

static struct pm_proc
proc(int64_t pid, uint64_t start_ticks, uint64_t cpu_ticks, int64_t read_ns)
{
	return (struct pm_proc){
		.stat = { .pid = pid,
		    .start_ticks = start_ticks,
		    .utime_ticks = cpu_ticks - cpu_ticks / 2,
		    .stime_ticks = cpu_ticks / 2 },
		.read_ns = read_ns,
	};
}

/* Percent in hundredths, -1 when unknown. */
static int
rate(const struct pm_proc *p)
{
	return p->has & PM_READ_RATE ? (int)(p->cpu_percent * 100 + 0.5) : -1;
}

static void
the_first_sample_is_unknown(void)
{
	const struct pm_proc procs[] = { proc(1, 0, 500, 5) };
	struct pm_rates r;
	struct made m;

	pm_rates_init(&r, HZ);
	make(&m, 0, procs, 1);
	pm_rates_apply(&r, &m.sample, 10 * OB_NS_PER_S);
	CHECK_INT(rate(&m.procs[0]), -1);
	pm_rates_release(&r);
}

static void
each_row_is_measured_between_its_own_readings(void)
{
	const int64_t s = OB_NS_PER_S;
	/* In the order of -p, which is not that of pids. */
	const struct pm_proc before[] = { proc(9, 0, 100, s), proc(1, 0, 0, s),
		proc(5, 7, 30, s) };
	const struct pm_proc after[] = { proc(1, 0, 50, 2 * s),
		proc(5, 7, 30, 2 * s), proc(9, 0, 300, 5 * s) };
	struct pm_rates r;
	struct made m;

	pm_rates_init(&r, HZ);
	make(&m, s, before, 3);
	CHECK_INT(pm_rates_keep(&r, &m.sample, 100 * s), 0);
	make(&m, 2 * s, after, 3);
	pm_rates_apply(&r, &m.sample, 101 * s);
	CHECK_INT(rate(&m.procs[0]), 5000);
	CHECK_INT(rate(&m.procs[1]), 0);
	CHECK_INT(rate(&m.procs[2]), 5000);
	pm_rates_release(&r);
}

static void
a_new_process_is_measured_over_its_life(void)
{
	const int64_t s = OB_NS_PER_S;
	const struct pm_proc before[] = { proc(1, 0, 0, s) };
	const struct pm_proc after[] = {
		proc(2, 10050, 20, 3 * s),  /* half a second old when seen */
		proc(1, 10190, 1, 3 * s),   /* the pid of another before it */
		proc(3, 9000, 8000, 3 * s), /* old, but not seen before */
	};
	struct pm_rates r;
	struct made m;

	pm_rates_init(&r, HZ);
	make(&m, s, before, 1);
	CHECK_INT(pm_rates_keep(&r, &m.sample, 100 * s), 0);
	/* The scan began 1 s before these were read. */
	make(&m, 2 * s, after, 3);
	pm_rates_apply(&r, &m.sample, 100 * s);
	CHECK_INT(rate(&m.procs[0]), 4000);
	CHECK_INT(rate(&m.procs[1]), -1); /* of the next second, by its ticks */
	CHECK_INT(rate(&m.procs[2]), -1);
	pm_rates_release(&r);
}

static void
no_time_and_counters_that_go_back_are_unknown(void)
{
	const int64_t s = OB_NS_PER_S;
	const struct pm_proc before[] = { proc(1, 0, 100, s),
		proc(2, 0, 100, s) };
	const struct pm_proc after[] = { proc(1, 0, 200, s),
		proc(2, 0, 99, 2 * s) };
	struct pm_rates r;
	struct made m;

	pm_rates_init(&r, HZ);
	make(&m, s, before, 2);
	CHECK_INT(pm_rates_keep(&r, &m.sample, 100 * s), 0);
	make(&m, s, after, 2);
	pm_rates_apply(&r, &m.sample, 101 * s);
	CHECK_INT(rate(&m.procs[0]), -1);
	CHECK_INT(rate(&m.procs[1]), -1);
	pm_rates_release(&r);
}

static void
the_lifetime_is_an_average(void)
{
	const struct pm_proc procs[] = { proc(1, 500, 100, 0),
		proc(2, 1000, 1, 0), proc(3, 0, UINT64_MAX, 0) };
	struct made m;

	make(&m, 0, procs, 3);
	pm_rates_lifetime(&m.sample, HZ, 10 * OB_NS_PER_S);
	CHECK_INT(rate(&m.procs[0]), 2000);
	CHECK_INT(rate(&m.procs[1]), -1); /* no tick old */
	CHECK(m.procs[2].cpu_percent > 1e18);
	make(&m, 0, procs, 3);
	pm_rates_lifetime(&m.sample, HZ, -1);
	CHECK_INT(rate(&m.procs[0]), -1);
}

static void
what_is_remembered_has_a_maximum(void)
{
	const struct pm_proc procs[] = { proc(1, 0, 1, 0), proc(2, 0, 1, 0) };
	struct pm_rates r;
	struct made m;

	pm_rates_init(&r, HZ);
	r.counters.max = 1;
	make(&m, 0, procs, 2);
	CHECK_INT(pm_rates_keep(&r, &m.sample, 0), -ENOBUFS);
	pm_rates_release(&r);
}

OB_TESTS(rate) = {
	OB_TEST(the_first_sample_is_unknown),
	OB_TEST(each_row_is_measured_between_its_own_readings),
	OB_TEST(a_new_process_is_measured_over_its_life),
	OB_TEST(no_time_and_counters_that_go_back_are_unknown),
	OB_TEST(the_lifetime_is_an_average),
	OB_TEST(what_is_remembered_has_a_maximum),
	OB_TESTS_END,
};
