#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/limit.h"

#define NO_PID 0x7ffffff0 /* beyond what any system gives out */

static void
limits_are_found_by_name(void)
{
	enum ob_limit found = OB_LIMIT_COUNT;

	for (unsigned i = 0; i < OB_LIMIT_COUNT; i++) {
		const char *name = ob_limit_name((enum ob_limit)i);

		CHECK_INT(ob_limit_find(ob_str_z(name), &found), 0);
		CHECK_UINT(found, i);
	}
	CHECK_INT(ob_limit_find(OB_STR("nofil"), &found), -ENOENT);
	CHECK_INT(ob_limit_find(OB_STR(""), &found), -ENOENT);
}

static void
our_own_limits_are_changed(void)
{
	struct ob_limit_value v, again;

	CHECK_INT(ob_limit_get(0, OB_LIMIT_NOFILE, &v), 0);
	CHECK(v.soft <= v.hard);
	v.soft = 32;
	CHECK_INT(ob_limit_set(0, OB_LIMIT_NOFILE, v), 0);
	CHECK_INT(ob_limit_get(0, OB_LIMIT_NOFILE, &again), 0);
	CHECK_UINT(again.soft, 32);
	CHECK_UINT(again.hard, v.hard);
	CHECK_INT(fcntl(1, F_DUPFD, 32), -1);
	CHECK_INT(
	    ob_limit_set(0, OB_LIMIT_NOFILE, (struct ob_limit_value){ 33, 32 }),
	    -EINVAL);
	CHECK_INT(
	    ob_limit_set(0, OB_LIMIT_CORE, (struct ob_limit_value){ 0, 0 }), 0);
	CHECK_INT(ob_limit_get(0, OB_LIMIT_CORE, &v), 0);
	CHECK_UINT(v.hard, 0);
}

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

static void
limits_of_a_child_are_changed(void)
{
	const struct ob_limit_value wanted = { 5, 9 };
	struct ob_limit_value v;
	pid_t pid = start_child();
	int rc = ob_limit_set(pid, OB_LIMIT_CPU, wanted);

	if (rc == 0)
		rc = ob_limit_get(pid, OB_LIMIT_CPU, &v);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (rc == -ENOTSUP)
		SKIP("limits of others cannot be changed here");
	CHECK_INT(rc, 0);
	CHECK_UINT(v.soft, 5);
	CHECK_UINT(v.hard, 9);
	CHECK_INT(ob_limit_get(NO_PID, OB_LIMIT_CPU, &v), -ESRCH);
	CHECK_INT(ob_limit_get(-1, OB_LIMIT_CPU, &v), -ESRCH);
}

static void
niceness_is_raised(void)
{
	int before, after;

	CHECK_INT(ob_limit_get_nice(0, &before), 0);
	CHECK_INT(ob_limit_set_nice(0, before + 1), 0);
	CHECK_INT(ob_limit_get_nice(getpid(), &after), 0);
	CHECK_INT(after, before < 19 ? before + 1 : 19);
	CHECK_INT(ob_limit_get_nice(NO_PID, &after), -ESRCH);
	CHECK_INT(ob_limit_set_nice(NO_PID, 1), -ESRCH);
	CHECK_INT(ob_limit_get_nice(-1, &after), -ESRCH);
	CHECK_INT(ob_limit_set_nice(INT64_MAX, 1), -ESRCH);
}

static void
io_priority_is_set(void)
{
	struct ob_io_priority p = { OB_IO_BEST_EFFORT, 6 };
	int rc = ob_limit_set_io(0, p);

	if (rc == -ENOTSUP)
		SKIP("I/O has no priorities here");
	CHECK_INT(rc, 0);
	p.level = 0;
	CHECK_INT(ob_limit_get_io(0, &p), 0);
	CHECK_INT(p.class, OB_IO_BEST_EFFORT);
	CHECK_UINT(p.level, 6);
	p.level = 8;
	CHECK_INT(ob_limit_set_io(0, p), -EINVAL);
	CHECK_INT(ob_limit_get_io(NO_PID, &p), -ESRCH);
}

static void
processors_are_chosen(void)
{
	struct ob_cpus all, one = { 0 }, none = { 0 };
	unsigned cpu = 0;
	int rc = ob_limit_get_cpus(0, &all);

	if (rc == -ENOTSUP)
		SKIP("processes cannot be bound here");
	CHECK_INT(rc, 0);
	while (!ob_cpus_has(&all, cpu))
		cpu++;
	ob_cpus_add(&one, cpu);
	ob_cpus_add(&one, OB_CPUS_MAX);
	CHECK_INT(ob_limit_set_cpus(0, &one), 0);
	CHECK_INT(ob_limit_get_cpus(0, &all), 0);
	CHECK(memcmp(&all, &one, sizeof(all)) == 0);
	CHECK_INT(ob_limit_set_cpus(0, &none), -EINVAL);
	CHECK_INT(ob_limit_get_cpus(NO_PID, &all), -ESRCH);
	CHECK(!ob_cpus_has(&all, OB_CPUS_MAX));
}

OB_TESTS(limit) = {
	OB_TEST(limits_are_found_by_name),
	OB_TEST(our_own_limits_are_changed),
	OB_TEST(limits_of_a_child_are_changed),
	OB_TEST(niceness_is_raised),
	OB_TEST(io_priority_is_set),
	OB_TEST(processors_are_chosen),
	OB_TESTS_END,
};
