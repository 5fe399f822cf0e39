#include "rt/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/bsd.h"
#include "base/check.h"
#include "base/err.h"
#include "base/str.h"
#include "base/trace.h"
#include "os/file.h"
#include "os/vfork.h"
#include "os/wait.h"
#include "rt/sig.h"

/* How a failure travels from the child: step and errno in one number > 0. */
#define WHY(step, code) (((int)(step) + 1) << 16 | (code))
#define WHY_STEP(why)   (enum ob_spawn_step)(((why) >> 16) - 1)
#define WHY_CODE(why)   (-((why)&0xffff))

/* Without a pidfd a wait looks again after 1 ms, 2 ms, ... up to this. */
#define TICK_MAX_NS (INT64_C(16) * OB_NS_PER_MS)

/* The words stand in "cannot ... 'program'". */
static const struct {
	const char *name, *words;
} steps[OB_SPAWN_STEP_COUNT] = {
	[OB_SPAWN_STEP_LOOKUP] = { "lookup", "execute" },
	[OB_SPAWN_STEP_FORK] = { "fork", "start a process for" },
	[OB_SPAWN_STEP_GROUP] = { "group", "set the process group of" },
	[OB_SPAWN_STEP_TERMINAL] = { "terminal", "give the terminal to" },
	[OB_SPAWN_STEP_FDS] = { "fds", "set the descriptors of" },
	[OB_SPAWN_STEP_DIRECTORY] = { "directory", "set the directory of" },
	[OB_SPAWN_STEP_LIMIT] = { "limit", "set a limit of" },
	[OB_SPAWN_STEP_DEATH_SIGNAL] = { "death_signal",
	    "set the death signal of" },
	[OB_SPAWN_STEP_SETUP] = { "setup", "set up" },
	[OB_SPAWN_STEP_EXEC] = { "exec", "execute" },
};

/* What the child works with; all of it prepared by the parent. */
struct plan {
	const struct ob_spawn *how;
	const char *path;
	pid_t parent;
	int highest_fd;
	int sources[OB_SPAWN_FDS_MAX]; /* of how->fds, out of the way */
	sigset_t mask;
};

const char *
ob_spawn_step_name(enum ob_spawn_step step)
{
	return steps[step].name;
}

int
ob_spawn_exit_code(enum ob_spawn_step step, int code)
{
	if (step != OB_SPAWN_STEP_LOOKUP && step != OB_SPAWN_STEP_EXEC)
		return 125;
	return code == -ENOENT || code == -ENOTDIR ? 127 : 126;
}

