/*
 * See env.h. HELD lists the locks around a command as DEV.INO, joined by ':'.
 */
#include "env.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "holder.h"
#include "os/file.h"

#define PREFIX   "OPSBOX_LOCK_"
#define TEXT_MAX ((size_t)1 << 20)

/* The variables of ours that an outer lock may have left. */
static const char *const names[] = { PREFIX "PATH=", PREFIX "TYPE=",
	PREFIX "MODE=", PREFIX "SLOT=", PREFIX "FD=", PREFIX "HELD=",
	PREFIX "STATUS=", PREFIX "TOKEN=" };

static bool
is_ours(const char *entry)
{
	for (size_t i = 0; i < OB_COUNT(names); i++)
		if (ob_z_has_prefix(entry, names[i]))
			return true;
	return false;
}

/* "DEV.INO" of an open file; appends nothing when it cannot be asked. */
static void
add_identity(struct ob_buf *b, ob_handle h)
{
	struct ob_file_info info;

	if (ob_fd_info(h, &info) == 0)
		ob_buf_printf(b, "%llx.%llu", (unsigned long long)info.dev,
		    (unsigned long long)info.ino);
}

static char *
held(struct ob_arena *a, struct ob_env base, const struct ob_lockfile *lf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	const char *outer = ob_env_get_filled(base, PREFIX "HELD");

	if (outer != NULL)
		ob_buf_add_z(&b, outer);
	for (size_t i = 0; lf != NULL && i < ob_lockfile_count(lf); i++) {
		if (b.n > 0)
			ob_buf_add_c(&b, ':');
		add_identity(&b, ob_lockfile_handle(lf, i));
	}
	return ob_arena_printf(a, PREFIX "HELD=%s", ob_buf_z(&b));
}

/* All paths, joined by ':'. */
static char *
paths(struct ob_arena *a, const struct ob_lockfile *lf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < ob_lockfile_count(lf); i++) {
		const char *path = ob_lockfile_path(lf, i);

		if (i > 0)
			ob_buf_add_c(&b, ':');
		ob_buf_add_z(&b, path == NULL ? "" : path);
	}
	return ob_arena_printf(a, PREFIX "PATH=%s", ob_buf_z(&b));
}

char **
fl_env_build(struct ob_arena *a, struct ob_env base, const struct fl_grant *g)
{
	size_t n = 0, at = 0;
	char **env;

	while (base.vars != NULL && base.vars[n] != NULL)
		n++;
	env = ob_arena_array(a, n + OB_COUNT(names) + 1, sizeof(*env));
	if (env == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!is_ours(base.vars[i]))
			/* execve(2) wants no const but changes nothing. */
			memcpy(&env[at++], &base.vars[i], sizeof(*env));
	env[at++] = g->lf != NULL
	                ? paths(a, g->lf)
	                : ob_arena_printf(a, PREFIX "PATH=%s", g->path);
	env[at++] = ob_arena_printf(a, PREFIX "TYPE=%s", fl_kind_name(g->kind));
	env[at++] =
	    ob_arena_printf(a, PREFIX "MODE=%s", ob_lock_mode_name(g->mode));
	env[at++] = held(a, base, g->lf);
	if (g->token > 0)
		env[at++] = ob_arena_printf(
		    a, PREFIX "TOKEN=%llu", (unsigned long long)g->token);
	if (g->lf != NULL && ob_lockfile_slot(g->lf) >= 0)
		env[at++] = ob_arena_printf(
		    a, PREFIX "SLOT=%d", ob_lockfile_slot(g->lf));
	if (g->is_inherited)
		env[at++] = ob_arena_printf(
		    a, PREFIX "FD=%d", (int)ob_lockfile_handle(g->lf, 0));
	if (g->status_file != NULL)
		env[at++] =
		    ob_arena_printf(a, PREFIX "STATUS=%s", g->status_file);
	env[at] = NULL;
	return a->failed ? NULL : env;
}

bool
fl_env_holds(
    struct ob_env base, const struct ob_lockfile *lf, const char **ret_path)
{
	struct ob_str outer = ob_str_z(ob_env_get(base, PREFIX "HELD")), part;

	while (ob_str_split(&outer, ':', &part)) {
		for (size_t i = 0; i < ob_lockfile_count(lf); i++) {
			OB_AUTO_BUF struct ob_buf id = OB_BUF_INIT(64);

			add_identity(&id, ob_lockfile_handle(lf, i));
			if (id.n == 0 || !ob_str_eq(ob_buf_str(&id), part))
				continue;
			*ret_path = ob_lockfile_path(lf, i);
			return true;
		}
	}
	return false;
}
