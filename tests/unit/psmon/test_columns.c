#include "columns.h"

#include <errno.h>

#include "unit.h"

/* The keys after applying each list, with a comma between. */
static const char *
after(const char *const *lists, size_t n)
{
	static char text[1000];
	struct pm_columns c = { { PM_FIELD_PID, PM_FIELD_COMM }, 2 };
	struct ob_buf b = OB_BUF_INIT(999);

	for (size_t i = 0; i < n; i++)
		CHECK_INT(pm_columns_apply(&c, ob_str_z(lists[i]), NULL), 0);
	for (unsigned i = 0; i < c.n; i++)
		ob_buf_printf(
		    &b, "%s%s", i == 0 ? "" : ",", pm_field_cols[c.v[i]].key);
	memcpy(text, ob_buf_z(&b), b.n + 1);
	ob_buf_release(&b);
	return text;
}

static void
a_list_replaces_adds_or_removes(void)
{
	static const struct {
		const char *lists[2];
		size_t n;
		const char *keys;
	} cases[] = {
		{ { "rss" }, 1, "rss_bytes" },
		{ { "tty,pid" }, 1, "tty,pid" },
		{ { "tty,pid,tty" }, 1, "tty,pid" },
		{ { "+tty" }, 1, "pid,comm,tty" },
		{ { "+tty,nice" }, 1, "pid,comm,tty,nice" },
		{ { "+pid" }, 1, "pid,comm" },
		{ { "-pid" }, 1, "comm" },
		{ { "-nice" }, 1, "pid,comm" },
		{ { "-pid,comm,+tty" }, 1, "tty" },
		{ { "+tty,-pid" }, 1, "comm,tty" },
		{ { "rss,-pid" }, 1, "rss_bytes" },
		{ { "rss", "nice" }, 2, "nice" },
		{ { "rss", "+nice" }, 2, "rss_bytes,nice" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++)
		CHECK_STR(after(cases[i].lists, cases[i].n), cases[i].keys);
}

static void
a_wrong_list_changes_nothing(void)
{
	static const char *const lists[] = { "", "nope", "pid,", ",pid", "+",
		"-", "pid,,ppid", "-pid,comm", "+tty,nope" };
	struct pm_columns c = { { PM_FIELD_PID, PM_FIELD_COMM }, 2 };
	struct ob_err err = OB_ERR_INIT;

	for (size_t i = 0; i < OB_COUNT(lists); i++) {
		CHECK_INT(
		    pm_columns_apply(&c, ob_str_z(lists[i]), &err), -EINVAL);
		CHECK_UINT(c.n, 2);
	}
	CHECK_INT(pm_columns_apply(&c, OB_STR("-pid,comm"), &err), -EINVAL);
	CHECK_STR(err.msg, "'-pid,comm' leaves no column");
}

static void
each_column_says_what_is_read(void)
{
	struct pm_columns c = { { PM_FIELD_PID, PM_FIELD_COMM }, 2 };

	CHECK_UINT(pm_columns_reads(&c), 0);
	CHECK_INT(pm_columns_apply(&c, OB_STR("+user,cmdline,cpu"), NULL), 0);
	CHECK_UINT(pm_columns_reads(&c),
	    PM_READ_OWNER | PM_READ_NAMES | PM_READ_CMDLINE | PM_READ_RATE);
}

OB_TESTS(columns) = {
	OB_TEST(a_list_replaces_adds_or_removes),
	OB_TEST(a_wrong_list_changes_nothing),
	OB_TEST(each_column_says_what_is_read),
	OB_TESTS_END,
};
