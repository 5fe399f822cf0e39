#include "base/glob.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

static struct ob_str
skip(struct ob_str s, size_t n)
{
	return ob_str_n(s.p + n, s.n - n);
}

static bool
is_between(uint32_t c, char first, char last)
{
	return c >= (unsigned char)first && c <= (unsigned char)last;
}

/* Character classes of the POSIX locale, without <ctype.h>'s locale. */
static bool
is_upper(uint32_t c)
{
	return is_between(c, 'A', 'Z');
}

static bool
is_lower(uint32_t c)
{
	return is_between(c, 'a', 'z');
}

static bool
is_alpha(uint32_t c)
{
	return is_upper(c) || is_lower(c);
}

static bool
is_digit(uint32_t c)
{
	return is_between(c, '0', '9');
}

static bool
is_alnum(uint32_t c)
{
	return is_alpha(c) || is_digit(c);
}

static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == '\t';
}

static bool
is_cntrl(uint32_t c)
{
	return c < 0x20 || c == 0x7f;
}

static bool
is_graph(uint32_t c)
{
	return c > 0x20 && c < 0x7f;
}

static bool
is_print(uint32_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool
is_punct(uint32_t c)
{
	return is_graph(c) && !is_alnum(c);
}

static bool
is_space(uint32_t c)
{
	return c == ' ' || is_between(c, '\t', '\r');
}

static bool
is_xdigit(uint32_t c)
{
	return is_digit(c) || is_between(c, 'a', 'f') ||
	       is_between(c, 'A', 'F');
}

static const struct {
	const char *name;
	bool (*has)(uint32_t c);
} classes[] = {
	{ "alnum", is_alnum },
	{ "alpha", is_alpha },
	{ "blank", is_blank },
	{ "cntrl", is_cntrl },
	{ "digit", is_digit },
	{ "graph", is_graph },
	{ "lower", is_lower },
	{ "print", is_print },
	{ "punct", is_punct },
	{ "space", is_space },
	{ "upper", is_upper },
	{ "xdigit", is_xdigit },
};

/* The first character of s; a byte that is not UTF-8 becomes one of its own. */
static size_t
take(struct ob_str s, uint32_t *ret_c)
{
	size_t n = ob_utf8_decode(s, ret_c);

	if (n > 0 && *ret_c == OB_UTF8_INVALID) {
		*ret_c = 0x110000u + (unsigned char)s.p[0];
		return 1;
	}
	return n;
}

/*
 * "[:name:]" at the start of s: its length, or 0; *found is set when c is in
 * the class. An unknown class is a class without members.
 */
static size_t
match_class(struct ob_str s, uint32_t c, bool *found)
{
	struct ob_str name;
	size_t end = 2;

	if (!ob_str_has_prefix(s, OB_STR("[:")))
		return 0;
	while (end < s.n && is_lower((unsigned char)s.p[end]))
		end++;
	if (!ob_str_has_prefix(skip(s, end), OB_STR(":]")))
		return 0;
	name = ob_str_n(s.p + 2, end - 2);
	for (size_t i = 0; i < OB_COUNT(classes); i++)
		if (ob_str_eq_z(name, classes[i].name) && classes[i].has(c))
			*found = true;
	return end + 2;
}

/* A literal character of a pattern, with a '\' before it taken away. */
static size_t
take_literal(struct ob_str s, uint32_t *ret_c)
{
	if (s.n > 1 && s.p[0] == '\\')
		return 1 + take(skip(s, 1), ret_c);
	return take(s, ret_c);
}

/*
 * A bracket expression at the start of s: its length, or 0 when it has no
 * end. *ret tells whether it has c.
 */
static size_t
match_bracket(struct ob_str s, uint32_t c, bool *ret)
{
	struct ob_str at = skip(s, 1), first;
	bool negated = at.n > 0 && (at.p[0] == '!' || at.p[0] == '^');
	bool found = false;

	if (negated)
		at = skip(at, 1);
	for (first = at; at.n > 0;) {
		size_t n = match_class(at, c, &found);
		uint32_t low = 0, high;

		if (n > 0) {
			at = skip(at, n);
			continue;
		}
		if (at.p[0] == ']' && at.p != first.p) {
			*ret = found != negated;
			return s.n - at.n + 1;
		}
		at = skip(at, take_literal(at, &low));
		high = low;
		if (at.n > 1 && at.p[0] == '-' && at.p[1] != ']')
			at = skip(at, 1 + take_literal(skip(at, 1), &high));
		found |= c >= low && c <= high;
	}
	return 0;
}

/*
 * Matches one pattern element that is no star against the character c: the
 * length of the element, or 0. A '[' without end makes *brackets_end point to
 * it: no '[' from there on is looked at again, which keeps the time linear.
 */
static size_t
match_one(struct ob_str pattern, uint32_t c, const char **brackets_end)
{
	uint32_t literal = 0;
	bool found = false;
	size_t n;

	if (pattern.p[0] == '?')
		return 1;
	if (pattern.p[0] == '[' && pattern.p < *brackets_end) {
		n = match_bracket(pattern, c, &found);
		if (n > 0)
			return found ? n : 0;
		*brackets_end = pattern.p;
	}
	n = take_literal(pattern, &literal);
	return literal == c ? n : 0;
}

/*
 * One component. When an element fails, the last star takes one character
 * more: an earlier star need not, since the last one can take all it could.
 */
static bool
match_component(struct ob_str pattern, struct ob_str text, unsigned flags)
{
	struct ob_str star = { NULL, 0 }, star_text = { NULL, 0 };
	const char *brackets_end = pattern.p + pattern.n;
	uint32_t c = 0;

	if ((flags & OB_GLOB_PERIOD) && text.n > 0 && text.p[0] == '.' &&
	    !ob_str_has_prefix(pattern, OB_STR(".")) &&
	    !ob_str_has_prefix(pattern, OB_STR("\\.")))
		return false;
	while (text.n > 0 || pattern.n > 0) {
		size_t used = 0, n = take(text, &c);

		if (pattern.n > 0 && pattern.p[0] == '*') {
			pattern = skip(pattern, 1);
			star = pattern;
			star_text = text;
			continue;
		}
		if (pattern.n > 0 && n > 0)
			used = match_one(pattern, c, &brackets_end);
		if (used > 0) {
			pattern = skip(pattern, used);
			text = skip(text, n);
			continue;
		}
		if (star.p == NULL || star_text.n == 0)
			return false;
		star_text = skip(star_text, take(star_text, &c));
		pattern = star;
		text = star_text;
	}
	return true;
}

/* An escaped '/' ends a component too: the '\' before it says nothing. */
static struct ob_str
without_escape(struct ob_str part)
{
	size_t n = 0;

	while (n < part.n && part.p[part.n - 1 - n] == '\\')
		n++;
	return ob_str_n(part.p, part.n - n % 2);
}

/* Is there at least one component, and can "**" take them all? */
static bool
match_below(struct ob_str text, unsigned flags)
{
	struct ob_str part;

	if (text.p == NULL)
		return false;
	while (ob_str_split(&text, '/', &part))
		if (!match_component(OB_STR("*"), part, flags))
			return false;
	return true;
}

/*
 * Components are matched like characters, with "**" as the star: when one
 * fails, the last "**" takes one component more. Between two "**" no pair of
 * components is compared twice, so the bound of match_component() holds for
 * the whole. A slice whose p is NULL has no component left.
 */
static bool
match_path(struct ob_str pattern, struct ob_str text, unsigned flags)
{
	struct ob_str star = { NULL, 0 }, star_text = { NULL, 0 };

	while (pattern.p != NULL || text.p != NULL) {
		struct ob_str want, part, pattern_next = pattern;
		struct ob_str text_next = text;
		bool has_want = ob_str_split(&pattern_next, '/', &want);
		bool has_part = ob_str_split(&text_next, '/', &part);

		if (has_want && ob_str_eq(want, OB_STR("**"))) {
			if (pattern_next.p == NULL)
				return match_below(text, flags);
			pattern = star = pattern_next;
			star_text = text;
			continue;
		}
		if (has_want && pattern_next.p != NULL)
			want = without_escape(want);
		if (has_want && has_part &&
		    match_component(want, part, flags)) {
			pattern = pattern_next;
			text = text_next;
			continue;
		}
		if (star.p == NULL || !ob_str_split(&star_text, '/', &part) ||
		    !match_component(OB_STR("*"), part, flags))
			return false;
		pattern = star;
		text = star_text;
	}
	return true;
}

bool
ob_glob_match(struct ob_str pattern, struct ob_str text, unsigned flags)
{
	/* Empty slices may have no pointer, which means "no more" inside. */
	if (pattern.p == NULL)
		pattern.p = "";
	if (text.p == NULL)
		text.p = "";
	if ((flags & OB_GLOB_PATH) == 0)
		return match_component(pattern, text, flags);
	return match_path(pattern, text, flags);
}

bool
ob_glob_has_magic(struct ob_str pattern)
{
	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];

		if (c == '\\')
			i++;
		else if (c == '*' || c == '?' || c == '[')
			return true;
	}
	return false;
}
