#include "cli/diag.h"

#include <errno.h>
#include <string.h>

#include "cli/applet.h"
#include "cx.h"
#include "unit.h"

static void
exit_codes_of_errno_are_those_of_the_table(void)
{
	static const struct {
		int error, code;
	} rows[] = {
		{ EINVAL, OB_EX_USAGE },
		{ ENAMETOOLONG, OB_EX_USAGE },
		{ EBADMSG, OB_EX_DATAERR },
		{ EILSEQ, OB_EX_DATAERR },
		{ ENOENT, OB_EX_NOINPUT },
		{ ENOTDIR, OB_EX_NOINPUT },
		{ ENOTSUP, OB_EX_UNAVAILABLE },
		{ ENOSYS, OB_EX_UNAVAILABLE },
		{ ECONNREFUSED, OB_EX_UNAVAILABLE },
		{ EHOSTUNREACH, OB_EX_UNAVAILABLE },
		{ ENETUNREACH, OB_EX_UNAVAILABLE },
		{ EEXIST, OB_EX_CANTCREAT },
		{ EISDIR, OB_EX_CANTCREAT },
		{ EROFS, OB_EX_CANTCREAT },
		{ EBADF, OB_EX_IOERR },
		{ EDQUOT, OB_EX_IOERR },
		{ EFBIG, OB_EX_IOERR },
		{ EIO, OB_EX_IOERR },
		{ ENOSPC, OB_EX_IOERR },
		{ EAGAIN, OB_EX_TEMPFAIL },
		{ EBUSY, OB_EX_TEMPFAIL },
		{ EDEADLK, OB_EX_TEMPFAIL },
		{ ETIMEDOUT, OB_EX_TEMPFAIL },
		{ EPROTO, OB_EX_PROTOCOL },
		{ EACCES, OB_EX_NOPERM },
		{ EPERM, OB_EX_NOPERM },
		{ EPIPE, OB_EX_SIGPIPE },
		{ ENOMEM, OB_EX_OSERR },
		{ 12345, OB_EX_OSERR },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++)
		CHECK_INT(ob_exit_of(-rows[i].error), rows[i].code);
}

static void
every_code_has_one_meaning(void)
{
	int last = -1;

	for (const struct ob_exit_row *r = ob_exit_rows; r->meaning; r++) {
		CHECK(r->code > last);
		last = r->code;
	}
	CHECK_INT(last, OB_EX_CONFIG);
}

static void
escaped_is(const char *bytes, size_t n, const char *want)
{
	struct ob_buf b = OB_BUF_INIT(1000);

	ob_diag_escape(&b, ob_str_n(bytes, n));
	CHECK_STR(ob_buf_z(&b), want);
	ob_buf_release(&b);
}

static void
what_steers_a_terminal_is_escaped(void)
{
	escaped_is("", 0, "");
	escaped_is("plain 'text' \\ \xc3\xa9\xe6\xbc\xa2", 20,
	    "plain 'text' \\ \xc3\xa9\xe6\xbc\xa2");
	escaped_is("a\nb\tc\rd\0e\x1b[2J\x7f", 14,
	    "a\\nb\\tc\\x0dd\\x00e\\x1b[2J\\x7f");
	escaped_is("\xc2\x9b\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f\xef\xbb\xbf", 13,
	    "\\u{009b}\\u{061c}\\u{200e}\\u{200f}\\u{feff}");
	escaped_is("\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9", 12,
	    "\\u{2028}\\u{202e}\\u{2066}\\u{2069}");
	escaped_is("\xff\xc3(\xed\xa0\x80", 6, "\\xff\\xc3(\\xed\\xa0\\x80");
}

/* A context whose messages go to t->err. */
static void
begin(struct test_cx *t, enum ob_out_mode mode)
{
	test_cx_init(t);
	ob_stream_init_mem(&t->err_stream, &t->err);
	t->cx.out_mode = mode;
}

