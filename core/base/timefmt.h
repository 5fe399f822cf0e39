/*
 * Dates and times as text: RFC 3339, in UTC or at an offset from it.
 *
 * Pure: neither the clock, nor TZ, nor the zone database is asked. Who wants
 * local time passes the offset (seconds east of UTC). The calendar is the
 * proleptic Gregorian one of the years 0 to 9999 (algorithms: H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms"). Leap seconds are not counted,
 * as in POSIX; :60 is read as the second behind :59.
 */
#ifndef OB_BASE_TIMEFMT_H
#define OB_BASE_TIMEFMT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/str.h"

#define OB_TIME_BYTES 40

/* A time as people write it. */
struct ob_time {
	int year;     /* 0 to 9999 */
	int month;    /* 1 to 12 */
	int day;      /* 1 to 31 */
	int hour;     /* 0 to 23 */
	int minute;   /* 0 to 59 */
	int second;   /* 0 to 59, 60 in ob_time_to_unix() */
	int ns;       /* 0 to 999999999 */
	int offset_s; /* seconds east of UTC, less than a day */
	int weekday;  /* 0 = Sunday; ob_time_to_unix() ignores it */
};

/* Days of a month of a year, both in range. */
int ob_time_month_days(int year, int month);

/*
 * t at an offset of offset_s seconds. -ERANGE: outside of the years, an
 * offset of a day or more, or tv_nsec out of range.
 */
int ob_time_from_unix(struct timespec t, int offset_s, struct ob_time *ret);

/* The reverse; -ERANGE: a member is outside of its range, such as 30 Feb. */
int ob_time_to_unix(const struct ob_time *t, struct timespec *ret);

/*
 * Writes t as 2026-03-01T12:00:00.25Z, with `digits` digits of the second (0
 * to 9, cut), as +hh:mm for an offset that is not 0 (its seconds are dropped
 * from the clock as well). dst has OB_TIME_BYTES. The length, or -ERANGE.
 */
int ob_time_format(char *dst, struct timespec t, int offset_s, unsigned digits);

/*
 * A date-time of RFC 3339, section 5.6: 2026-03-01T12:00:00Z, with any number
 * of digits of the second (cut behind the ninth), +hh:mm or -hh:mm, 'T' also
 * as 't' or a blank, 'Z' also as 'z'. -EINVAL: another form; -ERANGE: of that
 * form, but no time.
 */
int ob_time_parse(struct ob_str s, struct timespec *ret);

/*
 * The same, and what people type: a date alone (its midnight), the seconds or
 * the zone left out. Without a zone the time is at local_offset_s.
 */
int
ob_time_parse_local(struct ob_str s, int local_offset_s, struct timespec *ret);

#endif
