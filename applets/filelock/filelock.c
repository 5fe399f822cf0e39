/*
 * filelock: locks for scripts. The verbs and everything that is printed.
 *
 *	filelock FILE CMD...        as flock(1), under the name flock too
 *	filelock run NAME -- CMD... the same with codes that a script can trust
 *
 * job.c takes the lock and runs the command, rt/lockfile knows how.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/num.h"
#include "cli/applet.h"
#include "cli/diag.h"
#include "cli/help.h"
#include "job.h"
#include "name.h"
#include "os/clock.h"
#include "os/file.h"

#define STATUS_MAX ((size_t)64 * 1024)

/* The mode that -s, -x and -u choose; the last one counts. */
enum mode { MODE_EX, MODE_SH, MODE_UN };

enum form { FORM_FLOCK, FORM_PLAIN_FLOCK, FORM_RUN };

struct lock_opts {
	int mode; /* enum mode */
	bool nonblock, close, no_fork, is_ofd;
	bool fair, unlink, follow, nofollow, many, show_version;
	const char *timeout, *dir, *status_file;
	int64_t conflict_code;
	int type, fd, status_fd;
	int64_t start, length;
	uint64_t slots;
};

/* In the order of enum ob_lock_kind. */
static const char *const types[] = { "auto", "flock", "ofd", "posix", "win",
	NULL };

#define AT(field) OB_OPT_AT(struct lock_opts, field)

/* What every way of taking a lock knows. */
static const struct ob_opt lock_rows[] = {
	{ "shared", 's', OB_OPT_SET, AT(mode), .min = MODE_SH,
	    .flags = OB_OPT_COMMON, .help = "shared lock: readers together" },
	{ "exclusive", 'x', OB_OPT_SET, AT(mode), .min = MODE_EX,
	    .alias_letter = 'e', .flags = OB_OPT_COMMON,
	    .help = "exclusive lock (default)" },
	{ "nonblock", 'n', OB_OPT_FLAG, AT(nonblock), .alias = "nb",
	    .flags = OB_OPT_COMMON, .help = "fail at once when it is held" },
	{ "timeout", 'w', OB_OPT_STR, AT(timeout), .alias = "wait",
	    .metavar = "TIME", .flags = OB_OPT_COMMON,
	    .help = "wait so long: 0.5, 250ms, 5s, 2m" },
	{ "close", 'o', OB_OPT_FLAG, AT(close),
	    .help = "the command does not inherit the lock" },
	{ "no-fork", 'F', OB_OPT_FLAG, AT(no_fork),
	    .help = "become the command instead of starting it" },
	{ "type", 0, OB_OPT_CHOICE, AT(type), .metavar = "TYPE",
	    .choices = types, .help = "kind of lock (auto is flock)" },
	{ "fcntl", 0, OB_OPT_FLAG, AT(is_ofd), .help = "as --type ofd" },
	{ "start", 0, OB_OPT_INT, AT(start), .metavar = "BYTE", .min = 0,
	    .max = INT64_MAX, .help = "lock from this byte (ofd, posix)" },
	{ "length", 0, OB_OPT_INT, AT(length), .metavar = "BYTES", .min = 0,
	    .max = INT64_MAX, .help = "so many bytes; 0 = to the end" },
	{ "fair", 0, OB_OPT_FLAG, AT(fair),
	    .help = "nobody who comes later overtakes" },
	{ "unlink", 0, OB_OPT_FLAG, AT(unlink),
	    .help = "remove the file after use" },
	{ "follow", 0, OB_OPT_FLAG, AT(follow), .group = 1,
	    .help = "trust every symbolic link" },
	{ "nofollow", 0, OB_OPT_FLAG, AT(nofollow), .group = 1,
	    .help = "trust none" },
	{ "status-fd", 0, OB_OPT_FD, AT(status_fd), .metavar = "FD",
	    .help = "write the status object there" },
	{ "status-file", 0, OB_OPT_PATH, AT(status_file), .metavar = "FILE",
	    .help = "write the status object there" },
	OB_OPT_END,
};

