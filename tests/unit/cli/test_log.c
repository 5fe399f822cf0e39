#include "cli/log.h"

#include "base/num.h"
#include "cx.h"
#include "unit.h"

static int64_t mono_ns;

static int64_t
read_mono(void)
{
	return mono_ns;
}

static int64_t
read_real(void)
{
	return TEST_NOW_NS;
}

static const struct ob_source clocks = {
	.real_ns = read_real,
	.mono_ns = read_mono,
};

struct sink {
	struct ob_buf text;
	struct ob_stream stream;
	struct ob_log log;
};

static void
begin(struct sink *s)
{
	mono_ns = OB_NS_PER_S;
	ob_buf_init(&s->text, (size_t)4 << 20);
	ob_stream_init_mem(&s->stream, &s->text);
	ob_log_init(&s->log, &s->stream, &clocks);
}

/* What was written, without the time that all lines begin with. */
static void
written_is(struct sink *s, const char *want)
{
	static const char start[] = "time=2023-11-14T22:13:20.123456789Z ";
	struct ob_buf got = OB_BUF_INIT((size_t)4 << 20);
	struct ob_str rest = ob_buf_str(&s->text), line;

	while (ob_str_split(&rest, '\n', &line) && rest.p != NULL) {
		CHECK(ob_str_has_prefix(line, ob_str_z(start)));
		ob_buf_add(&got, line.p + sizeof(start) - 1,
		    line.n - sizeof(start) + 1);
		ob_buf_add_c(&got, '\n');
	}
	CHECK_STR(ob_buf_z(&got), want);
	ob_buf_release(&got);
	ob_buf_reset(&s->text);
}

static void
a_line_has_time_level_message_and_fields(void)
{
	struct sink s;

	begin(&s);
	ob_log(&s.log, OB_LOG_INFO, "job started", { "job", ob_text_z("x") },
	    { "pid", ob_i64(-7) }, { "took_seconds", ob_duration(1500000000) },
	    { "size_bytes", ob_size(4096) }, { "none", ob_null() },
	    { "ok", ob_bool(true) });
	written_is(&s, "level=info msg=\"job started\" job=x pid=-7 "
		       "took_seconds=1.5 size_bytes=4096 none= ok=true\n");
	ob_log(&s.log, OB_LOG_ERR, "stop");
	written_is(&s, "level=err msg=stop\n");
	ob_log_write(&s.log, OB_LOG_WARN, "", NULL);
	written_is(&s, "level=warn msg=\"\"\n");
	ob_buf_release(&s.text);
}

static void
json_lines_hold_the_same(void)
{
	struct sink s;

	begin(&s);
	s.log.format = OB_LOG_JSON;
	ob_log(&s.log, OB_LOG_WARN, "job \"x\"\n", { "job", ob_text_z("\xff") },
	    { "value", ob_data(OB_STR("\xfe")) }, { "pid", ob_i64(7) },
	    { "none", ob_null() }, { "list", ob_raw(OB_STR("[1]")) });
	CHECK_STR(ob_buf_z(&s.text),
	    "{\"time\":\"2023-11-14T22:13:20.123456789Z\",\"level\":\"warn\","
	    "\"message\":\"job \\\"x\\\"\\n\",\"job\":\"\xef\xbf\xbd\","
	    "\"job_b64\":\"/w==\",\"value_b64\":\"/g==\",\"pid\":7,"
	    "\"none\":null,\"list\":[1]}\n");
	ob_buf_release(&s.text);
}

static void
a_value_cannot_end_the_line_or_fake_a_field(void)
{
	static const struct {
		const char *value, *shown;
	} rows[] = {
		{ "plain", "plain" },
		{ "a/b:c,d", "a/b:c,d" },
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "a=b", "\"a=b\"" },
		{ "x\" level=err msg=\"fake", "\"x\\\" level=err "
					      "msg=\\\"fake\"" },
		{ "x\nlevel=err", "\"x\\nlevel=err\"" },
		{ "back\\slash", "\"back\\\\slash\"" },
		{ "\x1b[2J\r\x7f", "\"\\x1b[2J\\x0d\\x7f\"" },
		{ "\xc3\xa9", "\"\xc3\xa9\"" },
		{ "\xe2\x80\xae\xff", "\"\\u{202e}\\xff\"" },
	};
	struct sink s;

	begin(&s);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_buf want = OB_BUF_INIT(1000);

		ob_log(&s.log, OB_LOG_INFO, "m",
		    { "v", ob_text_z(rows[i].value) }, { "end", ob_i64(1) });
		ob_buf_printf(
		    &want, "level=info msg=m v=%s end=1\n", rows[i].shown);
		written_is(&s, ob_buf_z(&want));
		ob_buf_release(&want);
	}
	ob_buf_release(&s.text);
}

