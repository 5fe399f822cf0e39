#include "cli/out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "cli/diag.h"
#include "fmt/base64.h"
#include "fmt/tsv.h"

#define LINE_BYTES ((size_t)64 << 20)
/* A table keeps its rows up to one of these; then the widths are settled. */
#define KEPT_BYTES ((size_t)64 << 20)
#define KEPT_CELLS ((size_t)1 << 20)
#define ROW_BYTES  ((size_t)1 << 30)
#define GAP        "  "

static bool
is_number(enum ob_cell_type type)
{
	switch (type) {
	case OB_CELL_I64:
	case OB_CELL_U64:
	case OB_CELL_F64:
	case OB_CELL_DURATION:
	case OB_CELL_SIZE: return true;
	case OB_CELL_NULL:
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_BOOL:
	case OB_CELL_TIME:
	case OB_CELL_LIST:
	case OB_CELL_RAW: return false;
	}
	OB_BUG("cell type");
}

/* Seconds with nine decimals at most, exact: 1.5, 0.000000001. */
static void
add_seconds(struct ob_buf *b, int64_t ns)
{
	uint64_t abs = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	uint64_t part = abs % (uint64_t)OB_NS_PER_S;
	char digits[OB_NUM_BYTES], decimals[] = ".000000000";
	size_t n;

	if (ns < 0)
		ob_buf_add_c(b, '-');
	n = ob_num_format_u64(digits, abs / (uint64_t)OB_NS_PER_S);
	ob_buf_add(b, digits, n);
	for (n = sizeof(decimals) - 1; n > 1; n--, part /= 10)
		decimals[n - 1] = (char)('0' + part % 10);
	for (n = sizeof(decimals) - 1; decimals[n - 1] == '0'; n--)
		;
	ob_buf_add(b, decimals, n > 1 ? n : 0);
}

/* RFC 3339 in UTC, with a fraction where there is one; the length. Every
 * int64_t is a time of the years 1677 to 2262. */
static size_t
format_time(char *dst, int64_t ns)
{
	int64_t seconds = ns / OB_NS_PER_S, part = ns % OB_NS_PER_S;
	int n;

	if (part < 0) {
		seconds--;
		part += OB_NS_PER_S;
	}
	n = ob_time_format(
	    dst, (struct timespec){ seconds, part }, 0, part == 0 ? 0 : 9);
	OB_CHECK(n > 0);
	return (size_t)n;
}

static void
add_time(struct ob_buf *b, int64_t ns)
{
	char text[OB_TIME_BYTES];

	ob_buf_add(b, text, format_time(text, ns));
}

/* The next text of a LIST cell; false behind the last. */
static bool
next_item(struct ob_str *rest, struct ob_str *ret)
{
	size_t n = ob_str_find(*rest, '\0');

	if (rest->n == 0)
		return false;
	*ret = ob_str_n(rest->p, n);
	n += n < rest->n;
	*rest = ob_str_n(rest->p + n, rest->n - n);
	return true;
}

/* The texts with a blank between, each as add puts it. */
static void
add_list(struct ob_buf *b, struct ob_str list,
    void (*add)(struct ob_buf *out, struct ob_str text))
{
	struct ob_str item;

	for (const char *gap = ""; next_item(&list, &item); gap = " ") {
		ob_buf_add_z(b, gap);
		add(b, item);
	}
}

static void
add_text(struct ob_buf *b, struct ob_str text)
{
	ob_buf_add_str(b, text);
}

static bool
is_finite(double f)
{
	return f - f == 0;
}

void
ob_cell_add_raw(struct ob_buf *b, const struct ob_cell *c)
{
	char text[OB_NUM_BYTES];

	switch (c->type) {
	case OB_CELL_NULL: return;
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_RAW: ob_buf_add_str(b, c->s); return;
	case OB_CELL_LIST: add_list(b, c->s, add_text); return;
	case OB_CELL_I64:
		ob_buf_add(b, text, ob_num_format_i64(text, c->i));
		return;
	case OB_CELL_U64:
	case OB_CELL_SIZE:
		ob_buf_add(b, text, ob_num_format_u64(text, c->u));
		return;
	case OB_CELL_F64:
		if (is_finite(c->f))
			ob_buf_add(b, text, ob_num_format_f64(text, c->f));
		return;
	case OB_CELL_BOOL: ob_buf_add_z(b, c->b ? "true" : "false"); return;
	case OB_CELL_TIME: add_time(b, c->i); return;
	case OB_CELL_DURATION: add_seconds(b, c->i); return;
	}
}

