/*
 * os/lock.h by flock(2) and fcntl(2): everything but the OFD commands and the
 * system's table of locks, which are in the system's own folder (lock_sys.h).
 *
 * A deadline is an interval timer around the blocking call. Its handler does
 * nothing: that it runs, without SA_RESTART, ends the call with EINTR. The
 * timer repeats shortly after its first expiry, since a signal that arrives
 * between the look at the clock and the call would otherwise be lost and the
 * call would block for ever.
 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/posix/lock_sys.h"

#define REPEAT_US 1000

/* What waiting with a deadline borrows from the process. */
struct alarm {
	struct sigaction action;
	struct itimerval timer;
	sigset_t mask;
	int64_t set_ns;
};

static const char *const kind_names[OB_LOCK_KIND_COUNT] = {
	[OB_LOCK_AUTO] = "auto",
	[OB_LOCK_FLOCK] = "flock",
	[OB_LOCK_OFD] = "ofd",
	[OB_LOCK_POSIX] = "posix",
	[OB_LOCK_WIN] = "win",
};

const char *
ob_lock_kind_name(enum ob_lock_kind kind)
{
	return kind_names[kind];
}

const char *
ob_lock_mode_name(enum ob_lock_mode mode)
{
	static const char *const names[] = { "shared", "exclusive", "none" };

	return names[mode];
}

static void
on_alarm(int signo)
{
	(void)signo;
}

static struct timeval
timeval_of(int64_t ns)
{
	return (struct timeval){
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_usec = (suseconds_t)(ns % 1000000000 / 1000),
	};
}

static void
alarm_start(struct alarm *a, int64_t now_ns, int64_t deadline_ns)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	/* Rounded up: a timer that ends early would only cost a round. */
	const struct itimerval timer = {
		.it_value = timeval_of(deadline_ns - now_ns + 1000),
		.it_interval = { .tv_usec = REPEAT_US },
	};
	sigset_t alarms;

	a->set_ns = now_ns;
	sigaction(SIGALRM, &action, &a->action);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarms, &a->mask);
	setitimer(ITIMER_REAL, &timer, &a->timer);
}

