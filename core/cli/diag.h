/*
 * Messages for people: one line on cx->err, in one form.
 *
 *	kvmap: cannot open 'a.kv': No such file or directory
 *	hint: ...
 *
 * Control characters, escape sequences and bidi overrides in the text are
 * shown escaped, so that a file name cannot talk to the terminal. With --json
 * or --ndjson the line is one JSON object: applet, message, code, errno, hint;
 * a note has no code. Longer than 1 KiB a text is cut. Nothing is allocated, so
 * "out of memory" can still be said.
 */
#ifndef OB_CLI_DIAG_H
#define OB_CLI_DIAG_H

#include "cli/cx.h"

/* Prints the error with errno's text and the hint. */
void ob_diag(struct ob_cx *cx, const struct ob_err *err, int exit_code);

/* One line "applet: text", for a note or a degraded mode; not with -q. */
void ob_warn(struct ob_cx *cx, const char *fmt, ...) OB_PRINTF(2, 3);

/* The same, only with -v. */
void ob_note(struct ob_cx *cx, const char *fmt, ...) OB_PRINTF(2, 3);

/* Appends text with what would steer a terminal escaped: C0, DEL, C1, bidi
 * controls and bytes that are not UTF-8 become \n, \t, \xNN or \u{NNNN}. */
void ob_diag_escape(struct ob_buf *out, struct ob_str text);

/* Usage: records "unknown ... 'word'" style errors with the pointer to help.
 * Returns -EINVAL. */
int ob_usage(struct ob_cx *cx, const char *fmt, ...) OB_PRINTF(2, 3);

#endif
