#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/wait.h"
#include "rt/procset.h"

#define SOON ob_clock_deadline_ns(20 * OB_NS_PER_S)

static char *no_env[] = { NULL };
static int silence[2]; /* a pipe that is never written to */

static int
try_start(struct ob_procset *ps, const char *script, int out, uint64_t *ret_id)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	struct ob_spawn_fd map[] = { { -1, 0 }, { out, 1 } };
	struct ob_spawn how = OB_SPAWN_INIT;

	if (silence[0] == silence[1])
		CHECK_INT(ob_fd_pipe(silence), 0);
	map[0].from = silence[0];

	how.path = "/bin/sh";
	how.argv = (char *const *)(uintptr_t)argv;
	how.env = no_env;
	how.fds = map;
	how.n_fds = 2;
	return ob_procset_start(ps, &how, ret_id, NULL, NULL);
}

static uint64_t
start(struct ob_procset *ps, const char *script)
{
	uint64_t id = 0;

	CHECK_INT(try_start(ps, script, 2, &id), 0);
	return id;
}

/* Starts a script and returns when it has written its first byte. */
static uint64_t
start_and_see(struct ob_procset *ps, const char *script)
{
	uint64_t id = 0;
	int fds[2];
	char c;

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(try_start(ps, script, fds[1], &id), 0);
	close(fds[1]);
	CHECK_INT(ob_read(fds[0], &c, 1), 1);
	close(fds[0]);
	return id;
}

static void
check_ends(void)
{
	struct ob_procset ps;
	struct ob_child_status status;
	uint64_t a, b, id, sum = 0;

	ob_procset_init(&ps, 8);
	a = start(&ps, "exit 3");
	b = start(&ps, "exit 4");
	CHECK_UINT(a, 1);
	CHECK_UINT(b, 2);
	CHECK_INT(ob_procset_wait(&ps, b, SOON, &status), 0);
	CHECK_INT(status.value, 4);
	CHECK_INT(ob_procset_wait(&ps, 99, SOON, &status), -ESRCH);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(ob_procset_next(&ps, SOON, &id, &status), 1);
		CHECK_INT(status.value, 2 + (int)id);
		sum += id;
	}
	CHECK_UINT(sum, 3);
	CHECK_INT(ob_procset_next(&ps, SOON, &id, &status), 0);
	CHECK_INT(ob_procset_wait_all(&ps, SOON), 0);
	CHECK_UINT(ob_procset_running(&ps), 0);
	CHECK(ob_procset_get(&ps, a) != NULL);
	ob_procset_cleanup(&ps);
	CHECK(ob_procset_get(&ps, a) == NULL);
	CHECK_UINT(start(&ps, "exit 0"), 3);
	CHECK_INT(ob_procset_wait_all(&ps, SOON), 0);
	ob_procset_release(&ps);
}

static void
every_end_is_told_once(void)
{
	check_ends();
}

static void
every_end_is_told_once_without_pidfds(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	check_ends();
}

static void
a_full_set_starts_nothing(void)
{
	struct ob_procset ps;
	uint64_t id = 7;

	ob_procset_init(&ps, 1);
	start(&ps, "exit 0");
	CHECK_INT(try_start(&ps, "exit 0", 2, &id), -ENOBUFS);
	CHECK_UINT(id, 7);
	CHECK_INT(ob_procset_wait_all(&ps, SOON), 0);
	ob_procset_cleanup(&ps);
	start(&ps, "exit 0");
	CHECK_INT(ob_procset_wait_all(&ps, SOON), 0);
	ob_procset_release(&ps);
}

static void
a_failed_start_leaves_the_set_as_it_was(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_procset ps;
	struct ob_spawn how = OB_SPAWN_INIT;
	enum ob_spawn_step step;
	char name[] = "missing";
	char *argv[] = { name, NULL };
	uint64_t id;

	ob_procset_init(&ps, 8);
	how.argv = argv;
	how.env = no_env;
	CHECK_INT(ob_procset_start(&ps, &how, &id, &step, &err), -ENOENT);
	CHECK_INT(step, OB_SPAWN_STEP_LOOKUP);
	CHECK_UINT(ob_procset_running(&ps), 0);
	CHECK_INT(ob_procset_next(&ps, SOON, &id, NULL), 0);
	ob_procset_release(&ps);
}

static void
check_deadlines(void)
{
	struct ob_procset ps;
	struct ob_child_status status;
	int64_t soon_ns = ob_clock_deadline_ns(5 * OB_NS_PER_MS);
	uint64_t id, other;

	ob_procset_init(&ps, 8);
	id = start_and_see(&ps, "echo; read x");
	CHECK_INT(ob_procset_poll(&ps), 0);
	CHECK_INT(ob_procset_wait(&ps, id, soon_ns, &status), -ETIMEDOUT);
	CHECK_INT(ob_procset_wait_all(&ps, soon_ns), -ETIMEDOUT);
	CHECK_INT(ob_procset_next(&ps, soon_ns, &other, &status), -ETIMEDOUT);
	CHECK_INT(ob_procset_signal(&ps, 99, SIGKILL), -ESRCH);
	CHECK_INT(ob_procset_signal(&ps, id, SIGKILL), 0);
	CHECK_INT(ob_procset_wait(&ps, id, SOON, &status), 0);
	CHECK_INT(status.state, OB_CHILD_SIGNALED);
	ob_procset_release(&ps);
}

