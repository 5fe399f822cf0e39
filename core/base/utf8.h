/*
 * UTF-8 (RFC 3629): decoding, and the columns that a text takes.
 */
#ifndef OB_BASE_UTF8_H
#define OB_BASE_UTF8_H

#include <stdint.h>

#include "base/str.h"

/* The first code point of s: its length in bytes, or 0 when s is empty or does
 * not begin with valid UTF-8 (no surrogates, no overlong forms). */
size_t ob_utf8_decode(struct ob_str s, uint32_t *ret);

/* Columns of a terminal that s takes; a byte that is not UTF-8 takes one. */
size_t ob_utf8_columns(struct ob_str s);

#endif
