/*
 * The INI reader. No standard exists; this is all there is here:
 *
 *	file    = [ BOM ] { line }                 lines end in LF or CRLF
 *	line    = blanks [ ( ";" | "#" ) text | section | pair ] blanks
 *	section = "[" name { "." name } "]"        opened again: goes on
 *	pair    = key [ "[]" ] ( "=" | ":" ) value
 *	value   = '"' text '"' | "'" text "'" | text
 *
 * A comment is a line of its own; in a value ";" and "#" are text. Blanks at
 * the ends of names, keys and values go. Double quotes around a whole value
 * know \" \\ \n \t, single quotes nothing. Every value is a string. key[]
 * makes a list, to which each line adds one; a plain key that comes again
 * replaces the earlier one (which is kept and marked, fmt/value.h). Bytes that
 * are not UTF-8 are kept; NUL is an error.
 */
#ifndef OB_FMT_INI_H
#define OB_FMT_INI_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

/*
 * Writes the root table to *ret. -EBADMSG with "LINE:COL: ..." and the place
 * in tree->error; -ENOMEM. Texts of the tree may point into the input.
 */
int ob_ini_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err);

#endif
