#include "command.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/bsd.h"
#include "base/map.h"
#include "base/str.h"
#include "rt/spawn.h"

#define VARS_MAX ((size_t)1 << 24)

/* "NAME=value" strings in order, found by their names. */
struct block {
	char **v;
	size_t n;
	struct ob_map names; /* to indices */
};

static int
put(struct block *b, struct ob_str name, const char *entry)
{
	struct ob_map_entry *e = ob_map_get(&b->names, name);
	size_t at = e == NULL ? b->n : e->value.u;

	/* execve(2) wants no const but changes nothing. */
	memcpy(&b->v[at], &entry, sizeof(entry));
	if (e != NULL)
		return 0;
	b->n++;
	return ob_map_put(&b->names, name, (union ob_map_value){ .u = at }) < 0
	           ? -ENOMEM
	           : 0;
}

static bool
is_kept(const struct ec_command *c, struct ob_str name)
{
	if (!c->pure)
		return true;
	for (size_t i = 0; i < c->keep->n; i++)
		if (ob_str_eq_z(name, c->keep->v[i].value))
			return true;
	return false;
}

static int
fill(const struct ec_command *c, struct block *b)
{
	const char *const *ours = c->env.vars;

	for (size_t i = 0; ours != NULL && ours[i] != NULL; i++) {
		struct ob_str name = ob_str_z(ours[i]);

		name.n = ob_str_find(name, '=');
		if (ours[i][name.n] == '=' && is_kept(c, name) &&
		    put(b, name, ours[i]) < 0)
			return -ENOMEM;
	}
	for (size_t i = 0; i < c->vars->list.n; i++) {
		const struct ec_var *var = &c->vars->list.v[i];
		struct ob_str name = ob_str_z(var->name);
		char *entry =
		    ob_arena_alloc(c->arena, name.n + var->value.n + 2);

		if (entry == NULL)
			return -ENOMEM;
		memcpy(entry, name.p, name.n);
		entry[name.n] = '=';
		if (var->value.n > 0)
			memcpy(entry + name.n + 1, var->value.p, var->value.n);
		entry[name.n + 1 + var->value.n] = '\0';
		if (put(b, name, entry) < 0)
			return -ENOMEM;
	}
	b->v[b->n] = NULL;
	return 0;
}

int
ec_command_env(const struct ec_command *c, char ***ret_env, struct ob_err *err)
{
	struct block b = { .n = 0 };
	size_t ours = 0;
	uint64_t seed;
	int rc = -ENOMEM;

	while (c->env.vars != NULL && c->env.vars[ours] != NULL)
		ours++;
	arc4random_buf(&seed, sizeof(seed));
	ob_map_init(&b.names, OB_MAP_BORROW, VARS_MAX, seed);
	b.v = ob_arena_array(
	    c->arena, ours + c->vars->list.n + 1, sizeof(b.v[0]));
	if (b.v != NULL)
		rc = fill(c, &b);
	ob_map_release(&b.names);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot make the environment");
	*ret_env = b.v;
	return 0;
}

static const char *
search_path(const struct ec_command *c, char *const *env)
{
	const char *ours = ob_env_get(c->env, "PATH");

	for (size_t i = 0; env[i] != NULL; i++)
		if (ob_z_has_prefix(env[i], "PATH="))
			return env[i] + 5;
	return ours == NULL ? OB_SPAWN_DEFAULT_PATH : ours;
}

/* A script without "#!" runs by the shell, as execvp(3) does it. */
static void
exec_script(const struct ec_command *c, const char *path, char **env)
{
	size_t argc = 0;
	char **argv;

	while (c->argv[argc] != NULL)
		argc++;
	argv = ob_arena_array(c->arena, argc + 2, sizeof(*argv));
	if (argv == NULL) {
		errno = ENOMEM;
		return;
	}
	argv[0] = ob_arena_dup(c->arena, OB_STR("/bin/sh"));
	argv[1] = ob_arena_dup(c->arena, ob_str_z(path));
	memcpy(argv + 2, c->argv + 1, argc * sizeof(*argv));
	(void)execve("/bin/sh", argv, env);
}

/* E2BIG says nothing of whose fault it is: name the longest value. */
static int
too_big(const struct ec_command *c, struct ob_err *err)
{
	const struct ec_var *longest = NULL;

	for (size_t i = 0; i < c->vars->list.n; i++)
		if (longest == NULL ||
		    c->vars->list.v[i].value.n > longest->value.n)
			longest = &c->vars->list.v[i];
	(void)ob_err_set(err, -E2BIG, "cannot run '%s'", c->argv[0]);
	if (longest != NULL)
		ob_err_hint(err,
		    "the longest value is that of '%.*s': %zu bytes",
		    OB_STR_ARG(longest->path), longest->value.n);
	return -E2BIG;
}

int
ec_command_exec(const struct ec_command *c, int *ret_code, struct ob_err *err)
{
	char path[PATH_MAX], **env;
	int rc = ec_command_env(c, &env, err);

	*ret_code = OB_EX_OWNFAIL;
	if (rc < 0)
		return rc;
	rc = ob_spawn_lookup(
	    -1, c->argv[0], search_path(c, env), path, sizeof(path));
	if (rc < 0) {
		*ret_code = ob_spawn_exit_code(OB_SPAWN_STEP_LOOKUP, rc);
		return ob_err_set(err, rc, "cannot run '%s'", c->argv[0]);
	}
	(void)execve(path, c->argv, env);
	if (errno == ENOEXEC)
		exec_script(c, path, env);
	rc = -errno;
	if (rc == -E2BIG)
		return too_big(c, err);
	*ret_code = ob_spawn_exit_code(OB_SPAWN_STEP_EXEC, rc);
	return ob_err_set(err, rc, "cannot run '%s'", c->argv[0]);
}
