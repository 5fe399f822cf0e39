#include "rt/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "os/clock.h"
#include "os/file.h"
#include "unit.h"

/* Parties of an exclusion test, and what each does. */
#define PARTIES 50
#define ROUNDS  20

static const struct ob_lockfile_opts exclusive = {
	.mode = OB_LOCK_EX,
	.flags = OB_LOCKF_CREATE,
	.perm = 0666,
	.deadline_ns = OB_NEVER,
};

static struct ob_lockfile_opts
trying(struct ob_lockfile_opts o)
{
	o.deadline_ns = OB_LOCK_TRY;
	return o;
}

static void
make_file(const char *path, const char *text)
{
	OB_AUTO_CLOSE int fd =
	    ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, strlen(text)), 0);
}

/* What a party that opens the path anew gets from one try. */
static int
other_tries(const char *path, const struct ob_lockfile_opts *opts)
{
	struct ob_lockfile_opts o = trying(*opts);
	int status;
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		struct ob_lockfile *lf = NULL;

		o.flags &= ~(unsigned)OB_LOCKF_CREATE;
		_exit(-ob_lockfile_acquire(&lf, AT_FDCWD, path, &o, NULL));
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static uint64_t
read_counter(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(64);
	uint64_t n;

	if (ob_file_read_all(AT_FDCWD, "counter", &b, NULL) < 0 ||
	    ob_num_u64(ob_buf_str(&b), 0, UINT64_MAX, &n) < 0)
		_exit(3);
	return n;
}

/* Reads and writes the counter in a way that loses counts without a lock. */
static void
increment(void)
{
	char text[OB_NUM_BYTES];
	size_t n = ob_num_format_u64(text, read_counter() + 1);
	int fd = ob_open(AT_FDCWD, "counter", O_WRONLY | O_TRUNC, 0);

	if (fd < 0 || ob_write_full(fd, text, n) < 0)
		_exit(4);
	ob_close(&fd);
}

static void
run_party(
    const struct ob_lockfile_opts *opts, const char *const *paths, size_t n)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct ob_lockfile *lf = NULL;

		if (ob_lockfile_acquire_many(
			&lf, AT_FDCWD, n, paths, opts, NULL) < 0)
			_exit(2);
		increment();
		ob_lockfile_release(&lf);
	}
	_exit(0);
}

/* Each odd party sees the paths in the opposite order. */
static void
check_exclusion(
    const struct ob_lockfile_opts *opts, const char *const *paths, size_t n)
{
	const char *reversed[4];
	int status, failed = 0;

	for (size_t i = 0; i < n; i++)
		reversed[i] = paths[n - 1 - i];
	make_file("counter", "0");
	for (int i = 0; i < PARTIES; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0)
			run_party(opts, i % 2 ? reversed : paths, n);
	}
	for (int i = 0; i < PARTIES; i++) {
		CHECK(wait(&status) > 0);
		failed += status != 0;
	}
	CHECK_INT(failed, 0);
	CHECK_UINT(read_counter(), PARTIES * ROUNDS);
}

static const char *const one_path[] = { "lock" };

static void
fifty_parties_lose_no_count_under_any_kind(void)
{
	for (int i = OB_LOCK_AUTO; i < OB_LOCK_KIND_COUNT; i++) {
		struct ob_lockfile_opts o = exclusive;

		o.kind = (enum ob_lock_kind)i;
		if (other_tries(".", &o) != -ENOTSUP)
			check_exclusion(&o, one_path, 1);
	}
}

static void
nothing_is_lost_while_everybody_removes_the_file(void)
{
	struct ob_lockfile_opts o = exclusive;

	o.flags |= OB_LOCKF_UNLINK;
	check_exclusion(&o, one_path, 1);
	CHECK_INT(ob_file_exists(AT_FDCWD, "lock"), 0);
}

static void
nothing_is_lost_at_the_turnstile(void)
{
	struct ob_lockfile_opts o = exclusive;

	o.flags |= OB_LOCKF_FAIR;
	check_exclusion(&o, one_path, 1);
	o.flags |= OB_LOCKF_UNLINK;
	check_exclusion(&o, one_path, 1);
}

static void
several_locks_in_opposite_order_neither_hang_nor_lose(void)
{
	static const char *const paths[] = { "b", "a", "./b", "c" };
	struct ob_lockfile_opts o = exclusive;

	check_exclusion(&o, paths, 4);
	o.flags |= OB_LOCKF_UNLINK;
	check_exclusion(&o, paths, 4);
}

