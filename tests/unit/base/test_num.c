#include "base/num.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "unit.h"

#define S(literal) OB_STR(literal)

static void
i64_reads_the_whole_range(void)
{
	int64_t v = 0;

	CHECK_INT(ob_num_i64(S("0"), INT64_MIN, INT64_MAX, &v), 0);
	CHECK_INT(v, 0);
	CHECK_INT(ob_num_i64(S("-0"), INT64_MIN, INT64_MAX, &v), 0);
	CHECK_INT(v, 0);
	CHECK_INT(
	    ob_num_i64(S("9223372036854775807"), INT64_MIN, INT64_MAX, &v), 0);
	CHECK_INT(v, INT64_MAX);
	CHECK_INT(
	    ob_num_i64(S("-9223372036854775808"), INT64_MIN, INT64_MAX, &v), 0);
	CHECK_INT(v, INT64_MIN);
	CHECK_INT(ob_num_i64(S("-000012"), -12, 0, &v), 0);
	CHECK_INT(v, -12);
}

static void
i64_tells_range_from_syntax(void)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "", -EINVAL },
		{ "-", -EINVAL },
		{ "--1", -EINVAL },
		{ "+1", -EINVAL },
		{ " 1", -EINVAL },
		{ "1 ", -EINVAL },
		{ "1x", -EINVAL },
		{ "0x10", -EINVAL },
		{ "1.0", -EINVAL },
		{ "9223372036854775808x", -EINVAL },
		{ "99999999999999999999999x", -EINVAL },
		{ "9223372036854775808", -ERANGE },
		{ "-9223372036854775809", -ERANGE },
		{ "18446744073709551616", -ERANGE },
		{ "99999999999999999999999", -ERANGE },
		{ "101", -ERANGE },
		{ "-101", -ERANGE },
	};
	int64_t v = 77;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_str s = ob_str_z(rows[i].text);

		if (ob_num_i64(s, -100, 100, &v) != rows[i].rc)
			FAIL("'%s' is not %d", rows[i].text, rows[i].rc);
		CHECK_INT(v, 77);
	}
	CHECK_INT(ob_num_i64(ob_str_n("1\0", 2), -100, 100, &v), -EINVAL);
}

static void
u64_reads_up_to_the_largest_and_no_negative(void)
{
	uint64_t v = 77;

	CHECK_INT(ob_num_u64(S("-1"), 0, UINT64_MAX, &v), -ERANGE);
	CHECK_INT(ob_num_u64(S("-"), 0, UINT64_MAX, &v), -EINVAL);
	CHECK_INT(ob_num_u64(S("3"), 4, 9, &v), -ERANGE);
	CHECK_INT(ob_num_u64(S("10"), 4, 9, &v), -ERANGE);
	CHECK_INT(
	    ob_num_u64(S("18446744073709551616"), 0, UINT64_MAX, &v), -ERANGE);
	CHECK_UINT(v, 77);
	CHECK_INT(ob_num_u64(S("18446744073709551615"), 0, UINT64_MAX, &v), 0);
	CHECK_UINT(v, UINT64_MAX);
	CHECK_INT(ob_num_u64(S("-0"), 0, 1, &v), 0);
	CHECK_UINT(v, 0);
}

static void
other_bases_read_both_cases_without_a_prefix(void)
{
	uint64_t v = 0;

	CHECK_INT(ob_num_base(S("755"), 8, 07777, &v), 0);
	CHECK_UINT(v, 0755);
	CHECK_INT(ob_num_base(S("DEADbeef"), 16, UINT64_MAX, &v), 0);
	CHECK_UINT(v, 0xdeadbeef);
	CHECK_INT(ob_num_base(S("zZ"), 36, UINT64_MAX, &v), 0);
	CHECK_UINT(v, 35 * 36 + 35);
	CHECK_INT(ob_num_base(S("8"), 8, 100, &v), -EINVAL);
	CHECK_INT(ob_num_base(S("0x1"), 16, 100, &v), -EINVAL);
	CHECK_INT(ob_num_base(S("10000"), 8, 07777, &v), -ERANGE);
	CHECK_INT(
	    ob_num_base(S("10000000000000000"), 16, UINT64_MAX, &v), -ERANGE);
}

