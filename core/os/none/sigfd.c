#include "os/sigfd.h"

#include <errno.h>

int
ob_sigfd_open(const sigset_t *set)
{
	(void)set;
	return -ENOTSUP;
}

int
ob_sigfd_change(int fd, const sigset_t *set)
{
	(void)fd;
	(void)set;
	return -ENOTSUP;
}

int
ob_sigfd_read(int fd, struct ob_siginfo *ret_info)
{
	(void)fd;
	(void)ret_info;
	return -ENOTSUP;
}
