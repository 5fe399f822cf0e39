/*
 * The JSON reader: one document of RFC 8259 to a tree of values.
 *
 * Strict: no comments, no trailing comma, no blanks but the four of the RFC,
 * UTF-8 checked, control characters in strings refused, and so are lone
 * surrogates, which no UTF-8 string can hold. A byte order mark at the start is
 * skipped. \u0000 is a NUL in the string. Numbers keep their text.
 * No recursion: depth costs heap, bounded by the tree's limits.
 *
 * Keys that come twice are kept and marked (fmt/value.h); tree->duplicates
 * counts them, and the caller decides.
 */
#ifndef OB_FMT_JSONREAD_H
#define OB_FMT_JSONREAD_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

/*
 * Writes the root to *ret. -EBADMSG: no JSON or past a limit, with the message
 * "LINE:COL: expected ..., found ..." and the place in tree->error; -ENOMEM.
 * Strings and numbers of the tree point into the input.
 */
int ob_json_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err);

#endif
