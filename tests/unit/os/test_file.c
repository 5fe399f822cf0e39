#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "os/feature.h"
#include "os/file.h"

#define BIG ((size_t)300 * 1000) /* more than a pipe holds */

static void
put(const char *path, const char *text)
{
	OB_AUTO_CLOSE int fd =
	    ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, strlen(text)), 0);
}

static void
holds(const char *path, const char *text)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);

	CHECK_INT(ob_file_read_all(AT_FDCWD, path, &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

/* --- descriptors ------------------------------------------------------- */

static void
close_leaves_no_descriptor_and_keeps_errno(void)
{
	int fd = ob_fd_open_null(O_RDWR), bad = 999, old = fd;

	CHECK(fd > 2);
	errno = E2BIG;
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(errno, E2BIG);
	CHECK_INT(fd, -1);
	CHECK_INT(fcntl(old, F_GETFD), -1);
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(ob_close(&bad), -EBADF);
	CHECK_INT(bad, -1);
}

static int
open_and_steal(void)
{
	OB_AUTO_CLOSE int fd = ob_fd_open_null(O_RDONLY);
	OB_AUTO_CLOSE int other = ob_fd_open_null(O_RDONLY);

	CHECK(other >= 0);
	return ob_steal_fd(&fd);
}

static void
a_scope_closes_what_was_not_stolen(void)
{
	int fd = open_and_steal();

	CHECK(fcntl(fd, F_GETFD) >= 0);
	CHECK_INT(fcntl(fd + 1, F_GETFD), -1);
	CHECK_INT(ob_close(&fd), 0);
}

static void
descriptors_are_close_on_exec_from_birth(void)
{
	int fds[2], fd = ob_fd_open_null(O_RDONLY), high;

	CHECK_INT(ob_fd_pipe(fds), 0);
	high = ob_fd_dup_high(fd);
	CHECK(high >= 10);
	CHECK_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_INT(fcntl(high, F_GETFD), FD_CLOEXEC);
	CHECK_INT(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
	CHECK_INT(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
	CHECK_INT(ob_fd_dup_high(999), -EBADF);
}

static void
flags_are_switched_one_at_a_time(void)
{
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_fd_set_nonblock(fds[0], OB_ON), 0);
	CHECK(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	CHECK_INT(ob_fd_set_nonblock(fds[0], OB_OFF), 0);
	CHECK_INT(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
	CHECK_INT(ob_fd_set_cloexec(fds[0], OB_OFF), 0);
	CHECK_INT(fcntl(fds[0], F_GETFD), 0);
	CHECK_INT(ob_fd_set_cloexec(fds[0], OB_ON), 0);
	CHECK_INT(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
	CHECK_INT(ob_fd_set_nonblock(999, OB_ON), -EBADF);
	CHECK_INT(ob_fd_set_cloexec(999, OB_ON), -EBADF);
}

static void
closed_standard_descriptors_are_filled_but_unusable(void)
{
	int err = ob_fd_dup_high(2);
	char c;

	close(0);
	close(1);
	CHECK_INT(ob_fd_fill_std(), 2);
	CHECK_INT(ob_fd_fill_std(), 0);
	CHECK_INT(ob_read(0, &c, 1), -EBADF);
	CHECK_INT(ob_write(1, "x", 1), -EBADF);
	CHECK(ob_fd_open_null(O_RDONLY) > 2);
	close(err);
}

/* --- transfers --------------------------------------------------------- */

static void
on_alarm(int sig)
{
	(void)sig;
}

/* Interrupts every system call that blocks, without SA_RESTART. */
static void
interrupt_every_ms(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval every = { { 0, 1000 }, { 0, 1000 } };

	CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_INT(setitimer(ITIMER_REAL, &every, NULL), 0);
}

static char *
pattern(size_t n)
{
	char *p = malloc(n);

	CHECK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 31 + i / 257);
	return p;
}

/* Sends BIG bytes through a pipe from a child and compares them. */
static void
transfer(enum ob_switch nonblock, int (*send)(int fd, char *p))
{
	OB_AUTO_FREE char *sent = pattern(BIG), *got = malloc(BIG + 1);
	int fds[2], status;
	pid_t pid;

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_fd_set_nonblock(fds[0], nonblock), 0);
	CHECK_INT(ob_fd_set_nonblock(fds[1], nonblock), 0);
	pid = fork();
	interrupt_every_ms();
	if (pid == 0) {
		close(fds[0]);
		_exit(send(fds[1], sent) == 0 ? 0 : 1);
	}
	close(fds[1]);
	CHECK_INT(ob_read_full(fds[0], got, BIG + 1), BIG);
	CHECK(memcmp(sent, got, BIG) == 0);
	while (waitpid(pid, &status, 0) < 0)
		CHECK_INT(errno, EINTR);
	CHECK_INT(status, 0);
}

static int
send_flat(int fd, char *p)
{
	return ob_write_full(fd, p, BIG);
}

static int
send_vector(int fd, char *p)
{
	struct iovec v[5] = { { p, 1 }, { p + 1, 0 }, { p + 1, BIG / 2 },
		{ p + 1 + BIG / 2, BIG - BIG / 2 - 1 }, { NULL, 0 } };

	return ob_writev_full(fd, v, 5);
}

static void
full_transfers_survive_short_ones_and_signals(void)
{
	transfer(OB_OFF, send_flat);
	transfer(OB_OFF, send_vector);
}

static void
full_transfers_wait_on_non_blocking_descriptors(void)
{
	transfer(OB_ON, send_flat);
	transfer(OB_ON, send_vector);
}

static void
transfers_report_errors(void)
{
	struct iovec v = { (char[]){ "x" }, 1 };
	int fds[2];
	char c;

	CHECK_INT(ob_read(999, &c, 1), -EBADF);
	CHECK_INT(ob_read_full(999, &c, 1), -EBADF);
	CHECK_INT(ob_write_full(999, &c, 1), -EBADF);
	CHECK_INT(ob_writev_full(999, &v, 1), -EBADF);
	CHECK_INT(ob_pread_full(0, &c, 1, -1), -EINVAL);
	CHECK_INT(ob_pwrite_full(0, &c, 1, -1), -EINVAL);
	signal(SIGPIPE, SIG_IGN);
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_fd_set_nonblock(fds[0], OB_ON), 0);
	CHECK_INT(ob_read(fds[0], &c, 1), -EAGAIN);
	close(fds[0]);
	CHECK_INT(ob_write(fds[1], "x", 1), -EPIPE);
	CHECK_INT(ob_write_full(fds[1], "x", 1), -EPIPE);
}

static void
offset_transfers_leave_the_position(void)
{
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, "f", O_RDWR | O_CREAT, 0600);
	char c[4] = { 0 };

	CHECK_INT(ob_pwrite_full(fd, "abc", 3, 2), 0);
	CHECK_INT(ob_pread_full(fd, c, 4, 3), 2);
	CHECK_STR(c, "bc");
	CHECK_INT(lseek(fd, 0, SEEK_CUR), 0);
}

static void
read_all_stops_at_the_maximum(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(5);
	struct ob_err err = OB_ERR_INIT;

	put("five", "12345");
	CHECK_INT(ob_file_read_all(AT_FDCWD, "five", &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), "12345");
	ob_buf_reset(&b);
	put("six", "123456");
	CHECK_INT(ob_file_read_all(AT_FDCWD, "six", &b, &err), -EFBIG);
	CHECK_STR(err.msg, "cannot read 'six': it is larger than 5 bytes");
	CHECK_INT(ob_file_read_all(AT_FDCWD, "none", &b, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot open 'none'");
	ob_buf_reset(&b);
	CHECK_INT(ob_file_read_all(AT_FDCWD, ".", &b, &err), -EISDIR);
}

/* --- opening ----------------------------------------------------------- */

static void
only_regular_files_are_opened_as_such(void)
{
	struct ob_err err = OB_ERR_INIT;
	int fd;

	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(
	    ob_open_regular(AT_FDCWD, "fifo", O_RDONLY, 0, &err), -EINVAL);
	CHECK_STR(
	    err.msg, "cannot open 'fifo': it is a FIFO, not a regular file");
	CHECK_INT(
	    ob_open_regular(AT_FDCWD, "fifo", O_WRONLY, 0, &err), -EINVAL);
	CHECK_INT(ob_open_regular(AT_FDCWD, ".", O_RDONLY, 0, &err), -EISDIR);
	CHECK_INT(
	    ob_open_regular(AT_FDCWD, "/dev/null", O_RDWR, 0, &err), -EINVAL);
	CHECK_INT(ob_open_regular(AT_FDCWD, "none", O_RDWR, 0, &err), -ENOENT);
	fd = ob_open_regular(AT_FDCWD, "new", O_RDWR | O_CREAT, 0600, &err);
	CHECK(fd >= 0);
	CHECK_INT(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
	close(fd);
}

static void
unique_files_are_new_and_private(void)
{
	OB_AUTO_CLOSE int dir = ob_open(AT_FDCWD, ".", O_RDONLY, 0);
	char one[32], two[32], small[8];
	OB_AUTO_CLOSE int a = ob_file_create_unique(dir, ".t-", one, 32);
	OB_AUTO_CLOSE int b = ob_file_create_unique(dir, ".t-", two, 32);
	mode_t mode;

	CHECK(a >= 0 && b >= 0);
	CHECK(strcmp(one, two) != 0);
	CHECK_INT(strlen(one), 3 + 12);
	CHECK_INT(ob_file_get_mode(AT_FDCWD, one, &mode), 0);
	CHECK_INT(mode, 0600);
	CHECK_INT(ob_file_create_unique(dir, "t", small, sizeof(small)),
	    -ENAMETOOLONG);
	CHECK_INT(ob_file_create_unique(AT_FDCWD, "none/", one, 32), -ENOENT);
}

static void
an_unnamed_file_gets_a_name_once(void)
{
	OB_AUTO_CLOSE int fd = ob_file_create_unnamed(AT_FDCWD, ".", 0640);

	if (fd == -ENOTSUP)
		SKIP("no O_TMPFILE here");
	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, "hello", 5), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "name"), 0);
	CHECK_INT(ob_file_link_unnamed(fd, AT_FDCWD, "name"), 0);
	holds("name", "hello");
	CHECK_INT(ob_file_link_unnamed(fd, AT_FDCWD, "name"), -EEXIST);
	CHECK_INT(ob_file_create_unnamed(AT_FDCWD, "none", 0600), -ENOENT);
}

static void
unnamed_files_can_be_switched_off(void)
{
	CHECK_INT(ob_os_disable(OB_STR("tmpfile"), NULL), 0);
	CHECK_INT(ob_file_create_unnamed(AT_FDCWD, ".", 0600), -ENOTSUP);
}

/* --- what a file is ---------------------------------------------------- */

static void
info_tells_kind_size_and_mode(void)
{
	struct ob_file_info info;
	OB_AUTO_CLOSE int fd = -1;

	put("f", "hello");
	CHECK_INT(ob_file_symlink("f", AT_FDCWD, "l"), 0);
	CHECK_INT(ob_file_set_mode(AT_FDCWD, "f", 04751), 0);
	CHECK_INT(ob_file_info(AT_FDCWD, "l", OB_FOLLOW, &info), 0);
	CHECK_INT(info.kind, OB_FILE_REGULAR);
	CHECK_UINT(info.size_bytes, 5);
	CHECK_INT(info.mode, 04751);
	CHECK_UINT(info.links, 1);
	CHECK_UINT(info.uid, geteuid());
	CHECK(info.mtime_ns > INT64_C(1500000000) * 1000000000);
	CHECK_INT(ob_file_info(AT_FDCWD, "l", OB_NOFOLLOW, &info), 0);
	CHECK_INT(info.kind, OB_FILE_LINK);
	fd = ob_open(AT_FDCWD, ".", O_RDONLY, 0);
	CHECK_INT(ob_fd_info(fd, &info), 0);
	CHECK_INT(info.kind, OB_FILE_DIRECTORY);
	CHECK_INT(ob_fd_info(999, &info), -EBADF);
	CHECK_INT(ob_file_info(AT_FDCWD, "x", OB_FOLLOW, &info), -ENOENT);
	CHECK_STR(ob_file_kind_name(OB_FILE_FIFO), "FIFO");
	CHECK_STR(ob_file_kind_name(OB_FILE_UNKNOWN), "file of unknown kind");
}

static void
exists_and_size_tell_what_is_there(void)
{
	uint64_t bytes = 77;
	mode_t mode = 1;

	put("f", "hello");
	CHECK_INT(ob_file_symlink("gone", AT_FDCWD, "dangling"), 0);
	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "f"), 1);
	CHECK_INT(ob_file_exists(AT_FDCWD, "x"), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "f/x"), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "dangling"), 0);
	CHECK_INT(ob_file_exists(999, "f"), -EBADF);
	CHECK_INT(ob_file_size(AT_FDCWD, ".", &bytes), -EISDIR);
	CHECK_INT(ob_file_size(AT_FDCWD, "fifo", &bytes), -EINVAL);
	CHECK_INT(ob_file_size(AT_FDCWD, "x", &bytes), -ENOENT);
	CHECK_UINT(bytes, 77);
	CHECK_INT(ob_file_size(AT_FDCWD, "f", &bytes), 0);
	CHECK_UINT(bytes, 5);
	CHECK_INT(ob_file_get_mode(AT_FDCWD, "x", &mode), -ENOENT);
	CHECK_INT(ob_file_set_mode(AT_FDCWD, "x", 0600), -ENOENT);
	CHECK_INT(mode, 1);
}

