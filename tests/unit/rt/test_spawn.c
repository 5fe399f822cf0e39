#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "base/trace.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/wait.h"
#include "rt/sig.h"
#include "rt/spawn.h"

#define SOON ob_clock_deadline_ns(20 * OB_NS_PER_S)

static char *no_env[] = { NULL };

static struct ob_spawn
shell(const char **argv, const char *script)
{
	struct ob_spawn how = OB_SPAWN_INIT;

	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = script;
	argv[3] = NULL;
	how.path = "/bin/sh";
	how.argv = (char *const *)(uintptr_t)argv;
	how.env = no_env;
	return how;
}

static struct ob_child
start(const struct ob_spawn *how)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_child c;
	int rc = ob_spawn(how, &c, NULL, &err);

	if (rc < 0)
		FAIL("%s (%d)", err.msg, rc);
	return c;
}

static struct ob_child_status
finish(struct ob_child *c)
{
	struct ob_child_status status;

	CHECK_INT(ob_child_wait(c, SOON, &status), 0);
	ob_child_release(c);
	return status;
}

/* Runs the script and returns what it wrote to its standard output. */
static const char *
output_of(struct ob_spawn how)
{
	static char text[512];
	struct ob_child c;
	int fds[2];
	ssize_t n;

	CHECK_INT(ob_fd_pipe(fds), 0);
	const struct ob_spawn_fd map[] = { { fds[1], 1 } };
	if (how.fds == NULL) {
		how.fds = map;
		how.n_fds = 1;
	}
	c = start(&how);
	close(fds[1]);
	n = ob_read_full(fds[0], text, sizeof(text) - 1);
	CHECK(n >= 0);
	close(fds[0]);
	CHECK_INT(finish(&c).value, 0);
	text[n] = '\0';
	return text;
}

static void
check_ends(void)
{
	const char *argv[4];
	struct ob_child_status status;
	struct ob_spawn how = shell(argv, "exit 7");
	struct ob_child c = start(&how);

	status = finish(&c);
	CHECK_INT(status.state, OB_CHILD_EXITED);
	CHECK_INT(status.value, 7);
	CHECK_INT(ob_child_exit_code(&status), 7);
	how = shell(argv, "kill -TERM $$");
	c = start(&how);
	CHECK_INT(ob_child_await(&c, SOON), 0);
	CHECK_INT(ob_child_peek(&c, &status), 1);
	CHECK_INT(status.state, OB_CHILD_SIGNALED);
	CHECK_INT(status.value, SIGTERM);
	status = finish(&c);
	CHECK_INT(status.state, OB_CHILD_SIGNALED);
	CHECK_INT(status.value, SIGTERM);
	CHECK_INT(ob_child_exit_code(&status), 128 + SIGTERM);
	CHECK_INT(ob_child_poll(&c, 0, &status), -ECHILD);
	CHECK_INT(ob_child_signal(&c, SIGTERM), -ESRCH);
	CHECK_INT(ob_child_peek(&c, &status), -ECHILD);
	CHECK_INT(ob_child_wait(&c, SOON, &status), -ECHILD);
}

static void
exit_code_and_signal_are_told_apart(void)
{
	check_ends();
}

static void
ends_are_seen_without_a_pidfd(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	check_ends();
}

static void
check_deadline(void)
{
	const char *argv[4];
	struct ob_child_status status;
	struct ob_spawn how = shell(argv, "read x");
	struct ob_spawn_fd map[] = { { -1, 0 } };
	struct ob_child c;
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	map[0].from = fds[0];
	how.fds = map;
	how.n_fds = 1;
	c = start(&how);
	CHECK_INT(ob_child_poll(&c, 0, &status), 0);
	CHECK_INT(ob_child_peek(&c, &status), 0);
	CHECK_INT(ob_child_wait(&c, ob_clock_deadline_ns(5000000), &status),
	    -ETIMEDOUT);
	CHECK_INT(ob_child_signal(&c, SIGKILL), 0);
	CHECK_INT(finish(&c).value, SIGKILL);
}