/* For people: human units, nothing that steers the terminal. */
static void
add_human(struct ob_buf *b, const struct ob_cell *c, const struct ob_col *col)
{
	char text[OB_NUM_BYTES];

	switch (c->type) {
	case OB_CELL_NULL: ob_buf_add_c(b, '-'); return;
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_RAW: ob_diag_escape(b, c->s); return;
	case OB_CELL_LIST: add_list(b, c->s, ob_diag_escape); return;
	case OB_CELL_SIZE:
		ob_buf_add(b, text, ob_num_format_size(text, c->u));
		return;
	case OB_CELL_DURATION:
		ob_buf_add(b, text, ob_num_format_duration(text, c->i));
		return;
	case OB_CELL_F64:
		if (is_finite(c->f))
			ob_buf_printf(b, "%.*f", col->decimals, c->f);
		else
			ob_buf_add_c(b, '-');
		return;
	case OB_CELL_I64:
	case OB_CELL_U64:
	case OB_CELL_BOOL:
	case OB_CELL_TIME: ob_cell_add_raw(b, c); return;
	}
}

/* --- TSV ---------------------------------------------------------------- */

static int
send_line(struct ob_out *o)
{
	if (ob_buf_err(&o->line) < 0)
		return ob_buf_err(&o->line);
	(void)ob_stream_str(o->cx->out, ob_buf_str(&o->line)); /* sticky */
	ob_buf_reset(&o->line);
	return o->shape == OB_OUT_FOLLOW ? ob_stream_flush(o->cx->out)
	                                 : o->cx->out->err;
}

static int
plain_header(struct ob_out *o)
{
	for (unsigned i = 0; i < o->n_cols; i++) {
		ob_buf_add_z(&o->line, i == 0 ? "" : "\t");
		ob_buf_add_z(&o->line, o->cols[i].key);
	}
	ob_buf_add_c(&o->line, o->cx->nul_separated ? '\0' : '\n');
	return send_line(o);
}

static int
plain_row(struct ob_out *o, const struct ob_cell *cells)
{
	OB_AUTO_BUF struct ob_buf cell = OB_BUF_INIT(LINE_BYTES);

	for (unsigned i = 0; i < o->n_cols; i++) {
		ob_buf_add_z(&o->line, i == 0 ? "" : "\t");
		if (o->cx->nul_separated) {
			ob_cell_add_raw(&o->line, &cells[i]);
			continue;
		}
		ob_buf_reset(&cell);
		ob_cell_add_raw(&cell, &cells[i]);
		ob_tsv_escape(&o->line, ob_buf_str(&cell));
		if (ob_buf_err(&cell) < 0)
			return ob_buf_err(&cell);
	}
	ob_buf_add_c(&o->line, o->cx->nul_separated ? '\0' : '\n');
	return send_line(o);
}

/* --- JSON --------------------------------------------------------------- */

static void
json_list(struct ob_json *j, struct ob_str key, struct ob_str list)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(LINE_BYTES);
	struct ob_str rest = list, item;

	ob_json_key(j, key);
	ob_json_array_begin(j);
	while (next_item(&rest, &item))
		ob_json_str(j, item);
	ob_json_array_end(j);
	if (ob_utf8_is_valid(list))
		return;
	ob_buf_add_str(&text, key);
	ob_buf_add_z(&text, "_b64");
	ob_json_key(j, ob_buf_str(&text));
	ob_json_array_begin(j);
	while (next_item(&list, &item)) {
		ob_buf_reset(&text);
		ob_base64_encode(&text, item);
		ob_json_str(j, ob_buf_str(&text));
	}
	ob_json_array_end(j);
}

