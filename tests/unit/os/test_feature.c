#include "unit.h"

#include <errno.h>

#include "os/feature.h"

static void
everything_is_allowed_at_first(void)
{
	for (unsigned i = 0; i < OB_OS_FEATURE_COUNT; i++)
		CHECK(ob_os_may((enum ob_os_feature)i));
}

static void
a_list_switches_off_what_it_names(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd,,tmpfile,"), NULL), 0);
	CHECK(!ob_os_may(OB_OS_PIDFD));
	CHECK(!ob_os_may(OB_OS_TMPFILE));
	CHECK(ob_os_may(OB_OS_INOTIFY));
	CHECK_INT(ob_os_disable(OB_STR("inotify"), NULL), 0);
	CHECK(!ob_os_may(OB_OS_PIDFD));
	CHECK(!ob_os_may(OB_OS_INOTIFY));
}

static void
an_unknown_name_is_refused_and_changes_nothing(void)
{
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_os_disable(OB_STR("epoll,warp"), &err), -EINVAL);
	CHECK_STR(err.msg, "cannot disable 'warp': no such feature");
	CHECK(ob_os_may(OB_OS_EPOLL));
	CHECK_INT(ob_os_disable(OB_STR(""), NULL), 0);
}

OB_TESTS(feature) = {
	OB_TEST(everything_is_allowed_at_first),
	OB_TEST(a_list_switches_off_what_it_names),
	OB_TEST(an_unknown_name_is_refused_and_changes_nothing),
	OB_TESTS_END,
};