static void
a_wait_ends_with_its_deadline(void)
{
	check_deadline();
}

static void
a_wait_ends_with_its_deadline_without_a_pidfd(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	check_deadline();
}

static void
stops_are_told_on_request(void)
{
	const char *argv[4];
	struct ob_child_status status;
	struct ob_spawn how = shell(argv, "kill -STOP $$");
	struct ob_child c = start(&how);
	int rc;

	while ((rc = ob_child_poll(&c, OB_CHILD_STOPS, &status)) == 0)
		(void)ob_clock_sleep_until(ob_clock_deadline_ns(1000000));
	CHECK_INT(rc, 1);
	CHECK_INT(status.state, OB_CHILD_STOPPED);
	CHECK_INT(status.value, SIGSTOP);
	CHECK_INT(ob_child_signal(&c, SIGCONT), 0);
	CHECK_INT(finish(&c).value, 0);
}

static void
a_failed_exec_says_step_and_errno(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_spawn how = OB_SPAWN_INIT;
	struct ob_child c = OB_CHILD_NONE;
	enum ob_spawn_step step = OB_SPAWN_STEP_COUNT;
	char name[] = "not-there";
	char *argv[] = { name, NULL };

	how.argv = argv;
	how.env = no_env;
	how.search_path = "/bin:.";
	CHECK_INT(ob_spawn(&how, &c, &step, &err), -ENOENT);
	CHECK_INT(step, OB_SPAWN_STEP_LOOKUP);
	CHECK_STR(ob_spawn_step_name(step), "lookup");
	CHECK_STR(err.msg, "cannot execute 'not-there'");
	CHECK_INT(ob_spawn_exit_code(step, -ENOENT), 127);

	close(open("not-there", O_CREAT | O_WRONLY, 0600));
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -EACCES);
	CHECK_INT(ob_spawn_exit_code(step, -EACCES), 126);
	CHECK_INT(chmod("not-there", 0700), 0);
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -ENOEXEC);
	CHECK_INT(step, OB_SPAWN_STEP_EXEC);
	CHECK_INT(ob_spawn_exit_code(step, -ENOEXEC), 126);
	how.path = "missing/dir";
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -ENOENT);
	CHECK_INT(step, OB_SPAWN_STEP_EXEC);
	CHECK(c.ended);
}

static int
refuse(void *arg)
{
	(void)arg;
	return -EDOM;
}

static void
a_failure_before_exec_is_no_127(void)
{
	struct ob_err err = OB_ERR_INIT;
	const char *argv[4];
	struct ob_spawn how = shell(argv, "exit 0");
	struct ob_child c;
	enum ob_spawn_step step;

	how.setup = refuse;
	CHECK_INT(ob_spawn(&how, &c, &step, &err), -EDOM);
	CHECK_INT(step, OB_SPAWN_STEP_SETUP);
	CHECK_STR(err.msg, "cannot set up 'sh'");
	CHECK_INT(ob_spawn_exit_code(step, -EDOM), 125);

	how = shell(argv, "exit 0");
	how.cwd_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -ENOTDIR);
	CHECK_INT(step, OB_SPAWN_STEP_DIRECTORY);

	const struct ob_spawn_fd map[] = { { 99, 1 } };
	how = shell(argv, "exit 0");
	how.fds = map;
	how.n_fds = 1;
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -EBADF);
	CHECK_INT(step, OB_SPAWN_STEP_FDS);

	how = shell(argv, "exit 0");
	how.tty_fd = how.cwd_fd = -1;
	how.flags = OB_SPAWN_GROUP;
	how.pgid = 1;
	CHECK(ob_spawn(&how, &c, &step, NULL) < 0);
	CHECK_INT(step, OB_SPAWN_STEP_GROUP);

	const struct ob_spawn_limit limit = { -1, { 0, 0 } };
	how = shell(argv, "exit 0");
	how.limits = &limit;
	how.n_limits = 1;
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -EINVAL);
	CHECK_INT(step, OB_SPAWN_STEP_LIMIT);

	how = shell(argv, "exit 0");
	how.tty_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CHECK_INT(ob_spawn(&how, &c, &step, NULL), -ENOTTY);
	CHECK_INT(step, OB_SPAWN_STEP_TERMINAL);
}