static const struct ob_opt flock_rows[] = {
	{ "unlock", 'u', OB_OPT_SET, AT(mode), .min = MODE_UN,
	    .help = "give up the lock of a descriptor" },
	{ "conflict-exit-code", 'E', OB_OPT_INT, AT(conflict_code),
	    .metavar = "CODE", .min = 0, .max = 255, .def = "1",
	    .help = "exit code when it is held" },
	{ "fd", 0, OB_OPT_FD, AT(fd), .metavar = "FD",
	    .help = "lock this descriptor and run a command" },
	{ NULL, 'V', OB_OPT_FLAG, AT(show_version), .help = "show version" },
	OB_OPT_END,
};

static const struct ob_opt run_rows[] = {
	{ "conflict-exit-code", 'E', OB_OPT_INT, AT(conflict_code),
	    .metavar = "CODE", .min = 0, .max = 255, .def = "75",
	    .help = "exit code when it is held" },
	{ "all", 0, OB_OPT_FLAG, AT(many), .flags = OB_OPT_COMMON,
	    .help = "several locks, all or nothing" },
	{ "slots", 'j', OB_OPT_UINT, AT(slots), .metavar = "N", .min = 1,
	    .max = OB_LOCKF_SLOTS_MAX, .flags = OB_OPT_COMMON,
	    .help = "so many at a time instead of one" },
	{ "dir", 0, OB_OPT_PATH, AT(dir), .metavar = "DIR",
	    .help = "where names without a slash live" },
	OB_OPT_END,
};

static const struct ob_operand flock_operands[] = {
	{ "FILE|FD", 0, 1, "file or directory, or the number of a descriptor" },
	{ "COMMAND", 0, 0, "what runs under the lock; -c TEXT for a shell" },
	{ NULL },
};

static const struct ob_operand run_operands[] = {
	{ "NAME", 1, 0, "name of a lock, or a path with a slash" },
	{ "-- COMMAND", 0, 0, "what runs under the lock" },
	{ NULL },
};

static const struct ob_exit_row flock_exits[] = {
	{ 1, "held by another, with -n or -w (-E sets another code)" },
	{ 65, "the file cannot be locked" },
	{ 66, "the file cannot be opened" },
	{ 69, "the command cannot be run (only under the name flock)" },
	{ 126, "the command is not executable" },
	{ 127, "the command was not found" },
	{ 0, NULL },
};

static const struct ob_exit_row run_exits[] = {
	{ 75, "held by another: no wait, time over, or it would never end" },
	{ 125, "the lock cannot be taken for another reason" },
	{ 126, "the command is not executable" },
	{ 127, "the command was not found" },
	{ 0, NULL },
};

/* --- from options to a job ----------------------------------------------- */

