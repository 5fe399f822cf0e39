#include "select.h"

#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "os/cred.h"

#define NAME_BYTES 256
#define UID_LAST   (UINT32_MAX - 1) /* the last number means "none" */

void
pm_select_init(struct pm_select *s)
{
	memset(s, 0, sizeof(*s));
	s->pids.max = s->uids.max = PM_SELECT_MAX;
}

void
pm_select_release(struct pm_select *s)
{
	ob_vec_release(&s->pids);
	ob_vec_release(&s->uids);
}

static int
add_pid(struct pm_select *s, int64_t pid)
{
	for (size_t i = 0; i < s->pids.n; i++)
		if (s->pids.v[i] == pid)
			return 0;
	return ob_vec_push(&s->pids, pid);
}

int
pm_select_pids(struct pm_select *s, struct ob_str list, struct ob_err *err)
{
	struct ob_str word;

	while (ob_str_split(&list, ',', &word)) {
		int64_t pid;
		int rc;

		if (ob_num_i64(word, 1, INT32_MAX, &pid) < 0)
			return ob_err_msg(err, -EINVAL,
			    "'%.*s' is not a process id", OB_STR_ARG(word));
		rc = add_pid(s, pid);
		if (rc < 0)
			return ob_err_set(err, rc, "cannot select processes");
	}
	return 0;
}

/* A name counts before a number, as chown(1) has it. */
static int
find_uid(struct ob_str word, uid_t *ret)
{
	char name[NAME_BYTES];
	uint64_t number;
	int rc;

	if (word.n == 0 || word.n >= sizeof(name) ||
	    memchr(word.p, '\0', word.n) != NULL)
		return -EINVAL;
	memcpy(name, word.p, word.n);
	name[word.n] = '\0';
	rc = ob_cred_find_user(name, ret, NULL);
	if (rc != -ENOENT || ob_num_u64(word, 0, UID_LAST, &number) < 0)
		return rc;
	*ret = (uid_t)number;
	return 0;
}

int
pm_select_users(struct pm_select *s, struct ob_str list, struct ob_err *err)
{
	struct ob_str word;

	while (ob_str_split(&list, ',', &word)) {
		uid_t uid = 0;
		int rc = find_uid(word, &uid);

		if (rc == -ENOENT || rc == -EINVAL)
			return ob_err_msg(err, -EINVAL,
			    "no user is called '%.*s'", OB_STR_ARG(word));
		if (rc < 0)
			return ob_err_set(err, rc, "cannot find user '%.*s'",
			    OB_STR_ARG(word));
		rc = ob_vec_push(&s->uids, uid);
		if (rc < 0)
			return ob_err_set(err, rc, "cannot select processes");
	}
	return 0;
}
