/*
 * Paths of keys: a.b.c, a."x.y", list[2].
 *
 *	path    = [ segment { "." segment | index } ]
 *	segment = bare | '"' { byte | "\" ( '"' | "\" ) } '"'
 *	index   = "[" digits "]"
 *
 * A bare segment is any run of bytes but . [ ] " and blanks. The empty path is
 * the root.
 */
#ifndef OB_CONF_KEYPATH_H
#define OB_CONF_KEYPATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

#define OB_KEYPATH_MAX 256 /* segments */

struct ob_keyseg {
	struct ob_str key;
	uint32_t index; /* of a list, when is_index */
	bool is_index;
};

struct ob_keypath {
	struct ob_keyseg *v; /* in the arena */
	size_t n;
};

/*
 * Segments point into text, or into the arena where something was escaped.
 * -EINVAL with the words, -ENOMEM.
 */
int ob_keypath_parse(struct ob_arena *arena, struct ob_str text,
    struct ob_keypath *ret, struct ob_err *err);

/* Append to a path that is being put together, quoted where need be. */
int ob_keypath_add_key(struct ob_buf *path, struct ob_str key);
int ob_keypath_add_index(struct ob_buf *path, uint32_t index);

/* The value there, or NULL. */
const struct ob_val *
ob_keypath_find(const struct ob_val *root, const struct ob_keypath *path);

#endif
