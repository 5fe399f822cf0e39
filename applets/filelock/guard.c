/* See guard.h. */
#include "guard.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"

/* Out of the reach of keys and of signals to our group; holds no pipe open. */
static void
withdraw(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setpgid(0, 0);
	for (int fd = 0; fd <= 2; fd++) {
		int copy = fd;

		(void)ob_close(&copy);
	}
}

static void
keep(int from)
{
	struct ob_proc_ref command = OB_PROC_REF_NONE;
	int64_t pid;
	int rc = -ESRCH;

	/* Each try to start the command names itself; the last one counts. */
	while (ob_read_full(from, &pid, sizeof(pid)) == sizeof(pid)) {
		ob_proc_ref_close(&command);
		rc = ob_proc_ref_open(pid, 0, &command);
	}
	if (rc < 0 || ob_proc_ref_signal(&command, SIGKILL) < 0)
		return;
	while (ob_proc_ref_wait(&command, OB_NEVER) == -EINTR) {
	}
}

int
fl_guard_start(struct fl_guard *ret, struct ob_err *err)
{
	int ends[2];
	int rc = ob_fd_pipe(ends);
	pid_t pid;

	if (rc < 0)
		return ob_err_set(err, rc, "cannot guard the lock");
	pid = fork();
	rc = pid < 0 ? -errno : 0;
	if (pid == 0) {
		(void)ob_close(&ends[1]);
		withdraw();
		keep(ends[0]);
		_exit(0);
	}
	(void)ob_close(&ends[0]);
	if (rc < 0) {
		(void)ob_close(&ends[1]);
		return ob_err_set(err, rc, "cannot guard the lock");
	}
	ret->pipe = ends[1];
	return 0;
}

int
fl_guard_announce(void *guard)
{
	const struct fl_guard *g = guard;
	int64_t pid = getpid();

	return ob_write_full(g->pipe, &pid, sizeof(pid));
}

void
fl_guard_stop(struct fl_guard *g)
{
	(void)ob_close(&g->pipe);
}
