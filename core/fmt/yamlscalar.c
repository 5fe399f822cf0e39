#include "fmt/yamlscalar.h"

#include <string.h>

#include "base/num.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_one_of(struct ob_str word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (ob_str_eq_z(word, *words))
			return true;
	return false;
}

/* The words of the schema; false when it is none of them. */
static bool
is_word(struct ob_str word, struct ob_val *v)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL",
		NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };
	static const char *const infs[] = { ".inf", ".Inf", ".INF", "+.inf",
		"+.Inf", "+.INF", NULL };
	static const char *const lows[] = { "-.inf", "-.Inf", "-.INF", NULL };
	struct ob_str text = ob_str_n(NULL, 0);

	v->type = OB_VAL_NULL;
	if (is_one_of(word, nulls))
		return true;
	v->type = OB_VAL_BOOL;
	if (is_one_of(word, yes))
		v->flags |= OB_VAL_TRUE;
	if ((v->flags & OB_VAL_TRUE) != 0 || is_one_of(word, no))
		return true;
	v->type = OB_VAL_NUMBER;
	if (is_one_of(word, nans))
		text = OB_STR("nan");
	else if (is_one_of(word, infs))
		text = OB_STR("inf");
	else if (is_one_of(word, lows))
		text = OB_STR("-inf");
	v->u.text = text.p;
	v->n = (uint32_t)text.n;
	return text.n > 0;
}

/* The parts of [-+]? [0-9]* (. [0-9]*)? ([eE] [-+]? [0-9]+)? */
struct number {
	bool negative;
	struct ob_str whole, fraction, exponent;
	bool has_point;
};

static struct ob_str
take_digits(const char **p, const char *end)
{
	const char *start = *p;

	while (*p < end && is_digit(**p))
		++*p;
	return ob_str_n(start, (size_t)(*p - start));
}

static bool
split_number(struct ob_str word, struct number *ret)
{
	const char *p = word.p, *end = p + word.n, *start;
	struct number n = { 0 };

	if (p < end && (*p == '-' || *p == '+'))
		n.negative = *p++ == '-';
	n.whole = take_digits(&p, end);
	if (p < end && *p == '.') {
		n.has_point = true;
		p++;
		n.fraction = take_digits(&p, end);
	}
	if (n.whole.n + n.fraction.n == 0)
		return false;
	if (p < end && (*p == 'e' || *p == 'E')) {
		start = p++;
		if (p < end && (*p == '-' || *p == '+'))
			p++;
		if (take_digits(&p, end).n == 0)
			return false;
		n.exponent = ob_str_n(start, (size_t)(p - start));
	}
	*ret = n;
	return p == end;
}

static size_t
append(char *dst, struct ob_str s)
{
	if (s.n > 0)
		memcpy(dst, s.p, s.n);
	return s.n;
}

/* As JSON has it: no '+', no leading zeros, digits around the point. */
static bool
keep_number(struct ob_tree *tree, struct ob_str word, const struct number *n,
    struct ob_val *v)
{
	struct ob_str whole = n->whole;
	char *p = ob_arena_alloc(tree->arena, word.n + 2);
	size_t used = 0;

	if (p == NULL)
		return false;
	while (whole.n > 1 && *whole.p == '0')
		whole = ob_str_n(whole.p + 1, whole.n - 1);
	if (n->negative)
		p[used++] = '-';
	used += append(p + used, whole.n == 0 ? OB_STR("0") : whole);
	if (n->has_point) {
		p[used++] = '.';
		used += append(
		    p + used, n->fraction.n == 0 ? OB_STR("0") : n->fraction);
	}
	used += append(p + used, n->exponent);
	v->u.text = p;
	v->n = (uint32_t)used;
	return true;
}

static bool
is_json_number(struct ob_str word, const struct number *n)
{
	return *word.p != '+' && n->whole.n > 0 &&
	       (n->whole.n == 1 || *n->whole.p != '0') &&
	       (!n->has_point || n->fraction.n > 0);
}

/* 0o17 and 0xff of up to 64 bits; false: no such number, or *ret_nomem. */
static bool
read_based(
    struct ob_tree *tree, struct ob_str word, struct ob_val *v, bool *ret_nomem)
{
	unsigned base = word.n > 2 && word.p[1] == 'o' ? 8 : 16;
	char text[OB_NUM_BYTES], *copy;
	uint64_t value;
	size_t n;

	if (word.n < 3 || word.p[0] != '0' ||
	    (word.p[1] != 'o' && word.p[1] != 'x') ||
	    ob_num_base(
		ob_str_n(word.p + 2, word.n - 2), base, UINT64_MAX, &value) < 0)
		return false;
	n = ob_num_format_u64(text, value);
	copy = ob_arena_dup(tree->arena, ob_str_n(text, n));
	*ret_nomem = copy == NULL;
	v->u.text = copy;
	v->n = (uint32_t)n;
	return copy != NULL;
}

bool
ob_yaml_plain(struct ob_tree *tree, struct ob_str word, struct ob_val *v)
{
	struct number n;
	bool nomem = false;

	if (is_word(word, v))
		return true;
	v->type = OB_VAL_NUMBER;
	if (read_based(tree, word, v, &nomem) || nomem)
		return !nomem;
	v->u.text = word.p;
	v->n = (uint32_t)word.n;
	if (!split_number(word, &n)) {
		v->type = OB_VAL_STRING;
		return true;
	}
	return is_json_number(word, &n) || keep_number(tree, word, &n, v);
}
