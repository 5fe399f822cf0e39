#include "select.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/cred.h"
#include "unit.h"

static void
pids_are_kept_in_their_order_and_once(void)
{
	struct pm_select s;

	pm_select_init(&s);
	CHECK_INT(pm_select_pids(&s, OB_STR("30,2,30"), NULL), 0);
	CHECK_INT(pm_select_pids(&s, OB_STR("1,2"), NULL), 0);
	CHECK_UINT(s.pids.n, 3);
	CHECK_INT(s.pids.v[0], 30);
	CHECK_INT(s.pids.v[1], 2);
	CHECK_INT(s.pids.v[2], 1);
	pm_select_release(&s);
}

static void
what_is_no_pid_is_refused_by_name(void)
{
	static const char *const lists[] = { "", "0", "-1", "1,", "x", "1 2",
		"99999999999", "+1" };
	struct ob_err err = OB_ERR_INIT;
	struct pm_select s;

	pm_select_init(&s);
	for (size_t i = 0; i < OB_COUNT(lists); i++)
		if (pm_select_pids(&s, ob_str_z(lists[i]), &err) != -EINVAL)
			FAIL("accepted: '%s'", lists[i]);
	CHECK_STR(err.msg, "'+1' is not a process id");
	pm_select_release(&s);
}

static void
users_are_names_or_numbers(void)
{
	OB_AUTO_BUF struct ob_buf name = OB_BUF_INIT(256);
	struct pm_select s;

	if (ob_cred_user_name(0, &name) < 0)
		SKIP("uid 0 has no name here");
	ob_buf_add_z(&name, ",12345678");
	pm_select_init(&s);
	CHECK_INT(pm_select_users(&s, ob_buf_str(&name), NULL), 0);
	CHECK_UINT(s.uids.n, 2);
	CHECK_UINT(s.uids.v[0], 0);
	CHECK_UINT(s.uids.v[1], 12345678);
	pm_select_release(&s);
}

static void
what_is_no_user_is_refused_by_name(void)
{
	static const char *const lists[] = { "", "no-such-user-here", "0,",
		"4294967295", "-1" };
	struct ob_err err = OB_ERR_INIT;
	struct pm_select s;
	char *longest = calloc(1, 5000);

	CHECK(longest != NULL);
	memset(longest, 'u', 4999);
	pm_select_init(&s);
	for (size_t i = 0; i < OB_COUNT(lists); i++)
		if (pm_select_users(&s, ob_str_z(lists[i]), &err) != -EINVAL)
			FAIL("accepted: '%s'", lists[i]);
	CHECK_STR(err.msg, "no user is called '-1'");
	CHECK_INT(pm_select_users(&s, ob_str_z(longest), &err), -EINVAL);
	free(longest);
	pm_select_release(&s);
}

static void
a_list_has_an_end(void)
{
	struct pm_select s;

	pm_select_init(&s);
	s.pids.max = s.uids.max = 1;
	CHECK_INT(pm_select_pids(&s, OB_STR("1,2"), NULL), -ENOBUFS);
	CHECK_INT(pm_select_users(&s, OB_STR("1,2"), NULL), -ENOBUFS);
	pm_select_release(&s);
}

OB_TESTS(select) = {
	OB_TEST(pids_are_kept_in_their_order_and_once),
	OB_TEST(what_is_no_pid_is_refused_by_name),
	OB_TEST(users_are_names_or_numbers),
	OB_TEST(what_is_no_user_is_refused_by_name),
	OB_TEST(a_list_has_an_end),
	OB_TESTS_END,
};
