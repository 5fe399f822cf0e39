#include "fmt/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "unit.h"

#define WRITER(j, b, indent) \
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20); \
	struct ob_json j; \
	ob_json_init(&j, &b, indent)

static void
write_sample(struct ob_json *j)
{
	ob_json_object_begin(j);
	ob_json_key(j, OB_STR("n"));
	ob_json_i64(j, INT64_MIN);
	ob_json_key(j, OB_STR("list"));
	ob_json_array_begin(j);
	ob_json_u64(j, UINT64_MAX);
	ob_json_bool(j, true);
	ob_json_bool(j, false);
	ob_json_null(j);
	ob_json_object_begin(j);
	ob_json_object_end(j);
	ob_json_array_begin(j);
	ob_json_array_end(j);
	ob_json_raw(j, OB_STR("1e400"));
	ob_json_array_end(j);
	ob_json_object_end(j);
	ob_json_newline(j);
}

static void
writes_one_line_without_blanks(void)
{
	WRITER(j, b, 0);

	write_sample(&j);
	CHECK_INT(ob_json_err(&j), 0);
	CHECK_STR(ob_buf_z(&b),
	    "{\"n\":-9223372036854775808,\"list\":[18446744073709551615,"
	    "true,false,null,{},[],1e400]}\n");
}

static void
indents_when_asked(void)
{
	WRITER(j, b, 2);

	write_sample(&j);
	CHECK_STR(ob_buf_z(&b),
	    "{\n  \"n\": -9223372036854775808,\n  \"list\": [\n"
	    "    18446744073709551615,\n    true,\n    false,\n    null,\n"
	    "    {},\n    [],\n    1e400\n  ]\n}\n");
}

static void
escapes_only_what_json_asks_for(void)
{
	WRITER(j, b, 0);

	ob_json_str(&j, ob_str_n("\0\x01\b\t\n\f\r\x1f \"\\/\x7f", 13));
	CHECK_STR(ob_buf_z(&b),
	    "\"\\u0000\\u0001\\b\\t\\n\\f\\r\\u001f \\\"\\\\/\x7f\"");
}

static void
replaces_each_part_that_is_not_utf8(void)
{
#define R "\xef\xbf\xbd"
	static const char *const cases[][2] = {
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "a\xff\xfe", "a" R R },
		{ "\xc0\xaf", R R },
		{ "\xe2\x82", R },
		{ "\xe2\x82z", R "z" },
		{ "\xf0\x9f\x98\"", R "\\\"" },
		{ "\xe0\x80\x80", R R R },
		{ "\xed\xa0\x80", R R R },
		{ "\xf4\x90\x80\x80", R R R R },
		{ "\xf0\x8f", R R },
		{ "\xee\x80\x80\x80", "\xee\x80\x80" R },
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	};
#undef R

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		WRITER(j, b, 0);
		ob_json_str(&j, ob_str_z(cases[i][0]));
		CHECK_INT(b.p[0], '"');
		CHECK_MEM(b.p + 1, b.n - 2, cases[i][1]);
	}
}

static void
texts_keep_their_bytes_in_a_sibling(void)
{
	WRITER(j, b, 0);

	ob_json_object_begin(&j);
	ob_json_text(&j, OB_STR("path"), OB_STR("/a"));
	ob_json_text(&j, OB_STR("cwd"), OB_STR("/\xff"));
	ob_json_payload(&j, OB_STR("key"), OB_STR("k"));
	ob_json_payload(&j, OB_STR("value"), OB_STR("\xff\x00"));
	ob_json_object_end(&j);
	CHECK_STR(ob_buf_z(&b),
	    "{\"path\":\"/a\",\"cwd\":\"/\xef\xbf\xbd\",\"cwd_b64\":\"L/8=\","
	    "\"key\":\"k\",\"value_b64\":\"/wA=\"}");
}

