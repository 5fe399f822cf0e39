#include "base/timefmt.h"

#include <errno.h>
#include <stdlib.h>

#include "base/attr.h"
#include "unit.h"

static struct timespec
at(int64_t s, long ns)
{
	return (struct timespec){ .tv_sec = s, .tv_nsec = ns };
}

static void
known_times_have_their_texts(void)
{
	static const struct {
		int64_t s;
		long ns;
		int offset_s;
		unsigned digits;
		const char *text;
	} rows[] = {
		{ 0, 0, 0, 0, "1970-01-01T00:00:00Z" },
		{ -1, 999999999, 0, 9, "1969-12-31T23:59:59.999999999Z" },
		{ 951782400, 5, 0, 9, "2000-02-29T00:00:00.000000005Z" },
		{ 1772366400, 250999999, 0, 2, "2026-03-01T12:00:00.25Z" },
		{ 1772366400, 0, 7200, 0, "2026-03-01T14:00:00+02:00" },
		{ 1772366400, 1000000, -12600, 3,
		    "2026-03-01T08:30:00.001-03:30" },
		{ 1772366400, 0, 3601, 0, "2026-03-01T13:00:00+01:00" },
		{ 1772366400, 0, -59, 0, "2026-03-01T12:00:00Z" },
		{ 2147483648, 0, 0, 0, "2038-01-19T03:14:08Z" },
		{ -62167219200, 0, 0, 0, "0000-01-01T00:00:00Z" },
		{ 253402300799, 0, 0, 0, "9999-12-31T23:59:59Z" },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		char text[OB_TIME_BYTES];
		struct timespec back = at(0, 0);
		int n = ob_time_format(text, at(rows[i].s, rows[i].ns),
		    rows[i].offset_s, rows[i].digits);

		CHECK_STR(text, rows[i].text);
		CHECK_INT(n, strlen(text));
		CHECK_INT(ob_time_parse(ob_str_z(text), &back), 0);
		CHECK_INT(back.tv_sec, rows[i].s);
	}
}

static void
times_outside_of_the_years_are_refused(void)
{
	char text[OB_TIME_BYTES];
	struct ob_time t;

	CHECK_INT(ob_time_format(text, at(-62167219201, 0), 0, 0), -ERANGE);
	CHECK_INT(ob_time_format(text, at(253402300800, 0), 0, 0), -ERANGE);
	CHECK_INT(ob_time_format(text, at(253402300799, 0), 60, 0), -ERANGE);
	CHECK_INT(ob_time_format(text, at(INT64_MAX, 0), 60, 0), -ERANGE);
	CHECK_INT(ob_time_format(text, at(INT64_MIN, 0), -60, 0), -ERANGE);
	CHECK_INT(ob_time_from_unix(at(0, -1), 0, &t), -ERANGE);
	CHECK_INT(ob_time_from_unix(at(0, 1000000000), 0, &t), -ERANGE);
	CHECK_INT(ob_time_from_unix(at(0, 0), 86400, &t), -ERANGE);
	CHECK_INT(ob_time_from_unix(at(0, 0), -86400, &t), -ERANGE);
}

/* Each day of the ten thousand years, counted one by one. */
static void
every_day_has_its_date(void)
{
	int year = 0, month = 1, day = 1, weekday = 6;

	for (int64_t days = -719528; days <= 2932896; days++) {
		struct timespec back;
		struct ob_time t;

		CHECK_INT(ob_time_from_unix(at(days * 86400, 0), 0, &t), 0);
		if (t.year != year || t.month != month || t.day != day ||
		    t.weekday != weekday)
			FAIL("day %lld is %d-%d-%d (%d), not %d-%d-%d (%d)",
			    (long long)days, t.year, t.month, t.day, t.weekday,
			    year, month, day, weekday);
		CHECK_INT(ob_time_to_unix(&t, &back), 0);
		CHECK_INT(back.tv_sec, days * 86400);
		weekday = (weekday + 1) % 7;
		if (++day > ob_time_month_days(year, month)) {
			day = 1;
			month++;
		}
		if (month > 12) {
			month = 1;
			year++;
		}
	}
	CHECK_INT(year, 10000);
}

static void
it_agrees_with_gmtime(void)
{
	for (int i = 0; i < 100000; i++) {
		time_t s = (time_t)(test_random() % 315569520000) - 62167219200;
		struct ob_time t;
		struct tm tm;

		CHECK_INT(ob_time_from_unix(at(s, 0), 0, &t), 0);
		CHECK(gmtime_r(&s, &tm) != NULL);
		CHECK_INT(t.year, tm.tm_year + 1900);
		CHECK_INT(t.month, tm.tm_mon + 1);
		CHECK_INT(t.day, tm.tm_mday);
		CHECK_INT(t.hour, tm.tm_hour);
		CHECK_INT(t.minute, tm.tm_min);
		CHECK_INT(t.second, tm.tm_sec);
		CHECK_INT(t.weekday, tm.tm_wday);
	}
}

static void
parse_takes_all_forms_of_rfc_3339(void)
{
	static const struct {
		const char *text;
		int64_t s;
		long ns;
	} rows[] = {
		{ "1985-04-12T23:20:50.52Z", 482196050, 520000000 },
		{ "1996-12-19T16:39:57-08:00", 851042397, 0 },
		{ "1990-12-31T23:59:60Z", 662688000, 0 },
		{ "1990-12-31T15:59:60-08:00", 662688000, 0 },
		{ "1937-01-01T12:00:27.87+00:20", -1041337173, 870000000 },
		{ "1970-01-01t00:00:00z", 0, 0 },
		{ "1970-01-01 00:00:00-00:00", 0, 0 },
		{ "1970-01-01T00:00:00.1234567899999Z", 0, 123456789 },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct timespec t = at(77, 77);

		CHECK_INT(ob_time_parse(ob_str_z(rows[i].text), &t), 0);
		CHECK_INT(t.tv_sec, rows[i].s);
		CHECK_INT(t.tv_nsec, rows[i].ns);
	}
}