/* A number of seconds, with flock(1)'s ".5", or a duration with a unit. */
static int
parse_timeout(struct ob_cx *cx, const char *text, int64_t *ret_ns)
{
	const char *zero = text[0] == '.' ? "0" : "";
	char *whole = ob_arena_printf(cx->scratch, "%s%s", zero, text);
	int rc;

	if (whole == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	rc = ob_num_duration(ob_str_z(whole), OB_NS_PER_S, ret_ns);
	if (rc < 0)
		return ob_usage(cx,
		    "option '--timeout': '%s' is not a duration such as 0.5, "
		    "250ms, 5s or 2m",
		    text);
	return 0;
}

static int
fill_lock(
    struct ob_cx *cx, const struct lock_opts *o, struct ob_lockfile_opts *ret)
{
	struct ob_lockfile_opts l = {
		.kind = o->is_ofd ? OB_LOCK_OFD : (enum ob_lock_kind)o->type,
		.mode = o->mode == MODE_SH ? OB_LOCK_SH : OB_LOCK_EX,
		.flags = OB_LOCKF_CREATE | (o->fair ? OB_LOCKF_FAIR : 0) |
		         (o->unlink ? OB_LOCKF_UNLINK : 0) |
		         (o->follow ? OB_LOCKF_FOLLOW : 0) |
		         (o->nofollow ? OB_LOCKF_NOFOLLOW : 0),
		.slots = (unsigned)o->slots,
		.perm = 0666,
		.range = { o->start, o->length },
		.deadline_ns = OB_NEVER,
	};
	int64_t timeout_ns;
	int rc;

	if (o->timeout != NULL) {
		rc = parse_timeout(cx, o->timeout, &timeout_ns);
		if (rc < 0)
			return rc;
		l.deadline_ns = timeout_ns == 0
		                    ? OB_LOCK_TRY
		                    : ob_clock_deadline_ns(timeout_ns);
	}
	if (o->nonblock)
		l.deadline_ns = OB_LOCK_TRY;
	if (o->no_fork && o->close)
		return ob_usage(
		    cx, "options '--no-fork' and '--close' exclude each other");
	if ((o->start != 0 || o->length != 0) && l.kind != OB_LOCK_OFD &&
	    l.kind != OB_LOCK_POSIX)
		return ob_usage(cx,
		    "options '--start' and '--length' need '--type' ofd or "
		    "posix");
	if (l.slots > 0 && l.mode != OB_LOCK_EX)
		return ob_usage(
		    cx, "options '--slots' and '--shared' exclude each other");
	*ret = l;
	return 0;
}

/* FILE -c TEXT: by $SHELL, as flock(1). */
static int
shell_command(struct ob_cx *cx, int argc, char **argv, char ***ret)
{
	const char *shell = ob_env_get_filled(cx->env, "SHELL");
	char **words = ob_arena_array(cx->scratch, 4, sizeof(*words));

	if (argc != 2)
		return ob_usage(cx, "'%s' needs exactly one command", argv[0]);
	if (words == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	words[0] = ob_arena_dup(
	    cx->scratch, ob_str_z(shell == NULL ? "/bin/sh" : shell));
	words[1] = ob_arena_dup(cx->scratch, OB_STR("-c"));
	words[2] = argv[1];
	words[3] = NULL;
	*ret = words;
	return 0;
}

/* --- from results to codes and words ------------------------------------- */

/* Codes of flock(1). */
static int
flock_code(int rc)
{
	switch (rc) {
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
	case -ENOLCK: return OB_EX_OSERR;
	case -EROFS:
	case -ENOSPC: return OB_EX_CANTCREAT;
	case -EDEADLK: return OB_EX_TEMPFAIL;
	case -EINVAL:
	case -ENOTSUP:
	case -EBADF:
	case -EIO: return OB_EX_DATAERR;
	default: return OB_EX_NOINPUT;
	}
}

static int
run_code(int rc)
{
	switch (rc) {
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
	case -ENOLCK: return OB_EX_OSERR;
	case -EROFS:
	case -ENOSPC: return OB_EX_CANTCREAT;
	case -EIO: return OB_EX_IOERR;
	default: return OB_EX_OWNFAIL;
	}
}

static int
refused(struct ob_cx *cx, enum form form, const struct lock_opts *o,
    const struct fl_job *job, int rc)
{
	const char *what = job->n_paths > 0 ? job->paths[0] : "descriptor";
	const char *why = rc == -EAGAIN ? "it is held by another"
	                                : "timeout while waiting for it";
	int code;

	if (rc == -EAGAIN || rc == -ETIMEDOUT) {
		if (form == FORM_RUN)
			ob_warn(cx, "cannot lock '%s': %s", what, why);
		else
			ob_note(cx, "cannot lock '%s': %s", what, why);
		return (int)o->conflict_code;
	}
	code = form != FORM_RUN ? flock_code(rc)
	       : rc == -EDEADLK ? (int)o->conflict_code
	                        : run_code(rc);
	ob_diag(cx, &cx->error, code);
	return code;
}

static int
not_run(struct ob_cx *cx, enum form form, int rc, int code)
{
	if (form == FORM_PLAIN_FLOCK)
		code = rc == -ENOMEM ? OB_EX_OSERR : OB_EX_UNAVAILABLE;
	ob_diag(cx, &cx->error, code);
	return code;
}

/* One write, so that a reader of the descriptor sees all or nothing. */
static int
write_status(int fd, struct ob_str text)
{
	ssize_t n = ob_write(fd, text.p, text.n);

	return n < 0 ? (int)n : (size_t)n < text.n ? -EIO : 0;
}

/* A status that does not arrive is told, but the code stays the command's. */
static void
report(struct ob_cx *cx, const struct lock_opts *o, const struct fl_status *s)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(STATUS_MAX);
	OB_AUTO_CLOSE int file = -1;
	int rc = fl_status_write(s, &text);

	if (rc == 0 && o->status_file != NULL) {
		file = ob_open(AT_FDCWD, o->status_file,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0666);
		rc = file < 0 ? file : write_status(file, ob_buf_str(&text));
	}
	if (rc == 0 && o->status_fd > 0)
		rc = write_status(o->status_fd, ob_buf_str(&text));
	if (rc == 0 && cx->out_mode == OB_OUT_JSON)
		(void)ob_stream_str(cx->err, ob_buf_str(&text)); /* sticky */
	if (rc < 0)
		ob_warn(cx, "cannot write the status: %s", strerror(-rc));
}

static int
run_job(struct ob_cx *cx, enum form form, const struct lock_opts *o,
    struct fl_job *job)
{
	int rc, code = OB_EX_OK;

	job->env = cx->env;
	job->is_plain = form == FORM_PLAIN_FLOCK;
	job->is_exec = o->no_fork;
	job->status_file = o->status_file;
	job->scratch = cx->scratch;
	job->mono_ns = cx->source->mono_ns;
	rc = fl_job_lock(job, &cx->error);
	if (rc < 0) {
		code = refused(cx, form, o, job, rc);
	} else {
		ob_note(cx, "getting the lock took %.6f seconds",
		    (double)job->status.waited_ns / 1e9);
		if (job->argv != NULL) {
			ob_note(cx, "executing %s", job->argv[0]);
			rc = fl_job_run(job, &code, &cx->error);
		}
		if (rc < 0)
			code = not_run(cx, form, rc, code);
	}
	fl_job_release(job);
	job->status.code = code;
	job->status.finished_ns = cx->source->real_ns();
	if (o->status_file != NULL || o->status_fd > 0 ||
	    cx->out_mode == OB_OUT_JSON)
		report(cx, o, &job->status);
	return code;
}

/* --- verbs ---------------------------------------------------------------- */

static bool
is_fd_given(const struct ob_cx *cx)
{
	return ob_opt_is_given(cx->parse, 0, AT(fd));
}

/* The descriptor form: `flock 9`, or --fd 9 COMMAND. */
static int
choose_fd(struct ob_cx *cx, const struct lock_opts *o, int argc, char **argv,
    struct fl_job *job)
{
	int64_t fd;

	if (is_fd_given(cx)) {
		job->fd = o->fd;
		job->argv = argc > 0 ? argv : NULL;
	} else {
		if (ob_num_i64(ob_str_z(argv[0]), 0, INT32_MAX, &fd) < 0)
			return ob_usage(cx,
			    "'%s' is not the number of a descriptor, and a "
			    "file needs a command",
			    argv[0]);
		job->fd = (int)fd;
	}
	if (job->argv == NULL && job->lock.kind >= OB_LOCK_POSIX &&
	    !job->unlocks)
		return ob_usage(cx,
		    "a lock of type %s ends with its process: a command is "
		    "missing",
		    ob_lock_kind_name(job->lock.kind));
	return 0;
}

static int
flock_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct lock_opts *o = opts;
	struct fl_job job = { .fd = -1, .unlocks = o->mode == MODE_UN };
	const char *path = argc > 0 ? argv[0] : NULL;
	enum form form =
	    strcmp(cx->called, "flock") == 0 ? FORM_PLAIN_FLOCK : FORM_FLOCK;
	int rc;

	if (o->show_version)
		return ob_help_version(cx);
	if (argc == 0 && !is_fd_given(cx))
		return ob_usage(cx, "missing file or descriptor");
	rc = fill_lock(cx, o, &job.lock);
	if (rc < 0)
		return rc;
	job.stays_behind = o->close;
	if (argc < 2 || is_fd_given(cx)) {
		rc = choose_fd(cx, o, argc, argv, &job);
	} else {
		job.paths = &path;
		job.n_paths = 1;
		if (strcmp(argv[1], "-c") == 0 ||
		    strcmp(argv[1], "--command") == 0)
			rc = shell_command(cx, argc - 1, argv + 1, &job.argv);
		else
			job.argv = argv + 1;
	}
	return rc < 0 ? rc : run_job(cx, form, o, &job);
}

