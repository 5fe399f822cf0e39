/* sem_clockwait(3) of glibc 2.30 waits by the monotonic clock. */
#include "os/sem.h"

#include <errno.h>
#include <time.h>

#include "os/wait.h"

#define NS_PER_S INT64_C(1000000000)

int
ob_sem_wait(sem_t *sem, int64_t deadline_ns)
{
	struct timespec until;
	int rc;

	if (deadline_ns == OB_NEVER) {
		rc = sem_wait(sem);
	} else if (deadline_ns <= 0) {
		rc = sem_trywait(sem);
	} else {
		until.tv_sec = deadline_ns / NS_PER_S;
		until.tv_nsec = deadline_ns % NS_PER_S;
		rc = sem_clockwait(sem, CLOCK_MONOTONIC, &until);
	}
	if (rc == 0)
		return 0;
	return errno == EAGAIN ? -ETIMEDOUT : -errno;
}
