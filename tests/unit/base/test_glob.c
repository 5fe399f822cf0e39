#include "base/glob.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "base/buf.h"
#include "unit.h"

#define PATH   OB_GLOB_PATH
#define PERIOD OB_GLOB_PERIOD

struct row {
	const char *pattern;
	const char *text;
	unsigned flags;
	bool matches;
};

static void
check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		if (ob_glob_match(ob_str_z(r->pattern), ob_str_z(r->text),
			r->flags) != r->matches)
			FAIL("'%s' %s '%s' (flags %u)", r->pattern,
			    r->matches ? "does not match" : "matches", r->text,
			    r->flags);
	}
}

static void
stars_and_question_marks_match_whole_texts(void)
{
	static const struct row rows[] = {
		{ "", "", 0, true },
		{ "", "a", 0, false },
		{ "a", "", 0, false },
		{ "*", "", 0, true },
		{ "*", "any/thing", 0, true },
		{ "?", "a", 0, true },
		{ "?", "", 0, false },
		{ "?", "ab", 0, false },
		{ "?", "\xc3\xa9", 0, true },
		{ "?", "\xe2\x82\xac", 0, true },
		{ "?", "\xff", 0, true },
		{ "??", "\xc3\x28", 0, true },
		{ "a*b", "ab", 0, true },
		{ "a*b", "axxb", 0, true },
		{ "a*b", "axxbc", 0, false },
		{ "a*b*c", "abbcbc", 0, true },
		{ "*.c", "x.c.c", 0, true },
		{ "***a", "a", 0, true },
		{ "a\\*", "a*", 0, true },
		{ "a\\*", "ab", 0, false },
		{ "\\a", "a", 0, true },
		{ "\\", "\\", 0, true },
		{ "a\\", "a", 0, false },
		{ "\\\xc3\xa9", "\xc3\xa9", 0, true },
		{ "\xff", "\xff", 0, true },
		{ "\xff", "\xfe", 0, false },
	};

	check_rows(rows, OB_COUNT(rows));
	CHECK(ob_glob_match(ob_str_n(NULL, 0), ob_str_n(NULL, 0), 0));
	CHECK(ob_glob_match(ob_str_n(NULL, 0), ob_str_n(NULL, 0), PATH));
}

static void
brackets_match_one_of_a_set(void)
{
	static const struct row rows[] = {
		{ "[abc]", "b", 0, true },
		{ "[abc]", "d", 0, false },
		{ "[abc]", "", 0, false },
		{ "[a-c]x", "bx", 0, true },
		{ "[c-a]", "b", 0, false },
		{ "[!a-c]", "d", 0, true },
		{ "[!a-c]", "b", 0, false },
		{ "[^a]", "b", 0, true },
		{ "[^a]", "a", 0, false },
		{ "[]a]", "]", 0, true },
		{ "[!]a]", "]", 0, false },
		{ "[!]a]", "b", 0, true },
		{ "[a-]", "-", 0, true },
		{ "[-a]", "-", 0, true },
		{ "[a!]", "!", 0, true },
		{ "[\\]]", "]", 0, true },
		{ "[\\a-c]", "b", 0, true },
		{ "[a\\-c]", "b", 0, false },
		{ "[a\\-c]", "-", 0, true },
		{ "[*?]", "*", 0, true },
		{ "[*?]", "a", 0, false },
		{ "[\xc3\xa0-\xc3\xbf]", "\xc3\xa9", 0, true },
		{ "[\xc3\xa0-\xc3\xbf]", "\xc3\x9f", 0, false },
		{ "*[0-9]", "ab7", 0, true },
	};

	check_rows(rows, OB_COUNT(rows));
}

static void
a_bracket_without_end_is_an_ordinary_character(void)
{
	static const struct row rows[] = {
		{ "[", "[", 0, true },
		{ "[", "a", 0, false },
		{ "[ab", "[ab", 0, true },
		{ "[]", "[]", 0, true },
		{ "[!", "[!", 0, true },
		{ "[a-", "[a-", 0, true },
		{ "[\\]", "[]", 0, true },
		{ "*[", "abc[", 0, true },
		{ "[[[", "[[[", 0, true },
		{ "[a/b]", "a", PATH, false },
		{ "[a/b]", "[a/b]", PATH, true },
	};

	check_rows(rows, OB_COUNT(rows));
}

