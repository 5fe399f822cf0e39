/*
 * Each sandbox is entered in a child, which reports by its exit status:
 * a sandboxed process could not run the leak checker.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/file.h"
#include "os/sandbox.h"

#define NOT_SUPPORTED 77

/* Runs body in a child; returns its wait status, or skips. */
static int
in_child(int (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(body());
	CHECK_INT(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_SUPPORTED)
		SKIP("this kernel lacks the sandbox");
	return status;
}

static int
filter(enum ob_sandbox_mode mode, enum ob_sandbox_refusal refusal,
    const char *const *names, size_t n)
{
	const struct ob_sandbox_policy policy = {
		.mode = mode, .refusal = refusal, .calls = names, .n = n
	};
	int rc = ob_sandbox_calls(&policy, NULL);

	if (rc == -ENOTSUP)
		_exit(NOT_SUPPORTED);
	return rc;
}

static int
deny_sockets(void)
{
	static const char *const names[] = { "socket", "socketpair" };

	if (filter(OB_SANDBOX_DENY_LISTED, OB_SANDBOX_FAIL, names, 2) < 0)
		return 1;
	if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM)
		return 2;
	if (getppid() <= 0 || write(2, "", 0) != 0)
		return 3;
	return fcntl(2, F_GETFD) < 0 ? 4 : 0;
}

static void
denied_calls_fail_and_others_work(void)
{
	CHECK_INT(in_child(deny_sockets), 0);
}

static int
die_of_socket(void)
{
	static const char *const names[] = { "socket" };
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	signal(SIGSYS, SIG_DFL);
	if (filter(OB_SANDBOX_DENY_LISTED, OB_SANDBOX_KILL, names, 1) < 0)
		return 1;
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 2 : 3;
}

static void
a_deadly_call_kills(void)
{
	int status = in_child(die_of_socket);

	CHECK(WIFSIGNALED(status));
	CHECK_INT(WTERMSIG(status), SIGSYS);
}

/* Besides write: what a sanitizer calls when memory is freed at the end. */
static const char *const few_calls[] = { "write", "exit_group", "open", "mmap",
	"munmap", "sigaltstack" };

static int
allow_little(void)
{
	if (filter(OB_SANDBOX_ALLOW_LISTED, OB_SANDBOX_FAIL, few_calls,
		OB_COUNT(few_calls)) < 0)
		return 1;
	if (write(2, "", 0) != 0)
		return 2;
	if (openat(AT_FDCWD, ".", O_RDONLY) >= 0 || errno != EPERM)
		return 3;
	return getppid() == -1 ? 0 : 4;
}

static void
only_allowed_calls_work(void)
{
	CHECK_INT(in_child(allow_little), 0);
}

static void
filters_of_nonsense_are_refused(void)
{
	static const char *const names[] = { "read", "raed" };
	const struct ob_sandbox_policy wrong = { .calls = names, .n = 2 };
	const struct ob_sandbox_policy large = { .calls = names, .n = 2000 };
	struct ob_err err = OB_ERR_INIT;
	int rc = ob_sandbox_calls(&wrong, &err);

	if (rc == -ENOTSUP)
		SKIP("this kernel lacks the sandbox");
	CHECK_INT(rc, -EINVAL);
	CHECK_STR(err.msg, "cannot filter 'raed': no such system call");
	CHECK_INT(ob_sandbox_calls(&large, NULL), -E2BIG);
}

/* --- files ------------------------------------------------------------- */

static void
restrict_to(const struct ob_sandbox_path *paths, size_t n)
{
	int rc = ob_sandbox_paths(paths, n, NULL);

	if (rc == -ENOTSUP)
		_exit(NOT_SUPPORTED);
	if (rc < 0)
		_exit(50);
}

static int
try_open(const char *path, int flags)
{
	int fd = ob_open(AT_FDCWD, path, flags, 0600);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static int
live_in_two_directories(void)
{
	const struct ob_sandbox_path paths[] = { { "in", OB_SANDBOX_READ },
		{ "out", OB_SANDBOX_READ | OB_SANDBOX_WRITE },
		{ "single", OB_SANDBOX_READ | OB_SANDBOX_WRITE },
		{ "nothing", 0 } };
	int before = ob_open(AT_FDCWD, "other", O_RDONLY, 0);
	char c;

	restrict_to(paths, 4);
	if (try_open("in/f", O_RDONLY) != 0 ||
	    try_open("in/f", O_WRONLY) != -EACCES ||
	    try_open("in/new", O_WRONLY | O_CREAT) != -EACCES)
		return 1;
	if (try_open("out/new", O_RDWR | O_CREAT) != 0 ||
	    ob_file_remove(AT_FDCWD, "out/new") != 0)
		return 2;
	if (try_open("other", O_RDONLY) != -EACCES ||
	    try_open("nothing", O_RDONLY) != -EACCES ||
	    try_open("/etc/passwd", O_RDONLY) != -EACCES)
		return 3;
	if (try_open("single", O_RDWR) != 0)
		return 4;
	return ob_read(before, &c, 1) == 1 ? 0 : 5; /* open before */
}

static void
put(const char *path)
{
	int fd = ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, "x", 1), 0);
	CHECK_INT(ob_close(&fd), 0);
}

static void
files_are_reached_only_below_the_paths(void)
{
	CHECK_INT(ob_dir_make(AT_FDCWD, "in", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "out", 0700), 0);
	put("in/f");
	put("other");
	put("single");
	put("nothing");
	CHECK_INT(in_child(live_in_two_directories), 0);
}

static int
run_programs(void)
{
	const struct ob_sandbox_path paths[] = { { "/", OB_SANDBOX_READ } };
	char *const argv[] = { (char[]){ "true" }, NULL };

	restrict_to(paths, 1);
	execv("/bin/true", argv);
	return errno == EACCES ? 0 : 1;
}

static void
programs_run_only_where_allowed(void)
{
	CHECK_INT(in_child(run_programs), 0);
}

static void
a_path_that_is_missing_is_an_error(void)
{
	const struct ob_sandbox_path paths[] = { { "none", OB_SANDBOX_READ } };
	struct ob_err err = OB_ERR_INIT;
	int rc = ob_sandbox_paths(paths, 1, &err);

	if (rc == -ENOTSUP)
		SKIP("this kernel lacks the sandbox");
	CHECK_INT(rc, -ENOENT);
	CHECK_STR(err.msg, "cannot allow access to 'none'");
	CHECK_INT(try_open("/etc/passwd", O_RDONLY), 0); /* nothing is done */
}

OB_TESTS(sandbox) = {
	OB_TEST(denied_calls_fail_and_others_work),
	OB_TEST(a_deadly_call_kills),
	OB_TEST(only_allowed_calls_work),
	OB_TEST(filters_of_nonsense_are_refused),
	OB_TEST(files_are_reached_only_below_the_paths),
	OB_TEST(programs_run_only_where_allowed),
	OB_TEST(a_path_that_is_missing_is_an_error),
	OB_TESTS_END,
};
