/*
 * fork(2), and a pipe that says whether the child got as far as exec: it closes
 * then, or carries the number that run() returned.
 */
#include "os/vfork.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/vfork_sys.h"

/* Never returns. */
static void
child_main(const struct ob_vfork *v, int report)
{
	int why = EBADF;
	/* Out of the way of the descriptors that run() replaces. */
	int fd = fcntl(report, F_DUPFD_CLOEXEC, v->highest_fd + 1);

	if (fd >= 0) {
		report = fd;
		why = v->run(v->arg);
	}
	(void)ob_write_full(report, &why, sizeof(why)); /* nobody to tell */
	_exit(127);
}

int
ob_vfork(const struct ob_vfork *v, pid_t *ret_pid, int *ret_pidfd)
{
	OB_AUTO_CLOSE int reader = -1;
	int fds[2], why = 0;
	ssize_t n;
	pid_t pid;
	int rc = ob_fd_pipe(fds);

	if (rc < 0)
		return rc;
	reader = fds[0];
	pid = fork();
	if (pid == 0)
		child_main(v, fds[1]);
	rc = pid < 0 ? -errno : 0;
	(void)ob_close(&fds[1]); /* nothing was written */
	if (rc < 0)
		return rc;
	n = ob_read_full(reader, &why, sizeof(why));
	if (n == (ssize_t)sizeof(why)) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			continue;
		return why;
	}
	*ret_pid = pid;
	*ret_pidfd = -1;
	return 0;
}

int
ob_sys_close_on_exec(int lowest)
{
	(void)lowest;
	return -ENOTSUP;
}

int
ob_vfork_death_signal(int signo, pid_t parent_pid)
{
	(void)signo;
	(void)parent_pid;
	return -ENOTSUP;
}
