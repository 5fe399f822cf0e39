#include "fmt/tomlscalar.h"

#include <string.h>

#include "base/num.h"
#include "base/str.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || c == '+' || c == '-' ||
	       c == '.' || c == ':';
}

/* NNNN-NN-NN */
static bool
is_date_shape(struct ob_str s)
{
	return s.n >= 10 && is_digit(s.p[0]) && is_digit(s.p[1]) &&
	       is_digit(s.p[2]) && is_digit(s.p[3]) && s.p[4] == '-' &&
	       is_digit(s.p[5]) && is_digit(s.p[6]) && s.p[7] == '-';
}

/* NN: */
static bool
is_time_shape(struct ob_str s)
{
	return s.n >= 3 && is_digit(s.p[0]) && is_digit(s.p[1]) &&
	       s.p[2] == ':';
}

size_t
ob_toml_word(struct ob_str s)
{
	size_t n = 0;

	while (n < s.n && is_word_byte(s.p[n]))
		n++;
	if (n != 10 || !is_date_shape(s) || s.n < 14 || s.p[10] != ' ' ||
	    !is_time_shape(ob_str_n(s.p + 11, s.n - 11)))
		return n;
	for (n = 11; n < s.n && is_word_byte(s.p[n]);)
		n++;
	return n;
}

/* --- dates ---------------------------------------------------------------- */

/* Exactly n digits off the front of *s; -1 when there are none. */
static int
take_digits(struct ob_str *s, size_t n)
{
	int v = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(s->p[i]))
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = ob_str_n(s->p + n, s->n - n);
	return v;
}

static bool
take(struct ob_str *s, char c)
{
	if (s->n == 0 || *s->p != c)
		return false;
	*s = ob_str_n(s->p + 1, s->n - 1);
	return true;
}

static bool
take_date(struct ob_str *s)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	int year = take_digits(s, 4), month, day;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (year < 0 || !take(s, '-'))
		return false;
	month = take_digits(s, 2);
	if (month < 1 || month > 12 || !take(s, '-'))
		return false;
	day = take_digits(s, 2);
	return day >= 1 && day <= days[month - 1] + (month == 2 && leap);
}

/* HH:MM[:SS[.digits]]; *ret_short: the seconds are left out. */
static bool
take_time(struct ob_str *s, bool *ret_short)
{
	int hour = take_digits(s, 2), minute, second;

	if (hour < 0 || hour > 23 || !take(s, ':'))
		return false;
	minute = take_digits(s, 2);
	if (minute < 0 || minute > 59)
		return false;
	*ret_short = !take(s, ':');
	if (*ret_short)
		return true;
	second = take_digits(s, 2);
	if (second < 0 || second > 60)
		return false;
	if (!take(s, '.'))
		return true;
	if (take_digits(s, 1) < 0)
		return false;
	while (take_digits(s, 1) >= 0)
		;
	return true;
}

