/*
 * The TOML reader: toml.io/en/v1.0.0 and v1.1.0.
 *
 * Strict, no recursion. Numbers keep their digits, in a form that JSON has
 * too: the sign '+' and underscores go, 0x, 0o and 0b become decimal (up to 64
 * bits); inf and nan stay words. A number is an integer when it is digits
 * alone. Dates are RFC 3339 text with 'T' and 'Z', seconds filled in.
 * Lists of tables, [[x]], are lists whose values are tables.
 *
 * Two definitions of a key are an error, as the standard says, and so are
 * tables that are extended where it forbids that.
 *
 * The writer is fmt/tomlwrite.h.
 */
#ifndef OB_FMT_TOML_H
#define OB_FMT_TOML_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

enum ob_toml_version {
	OB_TOML_1_0,
	OB_TOML_1_1, /* newlines in inline tables, \e \xHH, no seconds */
};

/*
 * Writes the root table to *ret. -EBADMSG with "LINE:COL: ..." and the place
 * in tree->error; -ENOMEM. Texts of the tree may point into the input.
 */
int ob_toml_read(struct ob_tree *tree, struct ob_str input,
    enum ob_toml_version version, struct ob_val *ret, struct ob_err *err);

#endif
