#include "cli/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cx.h"
#include "os/file.h"
#include "sample.h"
#include "unit.h"

/* The file's text without the pid of this process, which tests know. */
static void
file_holds(const char *path, const char *want)
{
	struct ob_buf text = OB_BUF_INIT(10000), mine = OB_BUF_INIT(10000);
	struct ob_buf pid = OB_BUF_INIT(100);
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, path, O_RDONLY, 0);
	struct ob_reader r;
	struct ob_str rest;

	CHECK(fd >= 0);
	ob_reader_init_fd(&r, fd, 10000);
	CHECK_INT(ob_reader_all(&r, 10000, &text), 0);
	ob_reader_release(&r);
	ob_buf_printf(&pid, "\"pid\":%ld,", (long)getpid());
	rest = ob_buf_str(&text);
	while (rest.n > 0) {
		if (ob_str_has_prefix(rest, ob_buf_str(&pid))) {
			rest = ob_str_n(rest.p + pid.n, rest.n - pid.n);
			continue;
		}
		ob_buf_add_c(&mine, rest.p[0]);
		rest = ob_str_n(rest.p + 1, rest.n - 1);
	}
	CHECK_STR(ob_buf_z(&mine), want);
	ob_buf_release(&text);
	ob_buf_release(&mine);
	ob_buf_release(&pid);
}

#define T "{\"mono_ns\":1700000000123456789,"

