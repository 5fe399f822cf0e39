/*
 * The .env reader, in the one strict dialect of opsbox.
 *
 *	file   = [ BOM ] { line }
 *	line   = { blank } [ "#" text | assign ] eol
 *	assign = [ "export" blank { blank } ] name { blank } "=" { blank }
 *	         [ value ] { blank } [ blank "#" text ]
 *	name   = ( letter | "_" ) { letter | digit | "_" | "." }
 *	value  = "'" bytes "'" | '"' { escape | subst | byte } '"' | bare
 *	escape = "\" ( n | r | t | "\" | '"' | "$" | u and four hex digits )
 *	subst  = "${" name [ ( ":-" | "-" | ":+" | "+" | ":?" | "?" ) word ] "}"
 *
 * Lines end in LF or CRLF; a lone CR or a NUL is an error. Quoted values may
 * span lines. A value that begins with a quote is quoted, and anything but
 * blanks or a comment behind it is an error. A bare value ends at the end of
 * the line or at a blank and '#'; it has no escapes. A backslash before
 * anything but the above is literal, and so is $NAME: only "${" begins a
 * substitution, so that $2b$10$... is kept. There is no command substitution.
 * A word may hold substitutions, 16 deep, and "}" ends it.
 * Bytes that are not UTF-8 are kept.
 */
#ifndef OB_FMT_DOTENV_H
#define OB_FMT_DOTENV_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

/*
 * The value of a variable that the file itself has not set so far, from the
 * layers below it: false when there is none. *ret must live while the file is
 * read.
 */
typedef bool
ob_dotenv_lookup(void *ctx, struct ob_str name, struct ob_str *ret);

/*
 * Writes a table of strings to *ret. lookup NULL: nothing but the file itself.
 * -EBADMSG: malformed, or past a limit; -EDOM: a substitution names what is
 * not defined (or only further down, which the message says), or a "?" failed.
 * Both with "LINE:COL: ..." and the place in tree->error; -ENOMEM.
 */
int ob_dotenv_read(struct ob_tree *tree, struct ob_str input,
    ob_dotenv_lookup *lookup, void *ctx, struct ob_val *ret,
    struct ob_err *err);

/* name = (letter | _) {letter | digit | _ | .} */
bool ob_dotenv_is_name(struct ob_str name);

/*
 * Appends the line NAME=value, in quotes, that the reader reads back as the
 * same bytes. -EINVAL: no such name, or the value holds a NUL; out is as
 * before then. Else the buffer's sticky error.
 */
int
ob_dotenv_write(struct ob_buf *out, struct ob_str name, struct ob_str value);

#endif
