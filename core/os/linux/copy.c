/*
 * Ways to copy that only Linux has.
 */
#include "os/copy.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "os/copy_sys.h"
#include "os/feature.h"

/*
 * Errors by which a kernel or file system says "not this way". The files were
 * opened rightly, so EINVAL, EBADF and EPERM (sealed, swap, append-only
 * destinations) mean that too; read and write will tell what is really wrong.
 */
static int
is_refusal(int error)
{
	switch (error) {
	case ENOSYS:
	case ENOTTY:
	case EXDEV:
	case EINVAL:
	case EBADF:
	case EPERM:
	case ETXTBSY:
	case EISDIR:
	case EOPNOTSUPP: return 1;
	default: return 0;
	}
}

int
ob_sys_copy_clone(int from_fd, int to_fd)
{
	if (!ob_os_may(OB_OS_FICLONE))
		return -ENOTSUP;
	if (ioctl(to_fd, FICLONE, from_fd) == 0)
		return 0;
	return is_refusal(errno) ? -ENOTSUP : -errno;
}

static ssize_t
send_part(int from_fd, int to_fd, off_t at, size_t n)
{
	if (lseek(to_fd, at, SEEK_SET) < 0)
		return -1;
	return sendfile(to_fd, from_fd, &at, n);
}

ssize_t
ob_sys_copy_part(
    enum ob_copy_method method, int from_fd, int to_fd, off_t at, size_t n)
{
	enum ob_os_feature feature =
	    method == OB_COPY_RANGE ? OB_OS_COPY_FILE_RANGE : OB_OS_SENDFILE;
	off_t from_at = at, to_at = at;
	ssize_t got;

	if (!ob_os_may(feature))
		return -ENOTSUP;
	do
		got = method == OB_COPY_RANGE
		          ? copy_file_range(
				from_fd, &from_at, to_fd, &to_at, n, 0)
		          : send_part(from_fd, to_fd, at, n);
	while (got < 0 && errno == EINTR);
	if (got >= 0)
		return got;
	return is_refusal(errno) ? -ENOTSUP : -errno;
}

int
ob_sys_copy_next_data(
    int fd, off_t at, off_t size, off_t *ret_start, off_t *ret_end)
{
	off_t start, end;

	if (at >= size)
		return 0;
	*ret_start = at;
	*ret_end = size;
	if (!ob_os_may(OB_OS_SEEK_HOLE))
		return 1;
	start = lseek(fd, at, SEEK_DATA);
	if (start < 0)
		return errno == ENXIO ? 0 : 1;
	end = lseek(fd, start, SEEK_HOLE);
	if (start >= size)
		return 0;
	*ret_start = start;
	if (end > start && end < size)
		*ret_end = end;
	return 1;
}
