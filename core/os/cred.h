/*
 * Who we are, the names of users and groups, and giving up privileges.
 *
 * Look-ups may read /etc/passwd or ask a directory service: the caller keeps
 * the answers it needs again.
 */
#ifndef OB_OS_CRED_H
#define OB_OS_CRED_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct ob_cred {
	uid_t uid, euid;
	gid_t gid, egid;
};

struct ob_cred ob_cred_self(void);

/* Appends the name; -ENOENT when the id has none. */
int ob_cred_user_name(uid_t uid, struct ob_buf *out);
int ob_cred_group_name(gid_t gid, struct ob_buf *out);

/* -ENOENT when nobody is called so. ret_gid (NULL ok): the login group. */
int ob_cred_find_user(const char *name, uid_t *ret_uid, gid_t *ret_gid);
int ob_cred_find_group(const char *name, gid_t *ret_gid);

/* Appends the home directory as the user database has it. */
int ob_cred_home(uid_t uid, struct ob_buf *out);

/*
 * Our supplementary groups: fills groups[0..max) and returns how many there
 * are; -ERANGE when that is more than max.
 */
int ob_cred_groups(gid_t *groups, size_t max);

/*
 * From root to (uid, gid) for ever, with no supplementary groups; checks that
 * there is no way back. -EPERM unless we are root, -EINVAL for uid 0. After an
 * error the process may be half changed: it ends.
 */
int ob_cred_drop(uid_t uid, gid_t gid, struct ob_err *err);

#endif
