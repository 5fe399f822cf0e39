#include "os/clock.h"

int64_t
ob_clock_boottime_ns(void)
{
	return ob_clock_monotonic_ns();
}
