/*
 * The verbs that take a lock and run a command: the form of flock(1), run, sem.
 * job.c takes the lock and runs the command, rt/lockfile knows how.
 */
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/num.h"
#include "cli/diag.h"
#include "cli/help.h"
#include "job.h"
#include "name.h"
#include "os/clock.h"
#include "os/cred.h"
#include "os/file.h"

#define STATUS_MAX ((size_t)64 * 1024)

/* The mode that -s, -x and -u choose; the last one counts. */
enum mode { MODE_EX, MODE_SH, MODE_UN };

enum form { FORM_FLOCK, FORM_PLAIN_FLOCK, FORM_RUN };

/* In the order of enum ob_lock_kind and FL_KIND_DOTLOCK. */
const char *const fl_types[] = { "auto", "flock", "ofd", "posix", "win",
	"dotlock", NULL };

static const char *const conversions[] = { "no", "sh", "ex", NULL };
enum { CONVERT_NO, CONVERT_SH };

static const char *const signal_names[] = { "TERM", "INT", "HUP", "QUIT",
	"KILL", "USR1", "USR2", NULL };
static const int signal_numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGKILL,
	SIGUSR1, SIGUSR2 };

#define AT(field) OB_OPT_AT(struct fl_lock_opts, field)

/* What every way of taking a lock knows. */
const struct ob_opt fl_lock_rows[] = {
	{ "shared", 's', OB_OPT_SET, AT(mode), .min = MODE_SH,
	    .flags = OB_OPT_COMMON, .help = "shared lock: readers together" },
	{ "exclusive", 'x', OB_OPT_SET, AT(mode), .min = MODE_EX,
	    .alias_letter = 'e', .flags = OB_OPT_COMMON,
	    .help = "exclusive lock (default)" },
	{ "nonblock", 'n', OB_OPT_FLAG, AT(nonblock), .alias = "nb",
	    .flags = OB_OPT_COMMON, .help = "fail at once when it is held" },
	{ "nonblocking", 0, OB_OPT_FLAG, AT(nonblock), .flags = OB_OPT_HIDDEN,
	    .help = "as --nonblock" },
	{ "timeout", 'w', OB_OPT_STR, AT(timeout), .alias = "wait",
	    .metavar = "TIME", .flags = OB_OPT_COMMON,
	    .help = "wait so long: 0.5, 250ms, 5s, 2m" },
	{ "close", 'o', OB_OPT_FLAG, AT(close),
	    .help = "the command does not inherit the lock" },
	{ "no-fork", 'F', OB_OPT_FLAG, AT(no_fork),
	    .help = "become the command instead of starting it" },
	{ "type", 0, OB_OPT_CHOICE, AT(type), .metavar = "TYPE",
	    .choices = fl_types, .help = "kind of lock (auto is flock)" },
	{ "fcntl", 0, OB_OPT_FLAG, AT(is_ofd), .help = "as --type ofd" },
	{ "start", 0, OB_OPT_SIZE, AT(start), .metavar = "BYTE",
	    .max = INT64_MAX, .help = "lock from this byte (ofd, posix)" },
	{ "length", 0, OB_OPT_SIZE, AT(length), .metavar = "BYTES",
	    .max = INT64_MAX, .help = "so many bytes; 0 = to the end" },
	{ "fair", 0, OB_OPT_FLAG, AT(fair),
	    .help = "nobody who comes later overtakes" },
	{ "unlink", 0, OB_OPT_FLAG, AT(unlink),
	    .help = "remove the file after use" },
	{ "follow", 0, OB_OPT_FLAG, AT(follow), .group = 1,
	    .help = "trust every symbolic link" },
	{ "nofollow", 0, OB_OPT_FLAG, AT(nofollow), .group = 1,
	    .help = "trust none" },
	{ "fallback", 0, OB_OPT_FLAG, AT(fallback),
	    .help = "where flock cannot be: ofd, then dotlock" },
	{ "deadlock", 0, OB_OPT_FLAG, AT(finds_deadlock),
	    .help = "refuse a wait that would never end" },
	{ "mode", 0, OB_OPT_STR, AT(perm), .metavar = "MODE",
	    .help = "of a file that is created, as 0660" },
	{ "group", 0, OB_OPT_STR, AT(group), .metavar = "GROUP",
	    .help = "of a file that is created" },
	{ "note", 0, OB_OPT_STR, AT(note), .metavar = "TEXT",
	    .help = "why, for those who ask who holds it" },
	{ "fence", 0, OB_OPT_FLAG, AT(fence),
	    .help = "number this grant: OPSBOX_LOCK_TOKEN" },
	{ "no-record", 0, OB_OPT_FLAG, AT(no_record),
	    .help = "write no FILE.holder" },
	{ "pidfile", 0, OB_OPT_PATH, AT(pid_file), .metavar = "FILE",
	    .help = "the command's pid, while it runs" },
	{ "timeout-run", 0, OB_OPT_DURATION, AT(limit_ns), .metavar = "TIME",
	    .help = "end the command after so long: 124" },
	{ "signal", 0, OB_OPT_CHOICE, AT(end_signal), .metavar = "SIGNAL",
	    .choices = signal_names, .help = "by which signal (TERM)" },
	{ "kill-after", 0, OB_OPT_DURATION, AT(kill_after_ns),
	    .metavar = "TIME", .def = "10s",
	    .help = "and by KILL so much later (10s)" },
	{ "on", 0, OB_OPT_STR, AT(on), .metavar = "URL",
	    .help = "a lease between machines (not in this build)" },
	{ "status-fd", 0, OB_OPT_FD, AT(status_fd), .metavar = "FD",
	    .help = "write the status object there" },
	{ "status-file", 0, OB_OPT_PATH, AT(status_file), .metavar = "FILE",
	    .help = "write the status object there" },
	OB_OPT_END,
};

