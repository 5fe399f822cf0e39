#include "os/fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/file.h"
#include "os/wait.h"

/* The arrival of a reader is no event that one could wait for. */
#define READER_TICK_NS INT64_C(2000000)

static int
open_end(int dir_fd, const char *path, int access)
{
	OB_AUTO_CLOSE int fd = -1;
	struct stat st;

	do
		fd = openat(dir_fd, path,
		    access | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISFIFO(st.st_mode))
		return -EINVAL;
	return ob_steal_fd(&fd);
}

int
ob_fifo_create(int dir_fd, const char *path, mode_t mode, struct ob_err *err)
{
	if (mkfifoat(dir_fd, path, mode) < 0)
		return ob_err_set(err, -errno, "cannot create fifo '%s'", path);
	if (fchmodat(dir_fd, path, mode, 0) < 0) {
		int code = -errno;

		(void)unlinkat(dir_fd, path, 0); /* code says more */
		return ob_err_set(err, code, "cannot create fifo '%s'", path);
	}
	return 0;
}

int
ob_fifo_open_reader(int dir_fd, const char *path, struct ob_err *err)
{
	int fd = open_end(dir_fd, path, O_RDONLY);

	if (fd < 0)
		return ob_err_set(err, fd, "cannot open fifo '%s'", path);
	return fd;
}

int
ob_fifo_open_writer(
    int dir_fd, const char *path, int64_t deadline_ns, struct ob_err *err)
{
	int fd;

	for (;;) {
		int64_t tick_ns;
		int rc;

		fd = open_end(dir_fd, path, O_WRONLY);
		if (fd != -ENXIO)
			break;
		tick_ns = ob_clock_deadline_ns(READER_TICK_NS);
		if (tick_ns >= deadline_ns)
			break;
		rc = ob_clock_sleep_until(tick_ns);
		if (rc < 0) {
			fd = rc;
			break;
		}
	}
	if (fd < 0)
		return ob_err_set(err, fd, "cannot open fifo '%s'", path);
	return fd;
}

/*
 * The reader comes first, so the writer opens at once. It is opened through
 * the same name, and both must be the same FIFO.
 */
static int
add_writer(int dir_fd, const char *path, int reader, int *ret_writer)
{
	struct stat a, b;
	int writer = open_end(dir_fd, path, O_WRONLY);
	int rc = 0;

	if (writer < 0)
		return writer;
	if (fstat(reader, &a) < 0 || fstat(writer, &b) < 0)
		rc = -errno;
	else if (a.st_ino != b.st_ino || a.st_dev != b.st_dev)
		rc = -ESTALE;
	if (rc < 0)
		(void)ob_close(&writer);
	else
		*ret_writer = writer;
	return rc;
}

int
ob_fifo_open_both(
    int dir_fd, const char *path, int *ret_keep, struct ob_err *err)
{
	int reader = ob_fifo_open_reader(dir_fd, path, err);
	int rc;

	if (reader < 0)
		return reader;
	rc = add_writer(dir_fd, path, reader, ret_keep);
	if (rc < 0) {
		(void)ob_close(&reader);
		return ob_err_set(err, rc, "cannot open fifo '%s'", path);
	}
	return reader;
}
