#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "unit.h"

static int
open_new(const char *name)
{
	int fd = ob_open(AT_FDCWD, name, O_RDWR | O_CREAT, 0600);

	CHECK(fd >= 0);
	return fd;
}

/* OFD locks and the list of locks exist on some systems only. */
static bool
is_supported(enum ob_lock_kind kind)
{
	OB_AUTO_CLOSE int fd = open_new("supported");

	return ob_lock_set(fd, kind, OB_LOCK_EX, NULL, OB_LOCK_TRY) != -ENOTSUP;
}

/* What another process gets from one try; it gives the lock back. */
static int
other_tries(const char *name, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range)
{
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		int fd = ob_open(AT_FDCWD, name, O_RDWR, 0);

		_exit(-ob_lock_set(fd, kind, mode, range, OB_LOCK_TRY));
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void
each_kind_excludes_and_shares(void)
{
	for (int i = OB_LOCK_AUTO; i < OB_LOCK_KIND_COUNT; i++) {
		enum ob_lock_kind kind = (enum ob_lock_kind)i;
		OB_AUTO_CLOSE int fd = open_new("f");

		if (!is_supported(kind))
			continue;
		CHECK_INT(ob_lock_set(fd, kind, OB_LOCK_EX, NULL, OB_NEVER), 0);
		CHECK_INT(other_tries("f", kind, OB_LOCK_EX, NULL), -EAGAIN);
		CHECK_INT(other_tries("f", kind, OB_LOCK_SH, NULL), -EAGAIN);
		CHECK_INT(
		    ob_lock_set(fd, kind, OB_LOCK_SH, NULL, OB_LOCK_TRY), 0);
		CHECK_INT(other_tries("f", kind, OB_LOCK_EX, NULL), -EAGAIN);
		CHECK_INT(other_tries("f", kind, OB_LOCK_SH, NULL), 0);
		CHECK_INT(
		    ob_lock_set(fd, kind, OB_LOCK_UN, NULL, OB_LOCK_TRY), 0);
		CHECK_INT(other_tries("f", kind, OB_LOCK_EX, NULL), 0);
	}
}

static void
ranges_exclude_only_where_they_overlap(void)
{
	static const enum ob_lock_kind kinds[] = { OB_LOCK_OFD, OB_LOCK_POSIX };
	const struct ob_lock_range first = { 0, 10 }, next = { 10, 10 },
				   middle = { 5, 1 }, rest = { 10, 0 };

	for (size_t i = 0; i < OB_COUNT(kinds); i++) {
		OB_AUTO_CLOSE int fd = open_new("f");

		if (!is_supported(kinds[i]))
			continue;
		CHECK_INT(
		    ob_lock_set(fd, kinds[i], OB_LOCK_EX, &first, OB_NEVER), 0);
		CHECK_INT(other_tries("f", kinds[i], OB_LOCK_EX, &next), 0);
		CHECK_INT(other_tries("f", kinds[i], OB_LOCK_EX, &rest), 0);
		CHECK_INT(
		    other_tries("f", kinds[i], OB_LOCK_SH, &middle), -EAGAIN);
		CHECK_INT(
		    other_tries("f", kinds[i], OB_LOCK_SH, NULL), -EAGAIN);
	}
}

static void
impossible_ranges_are_refused(void)
{
	OB_AUTO_CLOSE int fd = open_new("f");
	const struct ob_lock_range negative = { -1, 1 }, shrunk = { 0, -1 },
				   beyond = { INT64_MAX, 2 },
				   last = { INT64_MAX, 1 }, part = { 0, 1 };

	CHECK_INT(
	    ob_lock_set(fd, OB_LOCK_POSIX, OB_LOCK_EX, &negative, 0), -EINVAL);
	CHECK_INT(
	    ob_lock_set(fd, OB_LOCK_POSIX, OB_LOCK_EX, &shrunk, 0), -EINVAL);
	CHECK_INT(
	    ob_lock_set(fd, OB_LOCK_POSIX, OB_LOCK_EX, &beyond, 0), -EINVAL);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_POSIX, OB_LOCK_EX, &last, 0), 0);
	CHECK_INT(
	    ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, &part, 0), -ENOTSUP);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_WIN, OB_LOCK_EX, &part, 0), -ENOTSUP);
	CHECK_INT(
	    ob_lock_test(fd, OB_LOCK_FLOCK, OB_LOCK_EX, &part, NULL), -ENOTSUP);
	CHECK_INT(ob_lock_test(fd, OB_LOCK_POSIX, OB_LOCK_EX, &beyond, NULL),
	    -EINVAL);
}

