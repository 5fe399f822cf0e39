/*
 * Limits of other processes, I/O priorities and CPU affinity.
 */
#include "os/limit.h"

#include <errno.h>
#include <limits.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/limit_sys.h"

_Static_assert(CPU_SETSIZE == OB_CPUS_MAX, "struct ob_cpus is a cpu_set_t");

int
ob_sys_prlimit(
    int64_t pid, int resource, const struct rlimit *set, struct rlimit *ret_old)
{
	if (pid < 0 || pid > INT_MAX)
		return -ESRCH;
	return prlimit(
		   (pid_t)pid, (__rlimit_resource_t)resource, set, ret_old) < 0
	           ? -errno
	           : 0;
}

int
ob_limit_get_io(int64_t pid, struct ob_io_priority *ret)
{
	long value = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, (int)pid);

	if (value < 0)
		return errno == ENOSYS ? -ENOTSUP : -errno;
	*ret = (struct ob_io_priority){
		.class = (enum ob_io_class)(IOPRIO_PRIO_CLASS(value) & 3),
		.level = (unsigned)IOPRIO_PRIO_DATA(value) & 7,
	};
	return 0;
}

int
ob_limit_set_io(int64_t pid, struct ob_io_priority priority)
{
	int value;

	if (priority.level > 7)
		return -EINVAL;
	value = IOPRIO_PRIO_VALUE((int)priority.class, (int)priority.level);
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, (int)pid, value) < 0)
		return errno == ENOSYS ? -ENOTSUP : -errno;
	return 0;
}

int
ob_limit_get_cpus(int64_t pid, struct ob_cpus *ret)
{
	cpu_set_t set;

	if (sched_getaffinity((pid_t)pid, sizeof(set), &set) < 0)
		return -errno;
	*ret = (struct ob_cpus){ 0 };
	for (unsigned cpu = 0; cpu < OB_CPUS_MAX; cpu++)
		if (CPU_ISSET(cpu, &set))
			ob_cpus_add(ret, cpu);
	return 0;
}

int
ob_limit_set_cpus(int64_t pid, const struct ob_cpus *cpus)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (unsigned cpu = 0; cpu < OB_CPUS_MAX; cpu++)
		if (ob_cpus_has(cpus, cpu))
			CPU_SET(cpu, &set);
	return sched_setaffinity((pid_t)pid, sizeof(set), &set) < 0 ? -errno
	                                                            : 0;
}
