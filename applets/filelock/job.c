#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/check.h"
#include "command.h"
#include "env.h"
#include "os/file.h"

/* The lock follows the descriptor, not the process that took it. */
static bool
belongs_to_file(const struct fl_job *job)
{
	return job->lock.slots > 0 || (job->lock.kind != OB_LOCK_POSIX &&
					  job->lock.kind != OB_LOCK_WIN);
}

static bool
is_inherited(const struct fl_job *job)
{
	return job->is_exec || (!job->stays_behind && belongs_to_file(job));
}

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
take(struct fl_job *job, struct ob_err *err)
{
	int64_t deadline_ns = job->lock.deadline_ns;
	const char *path;
	int rc;

	if (!job->knows_itself || deadline_ns == OB_LOCK_TRY)
		return ob_lockfile_lock(job->lf, deadline_ns, err);
	rc = ob_lockfile_lock(job->lf, OB_LOCK_TRY, err);
	if (rc != -EAGAIN)
		return rc;
	if (fl_env_holds(job->env, job->lf, &path))
		return ob_err_msg(err, -EDEADLK,
		    "cannot lock '%s': it is held around this command, which "
		    "would wait for itself",
		    path);
	return ob_lockfile_lock(job->lf, deadline_ns, err);
}

static enum fl_result
result_of(int rc)
{
	switch (rc) {
	case 0: return FL_GRANTED;
	case -EAGAIN: return FL_BUSY;
	case -ETIMEDOUT: return FL_TIMEOUT;
	case -EDEADLK: return FL_DEADLOCK;
	default: return FL_ERROR;
	}
}

int
fl_job_lock(struct fl_job *job, struct ob_err *err)
{
	int64_t start_ns = job->mono_ns();
	int rc;

	job->status = (struct fl_status){
		.path = job->n_paths > 0 ? job->paths[0] : NULL,
		.kind = job->lock.slots > 0              ? OB_LOCK_OFD
		        : job->lock.kind == OB_LOCK_AUTO ? OB_LOCK_FLOCK
		                                         : job->lock.kind,
		.mode = job->unlocks ? OB_LOCK_UN : job->lock.mode,
		.slot = -1,
		.held_ns = -1,
		.command_code = -1,
	};
	/* A descriptor of ours alone must not be unlocked when we go. */
	if (is_inherited(job) || job->n_paths == 0)
		job->lock.flags |= OB_LOCKF_INHERIT;
	rc = open_files(job, err);
	if (rc == 0)
		rc = job->unlocks ? unlock(job, err) : take(job, err);
	job->granted_ns = job->mono_ns();
	job->status.waited_ns = job->granted_ns - start_ns;
	job->status.result = result_of(rc);
	if (rc < 0)
		return rc;
	job->status.slot = ob_lockfile_slot(job->lf);
	job->status.held_ns = 0;
	return 0;
}

static int
prepare(struct fl_job *job, struct fl_command *c, struct ob_err *err)
{
	size_t n = ob_lockfile_count(job->lf);
	int *fds = ob_arena_array(job->scratch, n, sizeof(*fds));
	const struct fl_grant grant = {
		.lf = job->lf,
		.kind = job->status.kind,
		.mode = job->status.mode,
		.is_inherited = is_inherited(job),
		.status_file = job->status_file,
	};
	const char *path = ob_env_get(job->env, "PATH");

	*c = (struct fl_command){
		.argv = job->argv,
		.search_path = path == NULL ? "/usr/bin:/bin" : path,
		.fds = fds,
		.n_fds = n,
		.inherits = is_inherited(job),
		.scratch = job->scratch,
	};
	if (job->is_plain)
		/* execve(2) wants no const but changes nothing. */
		memcpy(&c->env, &job->env.vars, sizeof(c->env));
	else
		c->env = fl_env_build(job->scratch, job->env, &grant);
	if (fds == NULL || c->env == NULL)
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
	ob_lockfile_release(&job->lf);
	job->status.held_ns = job->mono_ns() - job->granted_ns;
	job->status.pid = end.pid;
	job->status.command_signal = end.signal;
	if (rc == 0 && end.signal == 0)
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
}