static void
doubles_read_back_the_same(void)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0.1, "0.1" },
		{ -0.0, "-0" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 1e300, "1e+300" },
		{ 1e23, "1e+23" },
		{ 9007199254740993.0, "9007199254740992" },
		{ NAN, "null" },
		{ -INFINITY, "null" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		WRITER(j, b, 0);
		ob_json_f64(&j, cases[i].value);
		CHECK_STR(ob_buf_z(&b), cases[i].text);
	}
	for (int i = 0; i < 1000; i++) {
		WRITER(j, b, 0);
		uint64_t bits = test_random();
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		ob_json_f64(&j, value);
		CHECK(strtod(ob_buf_z(&b), NULL) == value);
	}
}

static void
values_on_lines_follow_each_other(void)
{
	WRITER(j, b, 0);

	ob_json_i64(&j, 1);
	ob_json_newline(&j);
	ob_json_str(&j, OB_STR("x"));
	ob_json_newline(&j);
	CHECK_STR(ob_buf_z(&b), "1\n\"x\"\n");
}

static void
nests_deeper_than_its_bits(void)
{
	WRITER(j, b, 0);

	for (int i = 0; i < 1000; i++) {
		ob_json_object_begin(&j);
		ob_json_key(&j, OB_STR("a"));
	}
	ob_json_null(&j);
	for (int i = 0; i < 1000; i++)
		ob_json_object_end(&j);
	CHECK_INT(ob_json_err(&j), 0);
	CHECK_UINT(b.n, 1000 * 6 + 4);
	CHECK_MEM(b.p + b.n - 3, 3, "}}}");
}

struct collected {
	struct ob_buf text;
	unsigned calls, fail_at;
};

static int
collect(void *ctx, const char *p, size_t n)
{
	struct collected *c = ctx;

	if (++c->calls == c->fail_at)
		return -EPIPE;
	return ob_buf_add(&c->text, p, n);
}

static void
a_sink_gets_everything_in_pieces(void)
{
	struct collected c = { .text = OB_BUF_INIT(1 << 20) };
	WRITER(j, b, 0);

	ob_json_set_sink(&j, collect, &c);
	ob_json_array_begin(&j);
	for (int i = 0; i < 20000; i++) {
		ob_json_i64(&j, 7);
		CHECK(b.n < 17000);
	}
	ob_json_array_end(&j);
	CHECK_INT(ob_json_flush(&j), 0);
	CHECK_UINT(c.text.n, 40001);
	CHECK_UINT(c.calls, 3);
	CHECK_UINT(b.n, 0);
	CHECK_INT(ob_json_flush(&j), 0);
	CHECK_UINT(c.calls, 3);
	ob_buf_release(&c.text);
}

static void
the_failure_of_a_sink_stays(void)
{
	struct collected c = { .text = OB_BUF_INIT(1 << 20), .fail_at = 2 };
	WRITER(j, b, 0);

	ob_json_set_sink(&j, collect, &c);
	ob_json_array_begin(&j);
	for (int i = 0; i < 30000; i++)
		ob_json_i64(&j, 7);
	ob_json_array_end(&j);
	CHECK_INT(ob_json_err(&j), -EPIPE);
	CHECK_INT(ob_json_flush(&j), -EPIPE);
	CHECK_UINT(c.calls, 2);
	ob_buf_release(&c.text);
}

static void
the_maximum_of_the_buffer_is_the_error(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(5);
	struct ob_json j;

	ob_json_init(&j, &b, 0);
	ob_json_object_begin(&j);
	ob_json_payload(&j, OB_STR("k\xff"), OB_STR("\xff"));
	ob_json_object_end(&j);
	CHECK_INT(ob_json_flush(&j), -ENOBUFS);
}

OB_TESTS(json) = {
	OB_TEST(writes_one_line_without_blanks),
	OB_TEST(indents_when_asked),
	OB_TEST(escapes_only_what_json_asks_for),
	OB_TEST(replaces_each_part_that_is_not_utf8),
	OB_TEST(texts_keep_their_bytes_in_a_sibling),
	OB_TEST(doubles_read_back_the_same),
	OB_TEST(values_on_lines_follow_each_other),
	OB_TEST(nests_deeper_than_its_bits),
	OB_TEST(a_sink_gets_everything_in_pieces),
	OB_TEST(the_failure_of_a_sink_stays),
	OB_TEST(the_maximum_of_the_buffer_is_the_error),
	OB_TESTS_END,
};
