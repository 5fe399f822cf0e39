#include "os/cred.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_BYTES ((size_t)1024)
#define MAX_BYTES   ((size_t)1024 * 1024) /* a group with many members */

struct ob_cred
ob_cred_self(void)
{
	return (struct ob_cred){
		.uid = getuid(),
		.euid = geteuid(),
		.gid = getgid(),
		.egid = getegid(),
	};
}

/* By name, or by id when name is NULL. Calls use(entry) on what is found. */
static int
with_user(const char *name, uid_t uid,
    int (*use)(const struct passwd *entry, void *arg), void *arg)
{
	for (size_t size = FIRST_BYTES; size <= MAX_BYTES; size *= 4) {
		char *text = malloc(size);
		struct passwd entry, *found = NULL;
		int rc;

		if (text == NULL)
			return -ENOMEM;
		rc = name == NULL
		         ? getpwuid_r(uid, &entry, text, size, &found)
		         : getpwnam_r(name, &entry, text, size, &found);
		if (found != NULL)
			rc = use(found, arg);
		else
			rc = rc == 0 ? -ENOENT : -rc;
		free(text);
		if (rc != -ERANGE)
			return rc;
	}
	return -ERANGE;
}

static int
group_by_name(const void *name, struct group *entry, char *text, size_t size,
    struct group **ret)
{
	return getgrnam_r(name, entry, text, size, ret);
}

static int
group_by_id(const void *gid, struct group *entry, char *text, size_t size,
    struct group **ret)
{
	return getgrgid_r(*(const gid_t *)gid, entry, text, size, ret);
}

/* look is one of the above: who needs one does not import the other. */
static int
with_group(int (*look)(const void *key, struct group *entry, char *text,
	       size_t size, struct group **ret),
    const void *key, int (*use)(const struct group *entry, void *arg),
    void *arg)
{
	for (size_t size = FIRST_BYTES; size <= MAX_BYTES; size *= 4) {
		char *text = malloc(size);
		struct group entry, *found = NULL;
		int rc;

		if (text == NULL)
			return -ENOMEM;
		rc = look(key, &entry, text, size, &found);
		if (found != NULL)
			rc = use(found, arg);
		else
			rc = rc == 0 ? -ENOENT : -rc;
		free(text);
		if (rc != -ERANGE)
			return rc;
	}
	return -ERANGE;
}

static int
add_user_name(const struct passwd *entry, void *out)
{
	return ob_buf_add_z(out, entry->pw_name);
}

static int
add_home(const struct passwd *entry, void *out)
{
	return ob_buf_add_z(out, entry->pw_dir);
}

static int
take_user(const struct passwd *entry, void *arg)
{
	struct ob_cred *cred = arg;

	cred->uid = entry->pw_uid;
	cred->gid = entry->pw_gid;
	return 0;
}

static int
add_group_name(const struct group *entry, void *out)
{
	return ob_buf_add_z(out, entry->gr_name);
}

static int
take_group(const struct group *entry, void *ret_gid)
{
	*(gid_t *)ret_gid = entry->gr_gid;
	return 0;
}

int
ob_cred_user_name(uid_t uid, struct ob_buf *out)
{
	return with_user(NULL, uid, add_user_name, out);
}

int
ob_cred_home(uid_t uid, struct ob_buf *out)
{
	return with_user(NULL, uid, add_home, out);
}

int
ob_cred_group_name(gid_t gid, struct ob_buf *out)
{
	return with_group(group_by_id, &gid, add_group_name, out);
}

int
ob_cred_find_user(const char *name, uid_t *ret_uid, gid_t *ret_gid)
{
	struct ob_cred found = { 0 };
	int rc = with_user(name, 0, take_user, &found);

	if (rc < 0)
		return rc;
	*ret_uid = found.uid;
	if (ret_gid != NULL)
		*ret_gid = found.gid;
	return 0;
}

int
ob_cred_find_group(const char *name, gid_t *ret_gid)
{
	return with_group(group_by_name, name, take_group, ret_gid);
}

int
ob_cred_groups(gid_t *groups, size_t max)
{
	int n = getgroups(0, NULL);

	if (n < 0)
		return -errno;
	if ((size_t)n > max)
		return -ERANGE;
	n = getgroups(n, groups);
	if (n < 0)
		return errno == EINVAL ? -ERANGE : -errno;
	return n;
}

int
ob_cred_drop(uid_t uid, gid_t gid, struct ob_err *err)
{
	if (uid == 0)
		return ob_err_msg(err, -EINVAL,
		    "cannot drop privileges: uid 0 keeps them all");
	if (geteuid() != 0)
		return ob_err_set(err, -EPERM, "cannot drop privileges");

	/* As root, setgid and setuid set real, effective and saved id. */
	if (setgroups(0, NULL) < 0 || setgid(gid) < 0 || setuid(uid) < 0)
		return ob_err_set(err, -errno, "cannot drop privileges");
	if (setuid(0) == 0 || getuid() != uid || geteuid() != uid ||
	    getgid() != gid || getegid() != gid)
		return ob_err_msg(
		    err, -EPERM, "cannot drop privileges: root came back");
	return 0;
}
