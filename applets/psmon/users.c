#include "users.h"

#include "os/cred.h"

#define USERS_MAX  65536
#define NAME_BYTES 256
#define TEXT_BYTES ((size_t)USERS_MAX * NAME_BYTES)

void
pm_users_init(struct pm_users *u)
{
	/* Uids come from the kernel, not from strangers: no seed. */
	ob_map_init(&u->names, OB_MAP_COPY, USERS_MAX, 0);
	ob_arena_init(&u->text, TEXT_BYTES);
}

void
pm_users_release(struct pm_users *u)
{
	ob_map_release(&u->names);
	ob_arena_release(&u->text);
}

static char *
look_up(struct pm_users *u, uid_t uid)
{
	OB_AUTO_BUF struct ob_buf name = OB_BUF_INIT(NAME_BYTES);

	if (ob_cred_user_name(uid, &name) < 0)
		return ob_arena_printf(&u->text, "%lu", (unsigned long)uid);
	return ob_arena_dup(&u->text, ob_buf_str(&name));
}

struct ob_str
pm_users_name(struct pm_users *u, uid_t uid)
{
	struct ob_str key = ob_str_n((const char *)&uid, sizeof(uid));
	const struct ob_map_entry *e = ob_map_get(&u->names, key);
	char *name;

	if (e != NULL)
		return ob_str_z(e->value.p);
	name = look_up(u, uid);
	if (name == NULL)
		return OB_STR("");
	/* Where it cannot be kept it is asked again. */
	(void)ob_map_put(&u->names, key, (union ob_map_value){ .p = name });
	return ob_str_z(name);
}