static void
f64_reads_decimals_and_refuses_the_rest(void)
{
	static const char *const bad[] = { "", "-", ".", "1.", ".5", "nan",
		"inf", "-inf", "0x1p3", "1e", "1e+", "1e5x", "1,5", " 1", "1 ",
		"1.5.5", "+1", "1.x", "1e5.5" };
	double v = 77;

	for (size_t i = 0; i < OB_COUNT(bad); i++)
		if (ob_num_f64(ob_str_z(bad[i]), -1e300, 1e300, &v) != -EINVAL)
			FAIL("'%s' is accepted", bad[i]);
	CHECK(v == 77);
	CHECK_INT(ob_num_f64(S("-1.5e-1"), -1, 1, &v), 0);
	CHECK(v == -0.15);
	CHECK_INT(ob_num_f64(S("0.1"), 0, 1, &v), 0);
	CHECK(v == 0.1);
	CHECK_INT(ob_num_f64(S("12E+2"), 0, 1200, &v), 0);
	CHECK(v == 1200);
	CHECK_INT(ob_num_f64(S("1e-999"), 0, 1, &v), 0);
	CHECK(v == 0);
	CHECK_INT(ob_num_f64(S("1e999"), -INFINITY, INFINITY, &v), -ERANGE);
	CHECK_INT(ob_num_f64(S("1.1"), 0, 1, &v), -ERANGE);
	CHECK_INT(ob_num_f64(S("-0.1"), 0, 1, &v), -ERANGE);
}

static void
f64_of_a_very_long_text_is_out_of_range(void)
{
	char text[1002];
	double v = 0;

	memset(text, '1', sizeof(text));
	text[1] = '.';
	CHECK_INT(ob_num_f64(ob_str_n(text, 1000), 0, 2, &v), 0);
	CHECK(fabs(v - 1.1111) < 0.0001);
	CHECK_INT(ob_num_f64(ob_str_n(text, 1001), 0, 2, &v), -ERANGE);
}

static void
f64_survives_a_round_trip(void)
{
	static const double values[] = { 0, -0.0, 0.1, 1.0 / 3, 1e21, 5e-324,
		DBL_MAX, -DBL_MIN, 123456789012345678.0 };
	char text[OB_NUM_BYTES];
	double back = 0;

	for (size_t i = 0; i < 20000 + OB_COUNT(values); i++) {
		uint64_t bits = test_random();
		double v;
		size_t n;

		memcpy(&v, &bits, sizeof(v));
		if (i < OB_COUNT(values))
			v = values[i];
		if (!isfinite(v))
			continue;
		n = ob_num_format_f64(text, v);
		CHECK_UINT(n, strlen(text));
		CHECK_INT(
		    ob_num_f64(ob_str_n(text, n), -DBL_MAX, DBL_MAX, &back), 0);
		CHECK(memcmp(&back, &v, sizeof(v)) == 0);
	}
	ob_num_format_f64(text, 0.1);
	CHECK_STR(text, "0.1");
	ob_num_format_f64(text, -2.5);
	CHECK_STR(text, "-2.5");
}

static void
f64_does_not_depend_on_the_locale(void)
{
	char text[OB_NUM_BYTES];
	double v = 0;

	if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL &&
	    setlocale(LC_NUMERIC, "fr_FR.UTF-8") == NULL &&
	    setlocale(LC_NUMERIC, "ps_AF.UTF-8") == NULL)
		SKIP("no locale with another decimal point");
	CHECK_INT(ob_num_f64(S("1.5"), 0, 2, &v), 0);
	CHECK(v == 1.5);
	CHECK_UINT(ob_num_format_f64(text, 1.5), 3);
	CHECK_STR(text, "1.5");
}

static void
sizes_take_powers_of_1024(void)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} rows[] = {
		{ "0", 0 },
		{ "65536", 65536 },
		{ "64K", 65536 },
		{ "64k", 65536 },
		{ "16M", 16777216 },
		{ "1G", 1073741824 },
		{ "1.5G", 1610612736 },
		{ "0.1K", 102 },
		{ "0.00000000000000000001E", 0 },
		{ "0.999999999999999999999999999999E", 1152921504606846975 },
		{ "2T", UINT64_C(2) << 40 },
		{ "3p", UINT64_C(3) << 50 },
		{ "15.5E", UINT64_C(31) << 59 },
		{ "-0", 0 },
	};
	uint64_t v = 0;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		CHECK_INT(
		    ob_num_size(ob_str_z(rows[i].text), 0, UINT64_MAX, &v), 0);
		CHECK_UINT(v, rows[i].bytes);
	}
}