static int
run_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct lock_opts *o = opts;
	struct fl_job job = { .fd = -1, .stays_behind = true };
	int n = cx->parse->dashes_at;
	const char **paths;
	int rc;

	if (!cx->parse->saw_dashes || n == argc)
		return ob_usage(cx, "missing '-- COMMAND'");
	if (n == 0)
		return ob_usage(cx, "missing operand NAME");
	if (n > 1 && !o->many)
		return ob_usage(cx,
		    "unexpected operand '%s' (several locks need '--all')",
		    argv[1]);
	rc = fill_lock(cx, o, &job.lock);
	if (rc < 0)
		return rc;
	if (n > 1 && job.lock.slots > 0)
		return ob_usage(
		    cx, "option '--slots' is for one lock, not for several");
	paths = ob_arena_array(cx->scratch, (size_t)n, sizeof(*paths));
	if (paths == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	for (int i = 0; i < n; i++) {
		rc = fl_name_path(
		    argv[i], o->dir, cx->scratch, &paths[i], &cx->error);
		if (rc == -EINVAL)
			return rc;
		if (rc < 0) {
			ob_diag(cx, &cx->error, run_code(rc));
			return run_code(rc);
		}
	}
	job.paths = paths;
	job.n_paths = (size_t)n;
	job.argv = argv + n;
	job.knows_itself = true;
	return run_job(cx, FORM_RUN, o, &job);
}

