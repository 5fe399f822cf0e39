/*
 * Tab-separated values: a row is a line, and in a cell a tab, newline, carriage
 * return or backslash is \t, \n, \r, \\.
 */
#ifndef OB_FMT_TSV_H
#define OB_FMT_TSV_H

#include "base/buf.h"

/* Appends a cell; returns the buffer's sticky error. */
int ob_tsv_escape(struct ob_buf *out, struct ob_str cell);

#endif
