#include "sample.h"

#include <unistd.h>

#include "fixture.h"

static int64_t ticking_ns;

static int64_t
ticking(void)
{
	return ticking_ns += 1000;
}

static struct pm_sample
open_fixture(void)
{
	struct pm_sample s;

	fixture_make("proc");
	CHECK_INT(pm_sample_open(&s, "proc", NULL), 0);
	return s;
}

static void
scan(struct pm_sample *s, const struct pm_select *select, unsigned reads)
{
	static const struct pm_select all;

	CHECK_INT(pm_sample_scan(
		      s, select == NULL ? &all : select, reads, ticking, NULL),
	    0);
}

static struct pm_proc *
find(struct pm_sample *s, int64_t pid)
{
	for (size_t i = 0; i < s->procs.n; i++)
		if (s->procs.v[i].stat.pid == pid)
			return &s->procs.v[i];
	FAIL("pid %d is not in the sample", (int)pid);
}

static void
every_process_is_there_with_what_was_asked_for(void)
{
	struct pm_sample s = open_fixture();
	struct pm_proc *p;

	scan(&s, NULL, PM_READ_OWNER | PM_READ_CMDLINE);
	CHECK_UINT(s.procs.n, 4);
	p = find(&s, 30);
	CHECK_MEM(p->stat.comm.p, p->stat.comm.n, "a) S 1 \n x");
	CHECK_BYTES(p->cmdline.p, p->cmdline.n, "sh\0-c\0a b\xff\0", 11);
	CHECK_UINT(p->uid, geteuid());
	CHECK_UINT(p->has, PM_READ_OWNER | PM_READ_CMDLINE);
	CHECK(p->read_ns > s.begin_ns);
	scan(&s, NULL, 0);
	CHECK_UINT(s.procs.n, 4);
	CHECK_UINT(find(&s, 30)->has, 0);
	pm_sample_close(&s);
}

static void
kernel_threads_and_zombies_have_no_arguments(void)
{
	struct pm_sample s = open_fixture();

	/* Not even looked for. */
	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/2/cmdline"), 0);
	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/10/cmdline"), 0);
	scan(&s, NULL, PM_READ_CMDLINE);
	CHECK_UINT(s.procs.n, 4);
	CHECK_UINT(find(&s, 2)->cmdline.n, 0);
	CHECK_UINT(find(&s, 2)->has, PM_READ_CMDLINE);
	CHECK_UINT(find(&s, 10)->cmdline.n, 0);
	pm_sample_close(&s);
}

static void
links_that_are_not_there_are_unknown(void)
{
	struct pm_sample s = open_fixture();
	struct pm_proc *p;

	CHECK_INT(ob_file_symlink("/bin/sh", AT_FDCWD, "proc/30/exe"), 0);
	CHECK_INT(ob_file_symlink("/tmp", AT_FDCWD, "proc/30/cwd"), 0);
	scan(&s, NULL, PM_READ_EXE | PM_READ_CWD | PM_READ_ROOT);
	CHECK_UINT(s.procs.n, 4);
	p = find(&s, 30);
	CHECK_UINT(p->has, PM_READ_EXE | PM_READ_CWD);
	CHECK_MEM(p->exe.p, p->exe.n, "/bin/sh");
	CHECK_MEM(p->cwd.p, p->cwd.n, "/tmp");
	CHECK_UINT(find(&s, 1)->has, 0);
	pm_sample_close(&s);
}

static void
one_that_ends_while_it_is_read_is_left_out(void)
{
	struct pm_sample s = open_fixture();

	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/1/cmdline"), 0);
	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/10/stat"), 0);
	scan(&s, NULL, PM_READ_CMDLINE);
	CHECK_UINT(s.procs.n, 2);
	CHECK_INT(s.procs.v[0].stat.pid + s.procs.v[1].stat.pid, 32);
	pm_sample_close(&s);
}

