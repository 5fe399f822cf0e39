#include "base/env.h"

#include <string.h>

#include "base/str.h"

const char *
ob_env_get(struct ob_env env, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *v = env.vars; v != NULL && *v != NULL; v++)
		if (ob_z_has_prefix(*v, name) && (*v)[n] == '=')
			return *v + n + 1;
	return NULL;
}

const char *
ob_env_get_filled(struct ob_env env, const char *name)
{
	const char *value = ob_env_get(env, name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}