void
ob_cell_add_json(struct ob_json *j, struct ob_str key, const struct ob_cell *c)
{
	char text[OB_TIME_BYTES];
	struct ob_buf number = OB_BUF_INIT(64);

	if (c->type == OB_CELL_TEXT) {
		ob_json_text(j, key, c->s);
		return;
	}
	if (c->type == OB_CELL_DATA) {
		ob_json_payload(j, key, c->s);
		return;
	}
	if (c->type == OB_CELL_LIST) {
		json_list(j, key, c->s);
		return;
	}
	ob_json_key(j, key);
	switch (c->type) {
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_LIST:
	case OB_CELL_NULL: ob_json_null(j); break;
	case OB_CELL_RAW: ob_json_raw(j, c->s); break;
	case OB_CELL_I64: ob_json_i64(j, c->i); break;
	case OB_CELL_U64:
	case OB_CELL_SIZE: ob_json_u64(j, c->u); break;
	case OB_CELL_F64: ob_json_f64(j, c->f); break;
	case OB_CELL_BOOL: ob_json_bool(j, c->b); break;
	case OB_CELL_TIME:
		ob_json_str(j, ob_str_n(text, format_time(text, c->i)));
		break;
	case OB_CELL_DURATION:
		add_seconds(&number, c->i);
		ob_json_raw(j, ob_buf_str(&number));
		break;
	}
	ob_buf_release(&number);
}

static int
json_row(struct ob_out *o, const struct ob_cell *cells)
{
	bool lines = o->cx->out_mode == OB_OUT_NDJSON;

	if (!lines && o->shape != OB_OUT_SINGLE)
		ob_buf_add_z(&o->line, o->n_rows == 0 ? "\n  " : ",\n  ");
	ob_json_object_begin(&o->json);
	for (unsigned i = 0; i < o->n_cols; i++)
		ob_cell_add_json(&o->json, ob_str_z(o->cols[i].key), &cells[i]);
	ob_json_object_end(&o->json);
	if (lines || o->shape == OB_OUT_SINGLE)
		ob_json_newline(&o->json);
	else
		ob_json_init(&o->json, &o->line, 0);
	return send_line(o);
}

/* --- the table ---------------------------------------------------------- */

static unsigned
columns_of(struct ob_str s)
{
	size_t n = ob_utf8_columns(s);

	return n > 10000 ? 10000 : (unsigned)n;
}

static void
add_aligned(struct ob_out *o, unsigned i, struct ob_str text)
{
	bool right = is_number((enum ob_cell_type)o->cols[i].type);
	unsigned used = columns_of(text);
	unsigned pad = used < o->width[i] ? o->width[i] - used : 0;

	if (i > 0)
		ob_buf_add_z(&o->line, GAP);
	if (right)
		ob_buf_fill(&o->line, ' ', pad);
	ob_buf_add_str(&o->line, text);
	if (!right && i + 1 < o->n_cols)
		ob_buf_fill(&o->line, ' ', pad);
}

static int
table_header(struct ob_out *o)
{
	if (o->hide_header)
		return 0;
	for (unsigned i = 0; i < o->n_cols; i++)
		add_aligned(o, i, ob_str_z(o->cols[i].title));
	ob_buf_add_c(&o->line, '\n');
	return send_line(o);
}

/* Settles the widths by the rows so far and prints these. */
static int
table_settle(struct ob_out *o)
{
	int rc;

	if (o->widths_fixed)
		return 0;
	o->widths_fixed = true;
	for (unsigned i = 0; i < o->n_cols; i++) {
		o->width[i] =
		    o->hide_header ? 0 : columns_of(ob_str_z(o->cols[i].title));
		for (size_t k = i; k < o->kept.n; k += o->n_cols)
			if (columns_of(o->kept.v[k]) > o->width[i])
				o->width[i] = columns_of(o->kept.v[k]);
	}
	rc = table_header(o);
	for (size_t k = 0; rc == 0 && k < o->kept.n; k += o->n_cols) {
		for (unsigned i = 0; i < o->n_cols; i++)
			add_aligned(o, i, o->kept.v[k + i]);
		ob_buf_add_c(&o->line, '\n');
		rc = send_line(o);
	}
	o->kept.n = 0;
	ob_arena_reset(&o->arena);
	return rc;
}

