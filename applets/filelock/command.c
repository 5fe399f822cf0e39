/*
 * See command.h. Signals are not handled but waited for: all that concern us
 * are blocked before the command starts, and one loop takes them. So there is
 * no handler, no moment in which a signal is lost, and nothing to restore.
 */
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "guard.h"
#include "os/clock.h"
#include "os/file.h"
#include "rt/spawn.h"

static const int forwarded[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1,
	SIGUSR2, SIGCONT, SIGWINCH };

static void
on_child(int signo)
{
	(void)signo;
}

/*
 * A parent that ignores SIGCHLD would have the kernel throw the status away;
 * and POSIX lets a blocked signal that is ignored by default be discarded, so
 * there is a handler, which never runs.
 */
static void
block_signals(sigset_t *ret_watched, sigset_t *ret_before)
{
	const struct sigaction child = { .sa_handler = on_child };

	sigemptyset(ret_watched);
	sigaddset(ret_watched, SIGCHLD);
	for (size_t i = 0; i < OB_COUNT(forwarded); i++)
		sigaddset(ret_watched, forwarded[i]);
	sigprocmask(SIG_BLOCK, ret_watched, ret_before);
	sigaction(SIGCHLD, &child, NULL);
}

/*
 * The command has stopped: so do we, for the shell's job control. When a
 * SIGCONT came meanwhile (^Z stops both of us, `fg` continues both) it is the
 * command that has not seen it yet.
 */
static void
stop_with(const struct ob_child *child)
{
	const struct timespec no_wait = { 0, 0 };
	sigset_t cont;

	sigemptyset(&cont);
	sigaddset(&cont, SIGCONT);
	if (sigtimedwait(&cont, NULL, &no_wait) < 0)
		(void)kill(getpid(), SIGSTOP);
	(void)ob_child_signal(child, SIGCONT); /* it may have ended */
}

/* Sent by a process; a key of the terminal reaches the command by itself. */
static bool
is_for_forwarding(const siginfo_t *info)
{
	return info->si_code <= 0;
}

/* A command that runs, and the steps to its forced end. */
struct run {
	struct ob_child *child;
	const struct fl_command *c;
	int64_t step_ns; /* when the next step is due */
	bool timed_out;
};

static void
forward(const struct run *r, const siginfo_t *info)
{
	/* In a group of its own it gets nothing of the terminal's keys. */
	if (r->c->limit_ns > 0)
		(void)ob_proc_signal(-r->child->ref.pid, 0, info->si_signo);
	else if (is_for_forwarding(info))
		(void)ob_child_signal(r->child, info->si_signo);
}

static void
end_by_force(struct run *r)
{
	int signo = r->timed_out ? SIGKILL : r->c->end_signal;

	(void)ob_proc_signal(-r->child->ref.pid, 0, signo);
	/* A stopped one cannot end otherwise. */
	(void)ob_proc_signal(-r->child->ref.pid, 0, SIGCONT);
	r->step_ns =
	    r->timed_out ? OB_NEVER : ob_clock_deadline_ns(r->c->kill_after_ns);
	r->timed_out = true;
}

/* The next signal of the set, or -1 when a step is due or we were stopped. */
static int
await_signal(const struct run *r, const sigset_t *watched, siginfo_t *ret)
{
	int64_t left_ns = OB_NS_PER_S * 1000000;
	struct timespec left;

	if (r->step_ns != OB_NEVER)
		left_ns = r->step_ns - ob_clock_monotonic_ns();
	if (left_ns < 0)
		left_ns = 0;
	left.tv_sec = (time_t)(left_ns / OB_NS_PER_S);
	left.tv_nsec = (long)(left_ns % OB_NS_PER_S);
	return sigtimedwait(watched, ret, &left);
}

/* 1 = it has ended, 0 = it goes on. */
static int
look_at(struct run *r, struct ob_child_status *ret)
{
	int rc;

	while ((rc = ob_child_poll(r->child, OB_CHILD_STOPS, ret)) == 1) {
		if (ret->state == OB_CHILD_EXITED ||
		    ret->state == OB_CHILD_SIGNALED)
			return 1;
		if (ret->state == OB_CHILD_STOPPED)
			stop_with(r->child);
	}
	return rc;
}

static int
supervise(struct run *r, const sigset_t *watched, struct ob_child_status *ret)
{
	siginfo_t info;

	for (;;) {
		int signo = await_signal(r, watched, &info), rc = 0;

		if (signo == SIGCHLD)
			rc = look_at(r, ret);
		else if (signo > 0)
			forward(r, &info);
		else if (r->step_ns != OB_NEVER &&
			 ob_clock_monotonic_ns() >= r->step_ns)
			end_by_force(r);
		if (rc != 0)
			return rc < 0 ? rc : 0;
	}
}

/* A set-id program sheds its death signal when it is executed. */
static bool
changes_identity(const char *path)
{
	struct ob_file_info info;

	return ob_file_info(AT_FDCWD, path, OB_FOLLOW, &info) < 0 ||
	       (info.mode & 06000) != 0;
}

/* A script without "#!" runs by the shell, as execvp(3) does it. */
static int
spawn_script(const struct fl_command *c, struct ob_spawn *how,
    struct ob_child *ret, enum ob_spawn_step *ret_step, struct ob_err *err)
{
	size_t argc = 0;
	char **argv;

