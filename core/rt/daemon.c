#include "rt/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bsd.h"
#include "base/err.h"
#include "os/file.h"
#include "os/wait.h"

static void
report(struct ob_daemon *d, const struct ob_err *what)
{
	if (d->report_fd < 0)
		return;
	/* Who waited may have given up. It fits a pipe: one write. */
	(void)ob_write_full(d->report_fd, what, sizeof(*what));
	(void)ob_close(&d->report_fd);
}

void
ob_daemon_ready(struct ob_daemon *d)
{
	const struct ob_err none = OB_ERR_INIT;

	report(d, &none);
}

void
ob_daemon_fail(struct ob_daemon *d, const struct ob_err *why)
{
	report(d, why);
}

/* In the process that was started: how did it go? */
static int
await_report(int fd, int64_t deadline_ns, struct ob_err *err)
{
	struct ob_err what;
	ssize_t n;
	int rc;

	do
		rc = ob_wait_fd(fd, POLLIN, deadline_ns);
	while (rc == -EINTR);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot start the daemon");
	n = ob_read_full(fd, &what, sizeof(what));
	if (n != (ssize_t)sizeof(what))
		return ob_err_msg(
		    err, -ECHILD, "the daemon ended before it was ready");
	if (what.code == 0)
		return 1;
	if (err != NULL)
		*err = what;
	return what.code;
}

/* 0, 1, 2 of the daemon. */
static int
replace_std(int log_fd)
{
	OB_AUTO_CLOSE int null_fd = -1;
	int rc = ob_fd_open_null(O_RDWR);

	if (rc < 0)
		return rc;
	null_fd = rc;
	if (log_fd < 0)
		log_fd = null_fd;
	if (dup2(null_fd, 0) < 0 || dup2(log_fd, 1) < 0 || dup2(log_fd, 2) < 0)
		return -errno;
	if (null_fd <= 2)
		(void)ob_steal_fd(&null_fd); /* it is one of them */
	return 0;
}

/* In the daemon, with its report_fd. */
static int
settle(struct ob_daemon *d, int log_fd)
{
	struct ob_err err = OB_ERR_INIT;
	int rc = replace_std(log_fd);

	if (rc == 0 && chdir("/") < 0)
		rc = -errno;
	if (rc < 0) {
		(void)ob_err_set(&err, rc, "cannot start the daemon");
		ob_daemon_fail(d, &err);
	}
	return rc;
}

/*
 * The process in between leads the new session and ends; its child is in the
 * session but does not lead it, and so never gets a terminal.
 */
static int
split(int *ret_in_daemon)
{
	pid_t middle = fork();
	int status;

	if (middle < 0)
		return -errno;
	if (middle > 0) {
		while (waitpid(middle, &status, 0) < 0)
			if (errno != EINTR)
				return -errno;
		*ret_in_daemon = 0;
		return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
	}
	if (setsid() < 0)
		_exit(errno);
	middle = fork();
	if (middle != 0)
		_exit(middle < 0 ? errno : 0);
	*ret_in_daemon = 1;
	return 0;
}

int
ob_daemon_detach(struct ob_daemon *ret_daemon, int log_fd, int64_t deadline_ns,
    struct ob_err *err)
{
	OB_AUTO_CLOSE int reader = -1;
	OB_AUTO_CLOSE int writer = -1;
	int in_daemon = 0, fds[2];
	int rc = ob_fd_pipe(fds);

	if (rc < 0)
		return ob_err_set(err, rc, "cannot start the daemon");
	reader = fds[0];
	writer = fds[1];
	rc = split(&in_daemon);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot start the daemon");
	if (!in_daemon) {
		(void)ob_close(&writer); /* the daemon has its own */
		return await_report(reader, deadline_ns, err);
	}
	/* Out of the way of 0, 1 and 2, should they have been closed. */
	rc = ob_fd_dup_high(writer);
	if (rc < 0)
		_exit(71); /* the one who waits sees the end */
	ret_daemon->report_fd = rc;
	if (settle(ret_daemon, log_fd) < 0)
		_exit(71); /* told already */
	return 0;
}

int
ob_daemon_notify_fd(int fd)
{
	int rc = ob_write_full(fd, "\n", 1);

	(void)ob_close(&fd); /* the byte is what counts */
	return rc;
}

int
ob_daemon_notify(const char *address, const char *state)
{
	OB_AUTO_CLOSE int fd = -1;
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = address == NULL ? 0 : strlen(address);

	if (n == 0)
		return 0;
	if (address[0] != '/' && address[0] != '@')
		return -EINVAL;
	if (n >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	memcpy(to.sun_path, address, n);
	if (address[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* An abstract name has a length and no NUL at its end. */
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL,
		(const struct sockaddr *)&to,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		return -errno;
	return 1;
}

void
ob_daemon_title_init(int argc, char **argv, char **env)
{
	setproctitle_init(argc, argv, env);
}

void
ob_daemon_title(const char *title)
{
	setproctitle("-%s", title);
}
