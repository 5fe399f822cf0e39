#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/proctab.h"

/* Fields 4 to 39 of a process with pid 1, see proc(5). */
#define REST \
	" 1 7 7 1025 -1 4194304 10 11 12 13 100 200 17 18 20 -5 3 0 4321 " \
	"8192 55 18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 6 0 0"

static int
parse(const char *text, struct ob_proc_stat *ret)
{
	return ob_proc_stat_parse(ob_str_z(text), ret);
}

static void
every_field_is_read(void)
{
	struct ob_proc_stat s;

	CHECK_INT(parse("42 (init) S" REST "\n", &s), 0);
	CHECK_INT(s.pid, 42);
	CHECK_MEM(s.comm.p, s.comm.n, "init");
	CHECK_INT(s.state, 'S');
	CHECK_INT(s.ppid, 1);
	CHECK_INT(s.pgid, 7);
	CHECK_INT(s.sid, 7);
	CHECK_INT(s.tty, 1025);
	CHECK_INT(s.tpgid, -1);
	CHECK_UINT(s.flags, 4194304);
	CHECK_UINT(s.minor_faults, 10);
	CHECK_UINT(s.major_faults, 12);
	CHECK_UINT(s.utime_ticks, 100);
	CHECK_UINT(s.stime_ticks, 200);
	CHECK_INT(s.priority, 20);
	CHECK_INT(s.nice, -5);
	CHECK_INT(s.threads, 3);
	CHECK_UINT(s.start_ticks, 4321);
	CHECK_UINT(s.vsize_bytes, 8192);
	CHECK_INT(s.rss_pages, 55);
	CHECK_INT(s.cpu, 6);
}

static void
hostile_names_are_kept_exactly(void)
{
	static const char *const names[] = { "", " ", ")", "((", ") S 1 1 1",
		"a\nb", "0 (x) R 1", "\xff\xfe", "x) Z (y" };
	struct ob_proc_stat s;
	char line[512];

	for (size_t i = 0; i < OB_COUNT(names); i++) {
		(void)snprintf(line, sizeof(line), "9 (%s) R" REST, names[i]);
		CHECK_INT(parse(line, &s), 0);
		CHECK_MEM(s.comm.p, s.comm.n, names[i]);
		CHECK_INT(s.state, 'R');
		CHECK_INT(s.ppid, 1);
	}
}

static void
what_the_kernel_does_not_write_is_refused(void)
{
	static const char *const lines[] = { "", "\n", "1", "x (a) S" REST,
		"-1 (a) S" REST, "1(a) S" REST, "1 a S" REST, "1 (a S" REST,
		"1 (a)", "1 (a) ", "1 (a) S", "1 (a)S" REST, "1 (a)  " REST,
		"1 (a) S 1 2 3", "1 (a) SS" REST, "99999999999 (a) S" REST,
		"1 (a) S 99999999999999999999" REST,
		"1 (a) S -9223372036854775808" REST, "1 (a) S - 1" REST };
	struct ob_proc_stat s;

	for (size_t i = 0; i < OB_COUNT(lines); i++)
		if (parse(lines[i], &s) != -EBADMSG)
			FAIL("accepted: %s", lines[i]);
}

static void
old_kernels_with_fewer_fields_are_read(void)
{
	struct ob_proc_stat s;

	CHECK_INT(
	    parse("1 (a) S 0 1 1 0 -1 0 0 0 0 0 1 2 0 0 20 0 1 0 9 10 11", &s),
	    0);
	CHECK_INT(s.rss_pages, 11);
	CHECK_INT(s.cpu, -1);
}

static void
threads_of_the_kernel_are_known_by_their_flag(void)
{
	struct ob_proc_stat s = { .pid = 7, .flags = 0x04208060 };

	CHECK(ob_proc_is_kernel(&s));
	s.flags = 0x00400000;
	CHECK(!ob_proc_is_kernel(&s));
}

static void
terminals_have_the_names_of_their_devices(void)
{
	static const struct {
		int64_t tty;
		const char *name;
	} cases[] = {
		{ 0x8803, "pts/3" },
		{ 0x1088ff, "pts/511" },
		{ 0x8900, "pts/256" },
		{ 0x0401, "tty1" },
		{ 0x0440, "ttyS0" },
		{ 0x0501, "5:1" },
	};
	char name[OB_PROC_TTY_MAX];

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		size_t n = ob_proc_tty_name(cases[i].tty, name);

		CHECK_MEM(name, n, cases[i].name);
	}
	CHECK_UINT(ob_proc_tty_name(0, name), 0);
}

