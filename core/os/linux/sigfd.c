#include "os/sigfd.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "os/feature.h"
#include "os/file.h"

int
ob_sigfd_open(const sigset_t *set)
{
	int fd;

	if (!ob_os_may(OB_OS_SIGNALFD))
		return -ENOTSUP;
	fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return errno == ENOSYS ? -ENOTSUP : -errno;
	return fd;
}

int
ob_sigfd_change(int fd, const sigset_t *set)
{
	return signalfd(fd, set, 0) < 0 ? -errno : 0;
}

int
ob_sigfd_read(int fd, struct ob_siginfo *ret_info)
{
	struct signalfd_siginfo raw;
	ssize_t n = ob_read(fd, &raw, sizeof(raw));

	if (n == -EAGAIN)
		return 0;
	if (n < 0)
		return (int)n;
	if ((size_t)n < sizeof(raw))
		return -EIO;
	ret_info->signo = (int)raw.ssi_signo;
	ret_info->pid = (pid_t)raw.ssi_pid;
	ret_info->uid = raw.ssi_uid;
	return 1;
}
