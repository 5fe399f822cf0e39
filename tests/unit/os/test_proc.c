#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/proc.h"

/* A child that stays until it is killed. */
static pid_t
start_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	CHECK(pid > 0);
	return pid;
}

static int
reap(pid_t pid)
{
	int status = -1;

	CHECK_INT(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* A pid that no process has: that of a reaped child. */
static pid_t
free_pid(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	CHECK_INT(reap(pid), 0);
	return pid;
}

static void
we_know_ourselves(void)
{
	uint64_t one = 0, two = 0;
	int rc = ob_proc_start(ob_proc_pid(), &one);

	CHECK_INT(ob_proc_pid(), getpid());
	CHECK_INT(ob_proc_ppid(), getppid());
	CHECK_INT(ob_proc_is_alive(ob_proc_pid(), 0), 1);
	if (rc == -ENOTSUP)
		SKIP("no start times here");
	CHECK_INT(rc, 0);
	CHECK_INT(ob_proc_start(ob_proc_pid(), &two), 0);
	CHECK_UINT(one, two);
	CHECK_INT(ob_proc_is_alive(ob_proc_pid(), one), 1);
	CHECK_INT(ob_proc_is_alive(ob_proc_pid(), one + 1), 0);
}

static void
nobody_is_told_as_such(void)
{
	struct ob_proc_ref ref = OB_PROC_REF_NONE;
	pid_t pid = free_pid();
	uint64_t start = 5;
	int rc = ob_proc_start(pid, &start);

	CHECK(rc == -ESRCH || rc == -ENOTSUP);
	CHECK_UINT(start, 5);
	CHECK_INT(ob_proc_is_alive(pid, 0), 0);
	CHECK_INT(ob_proc_is_alive(0, 0), -EINVAL);
	CHECK_INT(ob_proc_ref_open(pid, 0, &ref), -ESRCH);
	CHECK_INT(ob_proc_ref_open(-1, 0, &ref), -EINVAL);
	CHECK_INT(ob_proc_ref_open(INT64_MAX, 0, &ref), -ESRCH);
	CHECK_INT(ref.fd, -1);
	CHECK_INT(ob_proc_signal(pid, 0, SIGTERM), -ESRCH);
	CHECK_INT(ob_proc_signal(0, 0, 0), -EINVAL);
	CHECK_INT(ob_proc_signal(-1, 0, 0), -EINVAL);
	CHECK_INT(ob_proc_signal(-5, 7, 0), -EINVAL);
}

/* What holds for both kinds of reference. */
static void
hold_signal_and_await(void)
{
	pid_t pid = start_child();
	struct ob_proc_ref ref;

	CHECK_INT(ob_proc_ref_open(pid, 0, &ref), 0);
	CHECK_INT(ref.pid, pid);
	CHECK_INT(ob_proc_ref_signal(&ref, 0), 0);
	CHECK_INT(ob_proc_ref_wait(&ref, 0), -ETIMEDOUT);
	CHECK_INT(
	    ob_proc_ref_wait(&ref, ob_clock_deadline_ns(3000000)), -ETIMEDOUT);
	CHECK_INT(ob_proc_ref_signal(&ref, SIGUSR1), 0);
	if (ref.fd >= 0 || ref.start != 0) /* else a zombie counts as alive */
		CHECK_INT(ob_proc_ref_wait(
			      &ref, ob_clock_deadline_ns(30 * OB_NS_PER_S)),
		    0);
	CHECK_INT(reap(pid), SIGUSR1);
	CHECK_INT(ob_proc_ref_signal(&ref, SIGTERM), -ESRCH);
	CHECK_INT(ob_proc_ref_wait(&ref, 0), 0);
	ob_proc_ref_close(&ref);
	CHECK_INT(ref.fd, -1);
	ob_proc_ref_close(&ref);
}

static void
a_process_is_held_signalled_and_awaited(void)
{
	hold_signal_and_await();
}

static void
the_same_works_without_pidfd(void)
{
	struct ob_proc_ref ref;

	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	CHECK_INT(ob_proc_ref_open(getpid(), 0, &ref), 0);
	CHECK_INT(ref.fd, -1);
	hold_signal_and_await();
}

static void
another_start_time_is_another_process(void)
{
	pid_t pid = start_child();
	struct ob_proc_ref ref;
	uint64_t start;

	if (ob_proc_start(pid, &start) == -ENOTSUP) {
		kill(pid, SIGKILL);
		SKIP("no start times here");
	}
	CHECK_INT(ob_proc_ref_open(pid, start - 1, &ref), -ESRCH);
	CHECK_INT(ob_proc_signal(pid, start - 1, SIGKILL), -ESRCH);
	CHECK_INT(ob_proc_is_alive(pid, start), 1);
	CHECK_INT(ob_proc_signal(pid, start, SIGKILL), 0);
	CHECK_INT(reap(pid), SIGKILL);
	CHECK_INT(ob_proc_is_alive(pid, start), 0);
}

static void
a_zombie_has_ended(void)
{
	pid_t pid = start_child();
	struct ob_proc_ref ref;
	uint64_t start;

	CHECK_INT(ob_proc_ref_open(pid, 0, &ref), 0);
	CHECK_INT(ob_proc_ref_signal(&ref, SIGKILL), 0);
	if (ob_proc_start(pid, &start) == -ENOTSUP) {
		reap(pid);
		SKIP("zombies cannot be told here");
	}
	CHECK_INT(
	    ob_proc_ref_wait(&ref, ob_clock_deadline_ns(30 * OB_NS_PER_S)), 0);
	CHECK_INT(ob_proc_is_alive(pid, 0), 0);
	CHECK_INT(ob_proc_is_alive(pid, start), 0);
	CHECK_INT(reap(pid), SIGKILL);
	ob_proc_ref_close(&ref);
}

static void
groups_are_signalled_by_negative_pids(void)
{
	pid_t pid = start_child();

	CHECK_INT(setpgid(pid, pid), 0);
	CHECK_INT(ob_proc_signal(-(int64_t)pid, 0, SIGTERM), 0);
	CHECK_INT(reap(pid), SIGTERM);
	CHECK_INT(ob_proc_signal(-(int64_t)pid, 0, SIGTERM), -ESRCH);
}

static void
parent_and_child_share_the_space_of_pids(void)
{
	uint64_t ours = 0, again = 1;
	int rc = ob_proc_pid_space(&ours), status;
	pid_t pid;

	if (rc == -ENOTSUP)
		SKIP("one space of pids");
	CHECK_INT(rc, 0);
	pid = fork();
	if (pid == 0)
		_exit(ob_proc_pid_space(&again) != 0 || again != ours);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

OB_TESTS(proc) = {
	OB_TEST(parent_and_child_share_the_space_of_pids),
	OB_TEST(we_know_ourselves),
	OB_TEST(nobody_is_told_as_such),
	OB_TEST(a_process_is_held_signalled_and_awaited),
	OB_TEST(the_same_works_without_pidfd),
	OB_TEST(another_start_time_is_another_process),
	OB_TEST(a_zombie_has_ended),
	OB_TEST(groups_are_signalled_by_negative_pids),
	OB_TESTS_END,
};
