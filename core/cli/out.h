/*
 * Rows out: one column table gives the table for people, TSV, JSON and NDJSON.
 *
 *	static const struct ob_col cols[] = {
 *		{ "pid", "PID", OB_CELL_I64, .help = "process id" },
 *		{ "rss_bytes", "RSS", OB_CELL_SIZE, .help = "resident memory" },
 *		OB_COL_END,
 *	};
 *
 *	struct ob_out out;
 *	rc = ob_out_begin(&out, cx, cols, OB_OUT_ROWS);
 *	... ob_out_row(&out, (struct ob_cell[]){ ob_i64(1), ob_size(4096) });
 *	return ob_out_end(&out, rc);
 *
 * Keys are API: lower_snake with the unit in the name. JSON and TSV carry raw
 * numbers (bytes, ns as decimal seconds for durations, RFC 3339 for times);
 * only the table has human units. Unknown is null (table and TSV: "-" and
 * empty), never 0.
 *
 * Bytes that are not UTF-8: a TEXT cell becomes the string with U+FFFD and a
 * sibling "<key>_b64"; a DATA cell has "<key>_b64" instead of the plain key. A
 * LIST is an array of such texts, with an array "<key>_b64" of all of them when
 * one is not UTF-8; in the table and TSV they are joined by blanks.
 */
#ifndef OB_CLI_OUT_H
#define OB_CLI_OUT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "cli/cx.h"
#include "fmt/json.h"

enum ob_cell_type {
	OB_CELL_NULL,
	OB_CELL_TEXT, /* names, paths, command lines */
	OB_CELL_DATA, /* payload bytes */
	OB_CELL_I64,
	OB_CELL_U64,
	OB_CELL_F64,
	OB_CELL_BOOL,
	OB_CELL_TIME,     /* ns since the epoch */
	OB_CELL_DURATION, /* ns; seconds in raw forms */
	OB_CELL_SIZE,     /* bytes */
	OB_CELL_LIST,     /* texts, each ended by NUL: the words of a command */
	OB_CELL_RAW,      /* JSON text, for a nested value */
};

struct ob_col {
	const char *key;   /* NULL ends the table */
	const char *title; /* heading of the table */
	uint8_t type;      /* enum ob_cell_type: what its cells hold */
	uint8_t decimals;  /* F64, DURATION in the table */
	const char *help;  /* one line, for lists of fields */
};

#define OB_COL_END \
	{ \
		.key = NULL \
	}

struct ob_cell {
	enum ob_cell_type type;
	union {
		struct ob_str s; /* TEXT, DATA, LIST, RAW; borrowed */
		int64_t i;       /* I64, TIME, DURATION */
		uint64_t u;      /* U64, SIZE */
		double f;
		bool b;
	};
};

static inline struct ob_cell
ob_null(void)
{
	return (struct ob_cell){ .type = OB_CELL_NULL };
}

static inline struct ob_cell
ob_text(struct ob_str s)
{
	return (struct ob_cell){ .type = OB_CELL_TEXT, .s = s };
}

/* NULL becomes null. */
static inline struct ob_cell
ob_text_z(const char *z)
{
	return z == NULL ? ob_null() : ob_text(ob_str_z(z));
}

static inline struct ob_cell
ob_data(struct ob_str s)
{
	return (struct ob_cell){ .type = OB_CELL_DATA, .s = s };
}

static inline struct ob_cell
ob_list(struct ob_str items)
{
	return (struct ob_cell){ .type = OB_CELL_LIST, .s = items };
}

static inline struct ob_cell
ob_raw(struct ob_str s)
{
	return (struct ob_cell){ .type = OB_CELL_RAW, .s = s };
}

static inline struct ob_cell
ob_i64(int64_t i)
{
	return (struct ob_cell){ .type = OB_CELL_I64, .i = i };
}

static inline struct ob_cell
ob_u64(uint64_t u)
{
	return (struct ob_cell){ .type = OB_CELL_U64, .u = u };
}

static inline struct ob_cell
ob_f64(double f)
{
	return (struct ob_cell){ .type = OB_CELL_F64, .f = f };
}

static inline struct ob_cell
ob_bool(bool b)
{
	return (struct ob_cell){ .type = OB_CELL_BOOL, .b = b };
}

static inline struct ob_cell
ob_time(int64_t ns)
{
	return (struct ob_cell){ .type = OB_CELL_TIME, .i = ns };
}

static inline struct ob_cell
ob_duration(int64_t ns)
{
	return (struct ob_cell){ .type = OB_CELL_DURATION, .i = ns };
}

static inline struct ob_cell
ob_size(uint64_t bytes)
{
	return (struct ob_cell){ .type = OB_CELL_SIZE, .u = bytes };
}

/*
 * One cell as --plain writes it, before TSV's escapes: null is empty, numbers
 * are raw. Sticky error of b.
 */
void ob_cell_add_raw(struct ob_buf *b, const struct ob_cell *c);

/* One member of an object, with the sibling that bytes need. */
void
ob_cell_add_json(struct ob_json *j, struct ob_str key, const struct ob_cell *c);

enum ob_out_shape {
	OB_OUT_ROWS,   /* any number of rows */
	OB_OUT_SINGLE, /* exactly one thing: JSON is one object, not an array;
	                  the table is "key  value" lines */
	OB_OUT_FOLLOW, /* rows without end: flushed one by one, the table has
	                  widths of its first rows */
};

#define OB_OUT_COLS_MAX 128

struct ob_out {
	struct ob_cx *cx;
	const struct ob_col *cols;
	unsigned n_cols;
	enum ob_out_shape shape;
	uint64_t n_rows;
	struct ob_json json;
	struct ob_buf line;    /* one row being written */
	struct ob_arena arena; /* table: rows kept until widths are known */
	struct {
		struct ob_str *v;
		size_t n, cap, max;
	} kept; /* n_cols cells a row */
	unsigned width[OB_OUT_COLS_MAX];
	bool widths_fixed;
	bool hide_header;
};

/*
 * Starts; the mode is cx->out_mode. cols must outlive it. Errors of the sink
 * are sticky in cx->out and come from ob_out_end(), so a caller may ignore the
 * result of ob_out_row() but in an endless loop.
 */
int ob_out_begin(struct ob_out *out, struct ob_cx *cx,
    const struct ob_col *cols, enum ob_out_shape shape);

/* One row of n_cols cells. 0, or the sticky error. */
int ob_out_row(struct ob_out *out, const struct ob_cell *cells);

/*
 * Ends, releases everything; returns rc if it is an error, else 0 or the
 * sticky error. Call it on every way out after a begin, whatever that
 * returned. Rows that came before an error are shown, and JSON is closed.
 */
int ob_out_end(struct ob_out *out, int rc);

#endif
