#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "os/file.h"
#include "os/wait.h"
#include "rt/server.h"

#define SOON ob_clock_deadline_ns(10 * OB_NS_PER_S)

enum {
	T_ECHO = 1,
	T_FLOOD = 2, /* answers of 1000 bytes until the queue is full */
	T_BYE = 3,   /* answered, then dropped */
};

/* More than the kernel and the queue can hold. */
#define FLOODS 8

static struct ob_loop loop;
static struct ob_server server;
static int opened, closed, last_why, floods, flooded;
static bool allowed = true;

static bool
allow(void *arg, const struct ob_sock_peer *peer)
{
	(void)arg;
	CHECK_UINT(peer->uid, geteuid());
	return allowed;
}

static int
on_open(struct ob_server_client *c)
{
	opened++;
	c->data = &opened;
	return 0;
}

static void
on_close(struct ob_server_client *c, int why)
{
	CHECK(c->data == &opened);
	closed++;
	last_why = why;
}

static int
on_frame(struct ob_server_client *c, struct ob_frame *f)
{
	static const char block[1000];
	int fd = -1, rc;

	switch (f->type) {
	case T_FLOOD:
		floods++;
		do
			rc = ob_server_send(
			    c, T_FLOOD, block, sizeof(block), NULL, 0);
		while (rc == 0 && ++flooded > 0);
		CHECK_INT(rc, -ENOBUFS);
		return 0;
	case T_BYE:
		CHECK_INT(ob_server_send(c, T_BYE, "bye", 3, NULL, 0), 0);
		return -EDOM;
	}
	if (f->n_fds > 0)
		fd = ob_frame_take_fd(f, 0);
	return ob_server_send(c, f->type, f->p, f->n, &fd, fd >= 0);
}

static void
serve(struct ob_server_params p)
{
	struct ob_err err = OB_ERR_INIT;

	p.path = "s";
	p.on_open = on_open;
	p.on_frame = on_frame;
	p.on_close = on_close;
	if (p.max_clients == 0)
		p.max_clients = 100;
	if (p.max_clients_per_uid == 0)
		p.max_clients_per_uid = 100;
	p.max_payload_bytes = 1000;
	p.max_out_bytes = 200 * 1000;
	CHECK_INT(ob_loop_init(&loop, 100), 0);
	if (ob_server_open(&server, &loop, &p, &err) < 0)
		FAIL("%s", err.msg);
}

static void
finish(void)
{
	ob_server_close(&server);
	ob_loop_release(&loop);
	CHECK_INT(closed, opened);
	CHECK_INT(access("s", F_OK), -1);
}

/* A client in the same process: the loop turns while it waits. */
struct peer {
	int fd;
	struct ob_frame_reader r;
	struct ob_frame_writer w;
};

static struct peer
come(void)
{
	struct peer p;

	p.fd = ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL);
	CHECK(p.fd >= 0);
	ob_frame_reader_init(&p.r, 1000);
	ob_frame_writer_init(&p.w, 1000000);
	return p;
}

static void
leave(struct peer *p)
{
	ob_frame_reader_release(&p->r);
	ob_frame_writer_release(&p->w);
	(void)ob_close(&p->fd);
}

static void
ask(struct peer *p, uint8_t type, const char *text)
{
	CHECK_INT(ob_frame_add(&p->w, type, text, strlen(text), NULL, 0), 0);
	CHECK(ob_frame_write(&p->w, p->fd) >= 0);
}

/* The next frame: 1; 0 = the server has closed. */
static int
answer(struct peer *p, struct ob_frame *ret)
{
	for (int i = 0; i < 10000; i++) {
		int rc = ob_frame_next(&p->r, ret);
		ssize_t n;

		CHECK(rc >= 0);
		if (rc == 1)
			return 1;
		n = ob_frame_read(&p->r, p->fd);
		if (n == 0 || n == -ECONNRESET)
			return 0;
		if (n < 0) {
			CHECK_INT(n, -EAGAIN);
			CHECK(ob_loop_turn(&loop, SOON) >= 0);
		}
	}
	FAIL("no answer in 10000 turns");
}