static void
a_message_is_one_line_with_the_reason_and_the_hint(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct test_cx t;

	begin(&t, OB_OUT_TABLE);
	t.cx.called = "kvmap";
	ob_err_set(&err, -EACCES, "cannot open '%s'", "x\x1b[H");
	ob_diag(&t.cx, &err, 77);
	CHECK_STR(ob_buf_z(&t.err),
	    "kvmap: cannot open 'x\\x1b[H': Permission denied\n");

	ob_buf_reset(&t.err);
	t.cx.called = NULL;
	ob_err_msg(&err, -EINVAL, "no such thing");
	ob_err_hint(&err, "ask 'x\n'");
	ob_diag(&t.cx, &err, 64);
	CHECK_STR(
	    ob_buf_z(&t.err), "opsbox: no such thing\nhint: ask 'x\\n'\n");

	ob_buf_reset(&t.err);
	err = (struct ob_err){ .code = -EIO };
	ob_diag(&t.cx, &err, 74);
	CHECK_STR(ob_buf_z(&t.err), "opsbox: Input/output error\n");
	test_cx_release(&t);
}

static void
a_message_is_an_object_for_programs(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct test_cx t;

	begin(&t, OB_OUT_NDJSON);
	t.cx.called = "kvmap";
	ob_err_set(&err, -ENOENT, "cannot open '%s'", "a\"\xff");
	ob_diag(&t.cx, &err, 66);
	CHECK_STR(ob_buf_z(&t.err),
	    "{\"applet\":\"kvmap\",\"message\":\"cannot open "
	    "'a\\\"\xef\xbf\xbd': No such file or directory\",\"code\":66,"
	    "\"errno\":2,\"hint\":null}\n");
	ob_buf_reset(&t.err);
	ob_warn(&t.cx, "no inotify, using %s instead", "polling");
	CHECK_STR(ob_buf_z(&t.err),
	    "{\"applet\":\"kvmap\",\"message\":\"no inotify, using polling "
	    "instead\",\"code\":null,\"errno\":null,\"hint\":null}\n");
	test_cx_release(&t);
}

static void
warnings_and_notes_follow_the_verbosity(void)
{
	static const char *const want[] = { "", "x: warning 1\n",
		"x: warning 1\nx: note 2\n" };
	struct test_cx t;

	begin(&t, OB_OUT_TABLE);
	t.cx.called = "x";
	for (int v = -1; v <= 1; v++) {
		ob_buf_reset(&t.err);
		t.cx.verbosity = v;
		ob_warn(&t.cx, "warning %d", 1);
		ob_note(&t.cx, "note %d", 2);
		CHECK_STR(ob_buf_z(&t.err), want[v + 1]);
	}
	test_cx_release(&t);
}

static void
a_usage_error_is_complete_without_errno(void)
{
	struct test_cx t;

	begin(&t, OB_OUT_TABLE);
	CHECK_INT(ob_usage(&t.cx, "bad '%s'", "word"), -EINVAL);
	CHECK_STR(t.cx.error.msg, "bad 'word'");
	CHECK(t.cx.error.complete);
	CHECK_INT(t.cx.error.code, -EINVAL);
	test_cx_release(&t);
}

static void
a_long_text_is_cut_and_stays_one_line(void)
{
	static char long_text[5000];
	struct test_cx t;

	memset(long_text, '\x01', sizeof(long_text) - 1);
	begin(&t, OB_OUT_TABLE);
	t.cx.called = "x";
	ob_warn(&t.cx, "%s", long_text);
	CHECK_UINT(t.err.n, strlen("x: \n") + 1023 * strlen("\\x01"));
	CHECK_INT(t.err.p[t.err.n - 1], '\n');

	ob_buf_reset(&t.err);
	t.cx.out_mode = OB_OUT_JSON;
	ob_warn(&t.cx, "%s", long_text);
	CHECK(t.err.n > 1023 * strlen("\\u0001"));
	CHECK_STR(t.err.p + t.err.n - 13, "\"hint\":null}\n");

	CHECK_INT(ob_usage(&t.cx, "bad %s", long_text), -EINVAL);
	CHECK_UINT(strlen(t.cx.error.msg), OB_ERR_MSG_MAX - 1);
	test_cx_release(&t);
}

OB_TESTS(diag) = {
	OB_TEST(exit_codes_of_errno_are_those_of_the_table),
	OB_TEST(every_code_has_one_meaning),
	OB_TEST(what_steers_a_terminal_is_escaped),
	OB_TEST(a_message_is_one_line_with_the_reason_and_the_hint),
	OB_TEST(a_message_is_an_object_for_programs),
	OB_TEST(warnings_and_notes_follow_the_verbosity),
	OB_TEST(a_usage_error_is_complete_without_errno),
	OB_TEST(a_long_text_is_cut_and_stays_one_line),
	OB_TESTS_END,
};