/* --- names ------------------------------------------------------------- */

static void
rename_replaces_or_keeps_as_asked(void)
{
	put("a", "a");
	put("b", "b");
	CHECK_INT(
	    ob_file_rename(AT_FDCWD, "a", AT_FDCWD, "b", OB_KEEP), -EEXIST);
	holds("b", "b");
	CHECK_INT(ob_file_rename(AT_FDCWD, "a", AT_FDCWD, "b", OB_REPLACE), 0);
	holds("b", "a");
	CHECK_INT(ob_file_rename(AT_FDCWD, "b", AT_FDCWD, "c", OB_KEEP), 0);
	holds("c", "a");
	CHECK_INT(ob_file_exists(AT_FDCWD, "b"), 0);
	CHECK_INT(
	    ob_file_rename(AT_FDCWD, "x", AT_FDCWD, "c", OB_KEEP), -ENOENT);
	CHECK_INT(
	    ob_file_rename(AT_FDCWD, "x", AT_FDCWD, "c", OB_REPLACE), -ENOENT);
}

static void
names_are_linked_read_and_removed(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(8);

	put("f", "x");
	CHECK_INT(ob_file_link(AT_FDCWD, "f", AT_FDCWD, "g"), 0);
	CHECK_INT(ob_file_link(AT_FDCWD, "f", AT_FDCWD, "g"), -EEXIST);
	CHECK_INT(ob_file_symlink("target", AT_FDCWD, "l"), 0);
	CHECK_INT(ob_file_symlink("target", AT_FDCWD, "l"), -EEXIST);
	CHECK_INT(ob_file_read_link(AT_FDCWD, "l", &b), 0);
	CHECK_STR(ob_buf_z(&b), "target");
	CHECK_INT(ob_file_read_link(AT_FDCWD, "l", &b), -ENOBUFS);
	CHECK_INT(ob_file_read_link(AT_FDCWD, "f", &b), -EINVAL);
	CHECK_INT(ob_file_remove(AT_FDCWD, "f"), 0);
	CHECK_INT(ob_file_remove(AT_FDCWD, "f"), -ENOENT);
	CHECK(ob_file_remove(AT_FDCWD, ".") < 0);
	holds("g", "x");
}