static void
a_descriptor_that_cannot_carry_the_lock_is_an_error(void)
{
	OB_AUTO_CLOSE int fd = -1;
	struct ob_lock_file file;

	(void)open_new("f");
	fd = ob_open(AT_FDCWD, "f", O_RDONLY, 0);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_POSIX, OB_LOCK_EX, NULL, 0), -EBADF);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, 0), 0);
	CHECK_INT(ob_lock_set(-1, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, 0), -EBADF);
	CHECK_INT(ob_lock_identify(-1, &file), -EBADF);
}

static void
range_locks_survive_a_refused_conversion(void)
{
	OB_AUTO_CLOSE int fd = open_new("f"), second = open_new("f");

	if (!is_supported(OB_LOCK_OFD))
		SKIP("no OFD locks");
	CHECK_INT(ob_lock_set(fd, OB_LOCK_OFD, OB_LOCK_SH, NULL, 0), 0);
	CHECK_INT(ob_lock_set(second, OB_LOCK_OFD, OB_LOCK_SH, NULL, 0), 0);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_OFD, OB_LOCK_EX, NULL, 0), -EAGAIN);
	ob_close(&second);
	CHECK_INT(other_tries("f", OB_LOCK_OFD, OB_LOCK_EX, NULL), -EAGAIN);
}

static void
a_deadline_is_never_early_and_does_not_hang(void)
{
	static const int64_t waits_ns[] = { 1, 1000, 3 * OB_NS_PER_MS,
		20 * OB_NS_PER_MS };
	OB_AUTO_CLOSE int fd = open_new("f"), second = open_new("f");

	CHECK_INT(ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, 0), 0);
	for (size_t i = 0; i < OB_COUNT(waits_ns); i++) {
		int64_t deadline_ns = ob_clock_deadline_ns(waits_ns[i]);

		CHECK_INT(ob_lock_set(second, OB_LOCK_FLOCK, OB_LOCK_SH, NULL,
			      deadline_ns),
		    -ETIMEDOUT);
		CHECK(ob_clock_monotonic_ns() >= deadline_ns);
	}
}

/* A child holds the lock until the pipe ends. */
static pid_t
hold(const char *name, enum ob_lock_kind kind, int *ret_end)
{
	int ready[2], end[2];
	char c;
	pid_t pid;

	CHECK_INT(ob_fd_pipe(ready), 0);
	CHECK_INT(ob_fd_pipe(end), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		int fd = ob_open(AT_FDCWD, name, O_RDWR | O_CREAT, 0600);

		ob_close(&end[1]);
		if (ob_lock_set(fd, kind, OB_LOCK_EX, NULL, OB_NEVER) < 0)
			_exit(1);
		(void)ob_write_full(ready[1], "x", 1);
		(void)ob_read_full(end[0], &c, 1);
		_exit(0);
	}
	ob_close(&ready[1]);
	CHECK_INT(ob_read_full(ready[0], &c, 1), 1);
	ob_close(&ready[0]);
	ob_close(&end[0]);
	*ret_end = end[1];
	return pid;
}

static void
a_wait_ends_with_the_holder(void)
{
	OB_AUTO_CLOSE int fd = open_new("f");
	int end;
	pid_t pid = hold("f", OB_LOCK_FLOCK, &end);

	kill(pid, SIGKILL);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL,
		      ob_clock_deadline_ns(20 * OB_NS_PER_S)),
	    0);
	waitpid(pid, NULL, 0);
	ob_close(&end);
}

static volatile sig_atomic_t alarms;

static void
count_alarm(int signo)
{
	(void)signo;
	alarms++;
}