static void
sizes_tell_range_from_syntax(void)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "", -EINVAL },
		{ "K", -EINVAL },
		{ "-", -EINVAL },
		{ "1.5", -EINVAL },
		{ "1.K", -EINVAL },
		{ "1KB", -EINVAL },
		{ "1 K", -EINVAL },
		{ "1Q", -EINVAL },
		{ "1KK", -EINVAL },
		{ "1b", -EINVAL },
		{ "nan", -EINVAL },
		{ "16E", -ERANGE },
		{ "18446744073709551616", -ERANGE },
		{ "-1K", -ERANGE },
		{ "1023", -ERANGE },
		{ "1.1M", -ERANGE },
	};
	uint64_t v = 77;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_str s = ob_str_z(rows[i].text);

		if (ob_num_size(s, 1024, 1 << 20, &v) != rows[i].rc)
			FAIL("'%s' is not %d", rows[i].text, rows[i].rc);
	}
	CHECK_INT(ob_num_size(S("15.99E"), 0, UINT64_MAX, &v), 0);
	v = 77;
	CHECK_INT(ob_num_size(S("16.0E"), 0, UINT64_MAX, &v), -ERANGE);
	CHECK_UINT(v, 77);
}

static void
durations_take_units_and_decimals(void)
{
	static const struct {
		const char *text;
		int64_t ns;
	} rows[] = {
		{ "0", 0 },
		{ "7", 7 * OB_NS_PER_S },
		{ "0.25", OB_NS_PER_S / 4 },
		{ "12ns", 12 },
		{ "1.5ns", 1 },
		{ "3us", 3000 },
		{ "250ms", 250 * OB_NS_PER_MS },
		{ "5s", 5 * OB_NS_PER_S },
		{ "0.5s", OB_NS_PER_S / 2 },
		{ "0.0000000019s", 1 },
		{ "2m", 120 * OB_NS_PER_S },
		{ "0.00000000009m", 5 },
		{ "1h", 3600 * OB_NS_PER_S },
		{ "1.5h", 5400 * OB_NS_PER_S },
		{ "3d", 3 * 86400 * OB_NS_PER_S },
		{ "9223372036854775807ns", INT64_MAX },
		{ "-0s", 0 },
	};
	int64_t v = 0;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		CHECK_INT(
		    ob_num_duration(ob_str_z(rows[i].text), OB_NS_PER_S, &v),
		    0);
		CHECK_INT(v, rows[i].ns);
	}
	CHECK_INT(ob_num_duration(S("7"), OB_NS_PER_MS, &v), 0);
	CHECK_INT(v, 7 * OB_NS_PER_MS);
}

static void
durations_tell_range_from_syntax(void)
{
	static const struct {
		const char *text;
		int rc;
	} rows[] = {
		{ "", -EINVAL },
		{ "s", -EINVAL },
		{ "-", -EINVAL },
		{ ".5s", -EINVAL },
		{ "5.s", -EINVAL },
		{ "5S", -EINVAL },
		{ "5 s", -EINVAL },
		{ "5w", -EINVAL },
		{ "1m30s", -EINVAL },
		{ "1e3s", -EINVAL },
		{ "nan", -EINVAL },
		{ "infinity", -EINVAL },
		{ "-5s", -ERANGE },
		{ "106752d", -ERANGE },
		{ "9223372036854775808ns", -ERANGE },
		{ "9223372036.854775808s", -ERANGE },
		{ "99999999999999999999s", -ERANGE },
	};
	int64_t v = 77;

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_str s = ob_str_z(rows[i].text);

		if (ob_num_duration(s, OB_NS_PER_S, &v) != rows[i].rc)
			FAIL("'%s' is not %d", rows[i].text, rows[i].rc);
	}
	CHECK_INT(v, 77);
}

static void
integers_survive_a_round_trip(void)
{
	char text[OB_NUM_BYTES];

	CHECK_UINT(ob_num_format_u64(text, 0), 1);
	CHECK_STR(text, "0");
	CHECK_UINT(ob_num_format_u64(text, UINT64_MAX), 20);
	CHECK_STR(text, "18446744073709551615");
	CHECK_UINT(ob_num_format_i64(text, INT64_MIN), 20);
	CHECK_STR(text, "-9223372036854775808");
	for (int i = 0; i < 1000; i++) {
		int64_t v = (int64_t)(test_random() >> (i % 64)), back = 0;
		size_t n = ob_num_format_i64(text, v);

		CHECK_INT(
		    ob_num_i64(ob_str_n(text, n), INT64_MIN, INT64_MAX, &back),
		    0);
		CHECK_INT(back, v);
	}
}

