#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define DISTANCE_MAX 64

bool
ob_str_eq(struct ob_str a, struct ob_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
ob_str_eq_z(struct ob_str a, const char *z)
{
	return ob_str_eq(a, ob_str_z(z));
}

bool
ob_str_has_prefix(struct ob_str s, struct ob_str prefix)
{
	return s.n >= prefix.n && ob_str_eq(ob_str_n(s.p, prefix.n), prefix);
}

bool
ob_str_has_suffix(struct ob_str s, struct ob_str suffix)
{
	if (s.n < suffix.n)
		return false;
	if (suffix.n == 0)
		return true;
	return ob_str_eq(ob_str_n(s.p + s.n - suffix.n, suffix.n), suffix);
}

char *
ob_str_dup(struct ob_str s)
{
	char *copy = malloc(s.n + 1);

	if (copy == NULL)
		return NULL;
	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}

int
ob_str_cmp(struct ob_str a, struct ob_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (order != 0)
		return order;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t
ob_str_find(struct ob_str s, char c)
{
	const char *at = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return at == NULL ? s.n : (size_t)(at - s.p);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ob_str
ob_str_trim(struct ob_str s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

bool
ob_str_split(struct ob_str *rest, char sep, struct ob_str *ret_part)
{
	size_t at;

	if (rest->p == NULL)
		return false;
	at = ob_str_find(*rest, sep);
	*ret_part = ob_str_n(rest->p, at);
	if (at == rest->n)
		*rest = ob_str_n(NULL, 0);
	else
		*rest = ob_str_n(rest->p + at + 1, rest->n - at - 1);
	return true;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned
ob_str_distance(struct ob_str a, struct ob_str b)
{
	unsigned row[3][DISTANCE_MAX + 1];
	unsigned *before = row[0], *last = row[1], *now = row[2];
	size_t na = a.n < DISTANCE_MAX ? a.n : DISTANCE_MAX;
	size_t nb = b.n < DISTANCE_MAX ? b.n : DISTANCE_MAX;

	for (size_t j = 0; j <= nb; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *spare = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned cost = a.p[i - 1] != b.p[j - 1];

			now[j] = min3(
			    last[j] + 1, now[j - 1] + 1, last[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] &&
			    before[j - 2] + 1 < now[j])
				now[j] = before[j - 2] + 1;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}
