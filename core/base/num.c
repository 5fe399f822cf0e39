#include "base/num.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define F64_TEXT_MAX 1000
#define POINT_BYTES  8

#define NS_PER_M (60 * OB_NS_PER_S)
#define NS_PER_H (60 * NS_PER_M)
#define NS_PER_D (24 * NS_PER_H)

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit size_units[] = {
	{ "K", UINT64_C(1) << 10 },
	{ "M", UINT64_C(1) << 20 },
	{ "G", UINT64_C(1) << 30 },
	{ "T", UINT64_C(1) << 40 },
	{ "P", UINT64_C(1) << 50 },
	{ "E", UINT64_C(1) << 60 },
};

static const struct unit time_units[] = {
	{ "ns", 1 },
	{ "us", OB_NS_PER_US },
	{ "ms", OB_NS_PER_MS },
	{ "s", OB_NS_PER_S },
	{ "m", NS_PER_M },
	{ "h", NS_PER_H },
	{ "d", NS_PER_D },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
count_digits(struct ob_str s)
{
	size_t n = 0;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n;
}

static struct ob_str
skip(struct ob_str s, size_t n)
{
	return ob_str_n(s.p + n, s.n - n);
}

/* Removes a leading '-' that something follows. */
static bool
take_minus(struct ob_str *s)
{
	if (s->n < 2 || s->p[0] != '-')
		return false;
	*s = skip(*s, 1);
	return true;
}

/* 0 to 35, or a value that is a digit of no base. */
static unsigned
digit_value(char c)
{
	if (is_digit(c))
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

int
ob_num_base(struct ob_str s, unsigned base, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;
	bool overflow = false;

	OB_CHECK(base >= 2 && base <= 36);
	if (s.n == 0)
		return -EINVAL;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = digit_value(s.p[i]);

		if (digit >= base)
			return -EINVAL;
		overflow |= __builtin_mul_overflow(v, base, &v);
		overflow |= __builtin_add_overflow(v, digit, &v);
	}
	if (overflow || v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

int
ob_num_u64(struct ob_str s, uint64_t min, uint64_t max, uint64_t *ret)
{
	bool negative = take_minus(&s);
	uint64_t v;
	int rc = ob_num_base(s, 10, max, &v);

	if (rc < 0)
		return rc;
	if (v < min || (negative && v > 0))
		return -ERANGE;
	*ret = v;
	return 0;
}

int
ob_num_i64(struct ob_str s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = take_minus(&s);
	uint64_t limit = (uint64_t)INT64_MAX + negative, magnitude;
	int64_t v;
	int rc = ob_num_base(s, 10, limit, &magnitude);

	if (rc < 0)
		return rc;
	/* In two steps, since -INT64_MIN is no int64_t. */
	if (negative && magnitude > 0)
		v = -(int64_t)(magnitude - 1) - 1;
	else
		v = (int64_t)magnitude;
	if (v < min || v > max)
		return -ERANGE;
	*ret = v;
	return 0;
}

/* Is all of s [-]digits[.digits][e[+-]digits]? */
static bool
is_decimal(struct ob_str s)
{
	size_t n;

	(void)take_minus(&s);
	n = count_digits(s);
	if (n == 0)
		return false;
	s = skip(s, n);
	if (s.n > 0 && s.p[0] == '.') {
		s = skip(s, 1);
		n = count_digits(s);
		if (n == 0)
			return false;
		s = skip(s, n);
	}
	if (s.n > 0 && (s.p[0] == 'e' || s.p[0] == 'E')) {
		s = skip(s, 1);
		if (s.n > 0 && (s.p[0] == '+' || s.p[0] == '-'))
			s = skip(s, 1);
		n = count_digits(s);
		return n > 0 && n == s.n;
	}
	return s.n == 0;
}

/*
 * strtod(3) reads, and snprintf(3) writes, the decimal point of the locale
 * that an interactive verb may have set; both are translated here. What it is
 * shows between the digits of a half.
 */
static size_t
locale_point(char point[POINT_BYTES])
{
	char half[POINT_BYTES + 2];
	int n = snprintf(half, sizeof(half), "%.1f", 0.5);

	if (n < 3 || n >= (int)sizeof(half))
		return 0;
	memcpy(point, half + 1, (size_t)n - 2);
	return (size_t)n - 2;
}

int
ob_num_f64(struct ob_str s, double min, double max, double *ret)
{
	char text[F64_TEXT_MAX + 16];
	char point[POINT_BYTES];
	size_t whole, at, point_n;
	double v;

	if (!is_decimal(s))
		return -EINVAL;
	if (s.n > F64_TEXT_MAX)
		return -ERANGE;
	whole = ob_str_find(s, '.');
	memcpy(text, s.p, whole);
	at = whole;
	if (whole < s.n) {
		point_n = locale_point(point);
		memcpy(text + at, point, point_n);
		at += point_n;
		memcpy(text + at, s.p + whole + 1, s.n - whole - 1);
		at += s.n - whole - 1;
	}
	text[at] = '\0';
	v = strtod(text, NULL);
	/* Written so that an infinity fails with infinite bounds as well. */
	if (!(v >= min && v <= max) || v - v != 0)
		return -ERANGE;
	*ret = v;
	return 0;
}

/* The factor of the unit called name in either case, or 0. */
static uint64_t
find_unit(const struct unit *units, size_t n, struct ob_str name, bool fold)
{
	for (size_t i = 0; i < n; i++) {
		if (ob_str_eq_z(name, units[i].name))
			return units[i].factor;
		if (fold && name.n == 1 &&
		    name.p[0] == units[i].name[0] - 'A' + 'a')
			return units[i].factor;
	}
	return 0;
}

/*
 * digits[.digits] times unit, cut to an integer. The fraction is evaluated
 * from its last digit to its first: floor((floor(x) + n) / 10) is
 * floor((x + n) / 10), so any number of digits is exact. unit <= 2^60.
 */
static int
scale(struct ob_str whole, struct ob_str fraction, uint64_t unit, uint64_t *ret)
{
	uint64_t v, part = 0;
	int rc = ob_num_base(whole, 10, UINT64_MAX, &v);

	if (rc < 0)
		return rc;
	for (size_t i = fraction.n; i > 0; i--)
		part = (part + (uint64_t)(fraction.p[i - 1] - '0') * unit) / 10;
	if (__builtin_mul_overflow(v, unit, &v) ||
	    __builtin_add_overflow(v, part, &v))
		return -ERANGE;
	*ret = v;
	return 0;
}

/* Splits [-]digits[.digits]unit; the parts of *s stay in place. */
static int
split_scaled(struct ob_str s, struct ob_str *ret_whole,
    struct ob_str *ret_fraction, struct ob_str *ret_unit)
{
	size_t n = count_digits(s);

	if (n == 0)
		return -EINVAL;
	*ret_whole = ob_str_n(s.p, n);
	*ret_fraction = ob_str_n(NULL, 0);
	s = skip(s, n);
	if (s.n > 0 && s.p[0] == '.') {
		s = skip(s, 1);
		n = count_digits(s);
		if (n == 0)
			return -EINVAL;
		*ret_fraction = ob_str_n(s.p, n);
		s = skip(s, n);
	}
	*ret_unit = s;
	return 0;
}

int
ob_num_size(struct ob_str s, uint64_t min, uint64_t max, uint64_t *ret_bytes)
{
	bool negative = take_minus(&s);
	struct ob_str whole, fraction, name;
	uint64_t v, unit = 1;
	int rc = split_scaled(s, &whole, &fraction, &name);

	if (rc < 0)
		return rc;
	if (name.n > 0)
		unit = find_unit(size_units, OB_COUNT(size_units), name, true);
	if (unit == 0 || (name.n == 0 && fraction.n > 0))
		return -EINVAL;
	rc = scale(whole, fraction, unit, &v);
	if (rc < 0)
		return rc;
	if (v < min || v > max || (negative && v > 0))
		return -ERANGE;
	*ret_bytes = v;
	return 0;
}

int
ob_num_duration(struct ob_str s, int64_t unit_ns, int64_t *ret_ns)
{
	bool negative = take_minus(&s);
	struct ob_str whole, fraction, name;
	uint64_t v, unit = (uint64_t)unit_ns;
	int rc = split_scaled(s, &whole, &fraction, &name);

	OB_CHECK(unit_ns > 0 && unit_ns <= NS_PER_D);
	if (rc < 0)
		return rc;
	if (name.n > 0)
		unit = find_unit(time_units, OB_COUNT(time_units), name, false);
	if (unit == 0)
		return -EINVAL;
	rc = scale(whole, fraction, unit, &v);
	if (rc < 0)
		return rc;
	if (v > INT64_MAX || (negative && v > 0))
		return -ERANGE;
	*ret_ns = (int64_t)v;
	return 0;
}

size_t
ob_num_format_u64(char *dst, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits), n;

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	n = sizeof(digits) - at;
	memcpy(dst, digits + at, n);
	dst[n] = '\0';
	return n;
}

/* |v|, also of INT64_MIN. */
static uint64_t
magnitude_of(int64_t v)
{
	return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

size_t
ob_num_format_i64(char *dst, int64_t v)
{
	size_t sign = v < 0;

	dst[0] = '-';
	return sign + ob_num_format_u64(dst + sign, magnitude_of(v));
}

/* Replaces the locale's decimal point in text by '.'. */
static size_t
plain_point(char *text, size_t n)
{
	size_t start = text[0] == '-', width = 0;
	char *at;

	start += count_digits(ob_str_n(text + start, n - start));
	at = text + start;
	if (start == n || *at == 'e')
		return n;
	while (!is_digit(at[width]))
		width++;
	*at = '.';
	memmove(at + 1, at + width, n - (size_t)(at - text) - width + 1);
	return n - width + 1;
}

size_t
ob_num_format_f64(char *dst, double v)
{
	int n = 0;

	OB_CHECK(v - v == 0);
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(dst, OB_NUM_BYTES, "%.*g", digits, v);
		OB_CHECK(n > 0 && n < OB_NUM_BYTES);
		if (strtod(dst, NULL) == v)
			break;
	}
	return plain_point(dst, (size_t)n);
}

/* "2m05s": b is below 100. */
static size_t
format_pair(char *dst, uint64_t a, char a_unit, uint64_t b, char b_unit)
{
	size_t n = ob_num_format_u64(dst, a);

	dst[n++] = a_unit;
	dst[n++] = (char)('0' + b / 10);
	dst[n++] = (char)('0' + b % 10);
	dst[n++] = b_unit;
	dst[n] = '\0';
	return n;
}

/* v / unit with one decimal below 10 (".0" dropped), cut. */
static size_t
format_tenths(char *dst, uint64_t v, uint64_t unit, const char *name)
{
	uint64_t whole = v / unit, tenth = v % unit * 10 / unit;
	size_t n = ob_num_format_u64(dst, whole);

	if (whole < 10 && tenth > 0) {
		dst[n++] = '.';
		dst[n++] = (char)('0' + tenth);
	}
	memcpy(dst + n, name, strlen(name) + 1);
	return n + strlen(name);
}

size_t
ob_num_format_size(char *dst, uint64_t bytes)
{
	size_t i = 0;
	uint64_t unit, tenths, whole;

	if (bytes < 1024)
		return ob_num_format_u64(dst, bytes);
	/* The next unit takes what would be rounded to 1024. */
	while (i + 1 < OB_COUNT(size_units) &&
	       bytes >= size_units[i + 1].factor - size_units[i].factor / 2)
		i++;
	unit = size_units[i].factor;
	/* Less than 16 units: no overflow of unit * 10 below. */
	tenths = bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit;
	whole = bytes / unit + (bytes % unit >= unit / 2);
	if (tenths < 100)
		return format_tenths(dst, tenths, 10, size_units[i].name);
	return format_tenths(dst, whole, 1, size_units[i].name);
}

size_t
ob_num_format_duration(char *dst, int64_t ns)
{
	uint64_t v = magnitude_of(ns), s = v / OB_NS_PER_S;
	size_t sign = ns < 0;

	dst[0] = '-';
	dst += sign;
	if (v < OB_NS_PER_US)
		return sign + format_tenths(dst, v, 1, "ns");
	if (v < OB_NS_PER_MS)
		return sign + format_tenths(dst, v, OB_NS_PER_US, "us");
	if (v < OB_NS_PER_S)
		return sign + format_tenths(dst, v, OB_NS_PER_MS, "ms");
	if (s < 60)
		return sign + format_tenths(dst, v, OB_NS_PER_S, "s");
	if (s < 3600)
		return sign + format_pair(dst, s / 60, 'm', s % 60, 's');
	if (s < 86400)
		return sign + format_pair(dst, s / 3600, 'h', s / 60 % 60, 'm');
	return sign + format_pair(dst, s / 86400, 'd', s / 3600 % 24, 'h');
}
