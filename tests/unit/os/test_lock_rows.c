#include "os/lock_rows.h"

#include <errno.h>

#include "unit.h"

static int
parse(const char *line, struct ob_lock_row *ret)
{
	return ob_lock_row_parse(ob_str_z(line), ret);
}

static void
lines_of_each_kind_are_read(void)
{
	struct ob_lock_row row;

	CHECK_INT(
	    parse("1: FLOCK  ADVISORY  WRITE 359 fd:0a:2531452 0 EOF", &row),
	    1);
	CHECK_UINT(row.id, 1);
	CHECK_INT(row.kind, OB_LOCK_FLOCK);
	CHECK_INT(row.mode, OB_LOCK_EX);
	CHECK(!row.waiting);
	CHECK_INT(row.pid, 359);
	CHECK_UINT(row.file.dev_major, 0xfd);
	CHECK_UINT(row.file.dev_minor, 0x0a);
	CHECK_UINT(row.file.ino, 2531452);
	CHECK_INT(row.range.start, 0);
	CHECK_INT(row.range.length, 0);

	CHECK_INT(
	    parse("12: OFDLCK ADVISORY  READ  -1 00:18:7 128 128", &row), 1);
	CHECK_INT(row.kind, OB_LOCK_OFD);
	CHECK_INT(row.mode, OB_LOCK_SH);
	CHECK_INT(row.pid, -1);
	CHECK_INT(row.range.start, 128);
	CHECK_INT(row.range.length, 1);

	CHECK_INT(parse("3: POSIX  MANDATORY WRITE 0 08:01:7 10 EOF", &row), 1);
	CHECK_INT(row.kind, OB_LOCK_POSIX);
	CHECK_INT(row.pid, -1);
	CHECK_INT(row.range.start, 10);
	CHECK_INT(row.range.length, 0);
}

static void
waiters_keep_the_id_of_the_lock_at_any_depth(void)
{
	struct ob_lock_row row;

	CHECK_INT(
	    parse("5: -> FLOCK  ADVISORY  READ 9 fd:00:1 0 EOF", &row), 1);
	CHECK(row.waiting);
	CHECK_UINT(row.id, 5);
	CHECK_INT(
	    parse("5:     -> FLOCK  ADVISORY  READ 9 fd:00:1 0 EOF", &row), 1);
	CHECK(row.waiting);
}

static void
ends_of_the_address_space_are_kept(void)
{
	struct ob_lock_row row;

	CHECK_INT(parse("1: POSIX ADVISORY WRITE 1 00:01:18446744073709551615 "
			"9223372036854775806 9223372036854775806",
		      &row),
	    1);
	CHECK_UINT(row.file.ino, UINT64_MAX);
	CHECK_INT(row.range.start, OB_LOCK_WIN_START);
	CHECK_INT(row.range.length, 1);
	CHECK_INT(parse("1: POSIX ADVISORY WRITE 1 0:1:1 0 9223372036854775807",
		      &row),
	    1);
	CHECK_INT(row.range.length, 0);
}

static void
leases_are_no_locks_of_ours(void)
{
	struct ob_lock_row row;

	CHECK_INT(parse("1: LEASE  ACTIVE    READ 7 fd:00:1 0 EOF", &row), 0);
	CHECK_INT(parse("1: DELEG  BREAKING  READ 7 fd:00:1 0 EOF", &row), 0);
}

static void
other_lines_are_refused(void)
{
	static const char *const lines[] = {
		"",
		" ",
		"1:",
		":",
		"x: FLOCK  ADVISORY  WRITE 359 fd:00:13 0 EOF",
		"1 FLOCK  ADVISORY  WRITE 359 fd:00:13 0 EOF",
		"1: FLOCK",
		"1: FLOCK  ADVISORY  BOTH 359 fd:00:13 0 EOF",
		"1: FLOCK  ADVISORY  WRITE me fd:00:13 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 <none>:0 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 fd:00 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 fd:00:-1 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 gd:00:13 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 fd:gg:13 0 EOF",
		"1: FLOCK  ADVISORY  WRITE 359 fd:00:13 0",
		"1: FLOCK  ADVISORY  WRITE 359 fd:00:13 -1 EOF",
		"1: POSIX  ADVISORY  WRITE 359 fd:00:13 10 9",
		"1: POSIX  ADVISORY  WRITE 359 fd:00:13 0 eof",
	};

	for (size_t i = 0; i < OB_COUNT(lines); i++) {
		struct ob_lock_row row = { .pid = 77 };

		if (parse(lines[i], &row) != -EBADMSG)
			FAIL("accepted: %s", lines[i]);
		CHECK_INT(row.pid, 77);
	}
}

OB_TESTS(lock_rows) = {
	OB_TEST(lines_of_each_kind_are_read),
	OB_TEST(waiters_keep_the_id_of_the_lock_at_any_depth),
	OB_TEST(ends_of_the_address_space_are_kept),
	OB_TEST(leases_are_no_locks_of_ours),
	OB_TEST(other_lines_are_refused),
	OB_TESTS_END,
};
