/*
 * Children: start a program, await its end, signal it.
 *
 *	struct ob_spawn how = OB_SPAWN_INIT;
 *	how.argv = argv;
 *	how.env = env;
 *	how.search_path = path;
 *	rc = ob_spawn(&how, &child, NULL, err);
 *
 * Everything is prepared in the parent. The child borrows the parent's memory
 * until it executes (os/vfork.h), makes async-signal-safe calls only, and a
 * failure comes back with its step and errno: ob_spawn() returns success only
 * when the program runs.
 *
 * What a child starts with, unless asked otherwise: an empty signal mask;
 * dispositions as this process had them when it started; 0, 1 and 2 inherited,
 * every other descriptor closed if it is close-on-exec (all of ours are).
 *
 * Order in the child: session or group, terminal, dispositions, directory,
 * descriptors, umask, limits, death signal, setup function, mask, exec.
 */
#ifndef OB_RT_SPAWN_H
#define OB_RT_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "os/proc.h"

struct ob_err;

/* Descriptor `to` of the child is our `from`, or one of these. */
#define OB_SPAWN_NULL   (-1) /* /dev/null, for reading and writing */
#define OB_SPAWN_CLOSED (-2)

struct ob_spawn_fd {
	int from;
	int to;
};

struct ob_spawn_limit {
	int resource; /* RLIMIT_... */
	struct rlimit value;
};

#define OB_SPAWN_SESSION      0x1u /* setsid: no terminal, own group */
#define OB_SPAWN_GROUP        0x2u /* join the group pgid; 0 = a new one */
#define OB_SPAWN_CLOSE_OTHERS 0x4u /* nothing but 0 to 2 and `fds` */
#define OB_SPAWN_SIG_DEFAULT  0x8u /* no signal ignored, not even by nohup */

#define OB_SPAWN_FDS_MAX 64

/* Where programs are found without a PATH, as execvp(3) does it. */
#define OB_SPAWN_DEFAULT_PATH "/usr/bin:/bin"

struct ob_spawn {
	/*
	 * The file to execute. NULL: argv[0], looked up in search_path (a list
	 * with ':') when it has no slash.
	 */
	const char *path;
	const char *search_path; /* NULL = nowhere */
	char *const *argv;       /* NULL-terminated, at least argv[0] */
	char *const *env;        /* NULL-terminated */

	/*
	 * All at once, as if from was read before any `to` was written: 1 to 2
	 * and 2 to 1 swaps. At most OB_SPAWN_FDS_MAX, each `to` once.
	 */
	const struct ob_spawn_fd *fds;
	size_t n_fds;

	const struct ob_spawn_limit *limits;
	size_t n_limits;

	unsigned flags;
	pid_t pgid;
	int tty_fd;       /* terminal that the child's group takes over; -1 */
	int cwd_fd;       /* its working directory; -1 = ours */
	int umask;        /* -1 = ours */
	int death_signal; /* when the thread that started it dies; 0 */
	const sigset_t *mask; /* NULL = empty */

	/*
	 * Called in the child last of all: privileges, sandbox. 0, or a negative
	 * errno that stops it. Same rules as a signal handler; it may not
	 * change memory of the parent.
	 */
	int (*setup)(void *arg);
	void *setup_arg;
};

#define OB_SPAWN_INIT \
	{ \
		.tty_fd = -1, .cwd_fd = -1, .umask = -1 \
	}

/* Where a start failed. */
enum ob_spawn_step {
	OB_SPAWN_STEP_LOOKUP, /* no such program in search_path */
	OB_SPAWN_STEP_FORK,
	OB_SPAWN_STEP_GROUP,
	OB_SPAWN_STEP_TERMINAL,
	OB_SPAWN_STEP_FDS,
	OB_SPAWN_STEP_DIRECTORY,
	OB_SPAWN_STEP_LIMIT,
	OB_SPAWN_STEP_DEATH_SIGNAL,
	OB_SPAWN_STEP_SETUP,
	OB_SPAWN_STEP_EXEC,
	OB_SPAWN_STEP_COUNT
};

/* "lookup", "fork", "group", ... */
const char *ob_spawn_step_name(enum ob_spawn_step step);

struct ob_child {
	struct ob_proc_ref ref; /* pid, pidfd */
	bool ended;             /* reaped: the pid is nobody's */
};

#define OB_CHILD_NONE \
	{ \
		.ref = OB_PROC_REF_NONE, .ended = true \
	}

enum ob_child_state {
	OB_CHILD_EXITED,   /* value = exit code */
	OB_CHILD_SIGNALED, /* value = signal */
	OB_CHILD_STOPPED,  /* value = signal */
	OB_CHILD_CONTINUED,
};

struct ob_child_status {
	enum ob_child_state state;
	int value;
	bool core;           /* dumped */
	struct rusage usage; /* once ended; ru_maxrss in the system's unit */
};

/*
 * Starts a program. On failure -errno, words in err, and *ret_step (may be
 * NULL) says where; this output is for failures only.
 */
int ob_spawn(const struct ob_spawn *how, struct ob_child *ret_child,
    enum ob_spawn_step *ret_step, struct ob_err *err);

/*
 * What a command runner exits with after a failed start: 127 not found, 126
 * found but not executable, 125 for every step before.
 */
int ob_spawn_exit_code(enum ob_spawn_step step, int code);

/*
 * Finds a program as exec would: a regular file that we may execute, in the
 * first directory of search_path that has one; a name with a slash is taken
 * as it is. Relative names count from dir_fd (-1: our directory). The result
 * goes to ret_path (ret_size bytes). -ENOENT; -EACCES when there was only one
 * that we may not execute; -ENAMETOOLONG.
 */
int ob_spawn_lookup(int dir_fd, const char *name, const char *search_path,
    char *ret_path, size_t ret_size);

#define OB_CHILD_STOPS 0x1u /* tell of stops and continuations too */

/*
 * Looks without waiting: 1 = something happened (*ret_status), 0 = not yet.
 * The child is reaped when it has ended. -ECHILD: somebody else did, or
 * SIGCHLD is ignored; the child counts as ended.
 */
int ob_child_poll(
    struct ob_child *c, unsigned flags, struct ob_child_status *ret_status);

/*
 * Whether it has ended, without reaping: 1 and its status but for the usage, 0,
 * -ECHILD. While the zombie stays, its number is nobody else's.
 */
int ob_child_peek(const struct ob_child *c, struct ob_child_status *ret_status);

/* Waits for the end without reaping: 0, -ETIMEDOUT, -EINTR, -ECHILD. */
int ob_child_await(const struct ob_child *c, int64_t deadline_ns);

/* Waits for the end and reaps: 0, -ETIMEDOUT, -EINTR, -ECHILD. */
int ob_child_wait(struct ob_child *c, int64_t deadline_ns,
    struct ob_child_status *ret_status);

/* -ESRCH once it has been reaped; never hits a stranger. */
int ob_child_signal(const struct ob_child *c, int signo);

/* Closes what belongs to the handle; the process goes on. */
void ob_child_release(struct ob_child *c);

/* 0 to 255 as shells put it: the exit code, or 128 + the signal. */
int ob_child_exit_code(const struct ob_child_status *status);

#endif
