#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/fifo.h"
#include "os/wait.h"

#define SOON ob_clock_deadline_ns(INT64_C(5000000000))

static void
a_fifo_has_its_mode_whatever_the_umask(void)
{
	struct stat st;

	umask(077);
	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0622, NULL), 0);
	CHECK_INT(lstat("f", &st), 0);
	CHECK(S_ISFIFO(st.st_mode));
	CHECK_INT(st.st_mode & 07777, 0622);
}

static void
a_taken_name_is_refused(void)
{
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, NULL), 0);
	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, &err), -EEXIST);
	CHECK_STR(err.msg, "cannot create fifo 'f'");
}

static void
a_reader_opens_at_once_and_then_a_writer(void)
{
	int reader, writer;
	char got[4];

	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, NULL), 0);
	reader = ob_fifo_open_reader(AT_FDCWD, "f", NULL);
	CHECK(reader >= 0);
	CHECK(fcntl(reader, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(read(reader, got, 1), 0);
	writer = ob_fifo_open_writer(AT_FDCWD, "f", OB_NO_WAIT, NULL);
	CHECK(writer >= 0);
	CHECK_INT(write(writer, "ab", 2), 2);
	CHECK_INT(read(reader, got, sizeof(got)), 2);
}

static void
a_writer_waits_for_a_reader_until_its_deadline(void)
{
	struct ob_err err = OB_ERR_INIT;
	pid_t pid;

	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, NULL), 0);
	CHECK_INT(ob_fifo_open_writer(AT_FDCWD, "f",
		      ob_clock_deadline_ns(INT64_C(5000000)), &err),
	    -ENXIO);
	CHECK_STR(err.msg, "cannot open fifo 'f'");

	pid = fork();
	if (pid == 0) {
		int fd = ob_fifo_open_reader(AT_FDCWD, "f", NULL);

		(void)ob_wait_fd(fd, POLLIN, SOON);
		_exit(0);
	}
	CHECK(pid > 0);
	CHECK(ob_fifo_open_writer(AT_FDCWD, "f", SOON, NULL) >= 0);
}

static void
a_reader_that_holds_a_writer_sees_no_end(void)
{
	int keep = -1, reader, writer;
	char got[4];

	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, NULL), 0);
	reader = ob_fifo_open_both(AT_FDCWD, "f", &keep, NULL);
	CHECK(reader >= 0);
	CHECK(keep >= 0 && keep != reader);
	writer = ob_fifo_open_writer(AT_FDCWD, "f", OB_NO_WAIT, NULL);
	CHECK_INT(write(writer, "x", 1), 1);
	close(writer);
	CHECK_INT(read(reader, got, sizeof(got)), 1);
	CHECK_INT(read(reader, got, sizeof(got)), -1);
	CHECK_INT(errno, EAGAIN);
}

static void
only_fifos_are_opened(void)
{
	int keep;

	CHECK(open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0);
	CHECK_INT(ob_fifo_open_reader(AT_FDCWD, "file", NULL), -EINVAL);
	CHECK_INT(
	    ob_fifo_open_writer(AT_FDCWD, "file", OB_NO_WAIT, NULL), -EINVAL);
	CHECK_INT(ob_fifo_create(AT_FDCWD, "f", 0600, NULL), 0);
	CHECK_INT(symlink("f", "link"), 0);
	CHECK_INT(ob_fifo_open_reader(AT_FDCWD, "link", NULL), -ELOOP);
	CHECK_INT(ob_fifo_open_both(AT_FDCWD, "none", &keep, NULL), -ENOENT);
}

OB_TESTS(fifo) = {
	OB_TEST(a_fifo_has_its_mode_whatever_the_umask),
	OB_TEST(a_taken_name_is_refused),
	OB_TEST(a_reader_opens_at_once_and_then_a_writer),
	OB_TEST(a_writer_waits_for_a_reader_until_its_deadline),
	OB_TEST(a_reader_that_holds_a_writer_sees_no_end),
	OB_TEST(only_fifos_are_opened),
	OB_TESTS_END,
};