static void
sync_reaches_files_and_directories(void)
{
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, "f", O_RDWR | O_CREAT, 0600);
	int fds[2];

	CHECK_INT(ob_fd_sync(fd, OB_SYNC_DATA), 0);
	CHECK_INT(ob_fd_sync(fd, OB_SYNC_ALL), 0);
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_fd_sync(fds[0], OB_SYNC_ALL), -EINVAL);
	CHECK_INT(ob_dir_sync(AT_FDCWD, "."), 0);
	CHECK_INT(ob_dir_sync(AT_FDCWD, "/proc"), 0);
	CHECK_INT(ob_dir_sync(AT_FDCWD, "f"), -ENOTDIR);
}

OB_TESTS(file) = {
	OB_TEST(close_leaves_no_descriptor_and_keeps_errno),
	OB_TEST(a_scope_closes_what_was_not_stolen),
	OB_TEST(descriptors_are_close_on_exec_from_birth),
	OB_TEST(flags_are_switched_one_at_a_time),
	OB_TEST(closed_standard_descriptors_are_filled_but_unusable),
	OB_TEST(full_transfers_survive_short_ones_and_signals),
	OB_TEST(full_transfers_wait_on_non_blocking_descriptors),
	OB_TEST(transfers_report_errors),
	OB_TEST(offset_transfers_leave_the_position),
	OB_TEST(read_all_stops_at_the_maximum),
	OB_TEST(only_regular_files_are_opened_as_such),
	OB_TEST(unique_files_are_new_and_private),
	OB_TEST(an_unnamed_file_gets_a_name_once),
	OB_TEST(unnamed_files_can_be_switched_off),
	OB_TEST(info_tells_kind_size_and_mode),
	OB_TEST(exists_and_size_tell_what_is_there),
	OB_TEST(rename_replaces_or_keeps_as_asked),
	OB_TEST(names_are_linked_read_and_removed),
	OB_TEST(sync_reaches_files_and_directories),
	OB_TESTS_END,
};