static int
table_row(struct ob_out *o, const struct ob_cell *cells)
{
	OB_AUTO_BUF struct ob_buf cell = OB_BUF_INIT(LINE_BYTES);
	int rc;

	for (unsigned i = 0; i < o->n_cols; i++) {
		struct ob_str text;

		ob_buf_reset(&cell);
		add_human(&cell, &cells[i], &o->cols[i]);
		if (ob_buf_err(&cell) < 0)
			return ob_buf_err(&cell);
		if (o->widths_fixed) {
			add_aligned(o, i, ob_buf_str(&cell));
			continue;
		}
		text = ob_str_n(
		    ob_arena_dup(&o->arena, ob_buf_str(&cell)), cell.n);
		if (text.p == NULL)
			return -ENOMEM;
		rc = ob_vec_push(&o->kept, text);
		if (rc < 0)
			return rc;
	}
	if (o->widths_fixed) {
		ob_buf_add_c(&o->line, '\n');
		return send_line(o);
	}
	if (o->shape == OB_OUT_FOLLOW || o->kept.n >= KEPT_CELLS ||
	    o->arena.total_bytes >= KEPT_BYTES)
		return table_settle(o);
	return 0;
}

/* One thing: a line for each fact. */
static int
table_single(struct ob_out *o, const struct ob_cell *cells)
{
	unsigned width = 0;

	for (unsigned i = 0; i < o->n_cols; i++)
		if (columns_of(ob_str_z(o->cols[i].title)) > width)
			width = columns_of(ob_str_z(o->cols[i].title));
	for (unsigned i = 0; i < o->n_cols; i++) {
		ob_buf_printf(
		    &o->line, "%-*s" GAP, (int)width, o->cols[i].title);
		add_human(&o->line, &cells[i], &o->cols[i]);
		ob_buf_add_c(&o->line, '\n');
	}
	return send_line(o);
}

/* --- the interface ------------------------------------------------------ */

int
ob_out_begin(struct ob_out *o, struct ob_cx *cx, const struct ob_col *cols,
    enum ob_out_shape shape)
{
	memset(o, 0, sizeof(*o));
	o->cx = cx;
	o->cols = cols;
	o->shape = shape;
	o->hide_header = cx->hide_header;
	o->kept.max = KEPT_CELLS + OB_OUT_COLS_MAX;
	while (cols[o->n_cols].key != NULL)
		o->n_cols++;
	OB_CHECK(o->n_cols <= OB_OUT_COLS_MAX);
	ob_buf_init(&o->line, LINE_BYTES);
	ob_arena_init(&o->arena, KEPT_BYTES + ROW_BYTES);
	ob_json_init(&o->json, &o->line, 0);
	if (cx->out_mode == OB_OUT_JSON && shape != OB_OUT_SINGLE)
		return ob_stream_puts(cx->out, "[");
	if (cx->out_mode == OB_OUT_PLAIN && cx->want_header)
		return plain_header(o);
	return 0;
}

int
ob_out_row(struct ob_out *o, const struct ob_cell *cells)
{
	int rc = 0;

	switch (o->cx->out_mode) {
	case OB_OUT_PLAIN: rc = plain_row(o, cells); break;
	case OB_OUT_JSON:
	case OB_OUT_NDJSON: rc = json_row(o, cells); break;
	case OB_OUT_TABLE:
		rc = o->shape == OB_OUT_SINGLE ? table_single(o, cells)
		                               : table_row(o, cells);
		break;
	}
	o->n_rows++;
	return rc;
}

int
ob_out_end(struct ob_out *o, int rc)
{
	int end = 0;

	if (o->shape != OB_OUT_SINGLE && o->cx->out_mode == OB_OUT_TABLE &&
	    (rc >= 0 || o->n_rows > 0))
		end = table_settle(o);
	if (o->shape != OB_OUT_SINGLE && o->cx->out_mode == OB_OUT_JSON)
		end = ob_stream_puts(
		    o->cx->out, o->n_rows == 0 ? "]\n" : "\n]\n");
	ob_buf_release(&o->line);
	ob_arena_release(&o->arena);
	ob_vec_release(&o->kept);
	return rc < 0 ? rc : end;
}