static void
one_slot_is_an_exclusive_lock(void)
{
	struct ob_lockfile_opts o = exclusive;

	o.slots = 1;
	if (other_tries(".", &o) == -ENOTSUP)
		SKIP("no OFD locks");
	check_exclusion(&o, one_path, 1);
}

static void
slots_let_n_parties_in_and_no_more(void)
{
	struct ob_lockfile_opts o = trying(exclusive), single = o;
	struct ob_lockfile *held[3] = { NULL }, *fourth = NULL;

	o.slots = 3;
	for (int i = 0; i < 3; i++) {
		int rc = ob_lockfile_acquire(&held[i], AT_FDCWD, "s", &o, NULL);

		if (rc == -ENOTSUP)
			SKIP("no OFD locks");
		CHECK_INT(rc, 0);
		CHECK_INT(ob_lockfile_slot(held[i]), i);
	}
	CHECK_INT(
	    ob_lockfile_acquire(&fourth, AT_FDCWD, "s", &o, NULL), -EAGAIN);
	o.deadline_ns = ob_clock_deadline_ns(3 * OB_NS_PER_MS);
	CHECK_INT(
	    ob_lockfile_acquire(&fourth, AT_FDCWD, "s", &o, NULL), -ETIMEDOUT);
	CHECK(ob_clock_monotonic_ns() >= o.deadline_ns);
	CHECK_INT(ob_lockfile_test(AT_FDCWD, "s", &o, NULL, NULL), 1);
	ob_lockfile_release(&held[1]);
	CHECK_INT(ob_lockfile_test(AT_FDCWD, "s", &o, NULL, NULL), 0);
	CHECK_INT(ob_lockfile_acquire(&fourth, AT_FDCWD, "s", &o, NULL), 0);
	CHECK_INT(ob_lockfile_slot(fourth), 1);

	single.slots = OB_LOCKF_SLOTS_MAX + 1;
	CHECK_INT(ob_lockfile_acquire(&held[1], AT_FDCWD, "s", &single, NULL),
	    -EINVAL);
	single.slots = 2;
	single.mode = OB_LOCK_SH;
	CHECK_INT(ob_lockfile_acquire(&held[1], AT_FDCWD, "s", &single, NULL),
	    -EINVAL);
	for (int i = 0; i < 3; i++)
		ob_lockfile_release(&held[i]);
	ob_lockfile_release(&fourth);
}

/* Wake-ups of our own accord so far. */
static long
switches(pid_t pid)
{
	char path[64], line[128];
	long n = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return n;
}

/* A child that holds the lock until it is killed. */
static pid_t
start_holder(const char *path, const struct ob_lockfile_opts *opts)
{
	struct ob_lockfile *lf = NULL;
	int ready[2];
	char c;
	pid_t pid;

	CHECK_INT(ob_fd_pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		if (ob_lockfile_acquire(&lf, AT_FDCWD, path, opts, NULL) == 0)
			(void)ob_write(ready[1], "", 1);
		for (;;)
			pause();
	}
	CHECK(pid > 0);
	CHECK_INT(ob_read_full(ready[0], &c, 1), 1);
	ob_close(&ready[0]);
	ob_close(&ready[1]);
	return pid;
}

/* Whoever waits long sleeps until a slot is given up, a killed holder's too. */
static void
a_wait_for_a_slot_has_no_wake_ups(void)
{
	struct ob_lockfile_opts o = trying(exclusive);
	struct ob_lockfile *lf = NULL;
	int rc, status, quiet = 0;
	long before;
	pid_t holder, waiter;

	o.slots = 1;
	rc = ob_lockfile_acquire(&lf, AT_FDCWD, "s", &o, NULL);
	if (rc == -ENOTSUP || switches(getpid()) < 0)
		SKIP("no OFD locks, or no count of wake-ups");
	ob_lockfile_release(&lf);
	holder = start_holder("s", &o);
	o.deadline_ns = OB_NEVER;
	waiter = fork();
	if (waiter == 0)
		_exit(-ob_lockfile_acquire(&lf, AT_FDCWD, "s", &o, NULL));
	for (int i = 0; i < 1000 && quiet < 10; i++) {
		before = switches(waiter);
		ob_clock_sleep_until(ob_clock_deadline_ns(20 * OB_NS_PER_MS));
		quiet = switches(waiter) == before ? quiet + 1 : 0;
	}
	CHECK_INT(quiet, 10);
	CHECK_INT(kill(holder, SIGKILL), 0);
	CHECK_INT(waitpid(waiter, &status, 0), waiter);
	CHECK_INT(status, 0);
	waitpid(holder, NULL, 0);
}

