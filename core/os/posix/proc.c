#include "os/proc.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/file.h"
#include "os/proc_sys.h"

#define FIRST_PAUSE_NS OB_NS_PER_MS
#define MAX_PAUSE_NS   (50 * OB_NS_PER_MS)

int64_t
ob_proc_pid(void)
{
	return getpid();
}

int64_t
ob_proc_ppid(void)
{
	return getppid();
}

int
ob_proc_start(int64_t pid, uint64_t *ret_start)
{
	struct ob_sys_proc found;
	int rc = ob_sys_proc_look(pid, &found);

	if (rc == 0)
		*ret_start = found.start;
	return rc;
}

static int
signal_pid(int64_t pid, int signal)
{
	if (pid < -INT_MAX || pid > INT_MAX)
		return -ESRCH;
	return kill((pid_t)pid, signal) < 0 ? -errno : 0;
}

int
ob_proc_is_alive(int64_t pid, uint64_t start)
{
	struct ob_sys_proc found;
	int rc;

	if (pid <= 0)
		return -EINVAL;
	rc = ob_sys_proc_look(pid, &found);
	if (rc == 0)
		return !found.has_ended && (start == 0 || found.start == start);
	if (rc != -ESRCH && rc != -ENOTSUP && rc != -ENOENT)
		return rc;
	/* /proc may be absent, or hide the processes of others (hidepid). */
	return signal_pid(pid, 0) != -ESRCH;
}

int
ob_proc_ref_open(int64_t pid, uint64_t start, struct ob_proc_ref *ret)
{
	struct ob_sys_proc found = { 0 };
	OB_AUTO_CLOSE int fd = -1;
	int rc;

	if (pid <= 0)
		return -EINVAL;
	if (pid > INT_MAX)
		return -ESRCH;
	fd = ob_sys_pidfd_open(pid);
	if (fd < 0 && fd != -ENOTSUP)
		return fd;

	/*
	 * Looked at after the pidfd was opened: if the process had ended and
	 * its number gone to another before, that one has started later.
	 */
	rc = ob_sys_proc_look(pid, &found);
	if (rc == 0 ? start != 0 && found.start != start
		    : rc == -ESRCH && start != 0)
		return -ESRCH;
	if (rc < 0 && fd < 0 && signal_pid(pid, 0) == -ESRCH)
		return -ESRCH;
	*ret = (struct ob_proc_ref){
		.pid = pid,
		.start = found.start,
		.fd = fd < 0 ? -1 : ob_steal_fd(&fd),
	};
	return 0;
}

void
ob_proc_ref_close(struct ob_proc_ref *ref)
{
	(void)ob_close(&ref->fd);
}

int
ob_proc_ref_signal(const struct ob_proc_ref *ref, int signal)
{
	int alive;

	if (ref->fd >= 0)
		return ob_sys_pidfd_signal(ref->fd, signal);
	alive = ob_proc_is_alive(ref->pid, ref->start);
	if (alive <= 0)
		return alive < 0 ? alive : -ESRCH;
	return signal_pid(ref->pid, signal);
}

static int
wait_pidfd(int fd, int64_t deadline_ns)
{
	struct pollfd ended = { .fd = fd, .events = POLLIN };

	for (;;) {
		int timeout_ms = ob_clock_poll_ms(deadline_ns);
		int rc = poll(&ended, 1, timeout_ms);

		if (rc < 0)
			return -errno;
		if (rc > 0)
			return 0;
		if (timeout_ms == 0)
			return -ETIMEDOUT;
	}
}

int
ob_proc_ref_wait(const struct ob_proc_ref *ref, int64_t deadline_ns)
{
	int64_t pause_ns = FIRST_PAUSE_NS;

	if (ref->fd >= 0)
		return wait_pidfd(ref->fd, deadline_ns);
	for (;;) {
		int64_t until = ob_clock_deadline_ns(pause_ns);
		int rc = ob_proc_is_alive(ref->pid, ref->start);

		if (rc <= 0)
			return rc;
		if (deadline_ns <= ob_clock_monotonic_ns())
			return -ETIMEDOUT;
		rc = ob_clock_sleep_until(
		    until < deadline_ns ? until : deadline_ns);
		if (rc < 0)
			return rc;
		if (pause_ns < MAX_PAUSE_NS)
			pause_ns = pause_ns * 3 / 2;
	}
}

int
ob_proc_signal(int64_t pid, uint64_t start, int signal)
{
	struct ob_proc_ref ref;
	int rc;

	if (pid == 0 || (pid < 0 && start != 0))
		return -EINVAL;
	/* kill(-1) would be everybody */
	if (pid < 0)
		return pid == -1 ? -EINVAL : signal_pid(pid, signal);
	rc = ob_proc_ref_open(pid, start, &ref);
	if (rc < 0)
		return rc;
	rc = ob_proc_ref_signal(&ref, signal);
	ob_proc_ref_close(&ref);
	return rc;
}
