#include "status.h"

#include <errno.h>

#include "unit.h"

static void
a_granted_lock_and_its_command(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	const struct fl_status s = {
		.result = FL_GRANTED,
		.path = "a \"b\"",
		.kind = OB_LOCK_FLOCK,
		.mode = OB_LOCK_EX,
		.slot = 2,
		.waited_ns = 12400000,
		.held_ns = 803100999,
		.pid = 4711,
		.command_code = 0,
		.code = 0,
		.finished_ns = INT64_C(1735689600000000000),
	};

	CHECK_INT(fl_status_write(&s, &b), 0);
	CHECK_STR(ob_buf_z(&b),
	    "{\"result\":\"granted\",\"path\":\"a \\\"b\\\"\","
	    "\"type\":\"flock\",\"mode\":\"exclusive\",\"slot\":2,"
	    "\"waited_ms\":12.4,\"held_ms\":803.1,\"token\":null,\"pid\":4711,"
	    "\"exit_code\":0,\"signal\":null,\"code\":0,"
	    "\"at\":\"2025-01-01T00:00:00.000Z\"}\n");
}

static void
what_is_unknown_is_null(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096), small = OB_BUF_INIT(9);
	struct fl_status s = {
		.result = FL_BUSY,
		.kind = OB_LOCK_OFD,
		.slot = -1,
		.held_ns = -1,
		.command_code = -1,
		.code = 75,
	};

	CHECK_INT(fl_status_write(&s, &b), 0);
	CHECK_STR(ob_buf_z(&b),
	    "{\"result\":\"busy\",\"path\":null,\"type\":\"ofd\","
	    "\"mode\":\"shared\",\"slot\":null,\"waited_ms\":0,"
	    "\"held_ms\":null,\"token\":null,\"pid\":null,\"exit_code\":null,"
	    "\"signal\":null,\"code\":75,\"at\":\"1970-01-01T00:00:00.000Z\"}\n");
	CHECK_INT(fl_status_write(&s, &small), -ENOBUFS);
}

OB_TESTS(fl_status) = {
	OB_TEST(a_granted_lock_and_its_command),
	OB_TEST(what_is_unknown_is_null),
	OB_TESTS_END,
};
