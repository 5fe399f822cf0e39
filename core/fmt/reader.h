/*
 * What the hand-written readers of core/fmt share: a cursor over the input
 * that knows its line, and errors with a place. For the files of core/fmt
 * only.
 *
 * Every message is "LINE:COL: expected ..., found ..."; the caller of the
 * reader puts the file name before it.
 */
#ifndef OB_FMT_READER_H
#define OB_FMT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

struct ob_reader {
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
int ob_reader_init(struct ob_reader *r, struct ob_tree *tree,
    struct ob_str input, struct ob_err *err);

/* p stands behind a line feed. */
static inline void
ob_reader_newline(struct ob_reader *r)
{
	r->line++;
	r->line_start = r->p;
}

/* The place of a byte of the current line. */
static inline struct ob_pos
ob_reader_pos(const struct ob_reader *r, const char *at)
{
	return (struct ob_pos){
		.off = (uint32_t)(at - r->start),
		.line = r->line,
		.col = (uint32_t)(at - r->line_start) + 1,
	};
}

/* Records -EBADMSG with the place of a byte of the current line; returns it. */
OB_COLD int ob_reader_fail(
    struct ob_reader *r, const char *at, const char *fmt, ...) OB_PRINTF(3, 4);

/* "expected WHAT, found ..." at the cursor. */
OB_COLD int ob_reader_expected(struct ob_reader *r, const char *what);

/* The tree's limit of nodes is reached: -EBADMSG at the cursor. */
OB_COLD int ob_reader_full(struct ob_reader *r);

/* The arena is full or memory ran out: -ENOMEM. */
OB_COLD int ob_reader_nomem(struct ob_reader *r);

/* Counts a node; -EBADMSG past the limit. */
static inline int
ob_reader_count(struct ob_reader *r)
{
	if (OB_UNLIKELY(r->tree->nodes >= r->tree->limits.nodes))
		return ob_reader_full(r);
	r->tree->nodes++;
	return 0;
}

/*
 * The character at p, n > 0: the length of its UTF-8 form, or 0 and in
 * *ret_bad the length of the maximal part that is none.
 */
size_t ob_reader_utf8_length(const char *p, size_t n, size_t *ret_bad);

bool ob_reader_is_utf8(struct ob_str s);

/* Writes up to four bytes; the point is a valid one. Returns their number. */
size_t ob_reader_utf8_encode(char *dst, uint32_t point);

/* The value of the four hexadecimal digits at p, or -1. */
int32_t ob_reader_hex4(const struct ob_reader *r, const char *p);

/*
 * The character of \uXXXX, or of a pair of them that makes a surrogate pair;
 * p stands at the 'u'. Returns the bytes used, or -EBADMSG for wrong digits or
 * a lone surrogate.
 */
int ob_reader_unicode(struct ob_reader *r, const char *p, uint32_t *ret);

#endif
