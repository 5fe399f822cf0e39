/*
 * The reader of Java's properties files, as java.util.Properties.load(Reader)
 * of Java SE 17 has it.
 *
 * Lines end in LF, CR or CRLF; '#' and '!' begin comment lines; a backslash at
 * the end of a line joins the next one without its first blanks. A key ends at
 * '=', ':' or a blank. \t \n \r \f \uXXXX are escapes, and any other character
 * behind a backslash is itself. Blanks are space, tab and form feed.
 *
 * Stricter than Java: a surrogate of \uXXXX needs its pair, wrong digits and
 * NUL (also as \u0000) are errors. Keys are not split at dots: a and a.b may
 * both have values. A key that comes again replaces the earlier one.
 */
#ifndef OB_FMT_PROPERTIES_H
#define OB_FMT_PROPERTIES_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

/*
 * Writes a table of strings to *ret. -EBADMSG with "LINE:COL: ..." and the
 * place in tree->error; -ENOMEM. Texts of the tree may point into the input.
 */
int ob_properties_read(struct ob_tree *tree, struct ob_str input,
    struct ob_val *ret, struct ob_err *err);

#endif