	while (c->argv[argc] != NULL)
		argc++;
	argv = ob_arena_array(c->scratch, argc + 2, sizeof(*argv));
	if (argv == NULL)
		return ob_err_set(err, -ENOMEM, "cannot run '%s'", c->argv[0]);
	argv[0] = ob_arena_dup(c->scratch, OB_STR("/bin/sh"));
	argv[1] = ob_arena_dup(c->scratch, ob_str_z(how->path));
	memcpy(argv + 2, c->argv + 1, argc * sizeof(*argv));
	how->path = "/bin/sh";
	how->argv = argv;
	return ob_spawn(how, ret, ret_step, err);
}

static int
spawn(const struct fl_command *c, const char *path, const sigset_t *mask,
    struct fl_guard *guard, struct ob_child *ret, enum ob_spawn_step *ret_step,
    struct ob_err *err)
{
	struct ob_spawn how = OB_SPAWN_INIT;
	struct ob_spawn_fd *fds =
	    ob_arena_array(c->scratch, c->n_fds + 1, sizeof(*fds));
	int rc;

	*ret_step = OB_SPAWN_STEP_FDS;
	if (fds == NULL)
		return ob_err_set(err, -ENOMEM, "cannot run '%s'", path);
	for (size_t i = 0; i < c->n_fds; i++)
		fds[i] = (struct ob_spawn_fd){ c->fds[i], c->fds[i] };
	how.path = path;
	how.argv = c->argv;
	how.env = c->env;
	how.mask = mask;
	if (c->limit_ns > 0)
		how.flags |= OB_SPAWN_GROUP;
	how.fds = fds;
	if (c->inherits || changes_identity(path)) {
		how.n_fds = c->n_fds;
	} else {
		how.death_signal = SIGKILL;
		rc = fl_guard_start(guard, err);
		if (rc < 0)
			return rc;
		how.setup = fl_guard_announce;
		how.setup_arg = guard;
	}
	rc = ob_spawn(&how, ret, ret_step, err);
	if (rc == -ENOTSUP && *ret_step == OB_SPAWN_STEP_DEATH_SIGNAL) {
		how.death_signal = 0;
		how.n_fds = c->n_fds;
		rc = ob_spawn(&how, ret, ret_step, err);
	}
	if (rc == -ENOEXEC && *ret_step == OB_SPAWN_STEP_EXEC)
		rc = spawn_script(c, &how, ret, ret_step, err);
	return rc;
}

static int
look_up(const struct fl_command *c, char path[PATH_MAX], int *ret_code,
    struct ob_err *err)
{
	int rc =
	    ob_spawn_lookup(-1, c->argv[0], c->search_path, path, PATH_MAX);

	if (rc == 0)
		return 0;
	*ret_code = ob_spawn_exit_code(OB_SPAWN_STEP_LOOKUP, rc);
	return ob_err_set(err, rc, "cannot run '%s'", c->argv[0]);
}

int
fl_command_run(
    const struct fl_command *c, struct fl_end *ret, struct ob_err *err)
{
	struct ob_child child = OB_CHILD_NONE;
	struct ob_child_status status;
	struct fl_guard guard = FL_GUARD_NONE;
	struct run run = { .child = &child, .c = c, .step_ns = OB_NEVER };
	enum ob_spawn_step step;
	sigset_t watched, before;
	char path[PATH_MAX];
	int rc;

	*ret = (struct fl_end){ .pid = 0 };
	rc = look_up(c, path, &ret->code, err);
	if (rc < 0)
		return rc;
	block_signals(&watched, &before);
	rc = spawn(c, path, &before, &guard, &child, &step, err);
	if (rc < 0) {
		fl_guard_stop(&guard);
		ret->code = ob_spawn_exit_code(step, rc);
		return rc;
	}
	ret->pid = child.ref.pid;
	if (c->started != NULL)
		c->started(child.ref.pid, c->started_ctx);
	if (c->limit_ns > 0)
		run.step_ns = ob_clock_deadline_ns(c->limit_ns);
	rc = supervise(&run, &watched, &status);
	ob_child_release(&child);
	fl_guard_stop(&guard);
	if (rc < 0) {
		ret->code = 125;
		return ob_err_set(err, rc, "cannot await '%s'", c->argv[0]);
	}
	ret->timed_out = run.timed_out;
	ret->code = run.timed_out ? 124 : ob_child_exit_code(&status);
	ret->signal = status.state == OB_CHILD_SIGNALED ? status.value : 0;
	return 0;
}

int
fl_command_exec(const struct fl_command *c, int *ret_code, struct ob_err *err)
{
	char path[PATH_MAX];
	int rc = look_up(c, path, ret_code, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < c->n_fds && rc == 0; i++)
		rc = ob_fd_set_cloexec(c->fds[i], OB_OFF);
	if (rc < 0) {
		*ret_code = 125;
		return ob_err_set(err, rc, "cannot hand down the lock");
	}
	(void)execve(path, c->argv, c->env);
	rc = -errno;
	*ret_code = ob_spawn_exit_code(OB_SPAWN_STEP_EXEC, rc);
	return ob_err_set(err, rc, "cannot run '%s'", c->argv[0]);
}