const struct ob_opt fl_flock_rows[] = {
	{ "unlock", 'u', OB_OPT_SET, AT(mode), .min = MODE_UN,
	    .help = "give up the lock of a descriptor" },
	{ "conflict-exit-code", 'E', OB_OPT_INT, AT(conflict_code),
	    .metavar = "CODE", .min = 0, .max = 255, .def = "1",
	    .help = "exit code when it is held" },
	{ "fd", 0, OB_OPT_FD, AT(fd), .metavar = "FD",
	    .help = "lock this descriptor and run a command" },
	{ "command", 'c', OB_OPT_STR, AT(command), .metavar = "TEXT",
	    .flags = OB_OPT_LAST,
	    .help = "run this text by a shell (behind FILE, or with --fd)" },
	{ "convert", 0, OB_OPT_CHOICE, AT(convert), .metavar = "MODE",
	    .choices = conversions,
	    .help = "change the lock that a descriptor has to sh or ex" },
	{ NULL, 'V', OB_OPT_FLAG, AT(show_version), .help = "show version" },
	OB_OPT_END,
};

const struct ob_opt fl_run_rows[] = {
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

const struct ob_opt fl_sem_rows[] = {
	{ "conflict-exit-code", 'E', OB_OPT_INT, AT(conflict_code),
	    .metavar = "CODE", .min = 0, .max = 255, .def = "75",
	    .help = "exit code when all slots are held" },
	{ "slots", 'j', OB_OPT_UINT, AT(slots), .metavar = "N", .min = 1,
	    .max = OB_LOCKF_SLOTS_MAX, .flags = OB_OPT_COMMON | OB_OPT_REQUIRED,
	    .help = "so many at a time" },
	{ "dir", 0, OB_OPT_PATH, AT(dir), .metavar = "DIR",
	    .help = "where names without a slash live" },
	OB_OPT_END,
};

const struct ob_operand fl_flock_operands[] = {
	{ "FILE|FD", 0, 1, "file or directory, or the number of a descriptor" },
	{ "COMMAND", 0, 0, "what runs under the lock; -c TEXT for a shell" },
	{ NULL },
};

const struct ob_operand fl_run_operands[] = {
	{ "NAME", 1, 0, "name of a lock, or a path with a slash" },
	{ "-- COMMAND", 0, 0, "what runs under the lock" },
	{ NULL },
};

const struct ob_exit_row fl_flock_exits[] = {
	{ 1, "held by another, with -n or -w (-E sets another code)" },
	{ 65, "the file cannot be locked" },
	{ 66, "the file cannot be opened" },
	{ 69, "the command cannot be run (only under the name flock)" },
	{ 124, "the time of --timeout-run was over" },
	{ 126, "the command is not executable" },
	{ 127, "the command was not found" },
	{ 0, NULL },
};

const struct ob_exit_row fl_run_exits[] = {
	{ 75, "held by another: no wait, time over, or it would never end" },
	{ 124, "the time of --timeout-run was over" },
	{ 125, "the lock cannot be taken for another reason" },
	{ 126, "the command is not executable" },
	{ 127, "the command was not found" },
	{ 0, NULL },
};

/* --- from options to a job ----------------------------------------------- */

static int
parse_perm(struct ob_cx *cx, const char *text, unsigned *ret)
{
	uint64_t mode;

	if (ob_num_base(ob_str_z(text), 8, 0777, &mode) < 0)
		return ob_usage(cx,
		    "option '--mode': '%s' is not a mode such as 0660", text);
	*ret = (unsigned)mode;
	return 0;
}

static int
parse_group(struct ob_cx *cx, const char *text, unsigned *ret)
{
	uint64_t number;
	gid_t gid;

	if (ob_num_u64(ob_str_z(text), 0, UINT32_MAX - 1, &number) == 0)
		gid = (gid_t)number;
	else if (ob_cred_find_group(text, &gid) < 0)
		return ob_usage(cx, "option '--group': no group '%s'", text);
	*ret = (unsigned)gid;
	return 0;
}

/* What of the options concerns a file that is created. */
static int
fill_creation(
    struct ob_cx *cx, const struct fl_lock_opts *o, struct ob_lockfile_opts *l)
{
	int rc = 0;

	if (o->perm != NULL) {
		l->flags |= OB_LOCKF_EXACT_PERM;
		rc = parse_perm(cx, o->perm, &l->perm);
	}
	if (rc == 0 && o->group != NULL) {
		l->flags |= OB_LOCKF_GROUP;
		rc = parse_group(cx, o->group, &l->group);
	}
	return rc;
}

static int
kind_of(const struct fl_lock_opts *o)
{
	return o->is_ofd ? OB_LOCK_OFD : o->type;
}

/* Options of which one makes no sense beside the other, for a lock. */
static const char *
lock_clash(const struct fl_lock_opts *o)
{
	int kind = kind_of(o);

	if (o->no_fork && o->close)
		return "options '--no-fork' and '--close' exclude each other";
	if ((o->start != 0 || o->length != 0) && kind != OB_LOCK_OFD &&
	    kind != OB_LOCK_POSIX)
		return "options '--start' and '--length' need '--type' ofd or "
		       "posix";
	if (o->slots > 0 && o->mode == MODE_SH)
		return "options '--slots' and '--shared' exclude each other";
	if (kind == FL_KIND_DOTLOCK &&
	    (o->mode != MODE_EX || o->slots > 0 || o->fair || o->no_fork ||
		o->many || o->unlink || o->finds_deadlock))
		return "a lock of type dotlock is exclusive and simple: no "
		       "'--shared', '--slots', '--all', '--fair', "
		       "'--no-fork', '--unlink', '--deadlock'";
	if (o->fence && o->no_record)
		return "options '--fence' and '--no-record' exclude each other";
	if (o->fence && kind == FL_KIND_DOTLOCK)
		return "option '--fence' is not for type dotlock";
	return NULL;
}

/* The same for the command. */
static const char *
command_clash(const struct fl_lock_opts *o)
{
	if (o->no_fork && (o->limit_ns > 0 || o->pid_file != NULL))
		return "option '--no-fork' leaves nobody behind for "
		       "'--timeout-run' and '--pidfile'";
	return NULL;
}

static int
fill_lock(struct ob_cx *cx, const struct fl_lock_opts *o,
    struct ob_lockfile_opts *ret)
{
	const char *clash = lock_clash(o);
	struct ob_lockfile_opts l = {
		.mode = o->mode == MODE_SH ? OB_LOCK_SH : OB_LOCK_EX,
		.flags = OB_LOCKF_CREATE | (o->fair ? OB_LOCKF_FAIR : 0) |
		         (o->unlink ? OB_LOCKF_UNLINK : 0) |
		         (o->follow ? OB_LOCKF_FOLLOW : 0) |
		         (o->nofollow ? OB_LOCKF_NOFOLLOW : 0),
		.slots = (unsigned)o->slots,
		.perm = 0666,
		.range = { (int64_t)o->start, (int64_t)o->length },
		.deadline_ns = OB_NEVER,
	};
	int rc = fill_creation(cx, o, &l);

	if (rc == 0)
		rc = fl_deadline(cx, o->timeout, &l.deadline_ns);
	if (rc < 0)
		return rc;
	if (o->nonblock)
		l.deadline_ns = OB_LOCK_TRY;
	if (clash == NULL)
		clash = command_clash(o);
	if (clash != NULL)
		return ob_usage(cx, "%s", clash);
	*ret = l;
	return 0;
}

/* FILE -c TEXT: by $SHELL, as flock(1). */
static int
shell_command(struct ob_cx *cx, const char *text, char ***ret)
{
	const char *shell = ob_env_get_filled(cx->env, "SHELL");
	char **words = ob_arena_array(cx->scratch, 4, sizeof(*words));

	if (words == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	words[0] = ob_arena_dup(
	    cx->scratch, ob_str_z(shell == NULL ? "/bin/sh" : shell));
	words[1] = ob_arena_dup(cx->scratch, OB_STR("-c"));
	words[2] = ob_arena_dup(cx->scratch, ob_str_z(text));
	words[3] = NULL;
	if (cx->scratch->failed)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
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
refused(struct ob_cx *cx, enum form form, const struct fl_lock_opts *o,
    const struct fl_job *job, int rc)
{
	const char *what = job->n_paths > 0 ? job->paths[0] : "descriptor";
	const char *why = rc == -EAGAIN ? "it is held by another"
	                                : "timeout while waiting for it";
	int code;

	if (rc == -EOWNERDEAD) {
		ob_warn(cx,
		    "cannot convert the lock of descriptor %d: it is "
		    "held by another, and the old lock is lost",
		    job->fd);
		return (int)o->conflict_code;
	}
	if (rc == -EAGAIN || rc == -ETIMEDOUT) {
		if (form != FORM_RUN) {
			ob_note(cx, "cannot lock '%s': %s", what, why);
		} else if (cx->verbosity >= 0) {
			(void)ob_err_msg(
			    &cx->error, rc, "cannot lock '%s': %s", what, why);
			ob_diag(cx, &cx->error, (int)o->conflict_code);
		}
		return (int)o->conflict_code;
	}
	/* As flock(1) says it. */
	if (form == FORM_PLAIN_FLOCK && job->n_paths == 0)
		(void)ob_err_set(&cx->error, rc, "%d", job->fd);
	code = form != FORM_RUN ? flock_code(rc)
	       : rc == -EDEADLK ? (int)o->conflict_code
	                        : run_code(rc);
	ob_diag(cx, &cx->error, code);
	return code;
}

static int
not_run(struct ob_cx *cx, enum form form, int rc, int code)
{
	if (form != FORM_RUN && code == OB_EX_OWNFAIL)
		code = OB_EX_OSERR;
	else if (form == FORM_PLAIN_FLOCK)
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
report(
    struct ob_cx *cx, const struct fl_lock_opts *o, const struct fl_status *s)
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

static enum fl_record_want
record_want(enum form form, const struct fl_lock_opts *o)
{
	if (o->fence)
		return FL_RECORD_FENCE;
	if (o->no_record ||
	    (form != FORM_RUN && o->note == NULL && o->pid_file == NULL))
		return FL_RECORD_NONE;
	return FL_RECORD_TRY;
}

/* A failure that leaves the lock and the command as they are. */
static void
tell_warning(struct ob_cx *cx, struct ob_err *warning)
{
	if (warning->code == 0)
		return;
	if (warning->complete)
		ob_warn(cx, "%s", warning->msg);
	else
		ob_warn(cx, "%s: %s", warning->msg, strerror(-warning->code));
	ob_err_reset(warning);
}

/* With -v. flock(1) says it on standard output. */
static void
tell_grant(struct ob_cx *cx, enum form form, const struct fl_job *job)
{
	double waited_s = (double)job->status.waited_ns / 1e9;

	if (form != FORM_PLAIN_FLOCK) {
		ob_note(cx, "getting the lock took %.6f seconds", waited_s);
		if (job->argv != NULL)
			ob_note(cx, "executing %s", job->argv[0]);
	} else if (cx->verbosity > 0) {
		/* Sticky: the end of the verb looks whether it arrived. */
		(void)ob_stream_printf(cx->out,
		    "flock: getting lock took %.6f seconds\n", waited_s);
		if (job->argv != NULL)
			(void)ob_stream_printf(
			    cx->out, "flock: executing %s\n", job->argv[0]);
		(void)ob_stream_flush(cx->out);
	}
}

static int
run_job(struct ob_cx *cx, enum form form, const struct fl_lock_opts *o,
    struct fl_job *job)
{
	int rc, code = OB_EX_OK;

	job->kind = kind_of(o);
	job->falls_back = o->fallback;
	if (o->finds_deadlock)
		job->deadlock = FL_DEADLOCK_FIND;
	job->note = o->note;
	job->pid_file = o->pid_file;
	job->limit_ns = o->limit_ns;
	job->kill_after_ns = o->kill_after_ns;
	job->end_signal = signal_numbers[o->end_signal];
	job->record_want = record_want(form, o);
	job->real_ns = cx->source->real_ns;
	job->random = cx->source->random;
	job->env = cx->env;
	job->is_plain = form == FORM_PLAIN_FLOCK;
	job->is_exec = o->no_fork;
	job->status_file = o->status_file;
	job->scratch = cx->scratch;
	job->mono_ns = cx->source->mono_ns;
	rc = fl_job_lock(job, &cx->error);
	if (rc == 0 && job->warning.code == -ENOMEM) {
		/* Nothing would work from here on: one message, no command. */
		cx->error = job->warning;
		ob_err_reset(&job->warning);
		rc = -ENOMEM;
	}
	if (rc < 0) {
		code = refused(cx, form, o, job, rc);
	} else {
		tell_warning(cx, &job->warning);
		tell_grant(cx, form, job);
		if (job->had_gap)
			ob_note(cx, "the lock was free for a moment");
		if (job->argv != NULL) {
			rc = fl_job_run(job, &code, &cx->error);
		}
		if (rc < 0)
			code = not_run(cx, form, rc, code);
	}
	fl_job_release(job);
	if (rc >= 0) /* after a failure it is a consequence, not news */
		tell_warning(cx, &job->warning);
	job->status.code = code;
	job->status.finished_ns = cx->source->real_ns();
	if (o->status_file != NULL || o->status_fd > 0 ||
	    cx->out_mode == OB_OUT_JSON)
		report(cx, o, &job->status);
	return code;
}

/* --- verbs ---------------------------------------------------------------- */

static int
refuse_lease(struct ob_cx *cx)
{
	(void)ob_err_msg(&cx->error, -ENOTSUP,
	    "cannot use '--on': leases are not in this build");
	ob_diag(cx, &cx->error, OB_EX_UNAVAILABLE);
	return OB_EX_UNAVAILABLE;
}

static bool
is_fd_given(const struct ob_cx *cx)
{
	return ob_opt_is_given(cx->parse, 0, AT(fd));
}

/* CMD ARG..., or -c TEXT. */
static int
choose_command(struct ob_cx *cx, int argc, char **argv, char ***ret)
{
	if (strcmp(argv[0], "-c") != 0 && strcmp(argv[0], "--command") != 0) {
		*ret = argv;
		return 0;
	}
	if (argc != 2)
		return ob_usage(cx, "'%s' needs exactly one command", argv[0]);
	return shell_command(cx, argv[1], ret);
}

/* The descriptor form: `flock 9`, or --fd 9 COMMAND. */
static int
choose_fd(struct ob_cx *cx, const struct fl_lock_opts *o, int argc, char **argv,
    struct fl_job *job)
{
	int64_t fd;
	int rc = 0;

	if (is_fd_given(cx)) {
		job->fd = o->fd;
		if (o->command != NULL)
			rc = argc == 0
			         ? shell_command(cx, o->command, &job->argv)
			         : ob_usage(
				       cx, "'-c' needs exactly one command");
		else if (argc > 0)
			job->argv = argv;
		if (rc < 0)
			return rc;
	} else {
		if (ob_num_i64(ob_str_z(argv[0]), 0, INT32_MAX, &fd) < 0)
			return ob_usage(cx,
			    "'%s' is not the number of a descriptor, and a "
			    "file needs a command",
			    argv[0]);
		job->fd = (int)fd;
	}
	if (o->fence || o->note != NULL)
		return ob_usage(cx, "a descriptor has no name for '--fence' "
				    "and '--note'");
	if (kind_of(o) == FL_KIND_DOTLOCK)
		return ob_usage(cx, "a descriptor has no name for a marker");
	if (o->convert != CONVERT_NO) {
		job->converts = true;
		job->lock.mode =
		    o->convert == CONVERT_SH ? OB_LOCK_SH : OB_LOCK_EX;
	}
	if (job->argv == NULL && kind_of(o) >= OB_LOCK_POSIX && !job->unlocks)
		return ob_usage(cx,
		    "a lock of type %s ends with its process: a command is "
		    "missing",
		    fl_kind_name(kind_of(o)));
	return 0;
}

int
fl_flock_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct fl_lock_opts *o = opts;
	struct fl_job job = { .fd = -1, .unlocks = o->mode == MODE_UN };
	const char *path = argc > 0 ? argv[0] : NULL;
	enum form form =
	    strcmp(cx->called, "flock") == 0 ? FORM_PLAIN_FLOCK : FORM_FLOCK;
	int rc;

	if (o->show_version)
		return ob_help_version(cx);
	if (o->on != NULL)
		return refuse_lease(cx);
	if ((argc == 0 || o->command != NULL) && !is_fd_given(cx))
		return ob_usage(cx, "missing file or descriptor");
	rc = fill_lock(cx, o, &job.lock);
	if (rc < 0)
		return rc;
	job.stays_behind = o->close;
	if (argc < 2 || is_fd_given(cx)) {
		rc = choose_fd(cx, o, argc, argv, &job);
	} else if (o->convert != CONVERT_NO) {
		rc = ob_usage(cx, "option '--convert' is for a descriptor");
	} else {
		job.paths = &path;
		job.n_paths = 1;
		rc = choose_command(cx, argc - 1, argv + 1, &job.argv);
	}
	return rc < 0 ? rc : run_job(cx, form, o, &job);
}

int
fl_run_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct fl_lock_opts *o = opts;
	struct fl_job job = { .fd = -1, .stays_behind = true };
	int n = cx->parse->dashes_at;
	const char **paths;
	int rc;

	if (o->on != NULL)
		return refuse_lease(cx);
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
	job.deadlock = FL_DEADLOCK_SELF;
	return run_job(cx, FORM_RUN, o, &job);
}
