#include "cli/out.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "cx.h"
#include "unit.h"

static const struct ob_col all_cols[] = {
	{ "name", "NAME", OB_CELL_TEXT },
	{ "data", "DATA", OB_CELL_DATA },
	{ "i", "I", OB_CELL_I64 },
	{ "u", "U", OB_CELL_U64 },
	{ "f", "F", OB_CELL_F64, .decimals = 2 },
	{ "b", "B", OB_CELL_BOOL },
	{ "at", "AT", OB_CELL_TIME },
	{ "took_seconds", "TOOK", OB_CELL_DURATION },
	{ "size_bytes", "SIZE", OB_CELL_SIZE },
	{ "more", "MORE", OB_CELL_RAW },
	OB_COL_END,
};

#define N_ALL 10

static const struct ob_cell full_row[N_ALL] = {
	{ OB_CELL_TEXT, .s = { "a b", 3 } },
	{ OB_CELL_DATA, .s = { "x\ty\\\nz", 6 } },
	{ OB_CELL_I64, .i = INT64_MIN },
	{ OB_CELL_U64, .u = UINT64_MAX },
	{ OB_CELL_F64, .f = 0.125 },
	{ OB_CELL_BOOL, .b = true },
	{ OB_CELL_TIME, .i = TEST_NOW_NS },
	{ OB_CELL_DURATION, .i = INT64_C(-90500000000) },
	{ OB_CELL_SIZE, .u = 1536 },
	{ OB_CELL_RAW, .s = { "[1,2]", 5 } },
};

static const struct ob_cell empty_row[N_ALL] = {
	{ OB_CELL_NULL },
	{ OB_CELL_DATA },
	{ OB_CELL_NULL },
	{ OB_CELL_NULL },
	{ OB_CELL_F64, .f = INFINITY },
	{ OB_CELL_BOOL, .b = false },
	{ OB_CELL_TIME, .i = 0 },
	{ OB_CELL_DURATION, .i = INT64_MAX },
	{ OB_CELL_SIZE, .u = 0 },
	{ OB_CELL_NULL },
};

/* Writes the rows in a mode to t->out. */
static int
write_rows(struct test_cx *t, enum ob_out_mode mode, const struct ob_col *cols,
    enum ob_out_shape shape, const struct ob_cell *const *rows, size_t n)
{
	struct ob_out out;
	int rc;

	ob_buf_reset(&t->out);
	ob_stream_init_mem(&t->out_stream, &t->out);
	t->cx.out_mode = mode;
	rc = ob_out_begin(&out, &t->cx, cols, shape);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ob_out_row(&out, rows[i]);
	return ob_out_end(&out, rc);
}

static int
write_all(struct test_cx *t, enum ob_out_mode mode)
{
	static const struct ob_cell *const rows[] = { full_row, empty_row };

	return write_rows(t, mode, all_cols, OB_OUT_ROWS, rows, 2);
}

static void
tables_have_human_units_and_aligned_columns(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(write_all(&t, OB_OUT_TABLE), 0);
	CHECK_STR(ob_buf_z(&t.out),
	    "NAME  DATA                         I          "
	    "           U     F  B      AT                                    TOOK  SIZE  MORE\n"
	    "a b   x\\ty\\\\nz  -9223372036854775808  18446"
	    "744073709551615  0.12  true   2023-11-14T22:13:20.123456789Z      -1m30s  1.5K  [1,2]\n"
	    "-                                  -          "
	    "           -     -  false  1970-01-01T00:00:00Z            106751d23h     0  -\n");
	t.cx.hide_header = true;
	CHECK_INT(write_all(&t, OB_OUT_TABLE), 0);
	CHECK(strncmp(ob_buf_z(&t.out), "a b  x\\ty", 9) == 0);
	test_cx_release(&t);
}

