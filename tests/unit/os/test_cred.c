#include "unit.h"

#include <errno.h>
#include <unistd.h>

#include "os/cred.h"

#define NOBODY 65534
#define UNUSED 1234567 /* an id that no system gives out */

static void
root_has_a_name_and_a_home(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(256);
	uid_t uid = 1;
	gid_t gid = 1;

	CHECK_INT(ob_cred_user_name(0, &b), 0);
	CHECK_STR(ob_buf_z(&b), "root");
	ob_buf_reset(&b);
	CHECK_INT(ob_cred_home(0, &b), 0);
	CHECK(ob_buf_z(&b)[0] == '/');
	ob_buf_reset(&b);
	CHECK_INT(ob_cred_group_name(0, &b), 0);
	CHECK(b.n > 0);
	CHECK_INT(ob_cred_find_group(ob_buf_z(&b), &gid), 0);
	CHECK_UINT(gid, 0);
	gid = 1;
	CHECK_INT(ob_cred_find_user("root", &uid, &gid), 0);
	CHECK_UINT(uid, 0);
	CHECK_UINT(gid, 0);
	CHECK_INT(ob_cred_find_user("root", &uid, NULL), 0);
}

static void
nobody_else_is_found(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(256);
	uid_t uid = 7;
	gid_t gid = 7;

	CHECK_INT(ob_cred_user_name(UNUSED, &b), -ENOENT);
	CHECK_INT(ob_cred_group_name(UNUSED, &b), -ENOENT);
	CHECK_INT(ob_cred_home(UNUSED, &b), -ENOENT);
	CHECK_INT(ob_cred_find_user("no such user", &uid, &gid), -ENOENT);
	CHECK_INT(ob_cred_find_group("no such group", &gid), -ENOENT);
	CHECK_UINT(uid, 7);
	CHECK_UINT(gid, 7);
	CHECK_UINT(b.n, 0);
}

static void
we_are_who_the_system_says(void)
{
	struct ob_cred self = ob_cred_self();
	gid_t groups[1024];
	int n = ob_cred_groups(groups, 1024);

	CHECK_UINT(self.uid, getuid());
	CHECK_UINT(self.euid, geteuid());
	CHECK_UINT(self.gid, getgid());
	CHECK_UINT(self.egid, getegid());
	CHECK(n >= 0);
	if (n > 0)
		CHECK_INT(ob_cred_groups(groups, (size_t)n - 1), -ERANGE);
}

static void
dropped_privileges_do_not_come_back(void)
{
	struct ob_err err = OB_ERR_INIT;
	gid_t groups[4];

	CHECK_INT(ob_cred_drop(0, 0, &err), -EINVAL);
	if (geteuid() != 0)
		SKIP("not root");
	CHECK_INT(ob_cred_drop(NOBODY, NOBODY, &err), 0);
	CHECK_UINT(ob_cred_self().uid, NOBODY);
	CHECK_UINT(ob_cred_self().egid, NOBODY);
	CHECK_INT(ob_cred_groups(groups, 4), 0);
	CHECK(setuid(0) < 0 && setgid(0) < 0);
	CHECK_INT(ob_cred_drop(1, 1, &err), -EPERM);
	CHECK_STR(err.msg, "cannot drop privileges");
}

OB_TESTS(cred) = {
	OB_TEST(root_has_a_name_and_a_home),
	OB_TEST(nobody_else_is_found),
	OB_TEST(we_are_who_the_system_says),
	OB_TEST(dropped_privileges_do_not_come_back),
	OB_TESTS_END,
};
