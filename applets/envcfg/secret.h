/*
 * Which keys are secret. Their values are shown only when asked for by name
 * or by --show-secrets.
 */
#ifndef EC_SECRET_H
#define EC_SECRET_H

#include <stdbool.h>

#include "base/str.h"
#include "fmt/value.h"

/* What stands in the place of a secret. */
#define EC_SECRET_MASK "***"

/*
 * Whether a path of keys, or a line of a file, speaks of a secret: it holds
 * password, passwd, token, secret or credential, or a name that ends in _key,
 * in any case.
 */
bool ec_is_secret(struct ob_str text);

/*
 * Puts EC_SECRET_MASK in the place of every value of the tree whose key, or a
 * key above it, is secret; nulls, lists and tables stay. 0 or -ENOMEM, when nothing of the tree
 * may be shown.
 */
int ec_mask(struct ob_val *root);

/* The same for one key of a table, which is secret whatever its name is. */
void ec_mask_key(struct ob_val *table, struct ob_str key);

#endif
