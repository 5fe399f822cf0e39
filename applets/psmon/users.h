/*
 * Names of users, each asked once: the user database may be slow.
 */
#ifndef PM_USERS_H
#define PM_USERS_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/map.h"

struct pm_users {
	struct ob_map names; /* uid -> NUL-terminated name */
	struct ob_arena text;
};

void pm_users_init(struct pm_users *u);
void pm_users_release(struct pm_users *u);

/* The name, or the number where there is none. Empty: out of memory. */
struct ob_str pm_users_name(struct pm_users *u, uid_t uid);

#endif
