#include "os/vfork.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "os/vfork_sys.h"

/* What a limit of "infinite" is taken for; loops must end. */
#define FDS_MAX 65536

void
ob_vfork_close_on_exec(int lowest)
{
	struct rlimit limit;
	int end = FDS_MAX;

	if (ob_sys_close_on_exec(lowest) == 0)
		return;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < FDS_MAX)
		end = (int)limit.rlim_cur;
	/* Most are not open: EBADF is the usual answer. */
	for (int fd = lowest; fd < end; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}