/* Gives a timer of the caller's what is left of it, at least a moment. */
static void
alarm_stop(const struct alarm *a)
{
	struct itimerval timer = a->timer;
	int64_t left_ns = (int64_t)timer.it_value.tv_sec * 1000000000 +
	                  timer.it_value.tv_usec * 1000;

	setitimer(ITIMER_REAL, &(struct itimerval){ { 0 }, { 0 } }, NULL);
	sigprocmask(SIG_SETMASK, &a->mask, NULL);
	sigaction(SIGALRM, &a->action, NULL);
	if (left_ns == 0)
		return;
	left_ns -= ob_clock_monotonic_ns() - a->set_ns;
	timer.it_value = timeval_of(left_ns < 1000 ? 1000 : left_ns);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* One errno for one fact, whatever the call and the system. */
static int
failure(int error)
{
	switch (error) {
	case EACCES:
	case EWOULDBLOCK: return -EAGAIN;
	case ENOSYS:
	case EOPNOTSUPP: return -ENOTSUP;
	default: return -error;
	}
}

static int
flock_once(int fd, enum ob_lock_mode mode, enum ob_lock_op op)
{
	static const int operations[] = {
		[OB_LOCK_SH] = LOCK_SH,
		[OB_LOCK_EX] = LOCK_EX,
		[OB_LOCK_UN] = LOCK_UN,
	};
	int nonblock = op == OB_LOCK_OP_TRY ? LOCK_NB : 0;

	return flock(fd, operations[mode] | nonblock) < 0 ? failure(errno) : 0;
}

static int
posix_once(int fd, enum ob_lock_op op, struct flock *fl)
{
	static const int commands[] = {
		[OB_LOCK_OP_TRY] = F_SETLK,
		[OB_LOCK_OP_WAIT] = F_SETLKW,
		[OB_LOCK_OP_GET] = F_GETLK,
	};

	return fcntl(fd, commands[op], fl) < 0 ? failure(errno) : 0;
}

static int
range_once(int fd, enum ob_lock_kind kind, enum ob_lock_op op, struct flock *fl)
{
	if (kind == OB_LOCK_OFD) {
		int error = ob_lock_ofd(fd, op, fl);

		return error < 0 ? failure(-error) : 0;
	}
	return posix_once(fd, op, fl);
}

/* The kernel's form of kind, mode and range; kind is not FLOCK. */
static int
fill(struct flock *fl, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range)
{
	static const short types[] = {
		[OB_LOCK_SH] = F_RDLCK,
		[OB_LOCK_EX] = F_WRLCK,
		[OB_LOCK_UN] = F_UNLCK,
	};

	*fl = (struct flock){ .l_type = types[mode], .l_whence = SEEK_SET };
	if (kind == OB_LOCK_WIN) {
		fl->l_start = OB_LOCK_WIN_START;
		fl->l_len = 1;
	} else if (range != NULL) {
		if (range->start < 0 || range->length < 0 ||
		    (range->length > 0 &&
			range->start > INT64_MAX - (range->length - 1)))
			return -EINVAL;
		fl->l_start = range->start;
		fl->l_len = range->length;
	}
	return 0;
}

static bool
is_whole(const struct ob_lock_range *range)
{
	return range == NULL || (range->start == 0 && range->length == 0);
}

static int
set_once(int fd, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range, enum ob_lock_op op)
{
	struct flock fl;
	int rc;

	if (kind == OB_LOCK_FLOCK)
		return flock_once(fd, mode, op);
	rc = fill(&fl, kind, mode, range);
	return rc < 0 ? rc : range_once(fd, kind, op, &fl);
}

static enum ob_lock_kind
resolve(enum ob_lock_kind kind)
{
	return kind == OB_LOCK_AUTO ? OB_LOCK_FLOCK : kind;
}

static bool
has_ranges(enum ob_lock_kind kind)
{
	return kind == OB_LOCK_OFD || kind == OB_LOCK_POSIX;
}

int
ob_lock_set(ob_handle h, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range, int64_t deadline_ns)
{
	struct alarm a;
	int64_t now_ns;
	int rc;

	kind = resolve(kind);
	if (!has_ranges(kind) && !is_whole(range))
		return -ENOTSUP;
	if (deadline_ns == OB_NEVER)
		return set_once(h, kind, mode, range, OB_LOCK_OP_WAIT);

	rc = set_once(h, kind, mode, range, OB_LOCK_OP_TRY);
	if (rc != -EAGAIN || deadline_ns == OB_LOCK_TRY)
		return rc;
	now_ns = ob_clock_monotonic_ns();
	if (now_ns >= deadline_ns)
		return -ETIMEDOUT;

	alarm_start(&a, now_ns, deadline_ns);
	rc = set_once(h, kind, mode, range, OB_LOCK_OP_WAIT);
	alarm_stop(&a);
	if (rc == -EINTR && ob_clock_monotonic_ns() >= deadline_ns)
		return -ETIMEDOUT;
	return rc;
}

int
ob_lock_test(ob_handle h, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range, struct ob_lock_row *ret)
{
	struct ob_lock_row row = { .pid = -1 };
	struct flock fl;
	int rc;

	kind = resolve(kind);
	if (!has_ranges(kind) && !is_whole(range))
		return -ENOTSUP;
	if (mode == OB_LOCK_UN)
		return 0;
	if (kind == OB_LOCK_FLOCK)
		return ob_lock_test_flock(h, mode, ret);

	rc = fill(&fl, kind, mode, range);
	if (rc == 0)
		rc = range_once(h, kind, OB_LOCK_OP_GET, &fl);
	if (rc < 0)
		return rc;
	if (fl.l_type == F_UNLCK)
		return 0;
	/* The conflicting lock is OFD exactly when it has no owner's pid. */
	row.kind = fl.l_pid == -1 ? OB_LOCK_OFD : OB_LOCK_POSIX;
	row.mode = fl.l_type == F_WRLCK ? OB_LOCK_EX : OB_LOCK_SH;
	row.range.start = fl.l_start;
	row.range.length = fl.l_len;
	row.pid = fl.l_pid > 0 ? fl.l_pid : -1;
	(void)ob_lock_identify(h, &row.file); /* zero when unknown */
	if (ret != NULL)
		*ret = row;
	return 1;
}