static int
can_execute(int dir_fd, const char *path)
{
	struct stat st;

	if (fstatat(dir_fd, path, &st, 0) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return faccessat(dir_fd, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int
ob_spawn_lookup(int dir_fd, const char *name, const char *search_path,
    char *ret_path, size_t ret_size)
{
	struct ob_str rest = ob_str_z(search_path), dir;
	int rc = -ENOENT;

	if (dir_fd < 0)
		dir_fd = AT_FDCWD;
	if (name[0] == '\0')
		return -ENOENT;
	if (ob_z_find(name, '/') != NULL) {
		if (strlcpy(ret_path, name, ret_size) >= ret_size)
			return -ENAMETOOLONG;
		return can_execute(dir_fd, name);
	}
	while (ob_str_split(&rest, ':', &dir)) {
		size_t name_n = strlen(name);
		int found;

		/* An empty part is the working directory. */
		if (ob_str_is_empty(dir))
			dir = OB_STR(".");
		if (dir.n + name_n + 2 > ret_size)
			return -ENAMETOOLONG;
		memcpy(ret_path, dir.p, dir.n);
		ret_path[dir.n] = '/';
		memcpy(ret_path + dir.n + 1, name, name_n + 1);
		found = can_execute(dir_fd, ret_path);
		if (found == 0)
			return 0;
		if (found == -EACCES)
			rc = -EACCES;
	}
	return rc;
}

/* --- in the child: async-signal-safe, changes nothing but the plan ------- */

static int
set_group(const struct ob_spawn *how)
{
	if (how->flags & OB_SPAWN_SESSION)
		return setsid() < 0 ? errno : 0;
	if (how->flags & OB_SPAWN_GROUP)
		return setpgid(0, how->pgid) < 0 ? errno : 0;
	return 0;
}

static void
reset_dispositions(const struct ob_spawn *how)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };

	ob_sig_reset_in_child();
	if (!(how->flags & OB_SPAWN_SIG_DEFAULT))
		return;
	for (int signo = 1; signo < NSIG; signo++) {
		struct sigaction now;

		if (sigaction(signo, NULL, &now) == 0 &&
		    now.sa_handler == SIG_IGN)
			(void)sigaction(signo, &by_default, NULL);
	}
}

static int
place_fd(int from, int to)
{
	int fd;

	switch (from) {
	case OB_SPAWN_CLOSED:
		(void)close(to); /* it need not be open */
		return 0;
	case OB_SPAWN_NULL:
		fd = openat(AT_FDCWD, "/dev/null", O_RDWR);
		if (fd < 0)
			return errno;
		if (fd == to)
			return 0;
		if (dup2(fd, to) < 0)
			return errno;
		(void)close(fd); /* /dev/null */
		return 0;
	}
	if (from == to)
		return fcntl(to, F_SETFD, 0) < 0 ? errno : 0;
	return dup2(from, to) < 0 ? errno : 0;
}

static int
place_fds(struct plan *p)
{
	const struct ob_spawn *how = p->how;

	if (how->flags & OB_SPAWN_CLOSE_OTHERS)
		ob_vfork_close_on_exec(3);
	/* Sources that a `to` may overwrite move out of the way first. */
	for (size_t i = 0; i < how->n_fds; i++) {
		int from = how->fds[i].from;

		p->sources[i] = from;
		if (from < 0 || from > p->highest_fd || from == how->fds[i].to)
			continue;
		p->sources[i] = fcntl(from, F_DUPFD_CLOEXEC, p->highest_fd + 1);
		if (p->sources[i] < 0)
			return errno;
	}
	for (size_t i = 0; i < how->n_fds; i++) {
		int code = place_fd(p->sources[i], how->fds[i].to);

		if (code != 0)
			return code;
	}
	return 0;
}

static int
set_limits(const struct ob_spawn *how)
{
	for (size_t i = 0; i < how->n_limits; i++)
		if (setrlimit(how->limits[i].resource, &how->limits[i].value) <
		    0)
			return errno;
	return 0;
}

/* Returns only when it failed. */
static int
child_run(void *arg)
{
	struct plan *p = arg;
	const struct ob_spawn *how = p->how;
	int code = set_group(how);

	if (code != 0)
		return WHY(OB_SPAWN_STEP_GROUP, code);
	/* All signals are blocked, so this raises no SIGTTOU. */
	if (how->tty_fd >= 0 && tcsetpgrp(how->tty_fd, getpgrp()) < 0)
		return WHY(OB_SPAWN_STEP_TERMINAL, errno);
	reset_dispositions(how);
	/* Before the descriptors, which may take this one's number. */
	if (how->cwd_fd >= 0 && fchdir(how->cwd_fd) < 0)
		return WHY(OB_SPAWN_STEP_DIRECTORY, errno);
	code = place_fds(p);
	if (code != 0)
		return WHY(OB_SPAWN_STEP_FDS, code);
	if (how->umask >= 0)
		(void)umask((mode_t)how->umask);
	code = set_limits(how);
	if (code != 0)
		return WHY(OB_SPAWN_STEP_LIMIT, code);
	if (how->death_signal != 0) {
		code = ob_vfork_death_signal(how->death_signal, p->parent);
		if (code != 0)
			return WHY(OB_SPAWN_STEP_DEATH_SIGNAL, -code);
	}
	if (how->setup != NULL) {
		code = how->setup(how->setup_arg);
		if (code != 0)
			return WHY(OB_SPAWN_STEP_SETUP, -code);
	}
	(void)sigprocmask(SIG_SETMASK, &p->mask, NULL);
	(void)execve(p->path, how->argv, how->env);
	return WHY(OB_SPAWN_STEP_EXEC, errno);
}

/* --- in the parent ----------------------------------------------------- */

static void
prepare(struct plan *p)
{
	const struct ob_spawn *how = p->how;

	p->parent = getpid();
	p->highest_fd = 2;
	OB_CHECK(how->n_fds <= OB_SPAWN_FDS_MAX);
	for (size_t i = 0; i < how->n_fds; i++) {
		OB_CHECK(how->fds[i].to >= 0);
		if (how->fds[i].to > p->highest_fd)
			p->highest_fd = how->fds[i].to;
	}
	if (how->mask != NULL)
		p->mask = *how->mask;
	else
		sigemptyset(&p->mask);
}

/* 0, or a number that WHY_STEP and WHY_CODE take apart. */
static int
start(struct plan *p, struct ob_child *ret_child)
{
	const struct ob_vfork v = {
		.run = child_run, .arg = p, .highest_fd = p->highest_fd
	};
	sigset_t all, newly;
	int pidfd, rc;
	pid_t pid;

	/* A handler in the child would run in our memory. */
	sigfillset(&all);
	ob_sig_block(&all, &newly);
	rc = ob_vfork(&v, &pid, &pidfd);
	ob_sig_unblock(&newly);
	if (rc < 0)
		return WHY(OB_SPAWN_STEP_FORK, -rc);
	if (rc > 0)
		return rc;
	*ret_child = (struct ob_child){ .ref = { .pid = pid, .fd = pidfd } };
	return 0;
}

int
ob_spawn(const struct ob_spawn *how, struct ob_child *ret_child,
    enum ob_spawn_step *ret_step, struct ob_err *err)
{
	struct plan p = { .how = how, .path = how->path };
	char found[PATH_MAX];
	int why = 0, rc;

	if (how->path == NULL) {
		rc = ob_spawn_lookup(how->cwd_fd, how->argv[0],
		    how->search_path, found, sizeof(found));
		p.path = found;
		if (rc < 0)
			why = WHY(OB_SPAWN_STEP_LOOKUP, -rc);
	}
	if (why == 0) {
		prepare(&p);
		why = start(&p, ret_child);
	}
	if (why == 0) {
		ob_trace(.kind = OB_TRACE_CHILD_START, .name = how->argv[0],
		    .id = (int64_t)ret_child->ref.pid);
		return 0;
	}
	if (ret_step != NULL)
		*ret_step = WHY_STEP(why);
	return ob_err_set(err, WHY_CODE(why), "cannot %s '%s'",
	    steps[WHY_STEP(why)].words, how->argv[0]);
}

static void
read_status(int raw, struct ob_child_status *ret)
{
	if (WIFEXITED(raw)) {
		ret->state = OB_CHILD_EXITED;
		ret->value = WEXITSTATUS(raw);
	} else if (WIFSIGNALED(raw)) {
		ret->state = OB_CHILD_SIGNALED;
		ret->value = WTERMSIG(raw);
		ret->core = WCOREDUMP(raw);
	} else if (WIFSTOPPED(raw)) {
		ret->state = OB_CHILD_STOPPED;
		ret->value = WSTOPSIG(raw);
	} else {
		ret->state = OB_CHILD_CONTINUED;
		ret->value = SIGCONT;
	}
}

int
ob_child_poll(
    struct ob_child *c, unsigned flags, struct ob_child_status *ret_status)
{
	struct ob_child_status status = { 0 };
	int options = WNOHANG, raw;
	pid_t got;

	if (c->ended)
		return -ECHILD;
	if (flags & OB_CHILD_STOPS)
		options |= WUNTRACED | WCONTINUED;
	got = wait4((pid_t)c->ref.pid, &raw, options, &status.usage);
	if (got == 0)
		return 0;
	if (got < 0) {
		c->ended = true;
		return -errno;
	}
	read_status(raw, &status);
	c->ended = status.state == OB_CHILD_EXITED ||
	           status.state == OB_CHILD_SIGNALED;
	if (c->ended)
		ob_trace(.kind = OB_TRACE_CHILD_EXIT, .id = (int64_t)c->ref.pid,
		    .value = raw);
	*ret_status = status;
	return 1;
}

int
ob_child_peek(const struct ob_child *c, struct ob_child_status *ret_status)
{
	siginfo_t info = { 0 };

	if (c->ended)
		return -ECHILD;
	if (waitid(P_PID, (id_t)c->ref.pid, &info,
		WEXITED | WNOHANG | WNOWAIT) < 0)
		return -errno;
	if (info.si_pid == 0)
		return 0;
	*ret_status = (struct ob_child_status){
		.state = info.si_code == CLD_EXITED ? OB_CHILD_EXITED
		                                    : OB_CHILD_SIGNALED,
		.value = info.si_status,
		.core = info.si_code == CLD_DUMPED,
	};
	return 1;
}

int
ob_child_await(const struct ob_child *c, int64_t deadline_ns)
{
	int64_t tick_ns = OB_NS_PER_MS;

	for (;;) {
		struct ob_child_status status;
		int64_t until_ns = ob_clock_deadline_ns(tick_ns);
		int rc = ob_child_peek(c, &status);

		if (rc != 0)
			return rc < 0 ? rc : 0;
		if (c->ref.fd >= 0) {
			rc = ob_wait_fd(c->ref.fd, POLLIN, deadline_ns);
			return rc < 0 ? rc : 0;
		}
		if (ob_clock_monotonic_ns() >= deadline_ns)
			return -ETIMEDOUT;
		rc = ob_clock_sleep_until(
		    until_ns < deadline_ns ? until_ns : deadline_ns);
		if (rc < 0)
			return rc;
		if (tick_ns < TICK_MAX_NS)
			tick_ns *= 2;
	}
}

int
ob_child_wait(
    struct ob_child *c, int64_t deadline_ns, struct ob_child_status *ret_status)
{
	int rc = ob_child_await(c, deadline_ns);

	if (rc < 0 && rc != -ECHILD)
		return rc;
	rc = ob_child_poll(c, 0, ret_status);
	return rc < 0 ? rc : 0;
}

int
ob_child_signal(const struct ob_child *c, int signo)
{
	return c->ended ? -ESRCH : ob_proc_ref_signal(&c->ref, signo);
}

void
ob_child_release(struct ob_child *c)
{
	ob_proc_ref_close(&c->ref);
	c->ended = true;
}

int
ob_child_exit_code(const struct ob_child_status *status)
{
	return status->state == OB_CHILD_EXITED ? status->value
	                                        : 128 + status->value;
}
