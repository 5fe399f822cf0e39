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
#include "record.h"
#include "rt/lockfile.h"
#include "status.h"

/* Whether FILE.holder tells of us. */
enum fl_record_want {
	FL_RECORD_NONE,
	FL_RECORD_TRY,  /* the lock is worth more than the record */
	FL_RECORD_FENCE /* and numbers the grant: without it no grant */
};

/* Circles of parties that wait for each other. */
enum fl_deadlock {
	FL_DEADLOCK_IGNORE,
	FL_DEADLOCK_SELF, /* refuse to wait for a lock around us */
	FL_DEADLOCK_FIND  /* refuse every wait that closes a circle */
};

struct fl_job {
	/* What to lock: paths, or (n_paths 0) the open descriptor fd. */
	const char *const *paths;
	size_t n_paths;
	int fd;
	int kind; /* see holder.h; lock.kind is set from it */
	struct ob_lockfile_opts lock;
	bool unlocks;    /* give up the lock of fd, or run without one */
	bool converts;   /* fd holds the lock in the other mode */
	bool falls_back; /* to ofd, then to a marker, where flock cannot be */
	enum fl_deadlock deadlock;

	/* What to run. */
	char **argv; /* NULL = nothing */
	struct ob_env env;
	bool is_plain;     /* flock(1): no variables of ours */
	bool is_exec;      /* become the command */
	bool stays_behind; /* the command does not get the descriptor */
	int64_t limit_ns;  /* of the command; 0 = none */
	int64_t kill_after_ns;
	int end_signal;
	const char *status_file, *pid_file, *note;
	enum fl_record_want record_want;
	struct ob_arena *scratch;

	/* The caller gives the clocks; in nanoseconds. */
	int64_t (*mono_ns)(void);
	int64_t (*real_ns)(void);
	void (*random)(void *p, size_t n);

	/* Results. */
	struct fl_status status;
	struct ob_lockfile *lf; /* NULL = a marker */
	struct ob_buf marker;   /* what it says; empty = we have none */
	const char *marker_path;
	struct fl_record record;
	/* What failed without being fatal: the record, the pid file. */
	struct ob_err warning;
	/* A conversion left the lock free for a moment. */
	bool had_gap;
	int64_t granted_ns;
};

/*
 * Takes the lock; on failure status.result says how: -EAGAIN busy, -ETIMEDOUT,
 * -EDEADLK with words in err, others with words in err. A conversion that is
 * refused is -EAGAIN or -ETIMEDOUT while the old lock is held, -EOWNERDEAD when
 * it is lost.
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
