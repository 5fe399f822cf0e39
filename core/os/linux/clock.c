/*
 * The clock that goes on while the machine is suspended.
 */
#include "os/clock.h"

#include <time.h>

int64_t
ob_clock_boottime_ns(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_BOOTTIME, &t) < 0)
		return ob_clock_monotonic_ns();
	return (int64_t)t.tv_sec * OB_NS_PER_S + t.tv_nsec;
}
