#include "base/err.h"

#include <errno.h>

#include "unit.h"

static void
set_records_and_returns_the_code(void)
{
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_err_set(&err, -ENOENT, "cannot open '%s'", "x"), -ENOENT);
	CHECK_INT(err.code, -ENOENT);
	CHECK(!err.complete);
	CHECK_STR(err.msg, "cannot open 'x'");
	CHECK_STR(err.hint, "");
}

static void
msg_is_complete(void)
{
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_err_msg(&err, -EINVAL, "%d is odd", 3), -EINVAL);
	CHECK(err.complete);
	CHECK_STR(err.msg, "3 is odd");
}

static void
a_hint_belongs_to_one_error(void)
{
	struct ob_err err = OB_ERR_INIT;

	ob_err_set(&err, -ENOENT, "first");
	ob_err_hint(&err, "try '%s'", "y");
	CHECK_STR(err.hint, "try 'y'");
	ob_err_set(&err, -EIO, "second");
	CHECK_STR(err.hint, "");
	ob_err_hint(&err, "again");
	ob_err_reset(&err);
	CHECK_INT(err.code, 0);
	CHECK_STR(err.msg, "");
	CHECK_STR(err.hint, "");
}

static void
null_is_allowed(void)
{
	CHECK_INT(ob_err_set(NULL, -ENOENT, "x"), -ENOENT);
	CHECK_INT(ob_err_msg(NULL, -EIO, "x"), -EIO);
	ob_err_hint(NULL, "x");
}

static void
long_texts_are_cut(void)
{
	struct ob_err err = OB_ERR_INIT;

	ob_err_set(&err, -EIO, "%1000d", 1);
	ob_err_hint(&err, "%1000d", 1);
	CHECK_UINT(strlen(err.msg), OB_ERR_MSG_MAX - 1);
	CHECK_UINT(strlen(err.hint), OB_ERR_HINT_MAX - 1);
}

OB_TESTS(err) = {
	OB_TEST(set_records_and_returns_the_code),
	OB_TEST(msg_is_complete),
	OB_TEST(a_hint_belongs_to_one_error),
	OB_TEST(null_is_allowed),
	OB_TEST(long_texts_are_cut),
	OB_TESTS_END,
};