static void
long_values_are_cut_between_characters(void)
{
	static char value[OB_LOG_VALUE_MAX + 10];
	struct ob_buf want = OB_BUF_INIT(10000);
	struct sink s;

	begin(&s);
	memset(value, 'a', sizeof(value));
	memcpy(value + OB_LOG_VALUE_MAX - 2, "\xe6\xbc\xa2", 3);
	ob_log(&s.log, OB_LOG_INFO, "m",
	    { "v", ob_text(ob_str_n(value, sizeof(value))) });
	ob_buf_add_z(&want, "level=info msg=m v=");
	ob_buf_fill(&want, 'a', OB_LOG_VALUE_MAX - 2);
	ob_buf_add_c(&want, '\n');
	written_is(&s, ob_buf_z(&want));

	memset(value, '\x80', sizeof(value));
	s.log.format = OB_LOG_JSON;
	ob_log(&s.log, OB_LOG_INFO, "m",
	    { "v", ob_text(ob_str_n(value, sizeof(value))) });
	CHECK(s.text.n < 5 * OB_LOG_VALUE_MAX);
	ob_buf_release(&want);
	ob_buf_release(&s.text);
}

static void
the_level_bounds_what_is_written(void)
{
	struct sink s;

	begin(&s);
	s.log.level = OB_LOG_WARN;
	for (int i = 0; i < OB_LOG_LEVEL_COUNT; i++)
		ob_log_write(&s.log, (enum ob_log_level)i, "m", NULL);
	written_is(&s, "level=err msg=m\nlevel=warn msg=m\n");
	CHECK(ob_log_is_on(&s.log, OB_LOG_WARN));
	CHECK(!ob_log_is_on(&s.log, OB_LOG_INFO));
	s.log.level = OB_LOG_DEBUG;
	ob_log(&s.log, OB_LOG_DEBUG, "m");
	written_is(&s, "level=debug msg=m\n");
	CHECK_STR(ob_log_level_names[OB_LOG_DEBUG], "debug");
	CHECK_STR(ob_log_level_names[OB_LOG_LEVEL_COUNT], NULL);
	CHECK_STR(ob_log_format_names[OB_LOG_JSON], "json");
	ob_buf_release(&s.text);
}

static void
lines_past_the_limit_are_counted_and_told(void)
{
	struct sink s;

	begin(&s);
	s.log.max_lines = 2;
	s.log.window_ns = 10;
	for (int i = 0; i < 5; i++)
		ob_log(&s.log, OB_LOG_INFO, "m", { "i", ob_i64(i) });
	/* What the level leaves out does not count. */
	ob_log_write(&s.log, OB_LOG_DEBUG, "m", NULL);
	written_is(&s, "level=info msg=m i=0\nlevel=info msg=m i=1\n");
	mono_ns += 9;
	ob_log(&s.log, OB_LOG_INFO, "m");
	written_is(&s, "");
	mono_ns += 1;
	ob_log(&s.log, OB_LOG_INFO, "m");
	written_is(&s, "level=warn msg=\"lines dropped\" lines=4\n"
		       "level=info msg=m\n");
	mono_ns += 10;
	ob_log(&s.log, OB_LOG_INFO, "m");
	written_is(&s, "level=info msg=m\n");
	s.log.max_lines = 0;
	for (int i = 0; i < 3; i++)
		ob_log(&s.log, OB_LOG_INFO, "m");
	written_is(&s, "level=info msg=m\nlevel=info msg=m\n"
		       "level=info msg=m\n");
	ob_buf_release(&s.text);
}

static void
a_log_that_fails_does_no_harm(void)
{
	static char big[(1 << 20) + 1];
	struct sink s;

	begin(&s);
	memset(big, '1', sizeof(big));
	s.log.format = OB_LOG_JSON;
	ob_log(&s.log, OB_LOG_INFO, "m",
	    { "v", ob_raw(ob_str_n(big, sizeof(big))) });
	CHECK_UINT(s.text.n, 0);
	s.text.max = 10;
	ob_log(&s.log, OB_LOG_INFO, "m");
	ob_log(&s.log, OB_LOG_INFO, "m");
	CHECK_UINT(s.text.n, 0);
	ob_buf_release(&s.text);
}

OB_TESTS(log) = {
	OB_TEST(a_line_has_time_level_message_and_fields),
	OB_TEST(json_lines_hold_the_same),
	OB_TEST(a_value_cannot_end_the_line_or_fake_a_field),
	OB_TEST(long_values_are_cut_between_characters),
	OB_TEST(the_level_bounds_what_is_written),
	OB_TEST(lines_past_the_limit_are_counted_and_told),
	OB_TEST(a_log_that_fails_does_no_harm),
	OB_TESTS_END,
};