static void
a_wait_gives_timer_handler_and_mask_back(void)
{
	OB_AUTO_CLOSE int fd = open_new("f"), second = open_new("f");
	const struct itimerval hour = { .it_value.tv_sec = 3600 };
	const struct sigaction count = { .sa_handler = count_alarm };
	struct sigaction action;
	struct itimerval timer;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGALRM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	sigaction(SIGALRM, &count, NULL);
	setitimer(ITIMER_REAL, &hour, NULL);

	CHECK_INT(ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, 0), 0);
	CHECK_INT(ob_lock_set(second, OB_LOCK_FLOCK, OB_LOCK_EX, NULL,
		      ob_clock_deadline_ns(2 * OB_NS_PER_MS)),
	    -ETIMEDOUT);

	CHECK_INT(alarms, 0);
	sigaction(SIGALRM, NULL, &action);
	CHECK(action.sa_handler == count_alarm);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	CHECK(sigismember(&mask, SIGALRM) == 1);
	getitimer(ITIMER_REAL, &timer);
	CHECK(timer.it_value.tv_sec > 3500 && timer.it_value.tv_sec <= 3600);
}

static void
a_signal_of_the_caller_ends_a_wait(void)
{
	OB_AUTO_CLOSE int fd = open_new("f"), second = open_new("f");
	const struct sigaction count = { .sa_handler = count_alarm };
	const struct itimerval tick = { { 0, 1000 }, { 0, 1000 } };

	/* Its own repeated timer, so that the signal cannot come too soon. */
	sigaction(SIGVTALRM, &count, NULL);
	sigaction(SIGALRM, &count, NULL);
	CHECK_INT(ob_lock_set(fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, 0), 0);
	setitimer(ITIMER_REAL, &tick, NULL);
	CHECK_INT(
	    ob_lock_set(second, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, OB_NEVER),
	    -EINTR);
	CHECK(alarms > 0);
}

static void
testing_tells_the_holder_and_takes_nothing(void)
{
	for (int i = OB_LOCK_AUTO; i < OB_LOCK_KIND_COUNT; i++) {
		enum ob_lock_kind kind = (enum ob_lock_kind)i;
		OB_AUTO_CLOSE int fd = open_new("f");
		struct ob_lock_row row = { .pid = 0 };
		pid_t pid;
		int end;

		if (ob_lock_test(fd, kind, OB_LOCK_EX, NULL, NULL) == -ENOTSUP)
			continue;
		CHECK_INT(ob_lock_test(fd, kind, OB_LOCK_EX, NULL, &row), 0);
		CHECK_INT(ob_lock_test(fd, kind, OB_LOCK_UN, NULL, &row), 0);
		CHECK_INT(row.pid, 0);
		CHECK_INT(other_tries("f", kind, OB_LOCK_EX, NULL), 0);
		pid = hold("f", kind, &end);
		CHECK_INT(ob_lock_test(fd, kind, OB_LOCK_SH, NULL, &row), 1);
		CHECK_INT(row.mode, OB_LOCK_EX);
		CHECK(!row.waiting);
		CHECK_INT(row.pid, kind == OB_LOCK_OFD ? -1 : pid);
		ob_close(&end);
		waitpid(pid, NULL, 0);
		CHECK_INT(ob_lock_test(fd, kind, OB_LOCK_SH, NULL, &row), 0);
	}
}

struct found {
	struct ob_lock_file file;
	int64_t pid;
	int held, waiting, other;
	enum ob_lock_kind kind;
};

static int
find(const struct ob_lock_row *row, void *ctx)
{
	struct found *f = ctx;

	if (row->file.ino != f->file.ino ||
	    row->file.dev_major != f->file.dev_major ||
	    row->file.dev_minor != f->file.dev_minor) {
		f->other++;
		return 0;
	}
	f->kind = row->kind;
	f->held += !row->waiting;
	f->waiting += row->waiting;
	f->pid = row->pid;
	return 7;
}

static int
find_open(const struct ob_lock_row *row, const char *path, void *ctx)
{
	CHECK(path != NULL);
	CHECK_STR(strrchr(path, '/'), "/f");
	return find(row, ctx);
}

