#include "os/clock.h"

#include <errno.h>
#include <limits.h>
#include <time.h>

#include "base/check.h"

static int64_t
now_ns(clockid_t clock)
{
	struct timespec t = { 0 };

	OB_CHECK(clock_gettime(clock, &t) == 0);
	return (int64_t)t.tv_sec * OB_NS_PER_S + t.tv_nsec;
}

int64_t
ob_clock_monotonic_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

int64_t
ob_clock_realtime_ns(void)
{
	return now_ns(CLOCK_REALTIME);
}

int64_t
ob_clock_deadline_ns(int64_t timeout_ns)
{
	int64_t now = ob_clock_monotonic_ns();

	if (timeout_ns <= 0)
		return now;
	return timeout_ns > OB_NEVER - now ? OB_NEVER : now + timeout_ns;
}

int
ob_clock_poll_ms(int64_t deadline_ns)
{
	int64_t left_ns, left_ms;

	if (deadline_ns == OB_NEVER)
		return -1;
	left_ns = deadline_ns - ob_clock_monotonic_ns();
	if (left_ns <= 0)
		return 0;
	left_ms = left_ns / OB_NS_PER_MS + (left_ns % OB_NS_PER_MS != 0);
	return left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

int
ob_clock_sleep_until(int64_t deadline_ns)
{
	const struct timespec until = {
		.tv_sec = (time_t)(deadline_ns / OB_NS_PER_S),
		.tv_nsec = (long)(deadline_ns % OB_NS_PER_S),
	};

	if (deadline_ns <= ob_clock_monotonic_ns())
		return 0;
	return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}