static void
frames_are_answered_in_order(void)
{
	struct ob_frame f;
	struct stat st;
	struct peer p;

	serve((struct ob_server_params){ .first_frame_ns = OB_NS_PER_S });
	CHECK_INT(lstat("s", &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	p = come();
	/* More than one turn takes. */
	for (int i = 0; i < 3 * OB_SERVER_FRAMES; i++) {
		char text[2] = { (char)('a' + i % 26), '\0' };

		ask(&p, T_ECHO, text);
	}
	for (int i = 0; i < 3 * OB_SERVER_FRAMES; i++) {
		CHECK_INT(answer(&p, &f), 1);
		CHECK_INT(f.p[0], 'a' + i % 26);
	}
	leave(&p);
	while (closed == 0)
		CHECK(ob_loop_turn(&loop, SOON) >= 0);
	CHECK_INT(last_why, 0);
	finish();
}

static void
a_burst_of_small_frames_is_no_overflow(void)
{
	enum { N = 12000 }; /* 96 KB: several receives, many turns */
	struct ob_frame f;
	struct peer p;

	serve((struct ob_server_params){ 0 });
	p = come();
	for (int i = 0; i < N; i++)
		CHECK_INT(ob_frame_add(&p.w, T_ECHO, NULL, 0, NULL, 0), 0);
	CHECK(ob_frame_write(&p.w, p.fd) >= 0);
	for (int i = 0; i < N; i++) {
		CHECK_INT(answer(&p, &f), 1);
		CHECK(ob_frame_write(&p.w, p.fd) >= 0);
	}
	leave(&p);
	finish();
}

static void
descriptors_come_and_go(void)
{
	struct ob_frame f;
	struct peer p;
	int fds[2], got;

	serve((struct ob_server_params){ 0 });
	p = come();
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_frame_add(&p.w, T_ECHO, "x", 1, &fds[1], 1), 0);
	CHECK_INT(ob_frame_write(&p.w, p.fd), 0);
	CHECK_INT(answer(&p, &f), 1);
	CHECK_UINT(f.n_fds, 1);
	got = ob_frame_take_fd(&f, 0);
	CHECK_INT(write(got, "!", 1), 1);
	close(got);
	leave(&p);
	finish();
}

static void
the_last_answer_arrives_before_the_end(void)
{
	struct ob_frame f;
	struct peer p;

	serve((struct ob_server_params){ 0 });
	p = come();
	ask(&p, T_BYE, "");
	CHECK_INT(answer(&p, &f), 1);
	CHECK_MEM(f.p, f.n, "bye");
	CHECK_INT(answer(&p, &f), 0);
	CHECK_INT(last_why, -EDOM);
	leave(&p);
	finish();
}

static void
a_client_that_only_stops_sending_gets_its_answers(void)
{
	struct ob_frame f;
	struct peer p;

	serve((struct ob_server_params){ 0 });
	p = come();
	ask(&p, T_ECHO, "last");
	CHECK_INT(ob_sock_shutdown(p.fd, SHUT_WR), 0);
	CHECK_INT(answer(&p, &f), 1);
	CHECK_MEM(f.p, f.n, "last");
	CHECK_INT(answer(&p, &f), 0);
	CHECK_INT(last_why, 0);
	leave(&p);
	finish();
}

static void
garbage_ends_only_its_own_connection(void)
{
	struct ob_frame f;
	struct peer good, bad;

	serve((struct ob_server_params){ 0 });
	good = come();
	bad = come();
	CHECK_INT(ob_sock_send_full(bad.fd, "GET / HTTP/1.1\r\n", 16, SOON), 0);
	CHECK_INT(answer(&bad, &f), 0);
	CHECK(last_why == -EMSGSIZE || last_why == -EBADMSG);
	ask(&good, T_ECHO, "still here");
	CHECK_INT(answer(&good, &f), 1);
	CHECK_MEM(f.p, f.n, "still here");
	leave(&bad);
	bad = come();
	CHECK_INT(ob_sock_send_full(bad.fd, "\5\0\0\0\1", 5, SOON), 0);
	leave(&bad);
	while (closed < 2)
		CHECK(ob_loop_turn(&loop, SOON) >= 0);
	CHECK_INT(last_why, -ECONNRESET); /* cut inside a frame */
	leave(&good);
	finish();
}

static void
a_silent_client_is_dropped_in_time(void)
{
	struct ob_frame f;
	struct peer silent, slow;

	serve((struct ob_server_params){ .first_frame_ns = 5 * OB_NS_PER_MS });
	silent = come();
	CHECK_INT(answer(&silent, &f), 0);
	CHECK_INT(last_why, -ETIMEDOUT);
	slow = come();
	CHECK_INT(ob_sock_send_full(slow.fd, "\5\0\0", 3, SOON), 0);
	CHECK_INT(answer(&slow, &f), 0);
	CHECK_INT(last_why, -ETIMEDOUT);
	leave(&silent);
	leave(&slow);
	finish();
}

static void
a_client_that_does_not_read_is_held_back_alone(void)
{
	struct ob_frame f;
	struct peer slow, other;
	int got = 0;

	serve((struct ob_server_params){ 0 });
	slow = come();
	other = come();
	for (int i = 0; i < FLOODS; i++)
		ask(&slow, T_FLOOD, "");
	ask(&other, T_ECHO, "fast");
	CHECK_INT(answer(&other, &f), 1);
	CHECK_MEM(f.p, f.n, "fast");
	/* Its queue is full: the other requests wait. */
	while (ob_loop_turn(&loop, OB_NO_WAIT) > 0)
		continue;
	CHECK(floods < FLOODS);
	while (floods < FLOODS || got < flooded) {
		CHECK_INT(answer(&slow, &f), 1);
		got++;
	}
	leave(&slow);
	leave(&other);
	finish();
}

static void
check_refused(void)
{
	struct ob_frame f;
	struct peer p = come();

	CHECK_INT(answer(&p, &f), 0);
	leave(&p);
}

static void
limits_hold_in_all_and_per_user(void)
{
	struct ob_frame f;
	struct peer a;

	serve((struct ob_server_params){ .max_clients_per_uid = 1 });
	a = come();
	ask(&a, T_ECHO, "a");
	CHECK_INT(answer(&a, &f), 1);
	check_refused();
	leave(&a);
	while (closed == 0)
		CHECK(ob_loop_turn(&loop, SOON) >= 0);
	a = come();
	ask(&a, T_ECHO, "a");
	CHECK_INT(answer(&a, &f), 1);
	server.params.max_clients_per_uid = 9;
	server.params.max_clients = 1;
	check_refused();
	leave(&a);
	finish();
}

static void
users_that_are_not_allowed_stay_outside(void)
{
	serve((struct ob_server_params){ .allow = allow });
	allowed = false;
	check_refused();
	CHECK_INT(opened, 0);
	finish();
}

static void
running_out_of_descriptors_sheds_and_does_not_spin(void)
{
	struct rlimit limit;
	struct ob_frame f;
	struct peer a, b;

	serve((struct ob_server_params){ 0 });
	a = come();
	ask(&a, T_ECHO, "a");
	CHECK_INT(answer(&a, &f), 1);
	b = come();
	/* Not one number more than are in use. */
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)b.fd + 1;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
	CHECK_INT(answer(&b, &f), 0);
	CHECK_INT(opened, 1);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 0);
	ask(&a, T_ECHO, "a");
	CHECK_INT(answer(&a, &f), 1);
	leave(&a);
	leave(&b);
	finish();
}

