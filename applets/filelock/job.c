#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"
#include "base/vec.h"
#include "command.h"
#include "dotlock.h"
#include "env.h"
#include "lockset.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/proctab.h"
#include "rt/spawn.h"

#define COMMAND_MAX ((size_t)4096)

/* The lock follows the descriptor, not the process that took it. */
static bool
belongs_to_file(const struct fl_job *job)
{
	return job->lock.slots > 0 ||
	       (job->kind != OB_LOCK_POSIX && job->kind != OB_LOCK_WIN);
}

static bool
is_inherited(const struct fl_job *job)
{
	return job->is_exec || (!job->stays_behind && belongs_to_file(job) &&
				   job->kind != FL_KIND_DOTLOCK);
}

static int
no_memory(struct ob_err *err)
{
	return ob_err_set(err, -ENOMEM, "cannot lock");
}

/* --- who we are ----------------------------------------------------------- */

/* The words of the command, joined by blanks. */
static int
join_command(const struct fl_job *job, struct ob_str *ret)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(COMMAND_MAX);
	char *text;

	/* What does not fit is cut: nobody runs it from here. */
	for (size_t i = 0; job->argv != NULL && job->argv[i] != NULL; i++) {
		size_t n = strlen(job->argv[i]);

		if (i > 0)
			ob_buf_add_c(&b, ' ');
		if (n > COMMAND_MAX - b.n)
			n = COMMAND_MAX - b.n;
		ob_buf_add(&b, job->argv[i], n);
	}
	text = ob_arena_dup(job->scratch, ob_buf_str(&b));
	*ret = ob_str_z(text);
	return text == NULL ? -ENOMEM : 0;
}

static int
describe(const struct fl_job *job, struct fl_holder *ret, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = fl_holder_identify(ob_proc_pid(), job->scratch, ret);

	if (rc == 0)
		rc = join_command(job, &ret->command);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot tell who holds the lock");
	ret->kind = job->kind == OB_LOCK_AUTO ? OB_LOCK_FLOCK : job->kind;
	ret->mode = job->lock.mode;
	ret->note = ob_str_z(job->note);
	ret->since_ns = job->real_ns();
	if (job->lf == NULL)
		return 0;
	ret->slot = ob_lockfile_slot(job->lf);
	if (ob_fd_info(ob_lockfile_handle(job->lf, 0), &info) == 0) {
		ret->dev = (uint64_t)info.dev;
		ret->ino = (uint64_t)info.ino;
	}
	return 0;
}

/* The sidecar is for those who may use the lock file. */
static unsigned
sidecar_mode(const struct fl_job *job)
{
	struct ob_file_info info;

	if (ob_fd_info(ob_lockfile_handle(job->lf, 0), &info) < 0)
		return 0600;
	return ((unsigned)info.mode & 0666) | 0600;
}

static int
enter_record(struct fl_job *job, struct ob_err *err)
{
	enum fl_fence fence = job->record_want == FL_RECORD_FENCE
	                          ? FL_FENCE_RAISE
	                          : FL_FENCE_KEEP;
	struct fl_holder self;
	int rc = describe(job, &self, err);

	job->record = (struct fl_record){
		.path = fl_record_path(job->scratch, job->paths[0]),
		.removes = (job->lock.flags & OB_LOCKF_UNLINK) != 0,
	};
	if (rc == 0 && job->record.path == NULL)
		rc = no_memory(err);
	if (rc == 0)
		rc = fl_record_enter(&job->record, &self, sidecar_mode(job),
		    fence, self.since_ns, err);
	if (rc == 0)
		job->status.token = self.token;
	else
		job->record.path = NULL;
	return rc;
}

/* --- taking it ------------------------------------------------------------ */

static int
open_files(struct fl_job *job, struct ob_err *err)
{
	if (job->n_paths == 0)
		return ob_lockfile_open_fd(&job->lf, job->fd, &job->lock, err);
	return ob_lockfile_open(
	    &job->lf, AT_FDCWD, job->n_paths, job->paths, &job->lock, err);
}