static void
programs_are_found_in_order(void)
{
	char path[64];

	CHECK_INT(mkdir("a", 0700), 0);
	CHECK_INT(mkdir("b", 0700), 0);
	CHECK_INT(mkdir("a/tool", 0700), 0);
	close(open("b/tool", O_CREAT | O_WRONLY, 0700));
	CHECK_INT(ob_spawn_lookup(-1, "tool", "a:b", path, sizeof(path)), 0);
	CHECK_STR(path, "b/tool");
	CHECK_INT(
	    ob_spawn_lookup(-1, "tool", "a", path, sizeof(path)), -EACCES);
	CHECK_INT(ob_spawn_lookup(-1, "b/tool", NULL, path, sizeof(path)), 0);
	CHECK_STR(path, "b/tool");
	CHECK_INT(
	    ob_spawn_lookup(-1, "tool", NULL, path, sizeof(path)), -ENOENT);
	CHECK_INT(ob_spawn_lookup(-1, "", "b", path, sizeof(path)), -ENOENT);
	CHECK_INT(ob_spawn_lookup(-1, "tool", "b", path, 4), -ENAMETOOLONG);
	CHECK_INT(ob_spawn_lookup(-1, "b/tool", "", path, 4), -ENAMETOOLONG);
	CHECK_INT(chdir("b"), 0);
	CHECK_INT(ob_spawn_lookup(-1, "tool", "a:", path, sizeof(path)), 0);
	CHECK_STR(path, "./tool");
}

