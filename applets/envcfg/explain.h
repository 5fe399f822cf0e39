/*
 * `explain`: where values come from, as rows or as JSON.
 */
#ifndef EC_EXPLAIN_H
#define EC_EXPLAIN_H

#include "cli/out.h"
#include "conf/merge.h"

extern const struct ob_col ec_explain_cols[];

/*
 * Explains the keys, or all when there are none; a key that names a table
 * stands for everything below it. Exit code: 1 when a key is in no source.
 */
int ec_explain(
    struct ob_cx *cx, const struct ob_conf *conf, int n_keys, char **keys);

/* The sources that are there, highest last. Exit code. */
int ec_explain_order(struct ob_cx *cx, const struct ob_conf *conf);

#endif