static bool
take_offset(struct ob_str *s)
{
	int hour, minute;

	if (take(s, 'Z') || take(s, 'z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	hour = take_digits(s, 2);
	if (hour < 0 || hour > 23 || !take(s, ':'))
		return false;
	minute = take_digits(s, 2);
	return minute >= 0 && minute <= 59;
}

/* In upper case, with 'T' between date and time, and with seconds. */
static bool
keep_date(struct ob_tree *tree, struct ob_str word, size_t seconds_at,
    struct ob_val *v)
{
	static const char no_seconds[] = { ':', '0', '0' };
	size_t fill = seconds_at == 0 ? 0 : sizeof(no_seconds), n = 0;
	char *p = ob_arena_alloc(tree->arena, word.n + fill);

	if (p == NULL)
		return false;
	for (size_t i = 0; i <= word.n; i++) {
		if (fill > 0 && i == seconds_at) {
			memcpy(p + n, no_seconds, fill);
			n += fill;
		}
		if (i == word.n)
			break;
		p[n++] = word.p[i] == ' ' || word.p[i] == 't' ? 'T'
		         : word.p[i] == 'z'                   ? 'Z'
		                                              : word.p[i];
	}
	v->u.text = p;
	v->n = (uint32_t)n;
	return true;
}

static bool
is_canonical(struct ob_str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == ' ' || word.p[i] == 't' || word.p[i] == 'z')
			return false;
	return true;
}

static const char *
read_date(struct ob_tree *tree, struct ob_str word,
    enum ob_toml_version version, struct ob_val *v, bool *ret_nomem)
{
	struct ob_str s = word;
	bool has_date = is_date_shape(s), is_short = false;
	size_t seconds_at = 0;

	v->type = OB_VAL_DATETIME;
	v->u.text = word.p;
	v->n = (uint32_t)word.n;
	if (has_date && !take_date(&s))
		return "no such date";
	if (has_date && s.n == 0)
		return NULL;
	if (has_date && !take(&s, 'T') && !take(&s, 't') && !take(&s, ' '))
		return "no such date";
	if (!take_time(&s, &is_short))
		return "no such time";
	if (is_short && version == OB_TOML_1_0)
		return "time without seconds";
	if (is_short)
		seconds_at = word.n - s.n;
	if (s.n > 0 && has_date && !take_offset(&s))
		return "no such offset of a time";
	if (s.n > 0)
		return "no such time";
	if ((is_short || !is_canonical(word)) &&
	    !keep_date(tree, word, seconds_at, v))
		*ret_nomem = true;
	return NULL;
}

/* --- numbers ---------------------------------------------------------------- */

/* Digits with single underscores between them; moves behind them. */
static bool
take_number(struct ob_str *s)
{
	bool any = false;

	while (s->n > 0) {
		if (is_digit(*s->p)) {
			any = true;
		} else if (*s->p != '_' || !any || s->n < 2 ||
			   !is_digit(s->p[1]) || s->p[-1] == '_') {
			break;
		}
		*s = ob_str_n(s->p + 1, s->n - 1);
	}
	return any;
}

/* The text without '+' at its front and without underscores. */
static bool
keep_number(struct ob_tree *tree, struct ob_str word, struct ob_val *v)
{
	size_t n = 0;
	char *p;

	v->type = OB_VAL_NUMBER;
	v->u.text = word.p;
	v->n = (uint32_t)word.n;
	if (word.p[0] == '+') {
		v->u.text++;
		v->n--;
	}
	if (ob_str_find(word, '_') == word.n)
		return true;
	p = ob_arena_alloc(tree->arena, v->n);
	if (p == NULL)
		return false;
	for (uint32_t i = 0; i < v->n; i++)
		if (v->u.text[i] != '_')
			p[n++] = v->u.text[i];
	v->u.text = p;
	v->n = (uint32_t)n;
	return true;
}

static const char *
read_based(
    struct ob_tree *tree, struct ob_str word, struct ob_val *v, bool *ret_nomem)
{
	unsigned base = word.p[1] == 'x' ? 16 : word.p[1] == 'o' ? 8 : 2;
	char digits[65], text[OB_NUM_BYTES];
	uint64_t value;
	char *copy;
	size_t n = 0;

	for (size_t i = 2; i < word.n; i++) {
		if (word.p[i] == '_') {
			if (i == 2 || i + 1 == word.n || word.p[i + 1] == '_')
				return "underscore without digits around it";
			continue;
		}
		if (n == sizeof(digits))
			return "number of more than 64 bits";
		digits[n++] = word.p[i];
	}
	if (ob_num_base(ob_str_n(digits, n), base, UINT64_MAX, &value) < 0)
		return n > 16 ? "number of more than 64 bits"
		              : "no such number";
	n = ob_num_format_u64(text, value);
	copy = ob_arena_dup(tree->arena, ob_str_n(text, n));
	*ret_nomem = copy == NULL;
	v->type = OB_VAL_NUMBER;
	v->u.text = copy;
	v->n = (uint32_t)n;
	return NULL;
}

static const char *
read_decimal(
    struct ob_tree *tree, struct ob_str word, struct ob_val *v, bool *ret_nomem)
{
	struct ob_str s = word;

	if (!take(&s, '+'))
		(void)take(&s, '-');
	if (!ob_str_eq_z(s, "inf") && !ob_str_eq_z(s, "nan")) {
		const char *digits = s.p;

		if (!take_number(&s))
			return "expected a value";
		if (*digits == '0' && s.p > digits + 1)
			return "number with a leading zero";
		if (take(&s, '.') && !take_number(&s))
			return "'.' of a number needs digits behind it";
		if (take(&s, 'e') || take(&s, 'E')) {
			if (!take(&s, '+'))
				(void)take(&s, '-');
			if (!take_number(&s))
				return "exponent without digits";
		}
		if (s.n > 0)
			return "no such number";
	}
	*ret_nomem = !keep_number(tree, word, v);
	return NULL;
}

const char *
ob_toml_scalar(struct ob_tree *tree, struct ob_str word,
    enum ob_toml_version version, struct ob_val *v, bool *ret_nomem)
{
	*ret_nomem = false;
	if (ob_str_eq_z(word, "true") || ob_str_eq_z(word, "false")) {
		v->type = OB_VAL_BOOL;
		v->flags |= word.p[0] == 't' ? OB_VAL_TRUE : 0;
		return NULL;
	}
	if (is_date_shape(word) || is_time_shape(word))
		return read_date(tree, word, version, v, ret_nomem);
	if (word.n > 2 && word.p[0] == '0' &&
	    ob_z_find("xob", word.p[1]) != NULL)
		return read_based(tree, word, v, ret_nomem);
	return read_decimal(tree, word, v, ret_nomem);
}
