/*
 * One lock and the command under it, from the first open to the release.
 * Prints nothing.
 */
#ifndef FL_JOB_H
#define FL_JOB_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "rt/lockfile.h"
#include "status.h"

struct fl_job {
	/* What to lock: paths, or (n_paths 0) the open descriptor fd. */
	const char *const *paths;
	size_t n_paths;
	int fd;
	struct ob_lockfile_opts lock;
	bool unlocks; /* give up the lock of fd, or run without one */
	/* Refuse to wait for a lock that a process around us holds. */
	bool knows_itself;

	/* What to run. */
	char **argv; /* NULL = nothing */
	struct ob_env env;
	bool is_plain;     /* flock(1): no variables of ours */
	bool is_exec;      /* become the command */
	bool stays_behind; /* the command does not get the descriptor */
	const char *status_file;
	struct ob_arena *scratch;

	/* The caller gives the clock; in nanoseconds. */
	int64_t (*mono_ns)(void);

	/* Results. */
	struct fl_status status;
	struct ob_lockfile *lf;
	int64_t granted_ns;
};

/*
 * Takes the lock; on failure status.result says how: -EAGAIN busy, -ETIMEDOUT,
 * -EDEADLK with words in err, others with words in err.
 */
int fl_job_lock(struct fl_job *job, struct ob_err *err);

/*
 * Runs the command and gives up the lock. status is complete afterwards but
 * for `code` and `finished_ns`. Failure to run it: negative errno, words in
 * err, and *ret_code is 125, 126 or 127; else *ret_code is the command's.
 */
int fl_job_run(struct fl_job *job, int *ret_code, struct ob_err *err);

/* Gives up what is still held; for every way out. */
void fl_job_release(struct fl_job *job);

#endif
