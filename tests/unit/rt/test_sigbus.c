#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rt/sigbus.h"

#define PAGE 4096

struct reading {
	const volatile char *p;
	size_t at;
};

static int
read_byte(void *arg)
{
	const struct reading *r = arg;

	return r->p[r->at];
}

/* Four mapped pages of a file that has only one. */
static const char *
map_truncated(void)
{
	int fd = open("f", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	char *p;

	CHECK(fd >= 0);
	CHECK_INT(write(fd, "A", 1), 1);
	p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	return p;
}

static void
a_fault_inside_the_guard_is_an_error(void)
{
	const char *p = map_truncated();
	struct reading r = { p, 0 };

	CHECK_INT(ob_sigbus_arm(), 0);
	CHECK_INT(ob_sigbus_arm(), 0);
	CHECK_INT(ob_sigbus_guard(p, 4 * PAGE, read_byte, &r), 'A');
	r.at = 2 * PAGE;
	/* Twice: the guard is as good the second time. */
	CHECK_INT(ob_sigbus_guard(p, 4 * PAGE, read_byte, &r), -EFAULT);
	CHECK_INT(ob_sigbus_guard(p, 4 * PAGE, read_byte, &r), -EFAULT);
	r.at = 0;
	CHECK_INT(ob_sigbus_guard(p, 4 * PAGE, read_byte, &r), 'A');
}

static int
read_under_inner_guard(void *arg)
{
	static const char elsewhere[PAGE];

	return ob_sigbus_guard(elsewhere, PAGE, read_byte, arg);
}

static void
an_outer_guard_catches_what_the_inner_does_not(void)
{
	const char *p = map_truncated();
	struct reading r = { p, 2 * PAGE };

	CHECK_INT(ob_sigbus_arm(), 0);
	CHECK_INT(
	    ob_sigbus_guard(p, 4 * PAGE, read_under_inner_guard, &r), -EFAULT);
}

static void
what_no_guard_covers_dies_as_before(void)
{
	const char *p = map_truncated();
	struct reading r = { p, 2 * PAGE };
	int status;
	pid_t pid;

	CHECK(signal(SIGBUS, SIG_DFL) != SIG_ERR);
	CHECK_INT(ob_sigbus_arm(), 0);
	pid = fork();
	if (pid == 0) {
		/* The guard covers one page, the fault is in another. */
		(void)ob_sigbus_guard(p, PAGE, read_byte, &r);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
	CHECK_INT(WTERMSIG(status), SIGBUS);
}

static void
a_signal_sent_by_a_process_is_no_fault(void)
{
	int status;
	pid_t pid;

	CHECK(signal(SIGBUS, SIG_DFL) != SIG_ERR);
	CHECK_INT(ob_sigbus_arm(), 0);
	pid = fork();
	if (pid == 0) {
		raise(SIGBUS);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
}

OB_TESTS(sigbus) = {
	OB_TEST(a_fault_inside_the_guard_is_an_error),
	OB_TEST(an_outer_guard_catches_what_the_inner_does_not),
	OB_TEST(what_no_guard_covers_dies_as_before),
	OB_TEST(a_signal_sent_by_a_process_is_no_fault),
	OB_TESTS_END,
};
