#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "os/file.h"
#include "os/sock.h"
#include "os/wait.h"
#include "rt/daemon.h"

#define SOON ob_clock_deadline_ns(20 * OB_NS_PER_S)

/* What the daemon is like, told through a pipe. */
struct facts {
	pid_t pid, ppid, sid, pgid;
	char cwd[64];
	int stdin_is_null;
};

static void
tell(int fd)
{
	struct facts f = { getpid(), getppid(), getsid(0), getpgrp(), "", 0 };
	struct stat st, null_st;

	if (getcwd(f.cwd, sizeof(f.cwd)) == NULL)
		_exit(1);
	f.stdin_is_null = fstat(0, &st) == 0 &&
	                  stat("/dev/null", &null_st) == 0 &&
	                  st.st_rdev == null_st.st_rdev;
	(void)ob_write_full(fd, &f, sizeof(f));
}

static void
a_daemon_has_left_session_terminal_and_directory(void)
{
	struct ob_daemon d;
	struct facts f;
	int fds[2], rc;

	CHECK_INT(ob_fd_pipe(fds), 0);
	rc = ob_daemon_detach(&d, -1, SOON, NULL);
	if (rc == 0) {
		tell(fds[1]);
		ob_daemon_ready(&d);
		ob_daemon_ready(&d);
		_exit(0);
	}
	CHECK_INT(rc, 1);
	CHECK_INT(ob_read_full(fds[0], &f, sizeof(f)), sizeof(f));
	CHECK(f.pid != getpid());
	CHECK(f.ppid != getpid());
	CHECK(f.sid != getsid(0));
	CHECK(f.sid != f.pid); /* it leads no session */
	CHECK_INT(f.pgid, f.sid);
	CHECK_STR(f.cwd, "/");
	CHECK_INT(f.stdin_is_null, 1);
}

static void
output_can_go_to_a_log(void)
{
	struct ob_daemon d;
	char text[16];
	int log = open("log", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	int rc = ob_daemon_detach(&d, log, SOON, NULL);

	if (rc == 0) {
		(void)ob_write_full(2, "hello", 5);
		ob_daemon_ready(&d);
		_exit(0);
	}
	CHECK_INT(rc, 1);
	CHECK_INT(ob_pread_full(log, text, sizeof(text), 0), 5);
	CHECK_MEM(text, 5, "hello");
}

static void
a_failed_start_comes_back_with_its_words(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_daemon d;
	int rc = ob_daemon_detach(&d, -1, SOON, &err);

	if (rc == 0) {
		struct ob_err why = OB_ERR_INIT;

		(void)ob_err_set(&why, -EADDRINUSE, "cannot listen on 'x'");
		ob_daemon_fail(&d, &why);
		_exit(1);
	}
	CHECK_INT(rc, -EADDRINUSE);
	CHECK_STR(err.msg, "cannot listen on 'x'");
}

static void
a_daemon_that_dies_is_no_success(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_daemon d;
	int rc = ob_daemon_detach(&d, -1, SOON, &err);

	if (rc == 0)
		_exit(0);
	CHECK_INT(rc, -ECHILD);
	CHECK_STR(err.msg, "the daemon ended before it was ready");
}

static void
a_slow_daemon_is_not_waited_for_forever(void)
{
	struct ob_daemon d;
	int fds[2], rc;
	char c;

	CHECK_INT(ob_fd_pipe(fds), 0);
	rc = ob_daemon_detach(&d, -1, ob_clock_deadline_ns(OB_NS_PER_MS), NULL);
	if (rc == 0) {
		close(fds[1]);
		(void)ob_read(fds[0], &c, 1); /* until the test is over */
		_exit(0);
	}
	CHECK_INT(rc, -ETIMEDOUT);
}

static void
readiness_by_descriptor_is_a_newline(void)
{
	char text[4];
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_daemon_notify_fd(fds[1]), 0);
	CHECK_INT(ob_read_full(fds[0], text, sizeof(text)), 1);
	CHECK_MEM(text, 1, "\n");
	CHECK_INT(ob_daemon_notify_fd(-1), -EBADF);
}

static void
readiness_by_datagram_reaches_the_manager(void)
{
	char path[128], text[32];
	int fd = ob_sock_unix_listen("n", OB_SOCK_DGRAM, 0600, 0, NULL);

	CHECK(fd >= 0);
	CHECK(getcwd(path, sizeof(path) - 2) != NULL);
	memcpy(path + strlen(path), "/n", 3);
	CHECK_INT(ob_daemon_notify(path, "READY=1\n"), 1);
	CHECK_INT(ob_sock_recv(fd, text, sizeof(text), SOON), 8);
	CHECK_MEM(text, 8, "READY=1\n");
	CHECK_INT(ob_daemon_notify(NULL, "READY=1"), 0);
	CHECK_INT(ob_daemon_notify("", "READY=1"), 0);
	CHECK_INT(ob_daemon_notify("n", "READY=1"), -EINVAL);
	CHECK_INT(ob_daemon_notify("/no/where", "READY=1"), -ENOENT);
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	CHECK_INT(ob_daemon_notify(path, "READY=1"), -ENAMETOOLONG);
}

static void
abstract_addresses_have_no_nul_at_their_end(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char name[64], text[8];
	int n = snprintf(name, sizeof(name), "@ob-test-%ld", (long)getpid());
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(at.sun_path + 1, name + 1, (size_t)n - 1);
	if (bind(fd, (const struct sockaddr *)&at,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) +
			    (size_t)n)) < 0)
		SKIP("no abstract addresses here");
	CHECK_INT(ob_daemon_notify(name, "x"), 1);
	CHECK_INT(ob_sock_recv(fd, text, sizeof(text), SOON), 1);
}

/* As the kernel lays them out: arguments, then the environment. */
static void
the_title_replaces_arguments_and_environment(void)
{
	static char area[] = "program\0option\0VARIABLE=a-long-value";
	char *argv[] = { area, area + 8, NULL };
	char *env[] = { area + 15, NULL };

	ob_daemon_title_init(2, argv, env);
	ob_daemon_title("jobctl: 3 jobs, 1 waits");
	CHECK_STR(area, "jobctl: 3 jobs, 1 waits");
	ob_daemon_title("short");
	CHECK_STR(area, "short");
	_exit(0); /* what libbsd keeps for good is no leak */
}

OB_TESTS(daemon) = {
	OB_TEST(a_daemon_has_left_session_terminal_and_directory),
	OB_TEST(output_can_go_to_a_log),
	OB_TEST(a_failed_start_comes_back_with_its_words),
	OB_TEST(a_daemon_that_dies_is_no_success),
	OB_TEST(a_slow_daemon_is_not_waited_for_forever),
	OB_TEST(readiness_by_descriptor_is_a_newline),
	OB_TEST(readiness_by_datagram_reaches_the_manager),
	OB_TEST(abstract_addresses_have_no_nul_at_their_end),
	OB_TEST(the_title_replaces_arguments_and_environment),
	OB_TESTS_END,
};
