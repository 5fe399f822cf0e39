#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/time.h>

#include "os/clock.h"

static void
clocks_go_forward(void)
{
	int64_t before = ob_clock_monotonic_ns();

	CHECK(before > 0);
	CHECK(ob_clock_monotonic_ns() >= before);
	CHECK(ob_clock_boottime_ns() >= before);
	CHECK(ob_clock_realtime_ns() > INT64_C(1500000000) * OB_NS_PER_S);
}

static void
deadlines_do_not_overflow(void)
{
	int64_t now = ob_clock_monotonic_ns();

	CHECK(ob_clock_deadline_ns(OB_NS_PER_S) >= now + OB_NS_PER_S);
	CHECK(ob_clock_deadline_ns(-5) >= now);
	CHECK(ob_clock_deadline_ns(0) < now + 60 * OB_NS_PER_S);
	CHECK_INT(ob_clock_deadline_ns(OB_NEVER), OB_NEVER);
	CHECK_INT(ob_clock_deadline_ns(OB_NEVER - 1), OB_NEVER);
}

static void
poll_waits_are_rounded_up(void)
{
	int64_t now = ob_clock_monotonic_ns();
	int ms = ob_clock_poll_ms(now + 60 * OB_NS_PER_S);

	CHECK_INT(ob_clock_poll_ms(OB_NEVER), -1);
	CHECK_INT(ob_clock_poll_ms(now - 1), 0);
	CHECK_INT(ob_clock_poll_ms(OB_NEVER - 1), INT_MAX);
	CHECK(ms > 0 && ms <= 60000);
}

static void
waiting_ends_after_the_deadline(void)
{
	int64_t deadline = ob_clock_deadline_ns(3 * OB_NS_PER_MS);

	CHECK_INT(ob_clock_sleep_until(deadline), 0);
	CHECK(ob_clock_monotonic_ns() >= deadline);
	CHECK_INT(ob_clock_poll_ms(deadline), 0);
	CHECK_INT(ob_clock_sleep_until(0), 0);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
a_signal_ends_the_wait(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval soon = { { 0, 1000 }, { 0, 1000 } };

	CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_INT(setitimer(ITIMER_REAL, &soon, NULL), 0);
	CHECK_INT(ob_clock_sleep_until(ob_clock_deadline_ns(50 * OB_NS_PER_S)),
	    -EINTR);
}

OB_TESTS(clock) = {
	OB_TEST(clocks_go_forward),
	OB_TEST(deadlines_do_not_overflow),
	OB_TEST(poll_waits_are_rounded_up),
	OB_TEST(waiting_ends_after_the_deadline),
	OB_TEST(a_signal_ends_the_wait),
	OB_TESTS_END,
};
