#include "holder.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/proc.h"
#include "unit.h"

#define SECOND OB_NS_PER_S

static struct ob_arena arena = OB_ARENA_INIT(1 << 20);

static struct fl_holder
sample(void)
{
	return (struct fl_holder){
		.pid = 4711,
		.start = 12345,
		.boot_id = "01234567-89ab-cdef-0123-456789abcdef",
		.host = OB_STR("build1"),
		.pid_space = 4026531836,
		.uid = 1000,
		.kind = OB_LOCK_FLOCK,
		.mode = OB_LOCK_SH,
		.slot = 2,
		.token = UINT64_MAX - 1,
		.note = OB_STR("nightly \"run\"\n"),
		.command = OB_STR("make -j4"),
		.since_ns = 1700000000 * SECOND,
		.ttl_ms = 1500,
		.dev = 65024,
		.ino = 77,
	};
}

static void
what_is_written_is_read_again(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	const struct fl_holder h = sample();
	struct fl_holder r;

	CHECK_INT(fl_holder_format(&h, 1023, &b), 0);
	CHECK_INT(fl_holder_parse(ob_buf_str(&b), &arena, &r), 0);
	CHECK_INT(r.pid, h.pid);
	CHECK_UINT(r.start, h.start);
	CHECK_STR(r.boot_id, h.boot_id);
	CHECK(ob_str_eq(r.host, h.host));
	CHECK_UINT(r.pid_space, h.pid_space);
	CHECK_INT(r.uid, h.uid);
	CHECK_INT(r.kind, h.kind);
	CHECK_INT(r.mode, h.mode);
	CHECK_INT(r.slot, h.slot);
	CHECK_UINT(r.token, h.token);
	CHECK(ob_str_eq(r.note, h.note));
	CHECK(ob_str_eq(r.command, h.command));
	CHECK_INT(r.since_ns, h.since_ns);
	CHECK_INT(r.ttl_ms, h.ttl_ms);
	CHECK_UINT(r.dev, h.dev);
	CHECK_UINT(r.ino, h.ino);
	ob_arena_release(&arena);
}

static void
each_changed_byte_is_noticed(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	const struct fl_holder h = sample();
	struct fl_holder r;

	CHECK_INT(fl_holder_format(&h, 1023, &b), 0);
	for (size_t i = 0; i < b.n; i++) {
		/* Upper and lower case of the sum are the same number. */
		b.p[i] ^= 1;
		CHECK_INT(
		    fl_holder_parse(ob_buf_str(&b), &arena, &r), -EBADMSG);
		b.p[i] ^= 1;
	}
	CHECK_INT(fl_holder_parse(OB_STR(""), &arena, &r), -EBADMSG);
	ob_arena_release(&arena);
}

static void
long_and_strange_texts_are_cut_to_fit(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	struct fl_holder h = sample(), r;
	static char text[1 << 20];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 7);
	h.note = h.command = ob_str_n(text, sizeof(text));
	CHECK_INT(fl_holder_format(&h, 1023, &b), 0);
	CHECK(b.n <= 1023);
	CHECK(strstr(b.p, "\"cut\":true") != NULL);
	CHECK_INT(fl_holder_parse(ob_buf_str(&b), &arena, &r), 0);
	CHECK(r.note.n > 0 && r.note.n < 1000);
	memset(text, '\xc3', sizeof(text)); /* no character ends */
	ob_buf_reset(&b);
	CHECK_INT(fl_holder_format(&h, 1023, &b), 0);
	CHECK_INT(fl_holder_parse(ob_buf_str(&b), &arena, &r), 0);
	ob_buf_reset(&b);
	CHECK_INT(fl_holder_format(&h, 100, &b), -ENOBUFS);
	ob_arena_release(&arena);
}

/* A process that has ended, not yet reaped: dead all the same. */
static pid_t
zombie(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	CHECK_INT(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
	return pid;
}

static void
only_the_proven_dead_are_dead(void)
{
	struct fl_holder self, h;
	int64_t now_ns = 1700000100 * SECOND;
	pid_t pid;

	CHECK_INT(fl_holder_identify(getpid(), &arena, &self), 0);
	CHECK(self.host.n > 0);
	CHECK_INT(fl_holder_is_dead(&self, &self, now_ns), 0);

	h = self;
	h.host = OB_STR("elsewhere.example");
	h.pid = 999999999;
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 0);
	h.host = OB_STR("");
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 0);
	h.host = self.host;
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 1);
	h.pid_space++;
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 0);

	h = self;
	if (self.start > 0) {
		h.start++; /* the pid of another process by now */
		CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 1);
		h = self;
		pid = zombie();
		h.pid = pid;
		h.start = 0;
		CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 1);
		CHECK_INT(waitpid(pid, NULL, 0), pid);
	}
	h = self;
	if (self.boot_id[0] != '\0') {
		h.boot_id[0] ^= 1;
		CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 1);
	}
	h = self;
	h.host = OB_STR("elsewhere.example");
	h.since_ns = now_ns - SECOND;
	h.ttl_ms = 1001;
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 0);
	h.ttl_ms = 1000;
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 1);
	h.ttl_ms = INT64_MAX; /* overflows: no end */
	CHECK_INT(fl_holder_is_dead(&h, &self, now_ns), 0);
	ob_arena_release(&arena);
}

static void
who_is_not_there_cannot_be_identified(void)
{
	struct fl_holder h;
	pid_t pid = zombie();

	CHECK_INT(waitpid(pid, NULL, 0), pid);
	if (fl_holder_identify(getpid(), &arena, &h) == 0 && h.start == 0)
		SKIP("no start times");
	CHECK_INT(fl_holder_identify(pid, &arena, &h), -ESRCH);
	ob_arena_release(&arena);
}

static void
markers_are_read_with_and_without_the_object(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4096);
	struct fl_holder h = sample(), r;

	h.marker_token = OB_STR("0123456789abcdef0123456789abcdef");
	CHECK_INT(fl_marker_format(&h, &b), 0);
	CHECK(strncmp(b.p, "4711\n{", 6) == 0);
	CHECK_INT(fl_marker_parse(ob_buf_str(&b), &arena, &r), 0);
	CHECK(ob_str_eq(r.marker_token, h.marker_token));
	b.p[0] = '5';
	CHECK_INT(fl_marker_parse(ob_buf_str(&b), &arena, &r), -EBADMSG);
	CHECK_INT(fl_marker_parse(OB_STR("17\n"), &arena, &r), 0);
	CHECK_INT(r.pid, 17);
	CHECK_INT(r.host.n, 0);
	CHECK_INT(fl_marker_parse(OB_STR(" 17 "), &arena, &r), 0);
	CHECK_INT(fl_marker_parse(OB_STR(""), &arena, &r), -EBADMSG);
	CHECK_INT(fl_marker_parse(OB_STR("0\n"), &arena, &r), -EBADMSG);
	CHECK_INT(
	    fl_marker_parse(OB_STR("17\n{\"pid\":"), &arena, &r), -EBADMSG);
	ob_arena_release(&arena);
}

OB_TESTS(fl_holder) = {
	OB_TEST(what_is_written_is_read_again),
	OB_TEST(each_changed_byte_is_noticed),
	OB_TEST(long_and_strange_texts_are_cut_to_fit),
	OB_TEST(only_the_proven_dead_are_dead),
	OB_TEST(who_is_not_there_cannot_be_identified),
	OB_TEST(markers_are_read_with_and_without_the_object),
	OB_TESTS_END,
};