static void
waits_end_with_their_deadline(void)
{
	check_deadlines();
}

static void
waits_end_with_their_deadline_without_pidfds(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	check_deadlines();
}

#define LINGER "read x"

static void
the_willing_end_by_the_first_signal(void)
{
	struct ob_procset ps;

	ob_procset_init(&ps, 8);
	start_and_see(&ps, "trap 'exit 0' TERM; echo; " LINGER);
	start_and_see(&ps, "echo; " LINGER);
	CHECK_INT(ob_procset_terminate_all(&ps, SIGTERM, 20 * OB_NS_PER_S), 0);
	CHECK_UINT(ob_procset_running(&ps), 0);
	CHECK_INT(ob_procset_get(&ps, 2)->status.value, SIGTERM);
	CHECK_INT(ob_procset_terminate_all(&ps, SIGTERM, OB_NS_PER_S), 0);
	ob_procset_release(&ps);
}

static void
the_unwilling_are_killed_after_the_grace(void)
{
	struct ob_procset ps;
	struct ob_child_status status;

	ob_procset_init(&ps, 8);
	start_and_see(&ps, "trap '' TERM; echo; " LINGER);
	start_and_see(&ps, "echo; " LINGER);
	/* Within a short grace, who goes in time depends on the machine. */
	CHECK_INT(ob_procset_signal(&ps, 2, SIGTERM), 0);
	CHECK_INT(ob_procset_wait(&ps, 2, SOON, &status), 0);
	CHECK_INT(ob_procset_terminate_all(&ps, SIGTERM, OB_NS_PER_MS), 1);
	CHECK_INT(ob_procset_get(&ps, 1)->status.value, SIGKILL);
	CHECK_INT(ob_procset_get(&ps, 2)->status.value, SIGTERM);
	ob_procset_release(&ps);
}

/* The end of a leader does not end the escalation for its group. */
static void
what_a_leader_leaves_behind_is_killed_too(void)
{
	struct ob_procset ps;
	struct ob_child_status status;
	char text[8];
	uint64_t id;
	int fds[2];

	ob_procset_init(&ps, 8);
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(try_start(&ps,
		      "exec 3<&0; (trap '' TERM; echo x; read x <&3) & wait",
		      fds[1], &id),
	    0);
	close(fds[1]);
	CHECK_INT(ob_read(fds[0], text, 1), 1);
	CHECK_INT(
	    ob_proc_signal(ob_procset_get(&ps, id)->child.ref.pid, 0, SIGKILL),
	    0);
	CHECK_INT(ob_procset_wait(&ps, id, SOON, &status), 0);
	CHECK_INT(ob_procset_terminate_all(&ps, SIGTERM, 20 * OB_NS_PER_MS), 1);
	/* The last writer of the pipe has gone. */
	CHECK_INT(ob_wait_fd(fds[0], POLLIN, SOON) & POLLHUP, POLLHUP);
	ob_procset_release(&ps);
}

static void
stopped_children_end_without_the_whole_grace(void)
{
	struct ob_procset ps;
	uint64_t id;

	ob_procset_init(&ps, 8);
	id = start_and_see(&ps, "echo; " LINGER);
	CHECK_INT(ob_procset_signal(&ps, id, SIGSTOP), 0);
	CHECK_INT(ob_procset_terminate_all(&ps, SIGTERM, 20 * OB_NS_PER_S), 0);
	CHECK_INT(ob_procset_get(&ps, id)->status.value, SIGTERM);
	CHECK_INT(ob_procset_signal(&ps, id, SIGTERM), -ESRCH);
	ob_procset_release(&ps);
}

OB_TESTS(procset) = {
	OB_TEST(every_end_is_told_once),
	OB_TEST(every_end_is_told_once_without_pidfds),
	OB_TEST(a_full_set_starts_nothing),
	OB_TEST(a_failed_start_leaves_the_set_as_it_was),
	OB_TEST(waits_end_with_their_deadline),
	OB_TEST(waits_end_with_their_deadline_without_pidfds),
	OB_TEST(the_willing_end_by_the_first_signal),
	OB_TEST(the_unwilling_are_killed_after_the_grace),
	OB_TEST(what_a_leader_leaves_behind_is_killed_too),
	OB_TEST(stopped_children_end_without_the_whole_grace),
	OB_TESTS_END,
};