/* A child that sleeps in acquire; the caller knows when it waits. */
static pid_t
start_waiter(const char *path, const struct ob_lockfile_opts *opts)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if (pid == 0) {
		struct ob_lockfile *lf = NULL;
		struct stat now, mine;
		int rc = ob_lockfile_acquire(&lf, AT_FDCWD, path, opts, NULL);

		if (rc < 0)
			_exit(-rc);
		_exit(stat(path, &now) < 0 ||
		      fstat(ob_lockfile_handle(lf, 0), &mine) < 0 ||
		      now.st_ino != mine.st_ino);
	}
	return pid;
}

static int
find_waiter(const struct ob_lock_row *row, void *ctx)
{
	return row->waiting && row->pid == *(const pid_t *)ctx;
}

static void
await_waiting(pid_t pid)
{
	int rc = 0;

	while (rc == 0) {
		rc = ob_lock_list(find_waiter, &pid);
		if (rc < 0)
			SKIP("no list of locks");
	}
}

static void
a_grant_is_on_the_file_that_the_path_names_now(void)
{
	struct ob_lockfile *lf = NULL;
	int status;
	pid_t pid;

	for (int round = 0; round < 3; round++) {
		CHECK_INT(ob_lockfile_acquire(
			      &lf, AT_FDCWD, "lock", &exclusive, NULL),
		    0);
		pid = start_waiter("lock", &exclusive);
		await_waiting(pid);
		if (round == 0) {
			CHECK_INT(unlink("lock"), 0);
		} else if (round == 1) {
			CHECK_INT(rename("lock", "away"), 0);
		} else {
			make_file("new", "");
			CHECK_INT(rename("new", "lock"), 0);
		}
		ob_lockfile_release(&lf);
		CHECK_INT(waitpid(pid, &status, 0), pid);
		CHECK_INT(status, 0);
	}
}

static void
a_removed_file_is_not_created_unless_asked_for(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL;
	int status;
	pid_t pid;

	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &o, NULL), 0);
	o.flags = 0;
	pid = start_waiter("lock", &o);
	await_waiting(pid);
	CHECK_INT(unlink("lock"), 0);
	ob_lockfile_release(&lf);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(WEXITSTATUS(status), ENOENT);
	CHECK_INT(ob_file_exists(AT_FDCWD, "lock"), 0);
}

static void
a_writer_waits_for_one_generation_of_fair_readers(void)
{
	struct ob_lockfile_opts reader = exclusive, writer = exclusive;
	struct ob_lockfile *lf = NULL, *late = NULL;
	int status;
	pid_t pid;

	reader.mode = OB_LOCK_SH;
	reader.flags = writer.flags |= OB_LOCKF_FAIR;
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &reader, NULL), 0);
	pid = start_waiter("lock", &writer);
	await_waiting(pid);
	reader.deadline_ns = OB_LOCK_TRY;
	CHECK_INT(ob_lockfile_acquire(&late, AT_FDCWD, "lock", &reader, NULL),
	    -EAGAIN);
	reader.flags &= ~(unsigned)OB_LOCKF_FAIR;
	CHECK_INT(
	    ob_lockfile_acquire(&late, AT_FDCWD, "lock", &reader, NULL), 0);
	ob_lockfile_release(&late);
	ob_lockfile_release(&lf);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

static void
a_turnstile_beside_the_file_serves_directories(void)
{
	struct ob_lockfile_opts o = trying(exclusive);
	struct ob_lockfile *lf = NULL;

	o.flags |= OB_LOCKF_FAIR;
	CHECK_INT(mkdir("d", 0755), 0);
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "d/", &o, NULL), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "d.turn"), 1);
	CHECK_INT(other_tries("d", &o), -EAGAIN);
	ob_lockfile_release(&lf);
	CHECK_INT(other_tries("d", &o), 0);
}

static void
removal_waits_until_nobody_holds_the_file(void)
{
	struct ob_lockfile_opts o = trying(exclusive);
	struct ob_lockfile *first = NULL, *second = NULL;

	o.mode = OB_LOCK_SH;
	o.flags |= OB_LOCKF_UNLINK;
	CHECK_INT(ob_lockfile_acquire(&first, AT_FDCWD, "lock", &o, NULL), 0);
	CHECK_INT(ob_lockfile_acquire(&second, AT_FDCWD, "lock", &o, NULL), 0);
	ob_lockfile_release(&first);
	CHECK_INT(other_tries("lock", &exclusive), -EAGAIN);
	ob_lockfile_release(&second);
	CHECK_INT(ob_file_exists(AT_FDCWD, "lock"), 0);
}