static void
every_event_is_a_line_with_its_members(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;
	struct stat st;

	test_cx_init(&t);
	CHECK_INT(ob_trace_open(&w, &t.cx, "f", NULL), 0);
	CHECK_INT(stat("f", &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK(ob_trace_is_on());
	ob_trace(.kind = OB_TRACE_START, .name = "alpha");
	ob_trace(.kind = OB_TRACE_VERB, .name = "li\"st\n");
	ob_trace(.kind = OB_TRACE_REGION, .name = "scan", .value = 12);
	ob_trace(.kind = OB_TRACE_CHILD_START, .name = "a\xff", .id = 7);
	ob_trace(.kind = OB_TRACE_CHILD_EXIT, .id = 7, .value = 256);
	ob_trace(.kind = OB_TRACE_IO, .name = "write", .id = 1, .value = -5);
	ob_trace(.kind = OB_TRACE_EXIT, .value = 64);
	ob_trace_close(&w);
	CHECK(!ob_trace_is_on());
	ob_trace_close(&w);
	file_holds("f",
	    T "\"event\":\"start\",\"name\":\"alpha\"}\n" T
	      "\"event\":\"verb\",\"name\":\"li\\\"st\\n\"}\n" T
	      "\"event\":\"region\",\"name\":\"scan\",\"duration_ns\":12}\n" T
	      "\"event\":\"child_start\",\"name\":\"a\xef\xbf\xbd\","
	      "\"name_b64\":\"Yf8=\",\"child_pid\":7}\n" T
	      "\"event\":\"child_exit\",\"child_pid\":7,\"status\":256}\n" T
	      "\"event\":\"io\",\"name\":\"write\",\"fd\":1,\"bytes\":-5}\n" T
	      "\"event\":\"exit\",\"code\":64}\n");
	test_cx_release(&t);
}

static void
a_file_is_appended_to(void)
{
	struct test_cx t;

	test_cx_init(&t);
	for (int i = 0; i < 2; i++) {
		struct ob_trace_writer w = OB_TRACE_WRITER_OFF;

		CHECK_INT(ob_trace_open(&w, &t.cx, "f", NULL), 0);
		ob_trace(.kind = OB_TRACE_EXIT, .value = i);
		ob_trace_close(&w);
	}
	file_holds("f", T "\"event\":\"exit\",\"code\":0}\n" T
			  "\"event\":\"exit\",\"code\":1}\n");
	test_cx_release(&t);
}

static void
a_run_tells_applet_verb_and_code(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(ob_trace_open(&w, &t.cx, "f", NULL), 0);
	CHECK_INT(
	    test_cx_run(&t, "alpha", "get", "absent", (const char *)NULL), 1);
	ob_trace_close(&w);
	file_holds("f", T "\"event\":\"start\",\"name\":\"alpha\"}\n" T
			  "\"event\":\"verb\",\"name\":\"get\"}\n" T
			  "\"event\":\"exit\",\"code\":1}\n");
	test_cx_release(&t);
}

static void
a_descriptor_stays_open_and_is_not_ours(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct ob_buf where = OB_BUF_INIT(20);
	int fd = ob_open(AT_FDCWD, "f", O_WRONLY | O_CREAT, 0600);
	struct test_cx t;

	CHECK(fd >= 0);
	test_cx_init(&t);
	ob_buf_printf(&where, "fd:%d", fd);
	CHECK_INT(ob_trace_open(&w, &t.cx, ob_buf_z(&where), NULL), 0);
	ob_trace(.kind = OB_TRACE_EXIT, .value = 3);
	ob_trace_close(&w);
	CHECK(fcntl(fd, F_GETFD) >= 0);
	file_holds("f", T "\"event\":\"exit\",\"code\":3}\n");
	CHECK_INT(ob_close(&fd), 0);
	ob_buf_release(&where);
	test_cx_release(&t);
}

static void
one_is_standard_error(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	int was = ob_fd_dup_high(2);
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, "f", O_WRONLY | O_CREAT, 0600);
	struct test_cx t;

	CHECK(fd >= 0 && was >= 0);
	test_cx_init(&t);
	CHECK(dup2(fd, 2) == 2);
	CHECK_INT(ob_trace_open(&w, &t.cx, "1", NULL), 0);
	ob_trace(.kind = OB_TRACE_EXIT, .value = 3);
	ob_trace_close(&w);
	CHECK(dup2(was, 2) == 2);
	CHECK_INT(ob_close(&was), 0);
	file_holds("f", T "\"event\":\"exit\",\"code\":3}\n");
	test_cx_release(&t);
}

static void
a_place_that_cannot_be_written_is_named(void)
{
	static const struct {
		const char *where, *says;
		int code;
	} rows[] = {
		{ "no/such/f", "cannot trace to 'no/such/f'", -ENOENT },
		{ ".", "cannot trace to '.'", -EISDIR },
		{ "fd:1000", "cannot trace to 'fd:1000'", -EBADF },
		{ "fd:", "cannot trace to 'fd:': not a descriptor number",
		    -EINVAL },
		{ "fd:-1", "cannot trace to 'fd:-1': not a descriptor number",
		    -EINVAL },
	};
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_err err = OB_ERR_INIT;

		CHECK_INT(ob_trace_open(&w, &t.cx, rows[i].where, &err),
		    rows[i].code);
		CHECK_STR(err.msg, rows[i].says);
		CHECK(!ob_trace_is_on());
	}
	test_cx_release(&t);
}

static void
a_trace_that_cannot_be_written_ends_in_silence(void)
{
	struct ob_trace_writer w = OB_TRACE_WRITER_OFF;
	struct test_cx t;

	if (access("/dev/full", W_OK) < 0)
		SKIP("no /dev/full");
	test_cx_init(&t);
	CHECK_INT(ob_trace_open(&w, &t.cx, "/dev/full", NULL), 0);
	CHECK_INT(test_cx_run(&t, "alpha", "secret", (const char *)NULL), 0);
	CHECK_STR(ob_buf_z(&t.out), "found\n");
	CHECK_STR(ob_buf_z(&t.err), "");
	CHECK(!ob_trace_is_on());
	ob_trace_close(&w);
	test_cx_release(&t);
}

OB_TESTS(trace) = {
	OB_TEST(every_event_is_a_line_with_its_members),
	OB_TEST(a_file_is_appended_to),
	OB_TEST(a_run_tells_applet_verb_and_code),
	OB_TEST(a_descriptor_stays_open_and_is_not_ours),
	OB_TEST(one_is_standard_error),
	OB_TEST(a_place_that_cannot_be_written_is_named),
	OB_TEST(a_trace_that_cannot_be_written_ends_in_silence),
	OB_TESTS_END,
};