static void
plain_rows_have_raw_units_and_tsv_escapes(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(write_all(&t, OB_OUT_PLAIN), 0);
	CHECK_STR(ob_buf_z(&t.out),
	    "a b\tx\\ty\\\\\\nz\t-9223372036854775808\t18446744073709551615\t"
	    "0.125\ttrue\t2023-11-14T22:13:20.123456789Z\t-90.5\t1536\t[1,2]\n"
	    "\t\t\t\t\tfalse\t1970-01-01T00:00:00Z\t9223372036.854775807\t0\t"
	    "\n");
	t.cx.want_header = true;
	CHECK_INT(
	    write_rows(&t, OB_OUT_PLAIN, all_cols, OB_OUT_ROWS, NULL, 0), 0);
	CHECK_STR(ob_buf_z(&t.out), "name\tdata\ti\tu\tf\tb\tat\ttook_seconds"
				    "\tsize_bytes\tmore\n");
	test_cx_release(&t);
}

static void
nul_separated_rows_are_raw(void)
{
	static const struct ob_col cols[] = {
		{ "path", "PATH", OB_CELL_TEXT },
		{ "n", "N", OB_CELL_I64 },
		OB_COL_END,
	};
	static const struct ob_cell row[] = {
		{ OB_CELL_TEXT, .s = { "a\nb\\\xff", 5 } },
		{ OB_CELL_I64, .i = 7 },
	};
	static const struct ob_cell *const rows[] = { row };
	struct test_cx t;

	test_cx_init(&t);
	t.cx.nul_separated = true;
	t.cx.want_header = true;
	CHECK_INT(write_rows(&t, OB_OUT_PLAIN, cols, OB_OUT_ROWS, rows, 1), 0);
	CHECK_BYTES(t.out.p, t.out.n, "path\tn\0a\nb\\\xff\t7", 15);
	test_cx_release(&t);
}

