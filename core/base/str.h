/*
 * struct ob_str: a slice of bytes that owns nothing.
 *
 * p may be NULL only when n is 0. A slice is not NUL-terminated and may hold
 * any byte. It lives as long as what it points into.
 */
#ifndef OB_BASE_STR_H
#define OB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct ob_str {
	const char *p;
	size_t n;
};

/* The slice of a string literal. */
#define OB_STR(literal) ((struct ob_str){ "" literal, sizeof(literal) - 1 })

/* printf: "%.*s", OB_STR_ARG(s); for text known to be shorter than INT_MAX */
#define OB_STR_ARG(s) (int)(s).n, (s).p

static inline struct ob_str
ob_str_n(const char *p, size_t n)
{
	return (struct ob_str){ p, n };
}

/* NULL gives the empty slice. */
static inline struct ob_str
ob_str_z(const char *z)
{
	return (struct ob_str){ z, z == NULL ? 0 : strlen(z) };
}

static inline bool
ob_str_is_empty(struct ob_str s)
{
	return s.n == 0;
}

/*
 * The same as strchr(3), strrchr(3) and a comparison by strncmp(3), for short
 * texts: three symbols fewer to look up at each start.
 */
static inline const char *
ob_z_find(const char *z, char c)
{
	while (*z != c && *z != '\0')
		z++;
	return *z == c ? z : NULL;
}

static inline const char *
ob_z_find_last(const char *z, char c)
{
	const char *last = NULL;

	for (; *z != '\0'; z++)
		if (*z == c)
			last = z;
	return last;
}

static inline bool
ob_z_has_prefix(const char *z, const char *prefix)
{
	while (*prefix != '\0' && *z == *prefix) {
		z++;
		prefix++;
	}
	return *prefix == '\0';
}

bool ob_str_eq(struct ob_str a, struct ob_str b);
bool ob_str_eq_z(struct ob_str a, const char *z);
bool ob_str_has_prefix(struct ob_str s, struct ob_str prefix);
bool ob_str_has_suffix(struct ob_str s, struct ob_str suffix);

/* A NUL-terminated copy, freed by free(3); NULL without memory. */
char *ob_str_dup(struct ob_str s);

/* Byte order, then length: < 0, 0, > 0. */
int ob_str_cmp(struct ob_str a, struct ob_str b);

/* Index of the first byte c, or s.n. */
size_t ob_str_find(struct ob_str s, char c);

/* Without blanks (space, tab, CR, LF) at both ends. */
struct ob_str ob_str_trim(struct ob_str s);

/*
 * Takes the part of *rest before the first sep, moves *rest behind the sep.
 * Returns false when *rest was exhausted (p == NULL); the part behind the last
 * sep is returned even when it is empty, so "a," has two parts.
 */
bool ob_str_split(struct ob_str *rest, char sep, struct ob_str *ret_part);

/*
 * Optimal string alignment distance (insert, delete, replace, swap of
 * neighbours) of two words, for "did you mean". Words longer than 64 bytes are
 * compared by their first 64.
 */
unsigned ob_str_distance(struct ob_str a, struct ob_str b);

#endif
