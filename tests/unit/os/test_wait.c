#include "unit.h"

#include <errno.h>
#include <unistd.h>

#include "os/wait.h"

static void
a_ready_descriptor_says_what_it_is_ready_for(void)
{
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(ob_wait_fd(fd[1], POLLOUT, OB_NO_WAIT), POLLOUT);
	CHECK_INT(write(fd[1], "x", 1), 1);
	CHECK_INT(ob_wait_fd(fd[0], POLLIN, OB_NEVER), POLLIN);
	close(fd[1]);
	CHECK_INT(ob_wait_fd(fd[0], POLLIN, OB_NEVER), POLLIN | POLLHUP);
}

static void
a_wait_lasts_until_its_deadline(void)
{
	int64_t deadline_ns = ob_clock_deadline_ns(3 * OB_NS_PER_MS);
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(ob_wait_fd(fd[0], POLLIN, OB_NO_WAIT), -ETIMEDOUT);
	CHECK(ob_clock_monotonic_ns() < deadline_ns);
	CHECK_INT(ob_wait_fd(fd[0], POLLIN, deadline_ns), -ETIMEDOUT);
	CHECK(ob_clock_monotonic_ns() >= deadline_ns);
	CHECK_INT(ob_wait_fds(NULL, 0, deadline_ns), -ETIMEDOUT);
}

static void
a_bad_descriptor_is_an_error(void)
{
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	close(fd[0]);
	CHECK_INT(ob_wait_fd(fd[0], POLLIN, OB_NEVER), -EBADF);
	CHECK_INT(ob_wait_fd(-1, POLLIN, OB_NEVER), -EBADF);
}

OB_TESTS(wait) = {
	OB_TEST(a_ready_descriptor_says_what_it_is_ready_for),
	OB_TEST(a_wait_lasts_until_its_deadline),
	OB_TEST(a_bad_descriptor_is_an_error),
	OB_TESTS_END,
};
