/*
 * Numbers from text and back. The only parser of numbers in opsbox.
 *
 * A parser takes the whole slice or refuses it: no blanks, no leading '+', no
 * trailing rest. -EINVAL: not of the form that is described (the empty slice,
 * "12x", "nan", an unknown unit). -ERANGE: of that form, but outside
 * [min, max] or of the type; a negative number where none can be is that too.
 * *ret is written only on success. Nothing depends on the locale.
 *
 * Formatters write into a buffer of OB_NUM_BYTES, end it with NUL and return
 * the length without the NUL.
 */
#ifndef OB_BASE_NUM_H
#define OB_BASE_NUM_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define OB_NUM_BYTES 32

#define OB_NS_PER_US INT64_C(1000)
#define OB_NS_PER_MS INT64_C(1000000)
#define OB_NS_PER_S  INT64_C(1000000000)

/* Decimal digits, for the signed one with an optional '-'. */
int ob_num_i64(struct ob_str s, int64_t min, int64_t max, int64_t *ret);
int ob_num_u64(struct ob_str s, uint64_t min, uint64_t max, uint64_t *ret);

/* Digits of base 2 to 36, without a prefix such as 0x, in either case. */
int ob_num_base(struct ob_str s, unsigned base, uint64_t max, uint64_t *ret);

/*
 * Decimal, [-]digits[.digits][e[+-]digits], rounded to nearest; never nan or
 * infinite. What is too small for the type becomes 0 or a denormal. Texts
 * longer than 1000 bytes are -ERANGE.
 */
int ob_num_f64(struct ob_str s, double min, double max, double *ret);

/*
 * Bytes: digits, or a decimal number and one of K M G T P E (either case), the
 * powers of 1024: 65536, 64K, 1.5G. Parts of a byte are cut.
 */
int
ob_num_size(struct ob_str s, uint64_t min, uint64_t max, uint64_t *ret_bytes);

/*
 * A span of time, a decimal number and one of ns us ms s m h d: 250ms, 0.5s.
 * A number without a unit counts in unit_ns (1 to 1 day). Parts of a
 * nanosecond are cut. At most INT64_MAX ns, about 292 years.
 */
int ob_num_duration(struct ob_str s, int64_t unit_ns, int64_t *ret_ns);

size_t ob_num_format_u64(char *dst, uint64_t v);
size_t ob_num_format_i64(char *dst, int64_t v);

/*
 * The shortest decimal that ob_num_f64() reads back as the same number, by
 * trying 15 to 17 digits. v is finite.
 */
size_t ob_num_format_f64(char *dst, double v);

/*
 * For people, at most 5 characters: "0", "1023", "1.5M", "64K". Rounded to
 * nearest, one decimal below 10.
 */
size_t ob_num_format_size(char *dst, uint64_t bytes);

/*
 * For people, the two greatest units: "12ns", "1.5us", "250ms", "5.2s",
 * "2m05s", "3h12m", "4d07h". Cut, not rounded: a timer never shows a second
 * that has not passed.
 */
size_t ob_num_format_duration(char *dst, int64_t ns);

/*
 * Checked arithmetic: 0, or -EOVERFLOW with *ret untouched.
 */
static inline int
ob_mul(size_t a, size_t b, size_t *ret)
{
	size_t v;

	if (__builtin_mul_overflow(a, b, &v))
		return -EOVERFLOW;
	*ret = v;
	return 0;
}

static inline int
ob_add(size_t a, size_t b, size_t *ret)
{
	size_t v;

	if (__builtin_add_overflow(a, b, &v))
		return -EOVERFLOW;
	*ret = v;
	return 0;
}

static inline int
ob_mul_i64(int64_t a, int64_t b, int64_t *ret)
{
	int64_t v;

	if (__builtin_mul_overflow(a, b, &v))
		return -EOVERFLOW;
	*ret = v;
	return 0;
}

static inline int
ob_add_i64(int64_t a, int64_t b, int64_t *ret)
{
	int64_t v;

	if (__builtin_add_overflow(a, b, &v))
		return -EOVERFLOW;
	*ret = v;
	return 0;
}

#endif
