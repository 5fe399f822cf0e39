/*
 * Where configuration comes from: sources, each a tree with a scope.
 *
 *	struct ob_conf *conf;
 *	ob_conf_new(&conf, &(struct ob_conf_opts){ .env = cx->env });
 *	ob_conf_add_file(conf, OB_SCOPE_FILE, AT_FDCWD, "a.json", -1, 0, err);
 *	ob_conf_add_env(conf, err);
 *	ob_conf_build(conf, &errors);            (conf/merge.h)
 *	v = ob_conf_get(conf, &path);            (conf/merge.h)
 *	n = ob_conf_defs(conf, &path, &defs);    (conf/origin.h)
 *	ob_conf_free(&conf);
 *
 * A later scope wins over an earlier one, and within a scope what was added
 * later. Sources are added in any order, then built once; after that nothing
 * changes, and all values live as long as the conf.
 *
 * Nothing here reads the environment but what opts.env holds, prints, or
 * writes. Errors: -EBADMSG malformed input, -EDOM well-formed but wrong (not a
 * table, a name nested below a value), what opening a file says, -ENOMEM.
 */
#ifndef OB_CONF_SOURCE_H
#define OB_CONF_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "fmt/format.h"
#include "fmt/value.h"

/* In the order of precedence, lowest first. */
enum ob_scope {
	OB_SCOPE_DEFAULT,
	OB_SCOPE_SYSTEM,
	OB_SCOPE_USER,
	OB_SCOPE_PROJECT,
	OB_SCOPE_FILE,
	OB_SCOPE_REMOTE,
	OB_SCOPE_SECRET,
	OB_SCOPE_DOTENV,
	OB_SCOPE_ENV,
	OB_SCOPE_CLI,
	OB_SCOPE_COUNT
};

struct ob_conf_source {
	enum ob_scope scope;
	const char *file;    /* NULL: no file; "-" is standard input */
	struct ob_str text;  /* of the file, which values point into */
	struct ob_val root;  /* a table */
	uint32_t duplicates; /* keys that came twice in it */
	/*
	 * Of values that are in no file, the variable or option. One name is
	 * that of all values; of several, at.off of a value is the index.
	 */
	struct ob_str *names;
	uint32_t n_names;
};

struct ob_conf_opts {
	struct ob_env env;
	/*
	 * Variables PREFIX + KEY become keys: DB__PORT is db.port, in lower
	 * case. NULL: no mapping; the environment overrides names that .env
	 * files define, and nothing else.
	 */
	const char *env_prefix;
	const char *env_sep; /* NULL = "__" */
	bool dotenv_wins;    /* .env files beat the environment */
};

struct ob_conf {
	struct ob_conf_opts opts;
	struct ob_arena arena;
	OB_VEC(struct ob_conf_source) sources; /* in the order of addition */
	OB_VEC(char *) texts;                  /* files that were read */
	uint16_t *order; /* of sources, lowest first; set by the build */
	struct ob_val root;
	/* Where the last parse failed, for the line and the caret. */
	struct {
		struct ob_str text;
		struct ob_pos at; /* line 0 = it did not */
	} failed;
};

/* What opts points to must live as long as the conf. 0 or -ENOMEM. */
int ob_conf_new(struct ob_conf **ret, const struct ob_conf_opts *opts);

/* Frees everything; NULL and a pointer to NULL are fine. */
void ob_conf_free(struct ob_conf **conf);

#define OB_CONF_OPTIONAL 1u /* a file that does not exist is no error */

/*
 * A regular file, relative to dir_fd. fmt is an enum ob_fmt, or -1: by the
 * name of the file. Returns 1 when it was added, 0 when it is optional and
 * missing. A .env file sees the .env files before it and the environment.
 */
int ob_conf_add_file(struct ob_conf *conf, enum ob_scope scope, int dir_fd,
    const char *path, int fmt, unsigned flags, struct ob_err *err);

/* The same of text in memory, which must live as long as the conf. */
int ob_conf_add_text(struct ob_conf *conf, enum ob_scope scope,
    const char *file, struct ob_str text, enum ob_fmt fmt, struct ob_err *err);

/* The environment as opts says, scope env. After the .env files. */
int ob_conf_add_env(struct ob_conf *conf, struct ob_err *err);

/*
 * One value at a path of keys (conf/keypath.h), which an option or variable of
 * that name gave; a null removes the key. *value is copied, its text is not.
 */
int
ob_conf_add_value(struct ob_conf *conf, enum ob_scope scope, const char *name,
    struct ob_str key, const struct ob_val *value, struct ob_err *err);

/* The same from JSON text. */
int
ob_conf_add_json(struct ob_conf *conf, enum ob_scope scope, const char *name,
    struct ob_str key, struct ob_str json, struct ob_err *err);

/* "default", "system", "user", ... */
const char *ob_scope_name(enum ob_scope scope);

#endif
