/*
 * UTF-8 as RFC 3629 defines it: no surrogates, nothing above U+10FFFF, the
 * shortest form only. No locale is asked, so results are the same everywhere.
 *
 * What is not UTF-8 is an ordinary input: a reader sees OB_UTF8_INVALID for
 * each "maximal subpart of an ill-formed sequence" (Unicode 14, section 3.9,
 * U+FFFD Substitution), which is what browsers replace by one U+FFFD.
 */
#ifndef OB_BASE_UTF8_H
#define OB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

#define OB_UTF8_INVALID     UINT32_MAX
#define OB_UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * The first code point of s: its length in bytes, 0 for the empty slice.
 * Ill-formed: *ret is OB_UTF8_INVALID and the length that of the subpart.
 */
size_t ob_utf8_decode(struct ob_str s, uint32_t *ret);

/*
 * Writes cp to dst, which has room for 4 bytes: the length, or 0 when cp is
 * no Unicode scalar value.
 */
size_t ob_utf8_encode(char *dst, uint32_t cp);

/* The length of the longest prefix that is UTF-8; s.n when all of it is. */
size_t ob_utf8_valid_prefix(struct ob_str s);

static inline bool
ob_utf8_is_valid(struct ob_str s)
{
	return ob_utf8_valid_prefix(s) == s.n;
}

/* Appends s with U+FFFD for what is not UTF-8; returns b's sticky error. */
int ob_utf8_repair(struct ob_buf *b, struct ob_str s);

/*
 * Columns of cp on a terminal: 0 for combining and format characters, 2 for
 * wide ones, 1 for the rest and OB_UTF8_INVALID (it is shown as U+FFFD); -1
 * for control characters. By Unicode 14; sequences that a terminal may merge
 * (emoji, flags) are counted one by one.
 */
int ob_utf8_width(uint32_t cp);

/* Columns of all of s; control characters count as none. */
size_t ob_utf8_columns(struct ob_str s);

#endif
