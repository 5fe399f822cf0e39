/*
 * `run`: becomes a command with an environment that is put together here.
 */
#ifndef EC_COMMAND_H
#define EC_COMMAND_H

#include "base/env.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "vars.h"

struct ec_command {
	char *const *argv;
	struct ob_env env; /* ours */
	const struct ec_vars *vars;
	bool pure;                        /* nothing of ours but `keep` */
	const struct ob_opt_values *keep; /* names, with pure */
	struct ob_arena *arena;
};

/*
 * The new environment, NULL-terminated: ours, each name once (the last
 * definition counts), then the variables, which replace those of the same
 * name. 0 or -ENOMEM.
 */
int
ec_command_env(const struct ec_command *c, char ***ret_env, struct ob_err *err);

/*
 * Replaces this process; the program is looked up in PATH of the new
 * environment, or in ours when that has none. Returns only on failure: a
 * negative errno with the words, and the exit code for it (125, 126, 127).
 */
int
ec_command_exec(const struct ec_command *c, int *ret_code, struct ob_err *err);

#endif
