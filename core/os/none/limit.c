/*
 * Limits: POSIX knows those of the process itself, and nice.
 */
#include "os/limit.h"

#include <errno.h>

#include "os/limit_sys.h"

int
ob_sys_prlimit(
    int64_t pid, int resource, const struct rlimit *set, struct rlimit *ret_old)
{
	(void)pid;
	(void)resource;
	(void)set;
	(void)ret_old;
	return -ENOTSUP;
}

int
ob_limit_get_io(int64_t pid, struct ob_io_priority *ret)
{
	(void)pid;
	(void)ret;
	return -ENOTSUP;
}

int
ob_limit_set_io(int64_t pid, struct ob_io_priority priority)
{
	(void)pid;
	(void)priority;
	return -ENOTSUP;
}

int
ob_limit_get_cpus(int64_t pid, struct ob_cpus *ret)
{
	(void)pid;
	(void)ret;
	return -ENOTSUP;
}

int
ob_limit_set_cpus(int64_t pid, const struct ob_cpus *cpus)
{
	(void)pid;
	(void)cpus;
	return -ENOTSUP;
}