static void
classes_know_ascii(void)
{
	static const struct {
		const char *name;
		const char *members;
		const char *others;
	} rows[] = {
		{ "alnum", "azAZ09", "_-\x80" },
		{ "alpha", "azAZ", "09_" },
		{ "blank", " \t", "\na" },
		{ "cntrl", "\x01\x1f\x7f", " a" },
		{ "digit", "09", "/:a" },
		{ "graph", "!~a", " \x7f" },
		{ "lower", "az", "AZ`{" },
		{ "print", " ~", "\x1f\x7f" },
		{ "punct", "!/:@[`{~", "a0 " },
		{ "space", " \t\n\v\f\r", "\x08\x0e" },
		{ "upper", "AZ", "az@[" },
		{ "xdigit", "09afAF", "gG" },
		{ "nothing", "", "az" },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

		ob_buf_printf(&b, "[[:%s:]]", rows[i].name);
		for (const char *c = rows[i].members; *c != '\0'; c++)
			CHECK(ob_glob_match(ob_buf_str(&b), ob_str_n(c, 1), 0));
		for (const char *c = rows[i].others; *c != '\0'; c++)
			CHECK(
			    !ob_glob_match(ob_buf_str(&b), ob_str_n(c, 1), 0));
	}
	CHECK(ob_glob_match(OB_STR("[![:digit:]x]"), OB_STR("a"), 0));
	CHECK(!ob_glob_match(OB_STR("[![:digit:]x]"), OB_STR("x"), 0));
	CHECK(ob_glob_match(OB_STR("[[:x]"), OB_STR(":"), 0));
	CHECK(ob_glob_match(OB_STR("[[:digit:"), OB_STR("[[:digit:"), 0));
}

static void
paths_are_matched_by_components(void)
{
	static const struct row rows[] = {
		{ "*", "a/b", PATH, false },
		{ "*/b", "a/b", PATH, true },
		{ "a?b", "a/b", PATH, false },
		{ "a[!x]b", "a/b", PATH, false },
		{ "a\\/b", "a/b", PATH, true },
		{ "a\\\\/b", "a\\/b", PATH, true },
		{ "a*", "a", PATH, true },
		{ "/a", "/a", PATH, true },
		{ "a/", "a", PATH, false },
		{ "a", "a/", PATH, false },
		{ "**", "a/b/c", PATH, true },
		{ "**/c", "c", PATH, true },
		{ "**/c", "a/b/c", PATH, true },
		{ "**/c", "a/b/xc", PATH, false },
		{ "a/**", "a", PATH, false },
		{ "a/**", "a/b", PATH, true },
		{ "a/**", "a/b/c", PATH, true },
		{ "a/**/b", "a/b", PATH, true },
		{ "a/**/b", "a/x/y/b", PATH, true },
		{ "a/**/b", "a/x/y/c", PATH, false },
		{ "a/**/b", "a", PATH, false },
		{ "a/**/**/b", "a/b", PATH, true },
		{ "**/x/**/y", "a/x/b/x/c/y", PATH, true },
		{ "**/x/y/**", "x/x/y/z", PATH, true },
		{ "a**b", "axxb", PATH, true },
		{ "a**b", "ax/xb", PATH, false },
		{ "a**b", "ax/xb", 0, true },
	};

	check_rows(rows, OB_COUNT(rows));
}

static void
leading_periods_are_matched_by_periods_alone(void)
{
	static const struct row rows[] = {
		{ "*", ".a", PERIOD, false },
		{ "?a", ".a", PERIOD, false },
		{ "[.]a", ".a", PERIOD, false },
		{ ".*", ".a", PERIOD, true },
		{ "\\.*", ".a", PERIOD, true },
		{ "a*", "a.b", PERIOD, true },
		{ "*/*", "a/.b", PERIOD, true },
		{ "*/*", "a/.b", PERIOD | PATH, false },
		{ "**", "a/.b/c", PERIOD | PATH, false },
		{ "**/c", "a/.b/c", PERIOD | PATH, false },
		{ "**/.b/c", "a/.b/c", PERIOD | PATH, true },
	};

	check_rows(rows, OB_COUNT(rows));
}

/* A pattern of n random pieces on which fnmatch(3) and we agree by word. */
static void
random_pattern(struct ob_buf *b, size_t n)
{
	static const char *const pieces[] = { "a", "b", ".", "/", "*", "?",
		"[ab]", "[!a]", "[^b.]", "[a-c]", "\\*", "\\a", "*", "[]b]" };

	ob_buf_reset(b);
	ob_buf_add_z(b, "");
	while (n-- > 0)
		ob_buf_add_z(b, pieces[test_random() % OB_COUNT(pieces)]);
}

static void
random_text(struct ob_buf *b, size_t n)
{
	ob_buf_reset(b);
	ob_buf_add_z(b, "");
	while (n-- > 0)
		ob_buf_add_c(b, "aabbc./*]"[test_random() % 9]);
}

/* Not with FNM_PERIOD: glibc 2.36 refuses "*?[!a]" for "a." by it. */
static void
it_agrees_with_fnmatch(void)
{
	OB_AUTO_BUF struct ob_buf pattern = OB_BUF_INIT(1000);
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(1000);
	size_t matched = 0;

	for (int i = 0; i < 200000; i++) {
		unsigned flags = test_random() % 2 ? PATH : 0;
		int theirs = flags == PATH ? FNM_PATHNAME : 0;
		bool want;

		random_pattern(&pattern, (size_t)(test_random() % 8));
		random_text(&text, (size_t)(test_random() % 8));
		if (strstr(ob_buf_z(&pattern), "**") != NULL)
			continue;
		want =
		    fnmatch(ob_buf_z(&pattern), ob_buf_z(&text), theirs) == 0;
		matched += want;
		if (ob_glob_match(
			ob_buf_str(&pattern), ob_buf_str(&text), flags) != want)
			FAIL("'%s' and '%s', flags %u: not %d",
			    ob_buf_z(&pattern), ob_buf_z(&text), flags, want);
	}
	CHECK(matched > 5000);
}

