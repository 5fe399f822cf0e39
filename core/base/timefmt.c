#include "base/timefmt.h"

#include <errno.h>
#include <stdbool.h>

#include "base/check.h"
#include "base/num.h"
#include "base/str.h"

#define DAY_S     86400
#define YEAR_MAX  9999
#define DIGITS_NS 9

_Static_assert(sizeof(time_t) == 8, "time_t must reach beyond 2038");

/* 0000-03-01 is this many days before 1970-01-01. */
#define DAYS_TO_1970 719468
#define DAYS_OF_ERA  146097 /* 400 years */

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
ob_time_month_days(int year, int month)
{
	static const signed char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30,
		31, 30, 31 };

	OB_CHECK(month >= 1 && month <= 12);
	return days[month - 1] + (month == 2 && is_leap(year));
}

/*
 * Days since 1970-01-01. Years begin in March here, so that the leap day is
 * the last one, and a month's first day is (153 m + 2) / 5. One era is added
 * to keep January of the year 0 positive.
 */
static int64_t
days_from_date(int year, int month, int day)
{
	int shifted = year - (month <= 2) + 400;
	int in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int era = shifted / 400, in_era = shifted % 400;

	return (int64_t)(era - 1) * DAYS_OF_ERA + in_era * 365 + in_era / 4 -
	       in_era / 100 + in_year - DAYS_TO_1970;
}

static void
date_from_days(int64_t days, struct ob_time *t)
{
	int64_t shifted = days + DAYS_TO_1970 + DAYS_OF_ERA;
	int day = (int)(shifted % DAYS_OF_ERA);
	int year =
	    (day - day / 1460 + day / 36524 - day / (DAYS_OF_ERA - 1)) / 365;
	int in_year = day - (365 * year + year / 4 - year / 100);
	int month = (5 * in_year + 2) / 153;

	t->day = in_year - (153 * month + 2) / 5 + 1;
	t->month = month < 10 ? month + 3 : month - 9;
	t->year =
	    year + (int)(shifted / DAYS_OF_ERA - 1) * 400 + (t->month <= 2);
}

int
ob_time_from_unix(struct timespec t, int offset_s, struct ob_time *ret)
{
	const int64_t first = days_from_date(0, 1, 1) * DAY_S;
	const int64_t last = days_from_date(YEAR_MAX + 1, 1, 1) * DAY_S - 1;
	int64_t s, days;
	int in_day;

	if (offset_s <= -DAY_S || offset_s >= DAY_S || t.tv_nsec < 0 ||
	    t.tv_nsec >= OB_NS_PER_S ||
	    ob_add_i64(t.tv_sec, offset_s, &s) < 0 || s < first || s > last)
		return -ERANGE;
	days = (s - first) / DAY_S;
	in_day = (int)((s - first) % DAY_S);
	days += first / DAY_S;
	*ret = (struct ob_time){
		.hour = in_day / 3600,
		.minute = in_day / 60 % 60,
		.second = in_day % 60,
		.ns = (int)t.tv_nsec,
		.offset_s = offset_s,
		.weekday = (int)((days % 7 + 7 + 4) % 7), /* a Thursday */
	};
	date_from_days(days, ret);
	return 0;
}

static bool
is_between(int v, int min, int max)
{
	return v >= min && v <= max;
}

int
ob_time_to_unix(const struct ob_time *t, struct timespec *ret)
{
	if (!is_between(t->year, 0, YEAR_MAX) || !is_between(t->month, 1, 12) ||
	    !is_between(t->day, 1, ob_time_month_days(t->year, t->month)) ||
	    !is_between(t->hour, 0, 23) || !is_between(t->minute, 0, 59) ||
	    !is_between(t->second, 0, 60) ||
	    !is_between(t->ns, 0, OB_NS_PER_S - 1) ||
	    !is_between(t->offset_s, 1 - DAY_S, DAY_S - 1))
		return -ERANGE;
	ret->tv_sec = days_from_date(t->year, t->month, t->day) * DAY_S +
	              t->hour * 3600 + t->minute * 60 + t->second - t->offset_s;
	ret->tv_nsec = t->ns;
	return 0;
}

