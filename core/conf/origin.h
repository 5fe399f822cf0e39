/*
 * Where a value comes from, and what it hides.
 */
#ifndef OB_CONF_ORIGIN_H
#define OB_CONF_ORIGIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "conf/keypath.h"
#include "conf/source.h"

struct ob_origin {
	enum ob_scope scope;
	const char *file;   /* or NULL */
	struct ob_str name; /* the variable or option; empty for files */
	uint32_t line, col; /* 0 when in no file */
};

enum ob_def_state {
	OB_DEF_WINNER,   /* its value is the merged one */
	OB_DEF_MERGED,   /* a table, part of the merged one */
	OB_DEF_UNSET,    /* a null, here or at a table above */
	OB_DEF_SHADOWED, /* something higher hides it */
};

struct ob_def {
	struct ob_origin origin;
	const struct ob_val *val;
	enum ob_def_state state;
};

/* Of a value of a source or of the merged tree. */
struct ob_origin
ob_conf_origin(const struct ob_conf *conf, const struct ob_val *v);

/*
 * Every definition of the key in any source, highest first, into the arena,
 * after the build. Returns their number, 0 when no source has it; -ENOMEM.
 */
int ob_conf_defs(const struct ob_conf *conf, const struct ob_keypath *path,
    struct ob_arena *arena, struct ob_def **ret);

/* "winner", "merged", "unset", "shadowed" */
const char *ob_def_state_name(enum ob_def_state state);

/*
 * Appends "a.json:1:15", "variable APP_DB__PORT", "option --set", or the name
 * of the scope. Returns the buffer's sticky error.
 */
int ob_origin_text(struct ob_buf *out, struct ob_origin origin);

#endif
