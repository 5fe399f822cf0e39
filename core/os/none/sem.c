/*
 * Some systems have no timed wait at all, and where there is one it follows
 * the real-time clock: so this one tries again at short intervals.
 */
#include "os/sem.h"

#include <errno.h>

#include "os/clock.h"
#include "os/wait.h"

#define TICK_NS INT64_C(2000000)

int
ob_sem_wait(sem_t *sem, int64_t deadline_ns)
{
	while (sem_trywait(sem) < 0) {
		int64_t tick_ns;
		int rc;

		if (errno != EAGAIN)
			return -errno;
		if (deadline_ns <= ob_clock_monotonic_ns())
			return -ETIMEDOUT;
		tick_ns = ob_clock_deadline_ns(TICK_NS);
		rc = ob_clock_sleep_until(
		    tick_ns < deadline_ns ? tick_ns : deadline_ns);
		if (rc < 0)
			return rc;
	}
	return 0;
}
