/*
 * What the hand-written readers of core/fmt share: a cursor over the input
 * that knows its line, and errors with a place. For the files of core/fmt
 * only.
 *
 * Every message is "LINE:COL: expected ..., found ..."; the caller of the
 * reader puts the file name before it.
 */
#ifndef OB_FMT_CURSOR_H
#define OB_FMT_CURSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

struct ob_cursor {
	const char *start, *p, *end;
	const char *line_start;
	uint32_t line;
	struct ob_tree *tree;
	struct ob_err *err;
};

/*
 * Stands at the first byte behind a UTF-8 byte order mark. -EBADMSG when the
 * input is longer than the tree's limits allow.
 */
int ob_cursor_init(struct ob_cursor *r, struct ob_tree *tree,
    struct ob_str input, struct ob_err *err);

/* p stands behind a line feed. */
static inline void
ob_cursor_newline(struct ob_cursor *r)
{
	r->line++;
	r->line_start = r->p;
}

/* The place of a byte of the current line. */
static inline struct ob_pos
ob_cursor_pos(const struct ob_cursor *r, const char *at)
{
	return (struct ob_pos){
		.off = (uint32_t)(at - r->start),
		.line = r->line,
		.col = (uint32_t)(at - r->line_start) + 1,
	};
}

/* Records -EBADMSG with the place of a byte of the current line; returns it. */
OB_COLD int ob_cursor_fail(
    struct ob_cursor *r, const char *at, const char *fmt, ...) OB_PRINTF(3, 4);

/* "expected WHAT, found ..." at the cursor. */
OB_COLD int ob_cursor_expected(struct ob_cursor *r, const char *what);

/* The tree's limit of nodes is reached: -EBADMSG at the cursor. */
OB_COLD int ob_cursor_full(struct ob_cursor *r);

/* The arena is full or memory ran out: -ENOMEM. */
OB_COLD int ob_cursor_nomem(struct ob_cursor *r);

/* Counts a node; -EBADMSG past the limit. */
static inline int
ob_cursor_count(struct ob_cursor *r)
{
	if (OB_UNLIKELY(r->tree->nodes >= r->tree->limits.nodes))
		return ob_cursor_full(r);
	r->tree->nodes++;
	return 0;
}

/* The value of the four hexadecimal digits at p, or -1. */
int32_t ob_cursor_hex4(const struct ob_cursor *r, const char *p);

/*
 * The character of \uXXXX, or of a pair of them that makes a surrogate pair;
 * p stands at the 'u'. Returns the bytes used, or -EBADMSG for wrong digits or
 * a lone surrogate.
 */
int ob_cursor_unicode(struct ob_cursor *r, const char *p, uint32_t *ret);

#endif