/* --- the table --------------------------------------------------------- */

static void
put(const char *path, const char *text, size_t n)
{
	int fd = ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, n), 0);
	CHECK_INT(ob_close(&fd), 0);
}

/* A process in the fake table below the working directory. */
static void
fake(const char *pid, const char *comm)
{
	char path[64], line[512];

	(void)snprintf(path, sizeof(path), "%s", pid);
	CHECK_INT(ob_dir_make(AT_FDCWD, path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/stat", pid);
	(void)snprintf(line, sizeof(line), "%s (%s) S" REST "\n", pid, comm);
	put(path, line, strlen(line));
}

static struct ob_proctab *
open_table(const char *root)
{
	struct ob_proctab *tab = NULL;
	struct ob_err err = OB_ERR_INIT;
	int rc = ob_proctab_open(root, &tab, &err);

	if (rc == -ENOTSUP)
		SKIP("no table of processes here");
	if (rc < 0)
		FAIL("%s", err.msg);
	return tab;
}

static void
a_fake_table_is_read_and_holes_are_left_out(void)
{
	struct ob_proctab *tab;
	struct ob_proc_stat s;
	unsigned seen = 0, rounds = 0;

	fake("12", "one");
	fake("4000000000", "too big a number");
	fake("345", "two (2)");
	CHECK_INT(ob_dir_make(AT_FDCWD, "77", 0755), 0); /* ended meanwhile */
	CHECK_INT(ob_dir_make(AT_FDCWD, "78", 0755), 0);
	put("78/stat", "", 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "012", 0755), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "net", 0755), 0);
	CHECK_INT(ob_file_remove(AT_FDCWD, "4000000000/stat"), 0);
	tab = open_table(".");
	while (rounds++ < 2) {
		while (ob_proctab_next(tab, &s) > 0) {
			seen++;
			CHECK(s.pid == 12 || s.pid == 345);
			CHECK(ob_str_eq_z(
			    s.comm, s.pid == 12 ? "one" : "two (2)"));
		}
		CHECK_INT(ob_proctab_rewind(tab), 0);
	}
	CHECK_UINT(seen, 4);
	CHECK_INT(ob_proctab_stat(tab, 345, &s), 0);
	CHECK_INT(s.pid, 345);
	CHECK_INT(ob_proctab_stat(tab, 77, &s), -ESRCH);
	CHECK_INT(ob_proctab_stat(tab, 78, &s), -ESRCH);
	CHECK_INT(ob_proctab_stat(tab, 999, &s), -ESRCH);
	ob_proctab_close(&tab);
	CHECK(tab == NULL);
	ob_proctab_close(&tab);
}

static void
a_damaged_line_is_an_error(void)
{
	struct ob_proctab *tab;
	struct ob_proc_stat s;

	fake("1", "x");
	put("1/stat", "nonsense", 8);
	tab = open_table(".");
	CHECK_INT(ob_proctab_next(tab, &s), -EBADMSG);
	ob_proctab_close(&tab);
}

static void
a_missing_root_is_a_clear_error(void)
{
	struct ob_proctab *tab = NULL;
	struct ob_err err = OB_ERR_INIT;
	int rc = ob_proctab_open("none", &tab, &err);

	if (rc == -ENOTSUP)
		SKIP("no table of processes here");
	CHECK_INT(rc, -ENOENT);
	CHECK_STR(err.msg, "cannot open 'none'");
	CHECK_INT(ob_proctab_open(".", &tab, &err), -ENOENT);
	CHECK_STR(
	    err.msg, "cannot read processes from '.': no process is there");
	CHECK(tab == NULL);
}