static void
json_is_one_array_of_raw_values(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(write_all(&t, OB_OUT_JSON), 0);
	CHECK_STR(ob_buf_z(&t.out),
	    "[\n"
	    "  {\"name\":\"a b\",\"data\":\"x\\ty\\\\\\nz\","
	    "\"i\":-9223372036854775808,\"u\":18446744073709551615,"
	    "\"f\":0.125,\"b\":true,\"at\":\"2023-11-14T22:13:20.123456789Z\","
	    "\"took_seconds\":-90.5,\"size_bytes\":1536,\"more\":[1,2]},\n"
	    "  {\"name\":null,\"data\":\"\",\"i\":null,\"u\":null,\"f\":null,"
	    "\"b\":false,\"at\":\"1970-01-01T00:00:00Z\","
	    "\"took_seconds\":9223372036.854775807,\"size_bytes\":0,"
	    "\"more\":null}\n"
	    "]\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_JSON, all_cols, OB_OUT_ROWS, NULL, 0), 0);
	CHECK_STR(ob_buf_z(&t.out), "[]\n");
	test_cx_release(&t);
}

static void
ndjson_is_one_object_a_line_with_the_same_keys(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(write_all(&t, OB_OUT_NDJSON), 0);
	CHECK_STR(ob_buf_z(&t.out),
	    "{\"name\":\"a b\",\"data\":\"x\\ty\\\\\\nz\","
	    "\"i\":-9223372036854775808,\"u\":18446744073709551615,"
	    "\"f\":0.125,\"b\":true,\"at\":\"2023-11-14T22:13:20.123456789Z\","
	    "\"took_seconds\":-90.5,\"size_bytes\":1536,\"more\":[1,2]}\n"
	    "{\"name\":null,\"data\":\"\",\"i\":null,\"u\":null,\"f\":null,"
	    "\"b\":false,\"at\":\"1970-01-01T00:00:00Z\","
	    "\"took_seconds\":9223372036.854775807,\"size_bytes\":0,"
	    "\"more\":null}\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_NDJSON, all_cols, OB_OUT_ROWS, NULL, 0), 0);
	CHECK_STR(ob_buf_z(&t.out), "");
	test_cx_release(&t);
}

/* --- text --------------------------------------------------------------- */

static const struct ob_col text_cols[] = {
	{ "name", "NAME", OB_CELL_TEXT },
	{ "value", "VALUE", OB_CELL_DATA },
	{ "n", "N", OB_CELL_I64 },
	OB_COL_END,
};

#define TEXT_ROW(name, value) \
	{ \
		{ OB_CELL_TEXT, .s = { name, sizeof(name) - 1 } }, \
		    { OB_CELL_DATA, .s = { value, sizeof(value) - 1 } }, \
		{ \
			OB_CELL_I64, .i = 1 \
		} \
	}

static void
wide_characters_count_two_columns_and_combining_none(void)
{
	static const struct ob_cell a[] =
	    TEXT_ROW("\xe6\xbc\xa2\xe5\xad\x97", "x");
	static const struct ob_cell b[] = TEXT_ROW("e\xcc\x81", "y");
	static const struct ob_cell c[] = TEXT_ROW("abcdef", "z");
	static const struct ob_cell *const rows[] = { a, b, c };
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    write_rows(&t, OB_OUT_TABLE, text_cols, OB_OUT_ROWS, rows, 3), 0);
	CHECK_STR(ob_buf_z(&t.out), "NAME    VALUE  N\n"
				    "\xe6\xbc\xa2\xe5\xad\x97    x      1\n"
				    "e\xcc\x81       y      1\n"
				    "abcdef  z      1\n");
	test_cx_release(&t);
}

static void
hostile_bytes_do_not_reach_the_terminal(void)
{
	static const struct ob_cell a[] =
	    TEXT_ROW("\x1b[31m\x07\r\n", "\x7f\xc2\x9b\xe2\x80\xae\xff\0");
	static const struct ob_cell *const rows[] = { a };
	struct test_cx t;

	test_cx_init(&t);
	t.cx.hide_header = true;
	CHECK_INT(
	    write_rows(&t, OB_OUT_TABLE, text_cols, OB_OUT_ROWS, rows, 1), 0);
	CHECK_STR(ob_buf_z(&t.out), "\\x1b[31m\\x07\\x0d\\n  "
				    "\\x7f\\u{009b}\\u{202e}\\xff\\x00  1\n");
	test_cx_release(&t);
}

static void
bytes_that_are_not_utf8_have_a_b64_key(void)
{
	static const struct ob_cell a[] = TEXT_ROW("a\xff", "\xfe");
	static const struct ob_cell *const rows[] = { a };
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    write_rows(&t, OB_OUT_NDJSON, text_cols, OB_OUT_ROWS, rows, 1), 0);
	CHECK_STR(ob_buf_z(&t.out), "{\"name\":\"a\xef\xbf\xbd\",\"name_b64\":"
				    "\"Yf8=\",\"value_b64\":\"/g==\",\"n\":1}"
				    "\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_PLAIN, text_cols, OB_OUT_ROWS, rows, 1), 0);
	CHECK_STR(ob_buf_z(&t.out), "a\xff\t\xfe\t1\n");
	test_cx_release(&t);
}

static void
every_time_is_in_the_calendar(void)
{
	struct ob_buf b = OB_BUF_INIT(100);
	struct ob_cell c = ob_time(-1);
	struct ob_json j;

	ob_cell_add_raw(&b, &c);
	CHECK_STR(ob_buf_z(&b), "1969-12-31T23:59:59.999999999Z");
	ob_buf_reset(&b);
	c = ob_time(INT64_MIN);
	ob_json_init(&j, &b, 0);
	ob_json_object_begin(&j);
	ob_cell_add_json(&j, OB_STR("at"), &c);
	ob_json_object_end(&j);
	CHECK_STR(ob_buf_z(&b), "{\"at\":\"1677-09-21T00:12:43.145224192Z\"}");
	ob_buf_release(&b);
}

/* --- shapes ------------------------------------------------------------- */

static void
one_thing_is_one_object_and_a_line_for_each_fact(void)
{
	static const struct ob_cell a[] = TEXT_ROW("x", "a\tb");
	static const struct ob_cell *const rows[] = { a };
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(
	    write_rows(&t, OB_OUT_TABLE, text_cols, OB_OUT_SINGLE, rows, 1), 0);
	CHECK_STR(ob_buf_z(&t.out), "NAME   x\nVALUE  a\\tb\nN      1\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_JSON, text_cols, OB_OUT_SINGLE, rows, 1), 0);
	CHECK_STR(
	    ob_buf_z(&t.out), "{\"name\":\"x\",\"value\":\"a\\tb\",\"n\":1}\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_NDJSON, text_cols, OB_OUT_SINGLE, rows, 1),
	    0);
	CHECK_STR(
	    ob_buf_z(&t.out), "{\"name\":\"x\",\"value\":\"a\\tb\",\"n\":1}\n");
	CHECK_INT(
	    write_rows(&t, OB_OUT_PLAIN, text_cols, OB_OUT_SINGLE, rows, 1), 0);
	CHECK_STR(ob_buf_z(&t.out), "x\ta\\tb\t1\n");
	test_cx_release(&t);
}

static void
followed_rows_come_at_once_in_the_widths_of_the_first(void)
{
	static const struct ob_cell a[] = TEXT_ROW("abcdef", "x");
	static const struct ob_cell b[] = TEXT_ROW("longer than that", "y");
	struct test_cx t;
	struct ob_out out;

	test_cx_init(&t);
	ob_stream_init_mem(&t.out_stream, &t.out);
	CHECK_INT(ob_out_begin(&out, &t.cx, text_cols, OB_OUT_FOLLOW), 0);
	CHECK_STR(ob_buf_z(&t.out), "");
	CHECK_INT(ob_out_row(&out, a), 0);
	CHECK_STR(ob_buf_z(&t.out), "NAME    VALUE  N\nabcdef  x      1\n");
	ob_buf_reset(&t.out);
	CHECK_INT(ob_out_row(&out, b), 0);
	CHECK_STR(ob_buf_z(&t.out), "longer than that  y      1\n");
	ob_buf_reset(&t.out);
	CHECK_INT(ob_out_end(&out, 0), 0);
	CHECK_STR(ob_buf_z(&t.out), "");
	t.cx.out_mode = OB_OUT_NDJSON;
	CHECK_INT(ob_out_begin(&out, &t.cx, text_cols, OB_OUT_FOLLOW), 0);
	CHECK_INT(ob_out_row(&out, a), 0);
	CHECK_STR(ob_buf_z(&t.out),
	    "{\"name\":\"abcdef\",\"value\":\"x\",\"n\":1}\n");
	CHECK_INT(ob_out_end(&out, 0), 0);
	test_cx_release(&t);
}

static void
big_tables_are_printed_before_they_fill_the_memory(void)
{
	static char big[8 << 20];
	const struct ob_cell row[] = {
		{ OB_CELL_TEXT, .s = { big, sizeof(big) } },
		{ OB_CELL_DATA, .s = { "x", 1 } },
		{ OB_CELL_I64, .i = 1 },
	};
	struct test_cx t;
	struct ob_out out;

	memset(big, 'a', sizeof(big));
	test_cx_init(&t);
	t.out.max = (size_t)1 << 30;
	ob_stream_init_mem(&t.out_stream, &t.out);
	CHECK_INT(ob_out_begin(&out, &t.cx, text_cols, OB_OUT_ROWS), 0);
	for (int i = 0; i < 9; i++)
		CHECK_INT(ob_out_row(&out, row), 0);
	CHECK(t.out.n > sizeof(big) * 8);
	CHECK_INT(ob_out_end(&out, 0), 0);
	CHECK(t.out.n > sizeof(big) * 9);
	test_cx_release(&t);
}

/* --- errors ------------------------------------------------------------- */

static void
rows_before_an_error_are_shown(void)
{
	static const struct ob_cell a[] = TEXT_ROW("a", "x");
	struct test_cx t;
	struct ob_out out;

	test_cx_init(&t);
	for (int mode = OB_OUT_TABLE; mode <= OB_OUT_NDJSON; mode++) {
		static const char *const want[] = {
			"NAME  VALUE  N\na     x      1\n",
			"a\tx\t1\n",
			"[\n  {\"name\":\"a\",\"value\":\"x\",\"n\":1}\n]\n",
			"{\"name\":\"a\",\"value\":\"x\",\"n\":1}\n",
		};

		ob_buf_reset(&t.out);
		ob_stream_init_mem(&t.out_stream, &t.out);
		t.cx.out_mode = (enum ob_out_mode)mode;
		CHECK_INT(ob_out_begin(&out, &t.cx, text_cols, OB_OUT_ROWS), 0);
		CHECK_INT(ob_out_row(&out, a), 0);
		CHECK_INT(ob_out_end(&out, -EACCES), -EACCES);
		CHECK_STR(ob_buf_z(&t.out), want[mode]);
	}
	t.cx.out_mode = OB_OUT_TABLE;
	ob_buf_reset(&t.out);
	CHECK_INT(ob_out_begin(&out, &t.cx, text_cols, OB_OUT_ROWS), 0);
	CHECK_INT(ob_out_end(&out, -EACCES), -EACCES);
	CHECK_STR(ob_buf_z(&t.out), "");
	test_cx_release(&t);
}

static void
a_full_sink_is_a_sticky_error_in_every_mode(void)
{
	static const struct ob_cell *const rows[] = { full_row, empty_row };
	struct test_cx t;

	test_cx_init(&t);
	t.out.max = 20;
	for (int mode = OB_OUT_TABLE; mode <= OB_OUT_NDJSON; mode++)
		CHECK_INT(write_rows(&t, (enum ob_out_mode)mode, all_cols,
			      OB_OUT_ROWS, rows, 2),
		    -ENOBUFS);
	t.cx.want_header = true;
	CHECK_INT(write_rows(&t, OB_OUT_PLAIN, all_cols, OB_OUT_ROWS, rows, 1),
	    -ENOBUFS);
	t.out.max = 0;
	CHECK_INT(write_rows(&t, OB_OUT_JSON, all_cols, OB_OUT_ROWS, NULL, 0),
	    -ENOBUFS);
	test_cx_release(&t);
}

static void
a_cell_past_the_maximum_of_a_line_is_refused(void)
{
	size_t n = ((size_t)64 << 20) + 1;
	char *big = malloc(n);
	const struct ob_cell row[] = {
		{ OB_CELL_TEXT, .s = { big, n } },
		{ OB_CELL_DATA, .s = { "x", 1 } },
		{ OB_CELL_I64, .i = 1 },
	};
	const struct ob_cell *const rows[] = { row };
	struct test_cx t;

	CHECK(big != NULL);
	memset(big, 'a', n);
	test_cx_init(&t);
	for (int mode = OB_OUT_PLAIN; mode <= OB_OUT_NDJSON; mode++)
		CHECK_INT(write_rows(&t, (enum ob_out_mode)mode, text_cols,
			      OB_OUT_ROWS, rows, 1),
		    -ENOBUFS);
	test_cx_release(&t);
	free(big);
}

static void
cells_of_no_string_are_null(void)
{
	CHECK_INT(ob_text_z(NULL).type, OB_CELL_NULL);
	CHECK_INT(ob_text_z("").type, OB_CELL_TEXT);
	CHECK_INT(ob_data(OB_STR("x")).type, OB_CELL_DATA);
	CHECK_INT(ob_u64(1).type, OB_CELL_U64);
	CHECK_INT(ob_f64(1).type, OB_CELL_F64);
	CHECK_INT(ob_bool(true).type, OB_CELL_BOOL);
	CHECK_INT(ob_duration(1).type, OB_CELL_DURATION);
	CHECK_INT(ob_size(1).type, OB_CELL_SIZE);
	CHECK_INT(ob_raw(OB_STR("1")).type, OB_CELL_RAW);
}

OB_TESTS(out) = {
	OB_TEST(tables_have_human_units_and_aligned_columns),
	OB_TEST(plain_rows_have_raw_units_and_tsv_escapes),
	OB_TEST(nul_separated_rows_are_raw),
	OB_TEST(json_is_one_array_of_raw_values),
	OB_TEST(ndjson_is_one_object_a_line_with_the_same_keys),
	OB_TEST(wide_characters_count_two_columns_and_combining_none),
	OB_TEST(hostile_bytes_do_not_reach_the_terminal),
	OB_TEST(bytes_that_are_not_utf8_have_a_b64_key),
	OB_TEST(every_time_is_in_the_calendar),
	OB_TEST(one_thing_is_one_object_and_a_line_for_each_fact),
	OB_TEST(followed_rows_come_at_once_in_the_widths_of_the_first),
	OB_TEST(big_tables_are_printed_before_they_fill_the_memory),
	OB_TEST(rows_before_an_error_are_shown),
	OB_TEST(a_full_sink_is_a_sticky_error_in_every_mode),
	OB_TEST(a_cell_past_the_maximum_of_a_line_is_refused),
	OB_TEST(cells_of_no_string_are_null),
	OB_TESTS_END,
};
