#include "cli/out.h"

#include "cx.h"
#include "unit.h"

static const struct ob_col cols[] = {
	{ "cmdline", "COMMAND", OB_CELL_LIST },
	OB_COL_END,
};

static const char *
written(struct test_cx *t, enum ob_out_mode mode, struct ob_str list)
{
	struct ob_out out;

	test_cx_init(t);
	t->cx.out_mode = mode;
	t->cx.hide_header = true;
	ob_stream_init_mem(&t->out_stream, &t->out);
	CHECK_INT(ob_out_begin(&out, &t->cx, cols, OB_OUT_ROWS), 0);
	CHECK_INT(ob_out_row(&out, (struct ob_cell[]){ ob_list(list) }), 0);
	CHECK_INT(ob_out_end(&out, 0), 0);
	return ob_buf_z(&t->out);
}

static void
words_stay_apart_in_json(void)
{
	static const struct {
		struct ob_str list;
		const char *json;
	} cases[] = {
		{ { NULL, 0 }, "{\"cmdline\":[]}\n" },
		{ { "", 1 }, "{\"cmdline\":[\"\"]}\n" },
		{ { "a\0", 2 }, "{\"cmdline\":[\"a\"]}\n" },
		{ { "a b\0\0c\0", 7 }, "{\"cmdline\":[\"a b\",\"\",\"c\"]}\n" },
		{ { "a\0b", 3 }, "{\"cmdline\":[\"a\",\"b\"]}\n" },
		{ { "a\0\xff\0", 4 },
		    "{\"cmdline\":[\"a\",\"\xef\xbf\xbd\"],"
		    "\"cmdline_b64\":[\"YQ==\",\"/w==\"]}\n" },
	};
	struct test_cx t;

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		CHECK_STR(
		    written(&t, OB_OUT_NDJSON, cases[i].list), cases[i].json);
		test_cx_release(&t);
	}
}

static void
words_are_joined_by_blanks_for_people(void)
{
	static const struct ob_str list = { "a\0b\tc\0\x1b[m\0", 10 };
	struct test_cx t;

	CHECK_STR(written(&t, OB_OUT_TABLE, list), "a b\\tc \\x1b[m\n");
	test_cx_release(&t);
	CHECK_STR(written(&t, OB_OUT_PLAIN, list), "a b\\tc \x1b[m\n");
	test_cx_release(&t);
}

OB_TESTS(out_list) = {
	OB_TEST(words_stay_apart_in_json),
	OB_TEST(words_are_joined_by_blanks_for_people),
	OB_TESTS_END,
};