static int
unlock(struct fl_job *job, struct ob_err *err)
{
	int rc = ob_lock_set(ob_lockfile_handle(job->lf, 0), job->lock.kind,
	    OB_LOCK_UN, &job->lock.range, OB_LOCK_TRY);

	return rc < 0 ? ob_err_set(err, rc, "cannot unlock") : 0;
}

static int
convert(struct fl_job *job, struct ob_err *err)
{
	enum ob_lock_mode wanted = job->lock.mode;
	int rc;

	job->lock.mode = wanted == OB_LOCK_SH ? OB_LOCK_EX : OB_LOCK_SH;
	rc = open_files(job, err);
	if (rc < 0)
		return rc;
	ob_lockfile_assume(job->lf);
	rc = ob_lockfile_convert(job->lf, wanted, job->lock.deadline_ns);
	job->lock.mode = wanted;
	job->had_gap = rc == 1;
	if (rc < 0 && rc != -EAGAIN && rc != -ETIMEDOUT && rc != -EOWNERDEAD)
		return ob_err_set(err, rc, "cannot convert the lock");
	return rc < 0 ? rc : 0;
}

struct lock_list {
	OB_VEC(struct ob_lock_row) rows;
};

static int
add_row(const struct ob_lock_row *row, void *ctx)
{
	struct lock_list *list = ctx;

	return ob_vec_push(&list->rows, *row);
}

static int64_t
parent_of(int64_t pid, void *ctx)
{
	struct ob_proc_stat stat;

	return ob_proctab_stat(ctx, pid, &stat) < 0 ? 0 : stat.ppid;
}

/* -EDEADLK with the circle, or 0; where nothing is listed there is none. */
static int
refuse_circle(struct fl_job *job, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf words = OB_BUF_INIT(COMMAND_MAX);
	struct lock_list list = { .rows = { .max = FL_LOCKSET_MAX } };
	struct ob_proctab *tab = NULL;
	struct ob_lock_file file;
	int rc = 0;

	if (ob_lock_list(add_row, &list) == 0 &&
	    ob_proctab_open(OB_PROCTAB_SYSTEM, &tab, NULL) == 0) {
		const struct fl_lockset set = { list.rows.v, list.rows.n,
			parent_of, tab };

		for (size_t i = 0; rc == 0 && i < ob_lockfile_count(job->lf);
		     i++)
			if (ob_lock_identify(
				ob_lockfile_handle(job->lf, i), &file) == 0)
				rc = fl_lockset_find_circle(
				    &set, ob_proc_pid(), &file, &words);
	}
	ob_proctab_close(&tab);
	ob_vec_release(&list.rows);
	return rc <= 0 ? 0
	               : ob_err_msg(err, -EDEADLK,
			     "cannot lock '%s': the wait would never end: %s",
			     job->paths[0], ob_buf_z(&words));
}

/* Waits in parts, and looks for a circle before each. */
static int
take_watchfully(struct fl_job *job, struct ob_err *err)
{
	static const int64_t looks_ms[] = { 100, 1000, 10000 };
	int64_t start_ns = job->mono_ns();

	for (size_t i = 0;; i++) {
		int64_t until_ns = job->lock.deadline_ns;
		int rc = refuse_circle(job, err);

		if (rc < 0)
			return rc;
		if (i < OB_COUNT(looks_ms) &&
		    start_ns + looks_ms[i] * OB_NS_PER_MS < until_ns)
			until_ns = start_ns + looks_ms[i] * OB_NS_PER_MS;
		rc = ob_lockfile_lock(job->lf, until_ns, err);
		if (rc != -ETIMEDOUT || until_ns == job->lock.deadline_ns)
			return rc;
	}
}

static int
take(struct fl_job *job, struct ob_err *err)
{
	int64_t deadline_ns = job->lock.deadline_ns;
	const char *path;
	int rc;

	if (job->deadlock == FL_DEADLOCK_IGNORE || deadline_ns == OB_LOCK_TRY)
		return ob_lockfile_lock(job->lf, deadline_ns, err);
	rc = ob_lockfile_lock(job->lf, OB_LOCK_TRY, err);
	if (rc != -EAGAIN)
		return rc;
	if (fl_env_holds(job->env, job->lf, &path))
		return ob_err_msg(err, -EDEADLK,
		    "cannot lock '%s': it is held around this command, which "
		    "would wait for itself",
		    path);
	if (job->deadlock == FL_DEADLOCK_FIND)
		return take_watchfully(job, err);
	return ob_lockfile_lock(job->lf, deadline_ns, err);
}

