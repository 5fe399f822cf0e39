#include "lockset.h"

#include "unit.h"

/* Parents by number: 100 is the shell, 1x0 wrappers below it, 1xy below them. */
static int64_t
parent(int64_t pid, void *ctx)
{
	(void)ctx;
	if (pid <= 1)
		return 0;
	if (pid == 100)
		return 1;
	return pid % 10 == 0 ? 100 : pid / 10 * 10;
}

#define HELD(n, who) \
	{ \
		.file = { 8, 1, n }, .pid = (who) \
	}
#define WAITED(n, who) \
	{ \
		.file = { 8, 1, n }, .pid = (who), .waiting = true \
	}

static int
find(const struct ob_lock_row *rows, size_t n, int64_t pid, uint64_t ino,
    const char *wanted)
{
	OB_AUTO_BUF struct ob_buf words = OB_BUF_INIT(4096);
	const struct fl_lockset set = { rows, n, parent, NULL };
	const struct ob_lock_file file = { 8, 1, ino };
	int rc = fl_lockset_find_circle(&set, pid, &file, &words);

	CHECK_STR(ob_buf_z(&words), wanted);
	return rc;
}

#define FIND(rows, pid, ino, wanted) \
	find(rows, OB_COUNT(rows), pid, ino, wanted)

static void
a_free_lock_or_another_s_is_no_circle(void)
{
	static const struct ob_lock_row rows[] = { HELD(1, 110), HELD(2, 120),
		WAITED(2, 111) };

	CHECK_INT(FIND(rows, 131, 9, ""), 0);
	CHECK_INT(FIND(rows, 131, 1, ""), 0);
	CHECK_INT(find(NULL, 0, 131, 1, ""), 0);
}

static void
one_s_own_lock_is_a_circle(void)
{
	static const struct ob_lock_row rows[] = { HELD(1, 110) };

	CHECK_INT(FIND(rows, 111, 1, "held by 110, where this waits"), 1);
	CHECK_INT(FIND(rows, 110, 1, "held by 110, where this waits"), 1);
}

static void
two_wrappers_in_opposite_order_are_a_circle(void)
{
	static const struct ob_lock_row rows[] = { HELD(1, 110), HELD(2, 120),
		WAITED(2, 111) };

	CHECK_INT(FIND(rows, 121, 1,
		      "held by 110, where 111 waits for 120, where this waits"),
	    1);
}

static void
a_circle_over_many_and_through_readers_is_found(void)
{
	static const struct ob_lock_row rows[] = { HELD(1, 110), HELD(2, 120),
		HELD(2, 150), HELD(3, 130), HELD(4, 140), WAITED(2, 111),
		WAITED(3, 151), WAITED(4, 131) };

	CHECK_INT(FIND(rows, 141, 1,
		      "held by 110, where 111 waits for 150, where 151 waits "
		      "for 130, where 131 waits for 140, where this waits"),
	    1);
	/* A circle of others does not end the search, and is not ours. */
	CHECK_INT(FIND(rows, 161, 1, ""), 0);
}

static void
owners_that_are_unknown_close_no_circle(void)
{
	static const struct ob_lock_row rows[] = { HELD(1, -1), HELD(2, 120),
		WAITED(2, -1) };

	CHECK_INT(FIND(rows, 121, 1, ""), 0);
}

OB_TESTS(fl_lockset) = {
	OB_TEST(a_free_lock_or_another_s_is_no_circle),
	OB_TEST(one_s_own_lock_is_a_circle),
	OB_TEST(two_wrappers_in_opposite_order_are_a_circle),
	OB_TEST(a_circle_over_many_and_through_readers_is_found),
	OB_TEST(owners_that_are_unknown_close_no_circle),
	OB_TESTS_END,
};