static void
an_inherited_lock_stays_with_the_child(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL;
	int end[2];
	char c;
	pid_t pid;

	o.flags |= OB_LOCKF_INHERIT | OB_LOCKF_UNLINK;
	CHECK_INT(ob_fd_pipe(end), 0);
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &o, NULL), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		ob_close(&end[1]);
		(void)ob_read_full(end[0], &c, 1);
		_exit(0);
	}
	ob_lockfile_release(&lf);
	CHECK_INT(other_tries("lock", &exclusive), -EAGAIN);
	ob_close(&end[1]);
	waitpid(pid, NULL, 0);
	CHECK_INT(other_tries("lock", &exclusive), 0);
}

static void
content_and_mode_of_the_file_stay(void)
{
	struct ob_lockfile *lf = NULL;
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(64);
	mode_t mode;

	make_file("lock", "precious");
	CHECK_INT(chmod("lock", 0444), 0);
	CHECK_INT(
	    ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &exclusive, NULL), 0);
	ob_lockfile_release(&lf);
	CHECK_INT(ob_file_read_all(AT_FDCWD, "lock", &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), "precious");
	CHECK_INT(ob_file_get_mode(AT_FDCWD, "lock", &mode), 0);
	CHECK_INT(mode, 0444);
}

/* The error of a refused path, and that no lock object came of it. */
static void
check_refused(const char *path, unsigned flags, int code, const char *words)
{
	struct ob_lockfile_opts o = trying(exclusive);
	struct ob_lockfile *lf = NULL;
	struct ob_err err = OB_ERR_INIT;

	o.flags = flags;
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, path, &o, &err), code);
	CHECK(lf == NULL);
	CHECK_INT(err.code, code);
	CHECK_STR(err.msg, words);
}

static void
paths_that_are_no_lock_files_are_refused_at_once(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "sock" };
	OB_AUTO_CLOSE int s = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(bind(s, (const struct sockaddr *)&a, sizeof(a)), 0);
	check_refused("fifo", OB_LOCKF_CREATE, -EINVAL,
	    "cannot lock 'fifo': not a regular file or directory");
	check_refused("sock", OB_LOCKF_CREATE, -EINVAL,
	    "cannot lock 'sock': not a regular file or directory");
	check_refused("/dev/null", OB_LOCKF_CREATE, -EINVAL,
	    "cannot lock '/dev/null': not a regular file or directory");
	check_refused("none", 0, -ENOENT, "cannot open 'none'");
	check_refused(
	    "none/x", OB_LOCKF_CREATE, -ENOENT, "cannot open 'none/x'");
	check_refused(
	    "fifo/x", OB_LOCKF_CREATE, -ENOTDIR, "cannot open 'fifo/x'");
	check_refused("", OB_LOCKF_CREATE, -ENOENT, "cannot open ''");
}

static void
symbolic_links_are_followed_only_where_it_is_safe(void)
{
	struct ob_lockfile *lf = NULL;

	make_file("file", "");
	CHECK_INT(symlink("file", "link"), 0);
	CHECK_INT(symlink("nothing", "dangling"), 0);
	CHECK_INT(
	    ob_lockfile_acquire(&lf, AT_FDCWD, "link", &exclusive, NULL), 0);
	CHECK_INT(other_tries("file", &exclusive), -EAGAIN);
	ob_lockfile_release(&lf);
	check_refused("link", OB_LOCKF_CREATE | OB_LOCKF_NOFOLLOW, -ELOOP,
	    "cannot open 'link': a symbolic link");
	check_refused("dangling", OB_LOCKF_CREATE, -ENOENT,
	    "cannot open 'dangling': a symbolic link to nothing");
	CHECK_INT(ob_file_exists(AT_FDCWD, "nothing"), 0);
}

static void
links_of_strangers_in_sticky_directories_are_not_followed(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL;

	if (geteuid() != 0)
		SKIP("needs root to make a link of another user");
	make_file("file", "");
	CHECK_INT(mkdir("tmp", 0700), 0);
	CHECK_INT(symlink("../file", "tmp/link"), 0);
	CHECK_INT(lchown("tmp/link", 12345, 12345), 0);
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "tmp/link", &o, NULL), 0);
	ob_lockfile_release(&lf);
	CHECK_INT(chmod("tmp", 01777), 0);
	check_refused("tmp/link", OB_LOCKF_CREATE, -EPERM,
	    "cannot open 'tmp/link': a symbolic link of another user in a "
	    "directory that everybody may write");
	o.flags |= OB_LOCKF_FOLLOW;
	if (ob_lockfile_acquire(&lf, AT_FDCWD, "tmp/link", &o, NULL) == 0)
		ob_lockfile_release(&lf); /* else the kernel refuses it too */
}