static void
files_of_a_process_are_read(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(8);
	struct ob_proctab *tab;
	struct ob_proc_ids ids;
	uid_t uid = 1;
	int64_t boot;
	const char *status = "Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n";

	fake("12", "one");
	put("12/cmdline", "a\0b c\0", 6);
	put("12/status", status, strlen(status));
	put("stat", "cpu 1 2\nbtime 1700000000\n", 25);
	CHECK_INT(ob_file_symlink("/bin/x", AT_FDCWD, "12/exe"), 0);
	tab = open_table(".");

	CHECK_INT(ob_proctab_cmdline(tab, 12, &b), 0);
	CHECK_BYTES(b.p, b.n, "a\0b c\0", 6);
	put("12/cmdline", "title", 5); /* without its NUL */
	ob_buf_reset(&b);
	CHECK_INT(ob_proctab_cmdline(tab, 12, &b), 0);
	CHECK_BYTES(b.p, b.n, "title\0", 6);
	put("12/cmdline", "longer than 8", 13);
	ob_buf_reset(&b);
	CHECK_INT(ob_proctab_cmdline(tab, 12, &b), 0);
	CHECK_BYTES(b.p, b.n, "longer \0", 8);
	ob_buf_reset(&b);
	CHECK_INT(ob_proctab_read(tab, 12, "cmdline", &b), -EFBIG);
	ob_buf_reset(&b);
	CHECK_INT(ob_proctab_read(tab, 12, "none", &b), -ESRCH);
	CHECK_INT(ob_proctab_link(tab, 12, "exe", &b), 0);
	CHECK_STR(ob_buf_z(&b), "/bin/x");
	CHECK_INT(ob_proctab_link(tab, 13, "exe", &b), -ESRCH);

	CHECK_INT(ob_proctab_ids(tab, 12, &ids), 0);
	CHECK_UINT(ids.uid, 1);
	CHECK_UINT(ids.euid, 2);
	CHECK_UINT(ids.gid, 5);
	CHECK_UINT(ids.egid, 6);
	CHECK_INT(ob_proctab_ids(tab, 13, &ids), -ESRCH);
	put("12/status", "Uid:\t99999999999\t1\n", 19);
	CHECK_INT(ob_proctab_ids(tab, 12, &ids), -EBADMSG);
	CHECK_INT(ob_proctab_owner(tab, 12, &uid), 0);
	CHECK_UINT(uid, geteuid());
	CHECK_INT(ob_proctab_owner(tab, 13, &uid), -ESRCH);
	CHECK_INT(ob_proctab_boot_time(tab, &boot), 0);
	CHECK_INT(boot, 1700000000);
	put("stat", "btime x\n", 8);
	CHECK_INT(ob_proctab_boot_time(tab, &boot), -EBADMSG);
	ob_proctab_close(&tab);
}

static void
the_real_table_holds_this_process(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	struct ob_proctab *tab = open_table("/proc");
	struct ob_proc_ids ids;
	struct ob_proc_stat s;
	unsigned found = 0;
	int rc;

	while ((rc = ob_proctab_next(tab, &s)) > 0) {
		if (s.pid != getpid())
			continue;
		found++;
		CHECK_INT(s.ppid, getppid());
		CHECK_INT(s.pgid, getpgrp());
		CHECK_INT(s.state, 'R');
		CHECK(s.rss_pages > 0 && s.threads >= 1);
	}
	CHECK_INT(rc, 0);
	CHECK_UINT(found, 1);
	CHECK_INT(ob_proctab_ids(tab, getpid(), &ids), 0);
	CHECK_UINT(ids.uid, getuid());
	CHECK_UINT(ids.egid, getegid());
	CHECK_INT(ob_proctab_cmdline(tab, getpid(), &b), 0);
	CHECK(strstr(ob_buf_z(&b), "unit-os") != NULL);
	ob_proctab_close(&tab);
}

OB_TESTS(proctab) = {
	OB_TEST(every_field_is_read),
	OB_TEST(hostile_names_are_kept_exactly),
	OB_TEST(what_the_kernel_does_not_write_is_refused),
	OB_TEST(old_kernels_with_fewer_fields_are_read),
	OB_TEST(threads_of_the_kernel_are_known_by_their_flag),
	OB_TEST(terminals_have_the_names_of_their_devices),
	OB_TEST(a_fake_table_is_read_and_holes_are_left_out),
	OB_TEST(a_damaged_line_is_an_error),
	OB_TEST(a_missing_root_is_a_clear_error),
	OB_TEST(files_of_a_process_are_read),
	OB_TEST(the_real_table_holds_this_process),
	OB_TESTS_END,
};
