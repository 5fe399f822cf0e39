/*
 * Sources to one tree.
 *
 * Tables merge deeply; values and lists replace each other; a null removes the
 * key, with all that is below it. A table over a value, or a value over a
 * table, is an error that names both places. Keys stand in the order in which
 * the lowest source has them.
 */
#ifndef OB_CONF_MERGE_H
#define OB_CONF_MERGE_H

#include "base/err.h"
#include "conf/keypath.h"
#include "conf/source.h"

#define OB_ERRLIST_MAX 20

/* All that is wrong, in the order of the sources; more than 20 are counted. */
struct ob_errlist {
	size_t n; /* recorded */
	size_t missed;
	struct ob_err v[OB_ERRLIST_MAX];
};

/*
 * Merges once, after the last source was added. 0; -EDOM with at least one
 * message in *errors (what is not in conflict is merged all the same);
 * -ENOMEM, recorded there too.
 */
int ob_conf_build(struct ob_conf *conf, struct ob_errlist *errors);

/* The merged value of a key, or NULL; the empty path is the whole tree. */
const struct ob_val *
ob_conf_get(const struct ob_conf *conf, const struct ob_keypath *path);

/*
 * Calls fn for each value and list (and each table without members) with its
 * path, in order. A result other than 0 ends the walk and is returned; else 0
 * or -ENOMEM.
 */
typedef int
ob_conf_visit(void *ctx, struct ob_str path, const struct ob_val *v);
int ob_conf_walk(const struct ob_conf *conf, ob_conf_visit *fn, void *ctx);

#endif