static void
descriptors_are_assigned_all_at_once(void)
{
	const char *argv[4];
	struct ob_spawn how = shell(argv, "echo one; echo two >&2");
	char text[32];
	int a = open("a", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	int b = open("b", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	struct ob_child c;

	/* Every source is overwritten by another entry. */
	const struct ob_spawn_fd swap[] = { { b, a }, { a, b }, { a, 1 },
		{ b, 2 }, { OB_SPAWN_NULL, 0 }, { OB_SPAWN_CLOSED, 9 } };
	how.fds = swap;
	how.n_fds = OB_COUNT(swap);
	c = start(&how);
	CHECK_INT(finish(&c).value, 0);
	CHECK_INT(pread(a, text, sizeof(text), 0), 4);
	CHECK_MEM(text, 4, "one\n");
	CHECK_INT(pread(b, text, sizeof(text), 0), 4);
	CHECK_MEM(text, 4, "two\n");
}

static void
check_leak(void)
{
	const char *argv[4];
	struct ob_spawn how =
	    shell(argv, "(: >&8) 2>/dev/null && echo 8; "
			"(: >&7) 2>/dev/null && echo 7; exit 0");
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(dup2(fds[1], 8), 8); /* not close-on-exec */
	CHECK_STR(output_of(how), "8\n");

	const struct ob_spawn_fd map[] = { { 1, 1 }, { 8, 7 } };
	how.flags = OB_SPAWN_CLOSE_OTHERS;
	CHECK_STR(output_of(how), "");
	how = shell(argv,
	    "(: >&8) 2>/dev/null && exit 1; (: >&7) 2>/dev/null || exit 2");
	how.flags = OB_SPAWN_CLOSE_OTHERS;
	how.fds = map;
	how.n_fds = 2;
	CHECK_STR(output_of(how), "");
}

static void
other_descriptors_can_be_kept_from_the_child(void)
{
	check_leak();
}

static void
other_descriptors_are_closed_without_close_range(void)
{
	CHECK_INT(ob_os_disable(OB_STR("close_range"), NULL), 0);
	check_leak();
}

static void
directory_umask_limit_and_environment_are_set(void)
{
	const char *argv[4];
	char variable[] = "WORD=hello";
	char *env[] = { variable, NULL };
	const struct ob_spawn_limit limit = { RLIMIT_NOFILE, { 77, 77 } };
	struct ob_spawn how =
	    shell(argv, "echo $WORD; umask; ulimit -n; cat here");

	CHECK_INT(mkdir("d", 0700), 0);
	int fd = open("d/here", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	CHECK_INT(write(fd, "here", 4), 4);
	/* Without PATH the shell has its own default. */
	how.env = env;
	how.umask = 027;
	how.limits = &limit;
	how.n_limits = 1;
	how.cwd_fd = open("d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_STR(output_of(how), "hello\n0027\n77\nhere");
}

static void
sessions_and_groups_are_new(void)
{
	const char *argv[4];
	struct ob_spawn how = shell(argv, "read x");
	struct ob_spawn_fd map[] = { { -1, 0 } };
	struct ob_child c;
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	map[0].from = fds[0];
	how.fds = map;
	how.n_fds = 1;
	how.flags = OB_SPAWN_GROUP;
	c = start(&how);
	CHECK_INT(getpgid((pid_t)c.ref.pid), c.ref.pid);
	CHECK_INT(getsid((pid_t)c.ref.pid), getsid(0));
	CHECK_INT(ob_child_signal(&c, SIGKILL), 0);
	(void)finish(&c);
	how.flags = OB_SPAWN_SESSION;
	c = start(&how);
	CHECK_INT(getsid((pid_t)c.ref.pid), c.ref.pid);
	CHECK_INT(ob_child_signal(&c, SIGKILL), 0);
	(void)finish(&c);
}

static void
nothing(struct ob_sig_handler *h, const struct ob_siginfo *info)
{
	(void)h;
	(void)info;
}

/* The child can be ended by TERM and USR1, and HUP is ignored as before us. */
static void
check_signals(void)
{
	const char *argv[4];
	struct ob_spawn how = shell(argv, "kill -HUP $$; kill -USR1 $$");
	struct ob_sig_handler usr1 = { .fn = nothing };
	struct ob_child_status status;
	struct ob_child c;
	struct ob_sig s;
	sigset_t set, now;

	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &usr1, SIGUSR1), 0);
	CHECK_INT(ob_sig_ignore(&s, SIGTERM), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	c = start(&how);
	status = finish(&c);
	CHECK_INT(status.state, OB_CHILD_SIGNALED);
	CHECK_INT(status.value, SIGUSR1);
	how = shell(argv, "kill -TERM $$");
	c = start(&how);
	CHECK_INT(finish(&c).value, SIGTERM);
	how = shell(argv, "kill -HUP $$");
	how.flags = OB_SPAWN_SIG_DEFAULT;
	c = start(&how);
	CHECK_INT(finish(&c).value, SIGHUP);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK_INT(sigismember(&now, SIGTERM), 0);
	ob_sig_close(&s);
}

static void
children_have_clean_signals(void)
{
	check_signals();
}

static void
children_have_clean_signals_by_pipe(void)
{
	CHECK_INT(ob_os_disable(OB_STR("signalfd"), NULL), 0);
	check_signals();
}

static void
a_mask_can_be_given(void)
{
	const char *argv[4];
	struct ob_spawn how = shell(argv, "kill -USR1 $$; exit 5");
	struct ob_child c;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	how.mask = &set;
	c = start(&how);
	CHECK_INT(finish(&c).value, 5);
}

static void
a_child_can_die_with_its_parent(void)
{
	const char *argv[4];
	struct ob_spawn how = shell(argv, "echo up; read x; echo late");
	struct ob_child c;
	int in[2], out[2];
	char text[16];
	pid_t pid;
	int rc;

	CHECK_INT(ob_fd_pipe(in), 0);
	CHECK_INT(ob_fd_pipe(out), 0);
	const struct ob_spawn_fd map[] = { { in[0], 0 }, { out[1], 1 } };
	how.fds = map;
	how.n_fds = 2;
	how.death_signal = SIGKILL;
	rc = ob_spawn(&how, &c, NULL, NULL);
	if (rc == -ENOTSUP)
		SKIP("no death signal here");
	CHECK_INT(rc, 0);
	CHECK_INT(ob_read(out[0], text, sizeof(text)), 3);
	CHECK_INT(ob_child_signal(&c, SIGKILL), 0);
	(void)finish(&c);
	pid = fork();
	if (pid == 0) {
		(void)ob_spawn(&how, &c, NULL, NULL);
		_exit(0);
	}
	close(out[1]);
	/* Both writers gone: the child is dead, though nobody wrote to it. */
	CHECK(ob_read_full(out[0], text, sizeof(text)) <= 3);
}

struct counter {
	struct ob_trace_sink sink;
	int n[OB_TRACE_COUNT];
	struct ob_trace_event last;
};

static void
count(struct ob_trace_sink *sink, const struct ob_trace_event *event)
{
	struct counter *c = OB_CONTAINER(sink, struct counter, sink);

	c->n[event->kind]++;
	c->last = *event;
}

static void
start_and_end_are_traced_once(void)
{
	const char *argv[4];
	struct counter counts = { .sink.emit = count };
	struct ob_spawn how = shell(argv, "exit 3");
	struct ob_child_status status;
	struct ob_child c;
	int64_t pid;

	ob_trace_set(&counts.sink);
	c = start(&how);
	pid = (int64_t)c.ref.pid;
	CHECK_INT(counts.n[OB_TRACE_CHILD_START], 1);
	CHECK_STR(counts.last.name, "sh");
	CHECK_INT(counts.last.id, pid);
	(void)finish(&c);
	CHECK_INT(ob_child_poll(&c, 0, &status), -ECHILD);
	CHECK_INT(counts.n[OB_TRACE_CHILD_EXIT], 1);
	CHECK_INT(counts.last.id, pid);
	CHECK(WIFEXITED((int)counts.last.value));
	CHECK_INT(WEXITSTATUS((int)counts.last.value), 3);
	how.path = "/no/such/program";
	CHECK_INT(ob_spawn(&how, &c, NULL, NULL), -ENOENT);
	CHECK_INT(counts.n[OB_TRACE_CHILD_START], 1);
	ob_trace_set(NULL);
}

OB_TESTS(spawn) = {
	OB_TEST(start_and_end_are_traced_once),
	OB_TEST(exit_code_and_signal_are_told_apart),
	OB_TEST(ends_are_seen_without_a_pidfd),
	OB_TEST(a_wait_ends_with_its_deadline),
	OB_TEST(a_wait_ends_with_its_deadline_without_a_pidfd),
	OB_TEST(stops_are_told_on_request),
	OB_TEST(a_failed_exec_says_step_and_errno),
	OB_TEST(a_failure_before_exec_is_no_127),
	OB_TEST(programs_are_found_in_order),
	OB_TEST(descriptors_are_assigned_all_at_once),
	OB_TEST(other_descriptors_can_be_kept_from_the_child),
	OB_TEST(other_descriptors_are_closed_without_close_range),
	OB_TEST(directory_umask_limit_and_environment_are_set),
	OB_TEST(sessions_and_groups_are_new),
	OB_TEST(children_have_clean_signals),
	OB_TEST(children_have_clean_signals_by_pipe),
	OB_TEST(a_mask_can_be_given),
	OB_TEST(a_child_can_die_with_its_parent),
	OB_TESTS_END,
};
