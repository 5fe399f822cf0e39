/*
 * A merged configuration as variables: db.port becomes PREFIX + DB__PORT.
 *
 * Keys that a .env file or the environment gave under a name of its own keep
 * that name; all others are in upper case, '-' becomes '_', levels are joined
 * by "__". Lists are JSON text.
 */
#ifndef EC_VARS_H
#define EC_VARS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "conf/merge.h"

struct ec_var {
	const char *name;    /* NUL-terminated; in the arena */
	struct ob_str value; /* in the arena or the conf */
	struct ob_str path;  /* of the key; in the arena */
};

struct ec_vars {
	OB_VEC(struct ec_var) list;
	OB_VEC(struct ob_str) skipped; /* keys that make no name */
};

/*
 * Collects the variables in the order of the keys. 0; -EDOM when two keys make
 * the same name, -EBADMSG for a value with a NUL, both with the key; -ENOMEM.
 * Release it in any case.
 */
int ec_vars_collect(const struct ob_conf *conf, const char *prefix,
    struct ob_arena *arena, struct ec_vars *ret, struct ob_err *err);
void ec_vars_release(struct ec_vars *vars);

/* Appends a value as text: strings as they are, lists and tables as JSON. */
int ec_value_text(struct ob_buf *out, const struct ob_val *v);

#endif