/* Writes v with `width` digits, and `behind` where it is not NUL. */
static char *
put(char *dst, int v, int width, char behind)
{
	for (int i = width; i > 0; i--) {
		dst[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
	dst[width] = behind;
	return dst + width + (behind != '\0');
}

int
ob_time_format(char *dst, struct timespec t, int offset_s, unsigned digits)
{
	int minutes = offset_s / 60, ns, rc;
	char *at = dst;
	struct ob_time c;

	OB_CHECK(digits <= DIGITS_NS);
	rc = ob_time_from_unix(t, minutes * 60, &c);
	if (rc < 0)
		return rc;
	at = put(at, c.year, 4, '-');
	at = put(at, c.month, 2, '-');
	at = put(at, c.day, 2, 'T');
	at = put(at, c.hour, 2, ':');
	at = put(at, c.minute, 2, ':');
	at = put(at, c.second, 2, '\0');
	if (digits > 0) {
		ns = c.ns;
		for (unsigned i = digits; i < DIGITS_NS; i++)
			ns /= 10;
		*at++ = '.';
		at = put(at, ns, (int)digits, '\0');
	}
	if (minutes == 0) {
		*at++ = 'Z';
	} else {
		*at++ = minutes < 0 ? '-' : '+';
		minutes = minutes < 0 ? -minutes : minutes;
		at = put(at, minutes / 60, 2, ':');
		at = put(at, minutes % 60, 2, '\0');
	}
	*at = '\0';
	return (int)(at - dst);
}

/* Takes `width` digits from *s: 0 or -EINVAL. */
static int
take(struct ob_str *s, size_t width, int *ret)
{
	uint64_t v;

	if (s->n < width ||
	    ob_num_base(ob_str_n(s->p, width), 10, INT32_MAX, &v) < 0)
		return -EINVAL;
	*ret = (int)v;
	*s = ob_str_n(s->p + width, s->n - width);
	return 0;
}

/* Takes one byte of `set` from *s: the byte, or NUL. */
static char
take_any(struct ob_str *s, const char *set)
{
	char c;

	if (s->n == 0 || s->p[0] == '\0' || ob_z_find(set, s->p[0]) == NULL)
		return '\0';
	c = s->p[0];
	*s = ob_str_n(s->p + 1, s->n - 1);
	return c;
}

/* The digits behind the decimal point, as nanoseconds. */
static int
take_fraction(struct ob_str *s, int *ret_ns)
{
	int ns = 0, unit = (int)OB_NS_PER_S, digit;
	size_t n = 0;

	for (; take(s, 1, &digit) == 0; n++) {
		unit /= 10;
		ns += digit * unit;
	}
	if (n == 0)
		return -EINVAL;
	*ret_ns = ns;
	return 0;
}

/* "Z" or "+hh:mm". */
static int
take_zone(struct ob_str *s, int *ret_offset_s)
{
	int hours, minutes;
	char sign = take_any(s, "Zz+-");

	if (sign == '\0')
		return -EINVAL;
	if (sign == 'Z' || sign == 'z') {
		*ret_offset_s = 0;
		return 0;
	}
	if (take(s, 2, &hours) < 0 || !take_any(s, ":") ||
	    take(s, 2, &minutes) < 0)
		return -EINVAL;
	if (hours > 23 || minutes > 59)
		return -ERANGE;
	*ret_offset_s = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return 0;
}

static int
take_date(struct ob_str *s, struct ob_time *t)
{
	if (take(s, 4, &t->year) < 0 || !take_any(s, "-") ||
	    take(s, 2, &t->month) < 0 || !take_any(s, "-") ||
	    take(s, 2, &t->day) < 0)
		return -EINVAL;
	return 0;
}

/* "hh:mm:ss.fraction"; *has_seconds tells whether there were any. */
static int
take_clock(struct ob_str *s, struct ob_time *t, bool *has_seconds)
{
	if (take(s, 2, &t->hour) < 0 || !take_any(s, ":") ||
	    take(s, 2, &t->minute) < 0)
		return -EINVAL;
	*has_seconds = take_any(s, ":") != '\0';
	if (!*has_seconds)
		return 0;
	if (take(s, 2, &t->second) < 0)
		return -EINVAL;
	if (take_any(s, "."))
		return take_fraction(s, &t->ns);
	return 0;
}

int
ob_time_parse(struct ob_str s, struct timespec *ret)
{
	struct ob_time t = { 0 };
	bool has_seconds;
	int rc = take_date(&s, &t);

	if (rc < 0 || !take_any(&s, "Tt "))
		return -EINVAL;
	rc = take_clock(&s, &t, &has_seconds);
	if (rc < 0 || !has_seconds)
		return -EINVAL;
	rc = take_zone(&s, &t.offset_s);
	if (s.n > 0)
		return -EINVAL;
	return rc < 0 ? rc : ob_time_to_unix(&t, ret);
}

int
ob_time_parse_local(struct ob_str s, int local_offset_s, struct timespec *ret)
{
	struct ob_time t = { .offset_s = local_offset_s };
	bool has_seconds;
	int rc = take_date(&s, &t);

	if (rc < 0)
		return rc;
	if (take_any(&s, "Tt ")) {
		rc = take_clock(&s, &t, &has_seconds);
		if (rc == 0 && s.n > 0)
			rc = take_zone(&s, &t.offset_s);
	}
	if (s.n > 0)
		return -EINVAL;
	return rc < 0 ? rc : ob_time_to_unix(&t, ret);
}