static void
a_conversion_is_kept_or_told(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL, *other = NULL;

	o.mode = OB_LOCK_SH;
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &o, NULL), 0);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_SH, OB_LOCK_TRY), 0);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_EX, OB_LOCK_TRY), 1);
	CHECK_INT(other_tries("lock", &o), -EAGAIN);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_SH, OB_LOCK_TRY), 1);
	CHECK_INT(ob_lockfile_acquire(&other, AT_FDCWD, "lock", &o, NULL), 0);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_EX, OB_LOCK_TRY), -EAGAIN);
	CHECK_INT(ob_lockfile_convert(
		      lf, OB_LOCK_EX, ob_clock_deadline_ns(OB_NS_PER_MS)),
	    -ETIMEDOUT);
	ob_lockfile_release(&other);
	CHECK_INT(other_tries("lock", &exclusive), -EAGAIN);
	CHECK_INT(unlink("lock"), 0);
	CHECK_INT(
	    ob_lockfile_convert(lf, OB_LOCK_EX, OB_LOCK_TRY), -EOWNERDEAD);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_UN, OB_LOCK_TRY), -EINVAL);
	ob_lockfile_release(&lf);
}

static void
range_locks_convert_in_one_step(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL;

	o.kind = OB_LOCK_OFD;
	if (ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &o, NULL) == -ENOTSUP)
		SKIP("no OFD locks");
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_SH, OB_LOCK_TRY), 0);
	CHECK_INT(ob_lockfile_convert(lf, OB_LOCK_EX, OB_LOCK_TRY), 0);
	ob_lockfile_release(&lf);
}

static void
a_borrowed_descriptor_is_locked_and_left_open(void)
{
	struct ob_lockfile_opts o = trying(exclusive);
	struct ob_lockfile *lf = NULL;
	OB_AUTO_CLOSE int fd = -1;

	make_file("lock", "");
	fd = ob_open(AT_FDCWD, "lock", O_RDONLY, 0);
	CHECK_INT(ob_lockfile_acquire_fd(&lf, fd, &o, NULL), 0);
	CHECK_INT(ob_lockfile_handle(lf, 0), fd);
	CHECK(ob_lockfile_path(lf, 0) == NULL);
	CHECK_INT(other_tries("lock", &exclusive), -EAGAIN);
	ob_lockfile_release(&lf);
	CHECK(fcntl(fd, F_GETFD) >= 0);
	CHECK_INT(other_tries("lock", &exclusive), 0);
	CHECK_INT(ob_lockfile_acquire_fd(&lf, -1, &o, NULL), -EBADF);
	o.kind = OB_LOCK_POSIX;
	CHECK_INT(ob_lockfile_acquire_fd(&lf, fd, &o, NULL), -EBADF);
	CHECK(lf == NULL);
}

static void
all_or_nothing(void)
{
	static const char *const paths[] = { "a", "b" };
	struct ob_lockfile_opts o = trying(exclusive), bad = o;
	struct ob_lockfile *b = NULL, *both = NULL;

	CHECK_INT(ob_lockfile_acquire(&b, AT_FDCWD, "b", &o, NULL), 0);
	CHECK_INT(ob_lockfile_acquire_many(&both, AT_FDCWD, 2, paths, &o, NULL),
	    -EAGAIN);
	CHECK_INT(other_tries("a", &o), 0);
	ob_lockfile_release(&b);
	CHECK_INT(
	    ob_lockfile_acquire_many(&both, AT_FDCWD, 2, paths, &o, NULL), 0);
	CHECK_UINT(ob_lockfile_count(both), 2);
	CHECK_INT(other_tries("a", &o), -EAGAIN);
	CHECK_INT(other_tries("b", &o), -EAGAIN);
	CHECK_INT(ob_lockfile_convert(both, OB_LOCK_SH, 0), -EINVAL);
	ob_lockfile_release(&both);
	CHECK_INT(ob_lockfile_acquire_many(&both, AT_FDCWD, 0, paths, &o, NULL),
	    -EINVAL);
	bad.slots = 2;
	CHECK_INT(
	    ob_lockfile_acquire_many(&both, AT_FDCWD, 2, paths, &bad, NULL),
	    -EINVAL);
	CHECK(both == NULL);
}

