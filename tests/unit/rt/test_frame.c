#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"
#include "rt/frame.h"

#define MAX 1000

static int
feed(struct ob_frame_reader *r, const char *bytes, size_t n)
{
	return ob_frame_feed(r, bytes, n, NULL, 0);
}

static void
the_layout_is_the_documented_one(void)
{
	struct ob_frame_writer w;

	ob_frame_writer_init(&w, MAX);
	CHECK_INT(ob_frame_add(&w, 7, "abc", 3, NULL, 0), 0);
	CHECK_BYTES(w.out.p, w.out.n, "\3\0\0\0\1\7\0\0abc", 11);
	CHECK_UINT(ob_frame_pending(&w), 11);
	ob_frame_writer_release(&w);
}

static void
frames_arrive_whole_however_they_are_cut(void)
{
	static const char bytes[] = "\3\0\0\0\1\7\0\0abc"
				    "\0\0\0\0\1\10\0\0"
				    "\1\0\0\0\1\11\0\0z";
	const size_t total = sizeof(bytes) - 1;

	for (size_t step = 1; step <= total; step++) {
		struct ob_frame_reader r;
		struct ob_frame f;
		char types[4];
		size_t n = 0;

		ob_frame_reader_init(&r, MAX);
		for (size_t at = 0; at < total; at += step) {
			size_t len = total - at < step ? total - at : step;

			CHECK_INT(feed(&r, bytes + at, len), 0);
			while (ob_frame_next(&r, &f) == 1) {
				if (f.type == 7)
					CHECK_MEM(f.p, f.n, "abc");
				if (f.type == 8)
					CHECK_UINT(f.n, 0);
				types[n++] = (char)f.type;
			}
		}
		CHECK_MEM(types, n, "\7\10\11");
		CHECK(!ob_frame_is_partial(&r));
		ob_frame_reader_release(&r);
	}
}

static void
check_refused(const char *bytes, size_t n, int code)
{
	struct ob_frame_reader r;
	struct ob_frame f;

	ob_frame_reader_init(&r, MAX);
	CHECK_INT(feed(&r, bytes, n), 0);
	CHECK(ob_frame_is_partial(&r));
	CHECK_INT(ob_frame_next(&r, &f), code);
	CHECK_INT(ob_frame_next(&r, &f), code);
	CHECK_INT(feed(&r, "x", 1), code);
	CHECK_INT(ob_frame_read(&r, -1), code);
	ob_frame_reader_release(&r);
}

static void
hostile_headers_end_the_stream(void)
{
	check_refused("\xff\xff\xff\xff\1\0\0\0", 8, -EMSGSIZE);
	check_refused("\xe9\3\0\0\1\0\0\0", 8, -EMSGSIZE); /* 1001 */
	check_refused("\1\0\0\0\2\0\0\0", 8, -EBADMSG);    /* version */
	check_refused("\1\0\0\0\1\0\0\1", 8, -EBADMSG);    /* reserved */
	check_refused("\1\0\0\0\1\0\1\0", 8, -EBADMSG);    /* no descriptor */
	check_refused("\1\0\0\0\1\0\x41\0", 8, -EBADMSG);
}

static void
a_reader_holds_what_arrived_not_what_was_promised(void)
{
	struct ob_frame_reader r;
	struct ob_frame f;
	char *big = calloc(1, 2 * MAX + 64 * 1024);

	CHECK(big != NULL);
	ob_frame_reader_init(&r, MAX);
	CHECK_INT(feed(&r, "\xe8\3\0\0\1\0\0\0", 8), 0);
	CHECK_INT(ob_frame_next(&r, &f), 0);
	CHECK(r.in.cap < MAX);
	CHECK_INT(feed(&r, big, MAX), 0);
	CHECK_INT(ob_frame_next(&r, &f), 1);
	CHECK_UINT(f.n, MAX);
	CHECK_INT(feed(&r, big, 2 * MAX + 64 * 1024), -ENOBUFS);
	ob_frame_reader_release(&r);
	free(big);
}

static void
a_full_queue_refuses_and_stays_sound(void)
{
	struct ob_frame_writer w;
	char big[MAX] = { 0 };
	int fds[OB_SOCK_FDS_MAX + 1] = { 0 };

	ob_frame_writer_init(&w, 32);
	CHECK_INT(ob_frame_add(&w, 1, big, 25, NULL, 0), -ENOBUFS);
	CHECK_INT(ob_frame_add(&w, 1, big, 24, NULL, 0), 0);
	CHECK_INT(ob_frame_add(&w, 1, NULL, 0, NULL, 0), -ENOBUFS);
	CHECK_INT(
	    ob_frame_add(&w, 1, big, 0, fds, OB_SOCK_FDS_MAX + 1), -EINVAL);
	CHECK_UINT(ob_frame_pending(&w), 32);
	ob_frame_writer_release(&w);
}

