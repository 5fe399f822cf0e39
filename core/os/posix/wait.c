#include "os/wait.h"

#include <errno.h>
#include <limits.h>

int
ob_wait_fds(struct pollfd *fds, size_t n, int64_t deadline_ns)
{
	for (;;) {
		int timeout_ms = ob_clock_poll_ms(deadline_ns);
		int rc = poll(fds, n, timeout_ms);

		if (rc > 0)
			return rc;
		if (rc < 0)
			return -errno;
		/* A longer time than poll(2) can count: go on. */
		if (timeout_ms < INT_MAX)
			return -ETIMEDOUT;
	}
}

int
ob_wait_fd(int fd, short events, int64_t deadline_ns)
{
	struct pollfd one = { .fd = fd, .events = events };
	int rc;

	if (fd < 0)
		return -EBADF;
	rc = ob_wait_fds(&one, 1, deadline_ns);
	if (rc < 0)
		return rc;
	return one.revents & POLLNVAL ? -EBADF : one.revents;
}
