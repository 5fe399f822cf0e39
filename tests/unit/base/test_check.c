#include "base/check.h"

#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

static void
a_failed_check_names_its_place_and_ends_with_70(void)
{
	char text[200];
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	CHECK_INT(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], 2);
		ob_bug("core/x.c", 4321, "n < max");
	}
	CHECK(pid > 0);
	close(fds[1]);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 70);
	n = 0;
	for (ssize_t got = 1; got > 0; n += got > 0 ? got : 0)
		got = read(fds[0], text + n, sizeof(text) - (size_t)n);
	CHECK_MEM(text, (size_t)n, "opsbox: bug: core/x.c:4321: n < max\n");
	close(fds[0]);
}

static void
a_check_that_holds_does_nothing(void)
{
	int evaluated = 0;

	OB_CHECK(++evaluated == 1);
	CHECK_INT(evaluated, 1);
}

OB_TESTS(check) = {
	OB_TEST(a_failed_check_names_its_place_and_ends_with_70),
	OB_TEST(a_check_that_holds_does_nothing),
	OB_TESTS_END,
};