static void
parse_tells_form_from_range(void)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "", -EINVAL },
		{ "2026", -EINVAL },
		{ "2026-03-01", -EINVAL },
		{ "2026-03-01T12:00Z", -EINVAL },
		{ "2026-03-01T12:00:00", -EINVAL },
		{ "2026-03-01T12:00:00.Z", -EINVAL },
		{ "2026-03-01T12:00:00Zx", -EINVAL },
		{ "2026-03-01T12:00:00 Z", -EINVAL },
		{ "2026-03-01T12:00:00+2:00", -EINVAL },
		{ "2026-03-01T12:00:00+0200", -EINVAL },
		{ "2026-03-01T12:00:00+02:0", -EINVAL },
		{ "2026-03-01X12:00:00Z", -EINVAL },
		{ "2026/03/01T12:00:00Z", -EINVAL },
		{ "2026-3-01T12:00:00Z", -EINVAL },
		{ "2026-03-1T12:00:00Z", -EINVAL },
		{ "+026-03-01T12:00:00Z", -EINVAL },
		{ "2026-03-01T1:00:00Z", -EINVAL },
		{ "2026-03-01T12-00:00Z", -EINVAL },
		{ "2026-03-01T12:0:00Z", -EINVAL },
		{ "2026-03-01T12:00:0Z", -EINVAL },
		{ "2026-00-01T12:00:00Z", -ERANGE },
		{ "2026-13-01T12:00:00Z", -ERANGE },
		{ "2026-03-00T12:00:00Z", -ERANGE },
		{ "2026-02-29T12:00:00Z", -ERANGE },
		{ "1900-02-29T12:00:00Z", -ERANGE },
		{ "2026-04-31T12:00:00Z", -ERANGE },
		{ "2026-03-01T24:00:00Z", -ERANGE },
		{ "2026-03-01T12:60:00Z", -ERANGE },
		{ "2026-03-01T12:00:61Z", -ERANGE },
		{ "2026-03-01T12:00:00+24:00", -ERANGE },
		{ "2026-03-01T12:00:00-02:60", -ERANGE },
	};
	struct timespec t = at(77, 77);

	for (size_t i = 0; i < OB_COUNT(rows); i++)
		if (ob_time_parse(ob_str_z(rows[i].text), &t) != rows[i].rc)
			FAIL("'%s' is not %d", rows[i].text, rows[i].rc);
	CHECK_INT(ob_time_parse(ob_str_n("2026-03-01\0", 11), &t), -EINVAL);
	CHECK_INT(t.tv_sec, 77);
}

static void
local_forms_may_leave_parts_out(void)
{
	static const struct {
		const char *text;
		int64_t s;
		int rc;
	} rows[] = {
		{ "2026-03-01", 1772366400 - 43200 - 3600, 0 },
		{ "2026-03-01 12:00", 1772366400 - 3600, 0 },
		{ "2026-03-01T12:00:30", 1772366430 - 3600, 0 },
		{ "2026-03-01T12:00:30.5", 1772366430 - 3600, 0 },
		{ "2026-03-01T12:00Z", 1772366400, 0 },
		{ "2026-03-01T12:00:00-01:00", 1772366400 + 3600, 0 },
		{ "2026-03-01T", 0, -EINVAL },
		{ "2026-03-01Z", 0, -EINVAL },
		{ "2026-03", 0, -EINVAL },
		{ "12:00", 0, -EINVAL },
		{ "2026-03-01 12", 0, -EINVAL },
		{ "2026-03-01 12:00:0", 0, -EINVAL },
		{ "2026-03-01 12:00 +01", 0, -EINVAL },
		{ "2026-03-01 12:00+25:00", 0, -ERANGE },
		{ "2026-03-32", 0, -ERANGE },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct timespec t = at(0, 0);

		if (ob_time_parse_local(ob_str_z(rows[i].text), 3600, &t) !=
		    rows[i].rc)
			FAIL("'%s' is not %d", rows[i].text, rows[i].rc);
		CHECK_INT(t.tv_sec, rows[i].s);
	}
}

static void
members_out_of_range_are_refused(void)
{
	static const struct ob_time good = { 2026, 3, 1, 12, 0, 0, 0, 0, 0 };
	struct timespec ret;
	struct ob_time t;

	CHECK_INT(ob_time_to_unix(&good, &ret), 0);
	CHECK_INT(ret.tv_sec, 1772366400);
	t = good, t.year = -1;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
	t = good, t.year = 10000;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
	t = good, t.hour = -1;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
	t = good, t.second = -1;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
	t = good, t.ns = 1000000000;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
	t = good, t.offset_s = 86400;
	CHECK_INT(ob_time_to_unix(&t, &ret), -ERANGE);
}

OB_TESTS(timefmt) = {
	OB_TEST(known_times_have_their_texts),
	OB_TEST(times_outside_of_the_years_are_refused),
	OB_TEST(every_day_has_its_date),
	OB_TEST(it_agrees_with_gmtime),
	OB_TEST(parse_takes_all_forms_of_rfc_3339),
	OB_TEST(parse_tells_form_from_range),
	OB_TEST(local_forms_may_leave_parts_out),
	OB_TEST(members_out_of_range_are_refused),
	OB_TESTS_END,
};
