/*
 * Processes on a system of which only POSIX is known: kill(2) is all.
 */
#include "os/proc.h"

#include <errno.h>

#include "os/proc_sys.h"

int
ob_sys_proc_look(int64_t pid, struct ob_sys_proc *ret)
{
	(void)pid;
	(void)ret;
	return -ENOTSUP;
}

int
ob_proc_pid_space(uint64_t *ret)
{
	(void)ret;
	return -ENOTSUP;
}

int
ob_sys_pidfd_open(int64_t pid)
{
	(void)pid;
	return -ENOTSUP;
}

int
ob_sys_pidfd_signal(int fd, int signal)
{
	(void)fd;
	(void)signal;
	return -ENOTSUP;
}
