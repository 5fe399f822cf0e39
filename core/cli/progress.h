/*
 * Progress of a long run, on cx->err.
 *
 *	struct ob_progress p;
 *	ob_progress_begin(&p, cx, "copying", OB_PROGRESS_BYTES, total);
 *	while (...)
 *		ob_progress_step(&p, done);
 *	ob_progress_end(&p);
 *
 * It is shown only on a terminal, not with -q or TERM=dumb, only when the run
 * takes longer than 300 ms, ten times a second at most, and is erased at the
 * end. Call ob_progress_end() before a message as well: the next step shows it
 * again.
 */
#ifndef OB_CLI_PROGRESS_H
#define OB_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/cx.h"

enum ob_progress_unit {
	OB_PROGRESS_ITEMS,
	OB_PROGRESS_BYTES,
};

struct ob_progress_state {
	const char *label;
	enum ob_progress_unit unit;
	uint64_t done, total; /* total 0 = not known */
	int64_t elapsed_ns;
};

/*
 * Appends the line, at most `columns` wide and without control characters: the
 * label, how much, and where known percent, bar, rate and time left. What does
 * not fit is left out from the end.
 */
void ob_progress_render(
    struct ob_buf *out, const struct ob_progress_state *s, unsigned columns);

struct ob_progress {
	struct ob_cx *cx;
	struct ob_progress_state state;
	int64_t start_ns, next_ns; /* monotonic */
	bool off, shown;
};

/* The label is kept as a pointer. */
void ob_progress_begin(struct ob_progress *p, struct ob_cx *cx,
    const char *label, enum ob_progress_unit unit, uint64_t total);
void ob_progress_step(struct ob_progress *p, uint64_t done);
void ob_progress_end(struct ob_progress *p);

#endif
