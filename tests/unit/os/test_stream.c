#include "os/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/trace.h"
#include "os/file.h"
#include "unit.h"

/* What lies in the pipe now. */
static void
pipe_holds(int fd, const char *want)
{
	char got[256];
	ssize_t n = read(fd, got, sizeof(got));

	if (n < 0)
		n = 0; /* nothing: the reading end does not block */
	CHECK_MEM(got, (size_t)n, want);
}

static void
open_pipe(int fds[2])
{
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_fd_set_nonblock(fds[0], OB_ON), 0);
}

/* --- output ------------------------------------------------------------- */

static void
blocks_are_written_when_full_or_flushed(void)
{
	char storage[8];
	struct ob_stream s;
	int fds[2];

	open_pipe(fds);
	ob_stream_init_fd(
	    &s, fds[1], storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_INT(ob_stream_puts(&s, "ab\ncde"), 0);
	pipe_holds(fds[0], "");
	CHECK_INT(ob_stream_write(&s, "fg", 2), 0);
	pipe_holds(fds[0], "");
	CHECK_INT(ob_stream_write(&s, "h", 1), 0);
	pipe_holds(fds[0], "ab\ncdefg");
	CHECK_INT(ob_stream_flush(&s), 0);
	pipe_holds(fds[0], "h");
	CHECK_INT(ob_stream_flush(&s), 0);
	pipe_holds(fds[0], "");
	/* More than the buffer goes out at once, behind what waits. */
	CHECK_INT(ob_stream_puts(&s, "12"), 0);
	CHECK_INT(ob_stream_printf(&s, "%s-%d", "345678", 9), 0);
	pipe_holds(fds[0], "12345678-9");
	CHECK_INT(ob_stream_write(&s, NULL, 0), 0);
}

static void
formatted_text_is_whole_wherever_it_falls(void)
{
	char storage[8];
	struct ob_stream s;
	int fds[2];

	open_pipe(fds);
	ob_stream_init_fd(
	    &s, fds[1], storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_INT(ob_stream_printf(&s, "%s", ""), 0);
	CHECK_INT(ob_stream_printf(&s, "%d", 1234567), 0);
	pipe_holds(fds[0], "");
	/* One byte of room, and the NUL that formatting wants has none. */
	CHECK_INT(ob_stream_printf(&s, "%d", 8), 0);
	CHECK_INT(ob_stream_printf(&s, "%d", 90), 0);
	CHECK_INT(ob_stream_flush(&s), 0);
	pipe_holds(fds[0], "1234567890");
	s.mode = OB_STREAM_LINE;
	CHECK_INT(ob_stream_printf(&s, "a%c", 'b'), 0);
	pipe_holds(fds[0], "");
	CHECK_INT(ob_stream_printf(&s, "c\n%d", 1), 0);
	pipe_holds(fds[0], "abc\n1");
}

static void
lines_are_written_at_their_end(void)
{
	char storage[64];
	struct ob_stream s;
	int fds[2];

	open_pipe(fds);
	ob_stream_init_fd(&s, fds[1], storage, sizeof(storage), OB_STREAM_LINE);
	CHECK_INT(ob_stream_puts(&s, "half"), 0);
	pipe_holds(fds[0], "");
	CHECK_INT(ob_stream_str(&s, OB_STR(" a line\nnext")), 0);
	pipe_holds(fds[0], "half a line\nnext");
}

static void
a_failed_write_stays_the_error(void)
{
	char storage[4];
	struct ob_stream s;
	int fds[2];

	CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	open_pipe(fds);
	CHECK_INT(ob_close(&fds[0]), 0);
	ob_stream_init_fd(
	    &s, fds[1], storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_INT(ob_stream_puts(&s, "abc"), 0);
	CHECK_INT(ob_stream_puts(&s, "de"), -EPIPE);
	CHECK_INT(ob_stream_puts(&s, ""), -EPIPE);
	CHECK_INT(ob_stream_printf(&s, "%d", 1), -EPIPE);
	CHECK_INT(ob_stream_flush(&s), -EPIPE);
	CHECK_INT(ob_close(&fds[1]), 0);
	CHECK_INT(ob_stream_flush(&s), -EPIPE);
}

static void
a_closed_descriptor_is_an_error_of_flush(void)
{
	char storage[64];
	struct ob_stream s;

	ob_stream_init_fd(&s, 1000, storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_INT(ob_stream_puts(&s, "x"), 0);
	CHECK_INT(ob_stream_flush(&s), -EBADF);
}

static void
memory_takes_bytes_up_to_its_maximum(void)
{
	struct ob_buf sink = OB_BUF_INIT(5);
	struct ob_stream s;

	ob_stream_init_mem(&s, &sink);
	CHECK_INT(ob_stream_write(&s, "a\0b", 3), 0);
	CHECK_BYTES(sink.p, sink.n, "a\0b", 3);
	CHECK_INT(ob_stream_flush(&s), 0);
	CHECK_INT(ob_stream_puts(&s, "cde"), -ENOBUFS);
	CHECK_INT(ob_stream_puts(&s, "c"), -ENOBUFS);
	CHECK_INT(ob_stream_flush(&s), -ENOBUFS);
	CHECK_UINT(sink.n, 3);
	ob_buf_release(&sink);
}

static void
a_stream_to_nowhere_takes_everything(void)
{
	struct ob_stream s;

	ob_stream_init_mem(&s, NULL);
	CHECK_INT(ob_stream_puts(&s, "lost"), 0);
	CHECK_INT(ob_stream_flush(&s), 0);
}

static void
formatted_text_has_a_maximum(void)
{
	struct ob_buf sink = OB_BUF_INIT((size_t)8 << 20);
	struct ob_stream s;

	ob_stream_init_mem(&s, &sink);
	CHECK_INT(ob_stream_printf(&s, "%*s", 2 << 20, ""), -ENOBUFS);
	CHECK_INT(ob_stream_flush(&s), -ENOBUFS);
	CHECK_UINT(sink.n, 0);
	ob_buf_release(&sink);
}

/* --- input -------------------------------------------------------------- */

static void
line_is(struct ob_reader *r, char delim, const char *want)
{
	struct ob_str line;

	CHECK_INT(ob_reader_line(r, delim, &line), 1);
	CHECK_MEM(line.p, line.n, want);
}

static void
memory_is_read_line_by_line(void)
{
	struct ob_reader r;
	struct ob_str line;

	ob_reader_init_mem(&r, OB_STR("one\n\nlast"));
	line_is(&r, '\n', "one");
	line_is(&r, '\n', "");
	line_is(&r, '\n', "last");
	CHECK_INT(ob_reader_line(&r, '\n', &line), 0);
	CHECK_INT(ob_reader_line(&r, '\n', &line), 0);
	ob_reader_init_mem(&r, OB_STR("a\nb\0c\n"));
	line_is(&r, '\0', "a\nb");
	line_is(&r, '\0', "c\n");
	CHECK_INT(ob_reader_line(&r, '\0', &line), 0);
	ob_reader_init_mem(&r, OB_STR(""));
	CHECK_INT(ob_reader_line(&r, '\n', &line), 0);
	ob_reader_release(&r);
}

static void
a_descriptor_is_read_as_the_bytes_come(void)
{
	struct ob_reader r;
	struct ob_str line;
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	ob_reader_init_fd(&r, fds[0], 100);
	CHECK_INT(ob_write_full(fds[1], "one\ntwo\nthr", 11), 0);
	line_is(&r, '\n', "one");
	line_is(&r, '\n', "two");
	CHECK_INT(ob_write_full(fds[1], "ee\nend", 6), 0);
	line_is(&r, '\n', "three");
	CHECK_INT(ob_close(&fds[1]), 0);
	line_is(&r, '\n', "end");
	CHECK_INT(ob_reader_line(&r, '\n', &line), 0);
	ob_reader_release(&r);
}

static void
a_line_past_the_maximum_is_refused(void)
{
	OB_AUTO_CLOSE int fd =
	    ob_open(AT_FDCWD, "f", O_RDWR | O_CREAT | O_EXCL, 0600);
	char *zeros = calloc(1, 300000);
	struct ob_reader r;
	struct ob_str line;

	CHECK(fd >= 0 && zeros != NULL);
	CHECK_INT(ob_write_full(fd, zeros, 300000), 0);
	CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
	ob_reader_init_fd(&r, fd, 1000);
	CHECK_INT(ob_reader_line(&r, '\n', &line), -ENOBUFS);
	ob_reader_release(&r);
	free(zeros);
}

static void
a_read_that_fails_is_its_error(void)
{
	struct ob_buf all = OB_BUF_INIT(100);
	struct ob_reader r;
	struct ob_str line;

	ob_reader_init_fd(&r, 1000, 100);
	CHECK_INT(ob_reader_line(&r, '\n', &line), -EBADF);
	CHECK_INT(ob_reader_all(&r, 100, &all), -EBADF);
	ob_reader_release(&r);
	ob_buf_release(&all);
}

static void
cancel_ends_a_read_before_it_waits(void)
{
	volatile sig_atomic_t cancel = 0;
	struct ob_reader r;
	struct ob_str line;
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	ob_reader_init_fd(&r, fds[0], 100);
	r.cancel = &cancel;
	CHECK_INT(ob_write_full(fds[1], "a\nb", 3), 0);
	line_is(&r, '\n', "a");
	cancel = SIGINT;
	CHECK_INT(ob_reader_line(&r, '\n', &line), -EINTR);
	cancel = 0;
	CHECK_INT(ob_close(&fds[1]), 0);
	line_is(&r, '\n', "b");
	ob_reader_release(&r);
}

static void
everything_is_read_up_to_a_maximum(void)
{
	struct ob_buf all = OB_BUF_INIT(100);
	struct ob_reader r;
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_write_full(fds[1], "head\nbody\nend", 13), 0);
	CHECK_INT(ob_close(&fds[1]), 0);
	ob_reader_init_fd(&r, fds[0], 100);
	line_is(&r, '\n', "head");
	CHECK_INT(ob_reader_all(&r, 8, &all), 0);
	CHECK_STR(ob_buf_z(&all), "body\nend");
	ob_reader_release(&r);

	ob_buf_reset(&all);
	ob_reader_init_mem(&r, OB_STR("123456789"));
	CHECK_INT(ob_reader_all(&r, 8, &all), -EFBIG);
	ob_reader_init_mem(&r, OB_STR("123456789"));
	all.max = 5;
	CHECK_INT(ob_reader_all(&r, 100, &all), -EFBIG);
	ob_buf_release(&all);
}

struct counter {
	struct ob_trace_sink sink;
	int n;
	struct ob_trace_event last;
};

static void
count(struct ob_trace_sink *sink, const struct ob_trace_event *event)
{
	struct counter *c = OB_CONTAINER(sink, struct counter, sink);

	c->n++;
	c->last = *event;
}

static void
transfers_are_traced_with_bytes_or_error(void)
{
	struct counter counts = { .sink.emit = count };
	char storage[64];
	struct ob_stream s;
	struct ob_reader r;
	int fds[2];

	open_pipe(fds);
	ob_trace_set(&counts.sink);
	ob_stream_init_fd(
	    &s, fds[1], storage, sizeof(storage), OB_STREAM_BLOCK);
	CHECK_INT(ob_stream_puts(&s, "line\n"), 0);
	CHECK_INT(counts.n, 0);
	CHECK_INT(ob_stream_flush(&s), 0);
	CHECK_INT(counts.n, 1);
	CHECK_STR(counts.last.name, "write");
	CHECK_INT(counts.last.id, fds[1]);
	CHECK_INT(counts.last.value, 5);
	ob_reader_init_fd(&r, fds[0], 100);
	line_is(&r, '\n', "line");
	CHECK_INT(counts.n, 2);
	CHECK_STR(counts.last.name, "read");
	CHECK_INT(counts.last.value, 5);
	ob_reader_release(&r);
	s.fd = 1000;
	CHECK_INT(ob_stream_puts(&s, "x"), 0);
	CHECK_INT(ob_stream_flush(&s), -EBADF);
	CHECK_INT(counts.last.value, -EBADF);
	ob_trace_set(NULL);
}

OB_TESTS(stream) = {
	OB_TEST(blocks_are_written_when_full_or_flushed),
	OB_TEST(formatted_text_is_whole_wherever_it_falls),
	OB_TEST(lines_are_written_at_their_end),
	OB_TEST(a_failed_write_stays_the_error),
	OB_TEST(a_closed_descriptor_is_an_error_of_flush),
	OB_TEST(memory_takes_bytes_up_to_its_maximum),
	OB_TEST(a_stream_to_nowhere_takes_everything),
	OB_TEST(formatted_text_has_a_maximum),
	OB_TEST(memory_is_read_line_by_line),
	OB_TEST(a_descriptor_is_read_as_the_bytes_come),
	OB_TEST(a_line_past_the_maximum_is_refused),
	OB_TEST(a_read_that_fails_is_its_error),
	OB_TEST(cancel_ends_a_read_before_it_waits),
	OB_TEST(everything_is_read_up_to_a_maximum),
	OB_TEST(transfers_are_traced_with_bytes_or_error),
	OB_TESTS_END,
};