static void
the_list_shows_locks_and_their_owners(void)
{
	OB_AUTO_CLOSE int fd = open_new("f");
	struct found f = { .pid = 0 };
	pid_t pid;
	int end;

	CHECK_INT(ob_lock_identify(fd, &f.file), 0);
	if (ob_lock_list(find, &f) == -ENOTSUP) {
		CHECK_INT(
		    ob_lock_list_open(&f.file, 1, find_open, &f), -ENOTSUP);
		SKIP("no list of locks");
	}
	CHECK_INT(f.held, 0);
	pid = hold("f", OB_LOCK_OFD, &end);
	CHECK_INT(ob_lock_list(find, &f), 7);
	CHECK_INT(f.held, 1);
	CHECK_INT(f.kind, OB_LOCK_OFD);
	CHECK_INT(f.pid, -1);
	f.held = f.other = 0;
	CHECK_INT(ob_lock_list_open(&f.file, 1, find_open, &f), 7);
	CHECK_INT(f.held, 1);
	CHECK_INT(f.pid, pid);
	CHECK_INT(f.other, 0);
	ob_close(&end);
	waitpid(pid, NULL, 0);
	f.held = 0;
	CHECK_INT(ob_lock_list_open(&f.file, 1, find_open, &f), 0);
	CHECK_INT(f.held, 0);
}

static void
a_probe_tells_what_works_and_leaves_nothing(void)
{
	OB_AUTO_CLOSE int dir =
	    ob_open(AT_FDCWD, ".", O_RDONLY | O_DIRECTORY, 0);
	struct ob_lock_probe probe;

	CHECK_INT(ob_lock_probe(dir, &probe), 0);
	CHECK_INT(probe.works[OB_LOCK_AUTO], 0);
	CHECK_INT(probe.works[OB_LOCK_POSIX], 0);
	CHECK_INT(probe.works[OB_LOCK_WIN], 0);
	CHECK_INT(
	    probe.works[OB_LOCK_OFD], is_supported(OB_LOCK_OFD) ? 0 : -ENOTSUP);
	CHECK_INT(probe.links, 0);
	CHECK(!probe.mandatory);
	CHECK_INT(unlink("supported"), 0);
	CHECK_INT(mkdir("d", 0700), 0);
	ob_close(&dir);
	dir = ob_open(AT_FDCWD, "d", O_RDONLY | O_DIRECTORY, 0);
	CHECK_INT(ob_lock_probe(dir, &probe), 0);
	CHECK_INT(rmdir("d"), 0); /* was empty */
}

static void
a_probe_of_a_read_only_place_says_why_not(void)
{
	OB_AUTO_CLOSE int dir =
	    ob_open(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY, 0);
	struct ob_lock_probe probe;

	if (dir < 0)
		SKIP("no /proc");
	CHECK_INT(ob_lock_probe(dir, &probe), 0);
	CHECK(probe.works[OB_LOCK_AUTO] < 0);
	CHECK(probe.links < 0);
	CHECK(!probe.mandatory);
}

static void
names_are_those_of_the_command_line(void)
{
	CHECK_STR(ob_lock_kind_name(OB_LOCK_AUTO), "auto");
	CHECK_STR(ob_lock_kind_name(OB_LOCK_WIN), "win");
	CHECK_STR(ob_lock_mode_name(OB_LOCK_SH), "shared");
	CHECK_STR(ob_lock_mode_name(OB_LOCK_EX), "exclusive");
	CHECK_STR(ob_lock_mode_name(OB_LOCK_UN), "none");
}

OB_TESTS(lock) = {
	OB_TEST(each_kind_excludes_and_shares),
	OB_TEST(ranges_exclude_only_where_they_overlap),
	OB_TEST(impossible_ranges_are_refused),
	OB_TEST(a_descriptor_that_cannot_carry_the_lock_is_an_error),
	OB_TEST(range_locks_survive_a_refused_conversion),
	OB_TEST(a_deadline_is_never_early_and_does_not_hang),
	OB_TEST(a_wait_ends_with_the_holder),
	OB_TEST(a_wait_gives_timer_handler_and_mask_back),
	OB_TEST(a_signal_of_the_caller_ends_a_wait),
	OB_TEST(testing_tells_the_holder_and_takes_nothing),
	OB_TEST(the_list_shows_locks_and_their_owners),
	OB_TEST(a_probe_tells_what_works_and_leaves_nothing),
	OB_TEST(a_probe_of_a_read_only_place_says_why_not),
	OB_TEST(names_are_those_of_the_command_line),
	OB_TESTS_END,
};
