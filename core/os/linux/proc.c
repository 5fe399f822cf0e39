/*
 * Processes on Linux: /proc/PID/stat and pidfds.
 */
#include "os/proc.h"

#include <errno.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "os/feature.h"
#include "os/file.h"
#include "os/proc_sys.h"
#include "os/proctab.h"

/* Which of the two absences it is: of the process, or of /proc. */
static int
why_absent(void)
{
	return access("/proc/self/stat", F_OK) == 0 ? -ESRCH : -ENOENT;
}

int
ob_sys_proc_look(int64_t pid, struct ob_sys_proc *ret)
{
	OB_AUTO_CLOSE int fd = -1;
	struct ob_proc_stat stat;
	char path[64], text[OB_PROC_STAT_MAX];
	ssize_t got;
	int rc;

	(void)snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	fd = ob_open(AT_FDCWD, path, O_RDONLY, 0);
	if (fd == -ENOENT)
		return why_absent();
	if (fd < 0)
		return fd;
	got = ob_read(fd, text, sizeof(text));
	if (got < 0)
		return (int)got;
	if (got == 0)
		return -ESRCH; /* it ended between open and read */
	rc = ob_proc_stat_parse(ob_str_n(text, (size_t)got), &stat);
	if (rc < 0)
		return rc;
	*ret = (struct ob_sys_proc){
		.start = stat.start_ticks,
		.has_ended = stat.state == 'Z' || stat.state == 'X',
	};
	return 0;
}

int
ob_proc_pid_space(uint64_t *ret)
{
	struct ob_file_info info;
	int rc = ob_file_info(AT_FDCWD, "/proc/self/ns/pid", OB_FOLLOW, &info);

	if (rc < 0)
		return rc == -ENOENT ? -ENOTSUP : rc;
	*ret = info.ino;
	return 0;
}

int
ob_sys_pidfd_open(int64_t pid)
{
	int fd;

	if (!ob_os_may(OB_OS_PIDFD))
		return -ENOTSUP;
	fd = pidfd_open((pid_t)pid, 0);
	if (fd >= 0)
		return fd;
	/* EPERM: filters of old container runtimes; EINVAL: a thread's id. */
	if (errno == ENOSYS || errno == EPERM)
		return -ENOTSUP;
	return errno == EINVAL ? -ESRCH : -errno;
}

int
ob_sys_pidfd_signal(int fd, int signal)
{
	return pidfd_send_signal(fd, signal, NULL, 0) < 0 ? -errno : 0;
}