static int
take_marker(struct fl_job *job, struct ob_err *err)
{
	struct fl_holder self;
	int rc = describe(job, &self, err);

	job->marker_path = fl_dotlock_path(job->scratch, job->paths[0]);
	if (rc == 0 && job->marker_path == NULL)
		rc = no_memory(err);
	if (rc == 0)
		rc = fl_dotlock_take(&self,
		    &(struct fl_dotlock){
			.path = job->marker_path,
			.perm = job->lock.perm,
			.deadline_ns = job->lock.deadline_ns,
			.real_ns = job->real_ns,
			.random = job->random,
		    },
		    &job->marker, err);
	return rc;
}

static int
take_by_kind(struct fl_job *job, struct ob_err *err)
{
	int rc;

	if (job->kind == FL_KIND_DOTLOCK)
		return take_marker(job, err);
	job->lock.kind = (enum ob_lock_kind)job->kind;
	if (job->converts)
		return convert(job, err);
	rc = open_files(job, err);
	if (rc < 0)
		return rc;
	return job->unlocks ? unlock(job, err) : take(job, err);
}

/* The next kind to try where the system has not got this one, or -1. */
static int
fallback_of(const struct fl_job *job, int rc)
{
	if (!job->falls_back || job->n_paths != 1 ||
	    (rc != -ENOLCK && rc != -ENOTSUP && rc != -ENOSYS))
		return -1;
	if (job->kind == OB_LOCK_AUTO || job->kind == OB_LOCK_FLOCK)
		return OB_LOCK_OFD;
	return job->kind == OB_LOCK_OFD && job->lock.mode == OB_LOCK_EX
	           ? FL_KIND_DOTLOCK
	           : -1;
}

static enum fl_result
result_of(int rc)
{
	switch (rc) {
	case 0: return FL_GRANTED;
	case -EAGAIN: return FL_BUSY;
	case -ETIMEDOUT: return FL_TIMEOUT;
	case -EDEADLK: return FL_DEADLOCK;
	case -EOWNERDEAD: return FL_LOST;
	default: return FL_ERROR;
	}
}

static int
take_or_fall_back(struct fl_job *job, struct ob_err *err)
{
	int rc, next;

	for (;;) {
		rc = take_by_kind(job, err);
		next = rc < 0 ? fallback_of(job, rc) : -1;
		if (next < 0)
			return rc;
		ob_lockfile_release(&job->lf);
		job->kind = next;
		(void)ob_err_msg(&job->warning, -ENOTSUP,
		    "no flock locks there, using %s instead",
		    fl_kind_name(next));
	}
}

int
fl_job_lock(struct fl_job *job, struct ob_err *err)
{
	int64_t start_ns = job->mono_ns();
	int rc;

	ob_buf_init(&job->marker, OB_MARKER_BYTES_MAX);
	job->status = (struct fl_status){
		.path = job->n_paths > 0 ? job->paths[0] : NULL,
		.mode = job->unlocks ? OB_LOCK_UN : job->lock.mode,
		.slot = -1,
		.held_ns = -1,
		.command_code = -1,
	};
	/* A descriptor of ours alone must not be unlocked when we go. */
	if (is_inherited(job) || job->n_paths == 0)
		job->lock.flags |= OB_LOCKF_INHERIT;
	rc = take_or_fall_back(job, err);
	job->granted_ns = job->mono_ns();
	job->status.waited_ns = job->granted_ns - start_ns;
	job->status.kind = job->lock.slots > 0         ? OB_LOCK_OFD
	                   : job->kind == OB_LOCK_AUTO ? OB_LOCK_FLOCK
	                                               : job->kind;
	if (rc == 0 && job->lf != NULL && job->record_want != FL_RECORD_NONE) {
		struct ob_err why = OB_ERR_INIT;

		rc = enter_record(job, &why);
		if (rc < 0 && job->record_want == FL_RECORD_FENCE)
			*err = why;
		else if (rc < 0) {
			job->warning = why;
			rc = 0;
		}
	}
	job->status.result = result_of(rc);
	if (rc < 0)
		return rc;
	if (job->lf != NULL)
		job->status.slot = ob_lockfile_slot(job->lf);
	job->status.held_ns = 0;
	return 0;
}

