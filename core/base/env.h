/*
 * A view of an environment: an array of "NAME=value" strings that ends in
 * NULL. It owns nothing. In a plain process it is the process's own; the shell
 * and the tests pass theirs. Entries without '=' are ignored.
 */
#ifndef OB_BASE_ENV_H
#define OB_BASE_ENV_H

struct ob_env {
	const char *const *vars; /* NULL = empty */
};

/* The value of name, or NULL. The first of several definitions counts. */
const char *ob_env_get(struct ob_env env, const char *name);

/* The same, but an empty value counts as unset. */
const char *ob_env_get_filled(struct ob_env env, const char *name);

#endif