static void
opening_and_waiting_may_be_apart(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL, *other = NULL;

	CHECK_INT(ob_lockfile_open(&lf, AT_FDCWD, 1, one_path, &o, NULL), 0);
	CHECK_STR(ob_lockfile_path(lf, 0), "lock");
	CHECK(ob_lockfile_handle(lf, 0) >= 10);
	CHECK_INT(ob_lockfile_slot(lf), -1);
	CHECK_INT(ob_lockfile_acquire(&other, AT_FDCWD, "lock", &o, NULL), 0);
	CHECK_INT(ob_lockfile_lock(lf, OB_LOCK_TRY, NULL), -EAGAIN);
	CHECK_INT(unlink("lock"), 0);
	ob_lockfile_release(&other);
	CHECK_INT(ob_lockfile_lock(lf, OB_LOCK_TRY, NULL), 0);
	CHECK_INT(other_tries("lock", &o), -EAGAIN);
	ob_lockfile_release(&lf);
}

static void
a_test_takes_and_creates_nothing(void)
{
	struct ob_lockfile_opts o = exclusive;
	struct ob_lockfile *lf = NULL;
	struct ob_lock_row row = { .pid = 0 };
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_lockfile_test(AT_FDCWD, "lock", &o, &row, &err), 0);
	CHECK_INT(err.code, 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "lock"), 0);
	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &o, NULL), 0);
	CHECK_INT(ob_lockfile_test(AT_FDCWD, "lock", &o, &row, &err), 1);
	CHECK_INT(row.mode, OB_LOCK_EX);
	ob_lockfile_release(&lf);
	CHECK_INT(ob_lockfile_test(AT_FDCWD, "lock", &o, &row, &err), 0);
	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(ob_lockfile_test(AT_FDCWD, "fifo", &o, &row, &err), -EINVAL);
	CHECK_INT(err.code, -EINVAL);
}

static void
other_programs_see_the_lock(void)
{
	struct ob_lockfile *lf = NULL;
	OB_AUTO_CLOSE int fd = -1;

	CHECK_INT(
	    ob_lockfile_acquire(&lf, AT_FDCWD, "lock", &exclusive, NULL), 0);
	fd = ob_open(AT_FDCWD, "lock", O_RDONLY, 0);
	CHECK(flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK);
	ob_lockfile_release(&lf);
	CHECK_INT(flock(fd, LOCK_EX | LOCK_NB), 0);
	CHECK_INT(other_tries("lock", &exclusive), -EAGAIN);
	ob_lockfile_release(&lf); /* NULL by now */
}

OB_TESTS(lockfile) = {
	OB_TEST(fifty_parties_lose_no_count_under_any_kind),
	OB_TEST(nothing_is_lost_while_everybody_removes_the_file),
	OB_TEST(nothing_is_lost_at_the_turnstile),
	OB_TEST(several_locks_in_opposite_order_neither_hang_nor_lose),
	OB_TEST(one_slot_is_an_exclusive_lock),
	OB_TEST(slots_let_n_parties_in_and_no_more),
	OB_TEST(a_wait_for_a_slot_has_no_wake_ups),
	OB_TEST(a_grant_is_on_the_file_that_the_path_names_now),
	OB_TEST(a_removed_file_is_not_created_unless_asked_for),
	OB_TEST(a_writer_waits_for_one_generation_of_fair_readers),
	OB_TEST(a_turnstile_beside_the_file_serves_directories),
	OB_TEST(removal_waits_until_nobody_holds_the_file),
	OB_TEST(an_inherited_lock_stays_with_the_child),
	OB_TEST(content_and_mode_of_the_file_stay),
	OB_TEST(paths_that_are_no_lock_files_are_refused_at_once),
	OB_TEST(symbolic_links_are_followed_only_where_it_is_safe),
	OB_TEST(links_of_strangers_in_sticky_directories_are_not_followed),
	OB_TEST(a_conversion_is_kept_or_told),
	OB_TEST(range_locks_convert_in_one_step),
	OB_TEST(a_borrowed_descriptor_is_locked_and_left_open),
	OB_TEST(all_or_nothing),
	OB_TEST(opening_and_waiting_may_be_apart),
	OB_TEST(a_test_takes_and_creates_nothing),
	OB_TEST(other_programs_see_the_lock),
	OB_TESTS_END,
};