/* --- the command ---------------------------------------------------------- */

/* The pid file is a service to others: without it the command runs on. */
static void
write_pid(int64_t pid, void *ctx)
{
	struct fl_job *job = ctx;
	char text[OB_NUM_BYTES + 1];
	size_t n = ob_num_format_i64(text, pid);
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, job->pid_file,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0666);
	int rc = fd < 0 ? fd : 0;

	text[n++] = '\n';
	if (rc == 0)
		rc = ob_write_full(fd, text, n);
	if (rc < 0)
		(void)ob_err_set(
		    &job->warning, rc, "cannot write '%s'", job->pid_file);
}

static int
fill_env(struct fl_job *job, struct fl_command *c)
{
	const struct fl_grant grant = {
		.lf = job->lf,
		.path = job->marker_path,
		.kind = job->status.kind,
		.mode = job->status.mode,
		.token = job->status.token,
		.is_inherited = is_inherited(job),
		.status_file = job->status_file,
	};

	if (job->is_plain)
		/* execve(2) wants no const but changes nothing. */
		memcpy(&c->env, &job->env.vars, sizeof(c->env));
	else
		c->env = fl_env_build(job->scratch, job->env, &grant);
	return c->env == NULL ? -ENOMEM : 0;
}

static int
prepare(struct fl_job *job, struct fl_command *c, struct ob_err *err)
{
	size_t n = job->lf == NULL ? 0 : ob_lockfile_count(job->lf);
	int *fds = ob_arena_array(job->scratch, n + 1, sizeof(*fds));
	const char *path = ob_env_get(job->env, "PATH");

	*c = (struct fl_command){
		.argv = job->argv,
		.search_path = path == NULL ? OB_SPAWN_DEFAULT_PATH : path,
		.fds = fds,
		.n_fds = n,
		.inherits = is_inherited(job),
		.limit_ns = job->limit_ns,
		.kill_after_ns = job->kill_after_ns,
		.end_signal = job->end_signal,
		.started = job->pid_file == NULL ? NULL : write_pid,
		.started_ctx = job,
		.scratch = job->scratch,
	};
	if (fds == NULL || fill_env(job, c) < 0)
		return ob_err_set(
		    err, -ENOMEM, "cannot run '%s'", job->argv[0]);
	for (size_t i = 0; i < n; i++)
		fds[i] = ob_lockfile_handle(job->lf, i);
	/* The caller's descriptor is not close-on-exec by birth. */
	if (job->n_paths == 0 && !c->inherits)
		return ob_fd_set_cloexec(job->fd, OB_ON);
	return 0;
}

int
fl_job_run(struct fl_job *job, int *ret_code, struct ob_err *err)
{
	struct fl_command c;
	struct fl_end end = { .code = 125 };
	int rc = prepare(job, &c, err);

	if (rc == 0 && job->is_exec)
		rc = fl_command_exec(&c, &end.code, err);
	else if (rc == 0)
		rc = fl_command_run(&c, &end, err);
	/* First of all, others wait for it. */
	fl_job_release(job);
	if (job->pid_file != NULL && end.pid > 0)
		(void)ob_file_remove(AT_FDCWD, job->pid_file);
	job->status.held_ns = job->mono_ns() - job->granted_ns;
	job->status.pid = end.pid;
	job->status.command_signal = end.signal;
	if (rc == 0 && end.signal == 0 && !end.timed_out)
		job->status.command_code = end.code;
	if (rc < 0)
		job->status.result = FL_ERROR;
	*ret_code = end.code;
	return rc;
}

void
fl_job_release(struct fl_job *job)
{
	ob_lockfile_release(&job->lf);
	if (job->marker.n > 0)
		/* If it has gone, others have taken it away by force. */
		(void)ob_marker_remove(
		    AT_FDCWD, job->marker_path, ob_buf_str(&job->marker), NULL);
	ob_buf_release(&job->marker);
	if (job->record.path != NULL)
		fl_record_leave(&job->record);
	job->record.path = NULL;
}
