#include "base/str.h"

#include "unit.h"

static const struct ob_str none = { NULL, 0 };

static void
equality_is_of_bytes(void)
{
	CHECK(ob_str_eq(none, OB_STR("")));
	CHECK(ob_str_eq(ob_str_n("a\0b", 3), ob_str_n("a\0b", 3)));
	CHECK(!ob_str_eq(ob_str_n("a\0b", 3), ob_str_n("a\0c", 3)));
	CHECK(!ob_str_eq(OB_STR("a"), OB_STR("ab")));
	CHECK(ob_str_eq_z(OB_STR("ab"), "ab"));
	CHECK(ob_str_eq_z(none, NULL));
	CHECK(!ob_str_eq_z(ob_str_n("a\0", 2), "a"));
	CHECK(ob_str_is_empty(ob_str_z(NULL)));
	CHECK(!ob_str_is_empty(ob_str_z("a")));
}

static void
prefixes_and_suffixes_may_be_empty_or_all(void)
{
	CHECK(ob_str_has_prefix(OB_STR("abc"), OB_STR("ab")));
	CHECK(ob_str_has_prefix(OB_STR("abc"), OB_STR("abc")));
	CHECK(ob_str_has_prefix(none, none));
	CHECK(!ob_str_has_prefix(OB_STR("abc"), OB_STR("bc")));
	CHECK(!ob_str_has_prefix(OB_STR("ab"), OB_STR("abc")));
	CHECK(ob_str_has_suffix(OB_STR("abc"), OB_STR("bc")));
	CHECK(ob_str_has_suffix(OB_STR("abc"), OB_STR("abc")));
	CHECK(ob_str_has_suffix(none, none));
	CHECK(!ob_str_has_suffix(OB_STR("abc"), OB_STR("ab")));
	CHECK(!ob_str_has_suffix(OB_STR("bc"), OB_STR("abc")));
}

static void
order_is_by_bytes_then_length(void)
{
	CHECK_INT(ob_str_cmp(none, OB_STR("")), 0);
	CHECK_INT(ob_str_cmp(OB_STR("a"), OB_STR("a")), 0);
	CHECK(ob_str_cmp(OB_STR("a"), OB_STR("b")) < 0);
	CHECK(ob_str_cmp(OB_STR("b"), OB_STR("a")) > 0);
	CHECK(ob_str_cmp(OB_STR("a"), OB_STR("ab")) < 0);
	CHECK(ob_str_cmp(OB_STR("ab"), OB_STR("a")) > 0);
	CHECK(ob_str_cmp(OB_STR("a\xff"), OB_STR("ab")) > 0);
}

static void
find_gives_the_length_when_absent(void)
{
	CHECK_UINT(ob_str_find(OB_STR("abcb"), 'b'), 1);
	CHECK_UINT(ob_str_find(OB_STR("abc"), 'x'), 3);
	CHECK_UINT(ob_str_find(none, 'x'), 0);
}

static void
trim_takes_blanks_at_both_ends(void)
{
	struct ob_str s = ob_str_trim(OB_STR(" \t\r\na b\n "));

	CHECK_MEM(s.p, s.n, "a b");
	CHECK_UINT(ob_str_trim(OB_STR(" \t")).n, 0);
	CHECK_UINT(ob_str_trim(none).n, 0);
}

static void
split_gives_empty_parts_too(void)
{
	struct ob_str rest = OB_STR("a,,b,"), part = none;

	CHECK(ob_str_split(&rest, ',', &part));
	CHECK_MEM(part.p, part.n, "a");
	CHECK(ob_str_split(&rest, ',', &part));
	CHECK_UINT(part.n, 0);
	CHECK(ob_str_split(&rest, ',', &part));
	CHECK_MEM(part.p, part.n, "b");
	CHECK(ob_str_split(&rest, ',', &part));
	CHECK_UINT(part.n, 0);
	CHECK(!ob_str_split(&rest, ',', &part));
	rest = OB_STR("");
	CHECK(ob_str_split(&rest, ',', &part));
	CHECK(!ob_str_split(&rest, ',', &part));
}

static void
distance_counts_edits_and_swaps(void)
{
	char a[100], b[100];

	CHECK_UINT(ob_str_distance(none, none), 0);
	CHECK_UINT(ob_str_distance(OB_STR("abc"), none), 3);
	CHECK_UINT(ob_str_distance(none, OB_STR("abc")), 3);
	CHECK_UINT(ob_str_distance(OB_STR("kitten"), OB_STR("sitting")), 3);
	CHECK_UINT(ob_str_distance(OB_STR("list"), OB_STR("lits")), 1);
	CHECK_UINT(ob_str_distance(OB_STR("run"), OB_STR("run")), 0);
	CHECK_UINT(ob_str_distance(OB_STR("ca"), OB_STR("abc")), 3);
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	b[99] = 'b';
	CHECK_UINT(ob_str_distance(ob_str_n(a, 100), ob_str_n(b, 100)), 0);
	b[63] = 'b';
	CHECK_UINT(ob_str_distance(ob_str_n(a, 100), ob_str_n(b, 100)), 1);
}

OB_TESTS(str) = {
	OB_TEST(equality_is_of_bytes),
	OB_TEST(prefixes_and_suffixes_may_be_empty_or_all),
	OB_TEST(order_is_by_bytes_then_length),
	OB_TEST(find_gives_the_length_when_absent),
	OB_TEST(trim_takes_blanks_at_both_ends),
	OB_TEST(split_gives_empty_parts_too),
	OB_TEST(distance_counts_edits_and_swaps),
	OB_TESTS_END,
};
