/*
 * A table of processes made of files, in the working directory of a test.
 */
#ifndef TESTS_PSMON_FIXTURE_H
#define TESTS_PSMON_FIXTURE_H

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "os/dir.h"
#include "os/proctab.h"
#include "unit.h"

/* The system of the table started 1000 s before the tests' now. */
#define FIXTURE_BTIME "1699999000"

struct fixture {
	int64_t pid, ppid;
	const char *comm;
	char state;
	uint64_t flags, utime, stime, start_ticks, rss_pages, tty;
	const char *cmdline; /* of cmdline_n bytes */
	size_t cmdline_n;
};

static inline void
fixture_put(const char *path, const char *text, size_t n)
{
	int fd = ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, n), 0);
	CHECK_INT(ob_close(&fd), 0);
}

/* Creates the process, or makes it another one. */
static inline void
fixture_add(const char *root, const struct fixture *f)
{
	char path[200], line[1024];

	snprintf(path, sizeof(path), "%s/%" PRId64, root, f->pid);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, path, 0755), 0);
	snprintf(line, sizeof(line),
	    "%" PRId64 " (%s) %c %" PRId64 " 1 1 %" PRIu64 " -1 %" PRIu64
	    " 5 0 6 0 %" PRIu64 " %" PRIu64 " 0 0 20 0 3 0 %" PRIu64
	    " 8192 %" PRIu64 " 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 "
	    "17 1 0 0\n",
	    f->pid, f->comm, f->state == '\0' ? 'S' : f->state, f->ppid, f->tty,
	    f->flags, f->utime, f->stime, f->start_ticks, f->rss_pages);
	snprintf(path, sizeof(path), "%s/%" PRId64 "/stat", root, f->pid);
	fixture_put(path, line, strlen(line));
	snprintf(path, sizeof(path), "%s/%" PRId64 "/cmdline", root, f->pid);
	fixture_put(path, f->cmdline == NULL ? "" : f->cmdline, f->cmdline_n);
}

static inline void
fixture_remove(const char *root, int64_t pid)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%" PRId64 "/stat", root, pid);
	CHECK_INT(ob_file_remove(AT_FDCWD, path), 0);
	snprintf(path, sizeof(path), "%s/%" PRId64 "/cmdline", root, pid);
	CHECK_INT(ob_file_remove(AT_FDCWD, path), 0);
	snprintf(path, sizeof(path), "%s/%" PRId64, root, pid);
	CHECK_INT(ob_dir_remove(AT_FDCWD, path), 0);
}

/* Four processes: init, a kernel thread, a zombie, one with a hostile name. */
static inline void
fixture_make(const char *root)
{
	static const struct fixture all[] = {
		{ .pid = 1,
		    .comm = "init",
		    .utime = 100,
		    .stime = 50,
		    .start_ticks = 2,
		    .rss_pages = 10,
		    .cmdline = "/sbin/init",
		    .cmdline_n = 11 },
		{ .pid = 2,
		    .comm = "kthreadd",
		    .flags = 0x208040,
		    .start_ticks = 2 },
		{ .pid = 10,
		    .ppid = 1,
		    .comm = "gone",
		    .state = 'Z',
		    .utime = 7,
		    .start_ticks = 5000 },
		{ .pid = 30,
		    .ppid = 1,
		    .comm = "a) S 1 \n x",
		    .state = 'R',
		    .utime = 9000,
		    .start_ticks = 90000,
		    .rss_pages = 3,
		    .tty = 0x8803,
		    .cmdline = "sh\0-c\0a b\xff\0",
		    .cmdline_n = 11 },
	};
	struct ob_proctab *tab;
	char path[200];
	int rc;

	for (size_t i = 0; i < OB_COUNT(all); i++)
		fixture_add(root, &all[i]);
	snprintf(path, sizeof(path), "%s/stat", root);
	fixture_put(path, "cpu 1\nbtime " FIXTURE_BTIME "\n", 24);
	rc = ob_proctab_open(root, &tab, NULL);
	if (rc == -ENOTSUP)
		SKIP("no table of processes on this system");
	CHECK_INT(rc, 0);
	ob_proctab_close(&tab);
}

#endif