static void
only_what_is_selected_is_there(void)
{
	struct pm_sample s = open_fixture();
	struct pm_select select;

	pm_select_init(&select);
	select.kernel = PM_KERNEL_HIDE;
	scan(&s, &select, 0);
	CHECK_UINT(s.procs.n, 3);
	CHECK_INT(pm_select_pids(&select, OB_STR("30,2,77,1"), NULL), 0);
	scan(&s, &select, 0);
	CHECK_UINT(s.procs.n, 2);
	CHECK_INT(s.procs.v[0].stat.pid, 30);
	CHECK_INT(s.procs.v[1].stat.pid, 1);
	CHECK_INT(ob_vec_push(&select.uids, geteuid() + 1), 0);
	scan(&s, &select, 0);
	CHECK_UINT(s.procs.n, 0);
	CHECK_INT(ob_vec_push(&select.uids, geteuid()), 0);
	scan(&s, &select, 0);
	CHECK_UINT(s.procs.n, 2);
	pm_select_release(&select);
	pm_sample_close(&s);
}

static void
a_row_is_completed_later_unless_its_pid_has_another_owner(void)
{
	static const struct fixture other = { .pid = 30,
		.comm = "other",
		.start_ticks = 90001,
		.cmdline = "x",
		.cmdline_n = 2 };
	struct pm_sample s = open_fixture();
	struct pm_proc *p;

	scan(&s, NULL, 0);
	p = find(&s, 1);
	CHECK_INT(pm_sample_fill(&s, p, PM_READ_RATE), 1);
	CHECK_UINT(p->has, 0);
	CHECK_INT(pm_sample_fill(&s, p, PM_READ_CMDLINE | PM_READ_EXE), 1);
	CHECK_UINT(p->has, PM_READ_CMDLINE);
	CHECK_BYTES(p->cmdline.p, p->cmdline.n, "/sbin/init\0", 11);

	fixture_add("proc", &other);
	CHECK_INT(pm_sample_fill(&s, find(&s, 30), PM_READ_CMDLINE), 0);
	fixture_remove("proc", 1);
	CHECK_INT(pm_sample_fill(&s, find(&s, 1), PM_READ_CMDLINE), 1);
	CHECK_INT(pm_sample_fill(&s, find(&s, 1), PM_READ_OWNER), 0);
	pm_sample_close(&s);
}

static void
a_table_that_is_missing_is_an_error_with_words(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct pm_sample s;

	fixture_make("proc");
	CHECK_INT(pm_sample_open(&s, "nothing", &err), -ENOENT);
	CHECK_STR(err.msg, "cannot open 'nothing'");
	pm_sample_close(&s);
}

static void
an_error_is_not_an_empty_table(void)
{
	struct pm_sample s = open_fixture();
	struct ob_err err = OB_ERR_INIT;
	static const struct pm_select all;

	s.procs.max = 2;
	CHECK_INT(pm_sample_scan(&s, &all, 0, ticking, &err), -ENOBUFS);
	CHECK_STR(err.msg, "cannot read processes");
	s.procs.max = 100;
	s.text.max_bytes = 1;
	ob_arena_release(&s.text);
	CHECK_INT(pm_sample_scan(&s, &all, 0, ticking, NULL), -ENOMEM);
	pm_sample_close(&s);
}

OB_TESTS(sample) = {
	OB_TEST(every_process_is_there_with_what_was_asked_for),
	OB_TEST(kernel_threads_and_zombies_have_no_arguments),
	OB_TEST(links_that_are_not_there_are_unknown),
	OB_TEST(one_that_ends_while_it_is_read_is_left_out),
	OB_TEST(only_what_is_selected_is_there),
	OB_TEST(a_row_is_completed_later_unless_its_pid_has_another_owner),
	OB_TEST(a_table_that_is_missing_is_an_error_with_words),
	OB_TEST(an_error_is_not_an_empty_table),
	OB_TESTS_END,
};
