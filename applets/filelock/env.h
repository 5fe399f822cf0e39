/*
 * The environment of a command that runs under a lock: OPSBOX_LOCK_*.
 */
#ifndef FL_ENV_H
#define FL_ENV_H

#include "base/arena.h"
#include "base/env.h"
#include "rt/lockfile.h"

struct fl_grant {
	const struct ob_lockfile *lf; /* NULL = a marker */
	const char *path;             /* of the marker */
	int kind;                     /* see holder.h */
	enum ob_lock_mode mode;
	uint64_t token;          /* 0 = the grant has no number */
	bool is_inherited;       /* the command has the descriptors */
	const char *status_file; /* NULL = none */
};

/*
 * base with the variables of the grant: PATH TYPE MODE HELD, and SLOT, FD,
 * TOKEN, STATUS where they apply; those that base has from an outer lock go, but HELD
 * grows. In the arena; NULL when that is full.
 */
char **
fl_env_build(struct ob_arena *a, struct ob_env base, const struct fl_grant *g);

/*
 * Whether a lock around us (HELD of base) is on one of the files of lf: then
 * who waits for it waits for itself. *ret_path names the file.
 */
bool fl_env_holds(
    struct ob_env base, const struct ob_lockfile *lf, const char **ret_path);

#endif