static void
a_second_server_is_refused_and_a_dead_one_replaced(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_server second;
	struct ob_server_params p = { .path = "s", .max_clients = 1 };
	int fd;

	serve((struct ob_server_params){ 0 });
	CHECK_INT(ob_server_open(&second, &loop, &p, &err), -EADDRINUSE);
	CHECK_STR(err.msg, "cannot listen on 's'");
	finish();
	fd = ob_sock_unix_listen("s", OB_SOCK_STREAM, 0600, 1, NULL);
	CHECK(fd >= 0);
	close(fd);
	serve((struct ob_server_params){ 0 });
	finish();
}

static void
an_adopted_socket_keeps_its_name(void)
{
	struct ob_server_params p = { .path = "s",
		.max_clients = 1,
		.max_clients_per_uid = 1,
		.on_frame = on_frame,
		.max_payload_bytes = 10,
		.max_out_bytes = 100 };
	struct ob_frame f;
	struct peer a;
	int fd = ob_sock_unix_listen("s", OB_SOCK_STREAM, 0600, 1, NULL);

	CHECK(fd >= 0);
	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_server_adopt(&server, &loop, &p, fd, NULL), 0);
	a = come();
	ask(&a, T_ECHO, "hi");
	CHECK_INT(answer(&a, &f), 1);
	leave(&a);
	ob_server_close(&server);
	ob_loop_release(&loop);
	CHECK_INT(access("s", F_OK), 0);
}

OB_TESTS(server) = {
	OB_TEST(frames_are_answered_in_order),
	OB_TEST(a_burst_of_small_frames_is_no_overflow),
	OB_TEST(descriptors_come_and_go),
	OB_TEST(the_last_answer_arrives_before_the_end),
	OB_TEST(a_client_that_only_stops_sending_gets_its_answers),
	OB_TEST(garbage_ends_only_its_own_connection),
	OB_TEST(a_silent_client_is_dropped_in_time),
	OB_TEST(a_client_that_does_not_read_is_held_back_alone),
	OB_TEST(limits_hold_in_all_and_per_user),
	OB_TEST(users_that_are_not_allowed_stay_outside),
	OB_TEST(running_out_of_descriptors_sheds_and_does_not_spin),
	OB_TEST(a_second_server_is_refused_and_a_dead_one_replaced),
	OB_TEST(an_adopted_socket_keeps_its_name),
	OB_TESTS_END,
};