static void
sizes_for_people_have_five_characters_at_most(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1023, "1023" },
		{ 1024, "1K" },
		{ 1536, "1.5K" },
		{ 10188, "9.9K" },
		{ 10189, "10K" },
		{ 65536, "64K" },
		{ 1048063, "1023K" },
		{ 1048064, "1M" },
		{ 1572864, "1.5M" },
		{ UINT64_C(1) << 40, "1T" },
		{ UINT64_MAX, "16E" },
	};
	char text[OB_NUM_BYTES];

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		size_t n = ob_num_format_size(text, rows[i].bytes);

		CHECK_STR(text, rows[i].text);
		CHECK_UINT(n, strlen(text));
	}
	for (int i = 0; i < 10000; i++)
		CHECK(ob_num_format_size(text, test_random() >> (i % 64)) <= 5);
}

static void
durations_for_people_show_two_units(void)
{
	static const struct {
		int64_t ns;
		const char *text;
	} rows[] = {
		{ 0, "0ns" },
		{ 999, "999ns" },
		{ 1500, "1.5us" },
		{ 250 * OB_NS_PER_MS, "250ms" },
		{ 5200 * OB_NS_PER_MS, "5.2s" },
		{ 59999 * OB_NS_PER_MS, "59s" },
		{ 125 * OB_NS_PER_S, "2m05s" },
		{ 11520 * OB_NS_PER_S, "3h12m" },
		{ 4 * 86400 * OB_NS_PER_S + 7 * 3600 * OB_NS_PER_S, "4d07h" },
		{ -5 * OB_NS_PER_S, "-5s" },
		{ INT64_MIN, "-106751d23h" },
	};
	char text[OB_NUM_BYTES];

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		size_t n = ob_num_format_duration(text, rows[i].ns);

		CHECK_STR(text, rows[i].text);
		CHECK_UINT(n, strlen(text));
	}
}

static void
checked_arithmetic_refuses_overflow(void)
{
	size_t n = 77;
	int64_t v = 77;

	CHECK_INT(ob_mul(SIZE_MAX, 2, &n), -EOVERFLOW);
	CHECK_INT(ob_add(SIZE_MAX, 1, &n), -EOVERFLOW);
	CHECK_INT(ob_mul_i64(INT64_MIN, -1, &v), -EOVERFLOW);
	CHECK_INT(ob_add_i64(INT64_MAX, 1, &v), -EOVERFLOW);
	CHECK_UINT(n, 77);
	CHECK_INT(v, 77);
	CHECK_INT(ob_mul(6, 7, &n), 0);
	CHECK_UINT(n, 42);
	CHECK_INT(ob_add(n, 1, &n), 0);
	CHECK_UINT(n, 43);
	CHECK_INT(ob_mul_i64(-6, 7, &v), 0);
	CHECK_INT(v, -42);
	CHECK_INT(ob_add_i64(v, -1, &v), 0);
	CHECK_INT(v, -43);
}

OB_TESTS(num) = {
	OB_TEST(i64_reads_the_whole_range),
	OB_TEST(i64_tells_range_from_syntax),
	OB_TEST(u64_reads_up_to_the_largest_and_no_negative),
	OB_TEST(other_bases_read_both_cases_without_a_prefix),
	OB_TEST(f64_reads_decimals_and_refuses_the_rest),
	OB_TEST(f64_of_a_very_long_text_is_out_of_range),
	OB_TEST(f64_survives_a_round_trip),
	OB_TEST(f64_does_not_depend_on_the_locale),
	OB_TEST(sizes_take_powers_of_1024),
	OB_TEST(sizes_tell_range_from_syntax),
	OB_TEST(durations_take_units_and_decimals),
	OB_TEST(durations_tell_range_from_syntax),
	OB_TEST(integers_survive_a_round_trip),
	OB_TEST(sizes_for_people_have_five_characters_at_most),
	OB_TEST(durations_for_people_show_two_units),
	OB_TEST(checked_arithmetic_refuses_overflow),
	OB_TESTS_END,
};