static const struct ob_verb verbs[] = {
	{
	    .name = "flock",
	    .summary = "run a command under a lock, as flock(1)",
	    .flags = OB_FORK | OB_V_COMMAND | OB_V_DEFAULT | OB_V_JSON,
	    .opts = flock_rows,
	    .shared = lock_rows,
	    .opts_size = sizeof(struct lock_opts),
	    .operands = flock_operands,
	    .exits = flock_exits,
	    .examples = { "filelock -n /tmp/backup.lock tar -cf b.tar data",
		"filelock -w 5 . -c 'make && make install'" },
	    .run = flock_run,
	},
	{
	    .name = "run",
	    .summary = "run a command under a lock; 75 means held",
	    .flags = OB_FORK | OB_V_JSON,
	    .opts = run_rows,
	    .shared = lock_rows,
	    .opts_size = sizeof(struct lock_opts),
	    .operands = run_operands,
	    .exits = run_exits,
	    .examples = { "filelock run --timeout 5s deploy -- ./deploy.sh",
		"filelock run --all ./a ./b -- cp a b" },
	    .run = run_run,
	},
	OB_VERBS_END,
};

static const char *const aliases[] = { "flock", NULL };

/* Under the name flock there are no verbs. */
static int
applet_run(struct ob_cx *cx, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;

	if (strcmp(name, "flock") != 0)
		return ob_applet_dispatch(cx, argc, argv);
	cx->called = "flock";
	return ob_verb_run(cx, &verbs[0], argc - 1, argv + 1);
}

const struct ob_applet filelock_applet = {
	.name = "filelock",
	.aliases = aliases,
	.summary = "locks for scripts: flock(1) and more",
	.verbs = verbs,
	.run = applet_run,
};
