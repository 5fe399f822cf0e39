/*
 * A tree of values as a TOML 1.0 document.
 *
 * In each table the values come first, then its tables as [sections] and its
 * lists of tables as [[sections]]; within other lists tables are inline.
 * Nulls of tables and shadowed members are left out. Reading the text gives
 * the same tree, but for the order of tables and values.
 */
#ifndef OB_FMT_TOMLWRITE_H
#define OB_FMT_TOMLWRITE_H

#include "base/buf.h"
#include "fmt/value.h"

/*
 * Appends the document. -EINVAL: v is no table, or a list holds a null, which
 * TOML lacks; -EILSEQ: a text is not UTF-8; -ENOMEM; or the buffer's sticky
 * error. After an error out holds a part.
 */
int ob_toml_write(struct ob_buf *out, const struct ob_val *v);

#endif