/* Three frames, two of them with descriptors, through a real socket. */
static void
descriptors_arrive_with_their_frame(void)
{
	struct ob_frame_writer w;
	struct ob_frame_reader r;
	struct ob_frame f;
	int pair[2], pipe_fds[2], sent[2], got;
	char c;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, pair), 0);
	CHECK_INT(ob_fd_pipe(pipe_fds), 0);
	ob_frame_writer_init(&w, MAX);
	ob_frame_reader_init(&r, MAX);
	CHECK_INT(ob_frame_add(&w, 1, "plain", 5, NULL, 0), 0);
	sent[0] = pipe_fds[1];
	CHECK_INT(ob_frame_add(&w, 2, "w", 1, sent, 1), 0);
	CHECK_INT(ob_frame_add(&w, 3, NULL, 0, NULL, 0), 0);
	sent[0] = dup(pipe_fds[0]);
	sent[1] = dup(pipe_fds[0]);
	CHECK_INT(ob_frame_add(&w, 4, "rr", 2, sent, 2), 0);
	CHECK_INT(ob_frame_write(&w, pair[0]), 0);
	CHECK_UINT(ob_frame_pending(&w), 0);
	CHECK_INT(fcntl(pipe_fds[1], F_GETFD), -1); /* the writer's, closed */

	for (int type = 1; type <= 4;) {
		int rc = ob_frame_next(&r, &f);

		CHECK(rc >= 0);
		if (rc == 0) {
			CHECK(ob_frame_read(&r, pair[1]) > 0);
			continue;
		}
		CHECK_INT(f.type, type);
		CHECK_UINT(f.n_fds, type == 2 ? 1 : type == 4 ? 2 : 0);
		if (type == 2) {
			got = ob_frame_take_fd(&f, 0);
			CHECK_INT(write(got, "!", 1), 1);
			CHECK_INT(read(pipe_fds[0], &c, 1), 1);
			close(got);
		}
		type++;
	}
	got = r.fds[0];
	CHECK(fcntl(got, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(ob_frame_next(&r, &f), 0);
	CHECK_INT(fcntl(got, F_GETFD), -1); /* nobody took it */
	CHECK_INT(ob_frame_read(&r, pair[1]), -EAGAIN);
	close(pair[0]);
	CHECK_INT(ob_frame_read(&r, pair[1]), 0);
	ob_frame_reader_release(&r);
	ob_frame_writer_release(&w);
}

static void
descriptors_that_no_frame_claims_end_the_stream(void)
{
	struct ob_frame_reader r;
	struct ob_frame f;
	int fd = dup(2);

	ob_frame_reader_init(&r, MAX);
	CHECK_INT(ob_frame_feed(&r, "\0\0\0\0\1\7\0\0", 8, &fd, 1), 0);
	CHECK_INT(ob_frame_next(&r, &f), 1);
	CHECK_INT(ob_frame_next(&r, &f), -EBADMSG);
	ob_frame_reader_release(&r);
	CHECK_INT(fcntl(fd, F_GETFD), -1);
}

static void
unsent_descriptors_are_closed_at_release(void)
{
	struct ob_frame_writer w;
	int fd = dup(2);

	ob_frame_writer_init(&w, MAX);
	CHECK_INT(ob_frame_add(&w, 1, NULL, 0, &fd, 1), 0);
	ob_frame_writer_release(&w);
	CHECK_INT(fcntl(fd, F_GETFD), -1);
}

static void
a_slow_reader_makes_the_writer_wait(void)
{
	enum { N = 300 };
	static char big[4000];
	struct ob_frame_writer w;
	struct ob_frame_reader r;
	struct ob_frame f;
	int pair[2], frames = 0;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, pair), 0);
	CHECK_INT(ob_sock_set(pair[0], OB_SOCK_SEND_BYTES, 8192), 0);
	ob_frame_writer_init(&w, N * sizeof(big) * 2);
	ob_frame_reader_init(&r, sizeof(big));
	for (int i = 0; i < N; i++)
		CHECK_INT(
		    ob_frame_add(&w, (uint8_t)i, big, sizeof(big), NULL, 0), 0);
	CHECK_INT(ob_frame_write(&w, pair[0]), 1);
	while (frames < N) {
		while (ob_frame_next(&r, &f) == 1)
			CHECK_INT(f.type, (uint8_t)frames++);
		CHECK(ob_frame_write(&w, pair[0]) >= 0);
		if (frames < N)
			CHECK(ob_frame_read(&r, pair[1]) > 0);
	}
	CHECK_INT(ob_frame_write(&w, pair[0]), 0);
	close(pair[1]);
	CHECK_INT(ob_frame_add(&w, 1, NULL, 0, NULL, 0), 0);
	CHECK_INT(ob_frame_write(&w, pair[0]), -EPIPE);
	ob_frame_reader_release(&r);
	ob_frame_writer_release(&w);
}

OB_TESTS(frame) = {
	OB_TEST(the_layout_is_the_documented_one),
	OB_TEST(frames_arrive_whole_however_they_are_cut),
	OB_TEST(hostile_headers_end_the_stream),
	OB_TEST(a_reader_holds_what_arrived_not_what_was_promised),
	OB_TEST(a_full_queue_refuses_and_stays_sound),
	OB_TEST(descriptors_arrive_with_their_frame),
	OB_TEST(descriptors_that_no_frame_claims_end_the_stream),
	OB_TEST(unsent_descriptors_are_closed_at_release),
	OB_TEST(a_slow_reader_makes_the_writer_wait),
	OB_TESTS_END,
};