/* The definition of "**", by recursion over components. */
static bool
slow_path(struct ob_str pattern, struct ob_str text)
{
	struct ob_str want, part;

	if (!ob_str_split(&pattern, '/', &want))
		return text.p == NULL;
	if (!ob_str_eq(want, OB_STR("**")))
		return ob_str_split(&text, '/', &part) &&
		       ob_glob_match(want, part, 0) && slow_path(pattern, text);
	if (pattern.p == NULL)
		return text.p != NULL;
	for (;;) {
		if (slow_path(pattern, text))
			return true;
		if (!ob_str_split(&text, '/', &part))
			return false;
	}
}

static void
double_stars_do_what_the_definition_says(void)
{
	static const char *const parts[] = { "a", "b", "**", "*", "**" };
	OB_AUTO_BUF struct ob_buf pattern = OB_BUF_INIT(1000);
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(1000);
	size_t matched = 0;

	for (int i = 0; i < 100000; i++) {
		bool want;

		ob_buf_reset(&pattern);
		ob_buf_reset(&text);
		for (uint64_t n = 1 + test_random() % 6; n > 0; n--)
			ob_buf_printf(&pattern, "%s%s",
			    parts[test_random() % OB_COUNT(parts)],
			    n > 1 ? "/" : "");
		for (uint64_t n = 1 + test_random() % 7; n > 0; n--)
			ob_buf_printf(&text, "%s%s", parts[test_random() % 2],
			    n > 1 ? "/" : "");
		want = slow_path(ob_buf_str(&pattern), ob_buf_str(&text));
		matched += want;
		if (ob_glob_match(
			ob_buf_str(&pattern), ob_buf_str(&text), PATH) != want)
			FAIL("'%s' and '%s': not %d", ob_buf_z(&pattern),
			    ob_buf_z(&text), want);
	}
	CHECK(matched > 5000 && matched < 95000);
}

/* Each would take years, or the stack, where stars multiply. */
static void
hostile_patterns_end_soon(void)
{
	OB_AUTO_BUF struct ob_buf pattern = OB_BUF_INIT(10000);
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(10000);

	ob_buf_fill(&text, 'a', 4000);
	for (int i = 0; i < 500; i++)
		ob_buf_add_z(&pattern, "*a");
	ob_buf_add_c(&pattern, 'b');
	CHECK(!ob_glob_match(ob_buf_str(&pattern), ob_buf_str(&text), 0));

	ob_buf_reset(&pattern);
	ob_buf_add_c(&pattern, '*');
	ob_buf_fill(&pattern, '[', 4000);
	memset(text.p, '[', text.n - 1);
	ob_buf_add_c(&pattern, 'b');
	CHECK(!ob_glob_match(ob_buf_str(&pattern), ob_buf_str(&text), 0));

	ob_buf_reset(&pattern);
	ob_buf_reset(&text);
	for (int i = 0; i < 500; i++) {
		ob_buf_add_z(&pattern, "**/a/");
		ob_buf_add_z(&text, "a/a/");
	}
	ob_buf_add_z(&pattern, "b");
	CHECK(!ob_glob_match(ob_buf_str(&pattern), ob_buf_str(&text), PATH));
}

static void
magic_is_what_is_not_escaped(void)
{
	CHECK(ob_glob_has_magic(OB_STR("a*")));
	CHECK(ob_glob_has_magic(OB_STR("a?")));
	CHECK(ob_glob_has_magic(OB_STR("[a")));
	CHECK(ob_glob_has_magic(OB_STR("\\\\*")));
	CHECK(!ob_glob_has_magic(OB_STR("")));
	CHECK(!ob_glob_has_magic(OB_STR("a\\*\\?\\[]")));
	CHECK(!ob_glob_has_magic(OB_STR("a\\")));
}

OB_TESTS(glob) = {
	OB_TEST(stars_and_question_marks_match_whole_texts),
	OB_TEST(brackets_match_one_of_a_set),
	OB_TEST(a_bracket_without_end_is_an_ordinary_character),
	OB_TEST(classes_know_ascii),
	OB_TEST(paths_are_matched_by_components),
	OB_TEST(leading_periods_are_matched_by_periods_alone),
	OB_TEST(it_agrees_with_fnmatch),
	OB_TEST(double_stars_do_what_the_definition_says),
	OB_TEST(hostile_patterns_end_soon),
	OB_TEST(magic_is_what_is_not_escaped),
	OB_TESTS_END,
};
