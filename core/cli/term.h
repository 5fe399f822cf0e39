/*
 * What the user's terminal looks like: width and colour.
 *
 * The facts of the device are in os/tty; here is what the user wants of them.
 * Whether colour is allowed at all: ob_cx_out_color() in cli/cx.h. Colour never
 * carries a meaning alone.
 */
#ifndef OB_CLI_TERM_H
#define OB_CLI_TERM_H

#include "cli/cx.h"

#define OB_WIDTH_UNKNOWN 80

/*
 * Columns of cx->out: COLUMNS (1 to 10000) if it is set, else what the terminal
 * says, else OB_WIDTH_UNKNOWN. Asked anew each time, for terminals change.
 */
unsigned ob_cx_width(struct ob_cx *cx);

/* The same for cx->err, where progress is shown. */
unsigned ob_cx_err_width(struct ob_cx *cx);

/* The palette: names of meanings, in the 16 colours that users choose. */
enum ob_style {
	OB_STYLE_PLAIN, /* ends every other one */
	OB_STYLE_HEAD,  /* headings */
	OB_STYLE_NAME,  /* what the user looks for */
	OB_STYLE_DIM,   /* beside the point */
	OB_STYLE_GOOD,
	OB_STYLE_WARN,
	OB_STYLE_BAD,
	OB_STYLE_MATCH, /* found text */
	OB_STYLE_ADDED,
	OB_STYLE_REMOVED,
	OB_STYLE_COUNT
};

/* The SGR sequence (ECMA-48, 8.3.117) of a style for out or err; "" when that
 * carries no colour. */
const char *ob_cx_out_style(struct ob_cx *cx, enum ob_style style);
const char *ob_cx_err_style(struct ob_cx *cx, enum ob_style style);

#endif
