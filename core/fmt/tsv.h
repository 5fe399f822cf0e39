/*
 * Rows of fields separated by tabs, as --plain prints them.
 *
 * A row ends in LF. Tab, LF and backslash inside a field are \t, \n and \\;
 * every other byte stands for itself, so a field holds any bytes and a row is
 * always one line.
 */
#ifndef OB_FMT_TSV_H
#define OB_FMT_TSV_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends a field, escaped; separators are the caller's. Sticky error. */
int ob_tsv_escape(struct ob_buf *out, struct ob_str field);

/*
 * Appends the bytes of a field. -EBADMSG for a backslash before anything but
 * t, n and backslash (out is as before), or the sticky error.
 */
int ob_tsv_unescape(struct ob_buf *out, struct ob_str field);

/*
 * Takes the next row off *rest, without its LF; false at the end. The last row
 * may lack the LF.
 */
bool ob_tsv_row(struct ob_str *rest, struct ob_str *ret_row);

/*
 * Splits a row into its fields, still escaped. Returns their number, at least
 * 1, or -ENOBUFS when there are more than max.
 */
int ob_tsv_split(struct ob_str row, struct ob_str *fields, int max);

#endif
