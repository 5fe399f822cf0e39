/*
 * Matching of names against shell patterns.
 *
 *   *        any number of characters    [a-z]  one of a set; [!a-z], [^a-z]
 *   ?        one character               [[:digit:]] and the other classes
 *   \c       the character c             **     see OB_GLOB_PATH
 *
 * The whole text must match. A character is a code point of UTF-8, or one byte
 * that is none. Classes know ASCII alone. A '[' without its ']' is an ordinary
 * character, and each '[' behind it in the same component; so is a last '\'.
 * Equivalence classes and collating symbols
 * ([=a=], [.a.]) are not known.
 *
 * Time is at most proportional to pattern length times text length, and
 * nothing is allocated, whatever the pattern: each star goes back at most to
 * the one before it (R. Cox, "Glob Matching Can Be Simple And Fast Too").
 */
#ifndef OB_BASE_GLOB_H
#define OB_BASE_GLOB_H

#include <stdbool.h>

#include "base/str.h"

enum {
	/*
	 * '/' is matched by '/' alone. Where '**' is a whole component it
	 * stands for any number of components, none included; the last one
	 * for at least one: "a/" "**" matches what is below a, not a.
	 */
	OB_GLOB_PATH = 1 << 0,

	/*
	 * A '.' at the start of the text, with OB_GLOB_PATH of each component,
	 * is matched by '.' alone.
	 */
	OB_GLOB_PERIOD = 1 << 1,
};

bool ob_glob_match(struct ob_str pattern, struct ob_str text, unsigned flags);

/* Does the pattern have a '*', '?' or '[' that is not behind a '\'? */
bool ob_glob_has_magic(struct ob_str pattern);

#endif
