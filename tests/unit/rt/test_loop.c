#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/str.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/wait.h"
#include "rt/loop.h"

static char seen[256];
static size_t n_seen;

static void
note(char c)
{
	CHECK(n_seen < sizeof(seen));
	seen[n_seen++] = c;
}

static void
note_timer(struct ob_loop *loop, struct ob_loop_timer *t)
{
	(void)loop;
	note(*(const char *)t->arg);
}

static void
note_defer(struct ob_loop *loop, struct ob_loop_defer *d)
{
	(void)loop;
	note(*(const char *)d->arg);
}

static struct ob_loop_timer
timer(const char *letter)
{
	return (struct ob_loop_timer){ .fn = note_timer,
		.arg = (void *)(uintptr_t)letter };
}

static struct ob_loop_defer
defer(const char *letter)
{
	return (struct ob_loop_defer){ .fn = note_defer,
		.arg = (void *)(uintptr_t)letter };
}

static void
an_empty_loop_ends_at_once(void)
{
	struct ob_loop loop;

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 0);
	ob_loop_release(&loop);
	ob_loop_release(&loop);
}

static void
timers_fire_in_order_of_time_then_of_setting(void)
{
	struct ob_loop loop;
	struct ob_loop_timer a = timer("a"), b = timer("b"), c = timer("c"),
			     d = timer("d"), e = timer("e");
	int64_t now_ns = ob_clock_monotonic_ns();

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &c, now_ns + 2000), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &a, now_ns), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &d, now_ns + 2000), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &b, now_ns + 9000000), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &e, now_ns), -ENOBUFS);
	CHECK_INT(ob_loop_set_timer(&loop, &b, now_ns + 1000), 0);
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_MEM(seen, n_seen, "abcd");
	ob_loop_release(&loop);
}

/* The heap against what a sort says. */
static void
many_timers_keep_their_order_through_removals(void)
{
	enum { N = 200 };
	static struct ob_loop_timer t[N];
	static char letters[N];
	struct ob_loop loop;
	size_t left = 0;

	CHECK_INT(ob_loop_init(&loop, N), 0);
	for (size_t i = 0; i < N; i++) {
		letters[i] = (char)(test_random() % 100);
		t[i] = timer(&letters[i]);
		CHECK_INT(ob_loop_set_timer(&loop, &t[i], letters[i] + 1), 0);
	}
	for (size_t i = 0; i < N; i += 3)
		ob_loop_remove_timer(&loop, &t[i]);
	for (size_t i = 0; i < N; i++)
		left += t[i].place != 0;
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 1);
	CHECK_UINT(n_seen, left);
	for (size_t i = 1; i < n_seen; i++)
		CHECK(seen[i - 1] <= seen[i]);
	ob_loop_release(&loop);
}

static struct ob_loop_timer other_timer;

static void
set_itself_and_remove_other(struct ob_loop *loop, struct ob_loop_timer *t)
{
	note('x');
	ob_loop_remove_timer(loop, &other_timer);
	if (n_seen < 3)
		CHECK_INT(ob_loop_set_timer(loop, t, OB_NO_WAIT), 0);
}

static void
timers_may_set_and_remove_timers(void)
{
	struct ob_loop loop;
	struct ob_loop_timer t = { .fn = set_itself_and_remove_other };

	other_timer = timer("o");
	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &t, 1), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &other_timer, 2), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 1);
	CHECK_MEM(seen, n_seen, "x"); /* the next one is another turn's */
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_MEM(seen, n_seen, "xxx");
	ob_loop_release(&loop);
}

struct pipe_watch {
	struct ob_loop_fd h;
	struct pipe_watch *victim;
	int ends[2];
};

static void
read_one(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	char c;

	(void)loop;
	CHECK(events & OB_POLL_IN);
	CHECK_INT(ob_read(h->fd, &c, 1), 1);
	note(c);
}

static void
remove_both(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	struct pipe_watch *w = h->arg;

	(void)events;
	note('r');
	ob_loop_remove_fd(loop, h);
	ob_loop_remove_fd(loop, &w->victim->h);
}

static void
open_watch(struct ob_loop *loop, struct pipe_watch *w, ob_loop_fd_fn *fn)
{
	w->h = (struct ob_loop_fd){ .fn = fn, .arg = w };
	CHECK_INT(ob_fd_pipe(w->ends), 0);
	CHECK_INT(ob_loop_add_fd(loop, &w->h, w->ends[0], OB_POLL_IN), 0);
}

static void
check_descriptors(void)
{
	struct ob_loop loop;
	struct pipe_watch a;

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	open_watch(&loop, &a, read_one);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 0);
	CHECK_INT(ob_write_full(a.ends[1], "12", 2), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NEVER), 1);
	CHECK_MEM(seen, n_seen, "1");
	/* Nobody reads while no event is wanted; then it is told again. */
	CHECK_INT(ob_loop_set_events(&loop, &a.h, 0), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 0);
	CHECK_INT(ob_loop_set_events(&loop, &a.h, OB_POLL_IN), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NEVER), 1);
	CHECK_MEM(seen, n_seen, "12");
	ob_loop_remove_fd(&loop, &a.h);
	ob_loop_remove_fd(&loop, &a.h);
	CHECK_INT(ob_loop_run(&loop), 0);
	ob_loop_release(&loop);
}

static void
what_is_left_unread_is_told_again(void)
{
	check_descriptors();
}

static void
what_is_left_unread_is_told_again_without_epoll(void)
{
	CHECK_INT(ob_os_disable(OB_STR("epoll"), NULL), 0);
	check_descriptors();
}

static void
a_callback_may_remove_others_of_its_turn(void)
{
	struct ob_loop loop;
	struct pipe_watch a, b;

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	open_watch(&loop, &a, remove_both);
	open_watch(&loop, &b, remove_both);
	a.victim = &b;
	b.victim = &a;
	CHECK_INT(ob_write_full(a.ends[1], "1", 1), 0);
	CHECK_INT(ob_write_full(b.ends[1], "1", 1), 0);
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_MEM(seen, n_seen, "r");
	ob_loop_release(&loop);
}

static void
bad_descriptors_are_refused(void)
{
	struct ob_loop loop;
	struct ob_loop_fd twice = { .fn = read_one }, bad = { .fn = read_one };
	struct pipe_watch a;

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	open_watch(&loop, &a, read_one);
	CHECK_INT(
	    ob_loop_add_fd(&loop, &twice, a.ends[0], OB_POLL_IN), -EEXIST);
	CHECK_INT(ob_loop_add_fd(&loop, &bad, 999, OB_POLL_IN), -EBADF);
	ob_loop_remove_fd(&loop, &bad);
	ob_loop_release(&loop);
}

static struct ob_loop_defer again;

static void
defer_more(struct ob_loop *loop, struct ob_loop_defer *d)
{
	note_defer(loop, d);
	ob_loop_defer(loop, &again);
}

static void
deferred_calls_come_last_and_once(void)
{
	struct ob_loop loop;
	struct ob_loop_defer a = defer("a"), b = defer("b"), c = defer("c");
	struct ob_loop_timer t = timer("t");

	again = defer("n");
	a.fn = defer_more;
	CHECK_INT(ob_loop_init(&loop, 4), 0);
	ob_loop_defer(&loop, &a);
	ob_loop_defer(&loop, &a);
	ob_loop_defer(&loop, &b);
	ob_loop_defer(&loop, &c);
	ob_loop_remove_defer(&loop, &b);
	ob_loop_remove_defer(&loop, &b);
	CHECK_INT(ob_loop_set_timer(&loop, &t, OB_NO_WAIT), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NEVER), 1);
	CHECK_MEM(seen, n_seen, "tac");
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_MEM(seen, n_seen, "tacn");
	ob_loop_release(&loop);
}

static void
stop_now(struct ob_loop *loop, struct ob_loop_timer *t)
{
	CHECK_INT(ob_loop_set_timer(loop, t, OB_NO_WAIT), 0);
	ob_loop_stop(loop);
}

static void
a_stopped_loop_keeps_its_handles(void)
{
	struct ob_loop loop;
	struct ob_loop_timer t = { .fn = stop_now };

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &t, OB_NO_WAIT), 0);
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK(t.place != 0);
	CHECK_INT(ob_loop_run(&loop), 0);
	ob_loop_release(&loop);
}

static struct ob_loop *running;

static void
stop_by_signal(struct ob_sig_handler *h, const struct ob_siginfo *info)
{
	(void)h;
	note((char)('0' + info->signo % 10));
	ob_loop_stop(running);
}

static void
end_section(struct ob_loop *loop, struct ob_loop_timer *t)
{
	(void)loop;
	note('l');
	ob_sig_leave(t->arg);
}

static void
check_signals(void)
{
	struct ob_loop loop;
	struct ob_sig sig;
	struct ob_sig_handler h = { .fn = stop_by_signal };
	struct ob_loop_timer t = { .fn = end_section, .arg = &sig };

	running = &loop;
	CHECK_INT(ob_sig_open(&sig, 0), 0);
	CHECK_INT(ob_sig_on(&sig, &h, SIGUSR1), 0);
	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_add_sig(&loop, &sig), 0);
	ob_sig_enter(&sig);
	raise(SIGUSR1);
	CHECK_INT(ob_loop_turn(&loop, OB_NO_WAIT), 0);
	CHECK_INT(ob_loop_set_timer(&loop, &t, OB_NO_WAIT), 0);
	CHECK_INT(ob_loop_turn(&loop, OB_NEVER), 1);
	while (n_seen < 2)
		CHECK(ob_loop_turn(&loop, OB_NEVER) >= 0);
	CHECK_INT(seen[0], 'l');
	CHECK_INT(seen[1], '0' + SIGUSR1 % 10);
	/* Signals alone keep no loop running. */
	CHECK_INT(ob_loop_run(&loop), 0);
	ob_loop_release(&loop);
	ob_sig_close(&sig);
}

static void
signals_arrive_by_the_loop(void)
{
	check_signals();
}

static void
signals_arrive_by_the_loop_and_a_pipe(void)
{
	CHECK_INT(ob_os_disable(OB_STR("signalfd"), NULL), 0);
	check_signals();
}

static void
note_child(struct ob_loop *loop, struct ob_loop_child *h,
    const struct ob_child_status *status)
{
	(void)loop;
	CHECK_INT(status->state, OB_CHILD_EXITED);
	note((char)('0' + status->value));
	ob_child_release(h->child);
}

static struct ob_child
start(const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	char *env[] = { NULL };
	struct ob_spawn how = OB_SPAWN_INIT;
	struct ob_child child;

	how.path = "/bin/sh";
	how.argv = (char *const *)(uintptr_t)argv;
	how.env = env;
	CHECK_INT(ob_spawn(&how, &child, NULL, NULL), 0);
	return child;
}

static void
check_children(void)
{
	struct ob_loop loop;
	struct ob_sig sig;
	struct ob_loop_child a = { .fn = note_child }, b = { .fn = note_child },
			     gone = { .fn = note_child };
	struct ob_child child_a, child_b, child_gone;
	struct ob_child_status status;

	CHECK_INT(ob_sig_open(&sig, 0), 0);
	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_add_sig(&loop, &sig), 0);
	child_a = start("exit 3");
	child_b = start("exit 3");
	child_gone = start("exit 4");
	/* One has ended before anybody watched for it. */
	CHECK_INT(ob_child_await(&child_a, OB_NEVER), 0);
	CHECK_INT(ob_loop_add_child(&loop, &a, &child_a), 0);
	CHECK_INT(ob_loop_add_child(&loop, &b, &child_b), 0);
	CHECK_INT(ob_loop_add_child(&loop, &gone, &child_gone), 0);
	ob_loop_remove_child(&loop, &gone);
	ob_loop_remove_child(&loop, &gone);
	CHECK_INT(ob_loop_run(&loop), 0);
	CHECK_MEM(seen, n_seen, "33");
	CHECK_INT(ob_child_wait(&child_gone, OB_NEVER, &status), 0);
	ob_child_release(&child_gone);
	ob_loop_release(&loop);
	ob_sig_close(&sig);
}

static void
children_are_reaped_by_the_loop(void)
{
	check_children();
}

static void
children_are_reaped_by_the_loop_without_pidfds(void)
{
	CHECK_INT(ob_os_disable(OB_STR("pidfd"), NULL), 0);
	check_children();
}

static void
children_without_pidfd_need_the_registry(void)
{
	struct ob_loop loop;
	struct ob_loop_child h = { .fn = note_child };
	struct ob_child child = OB_CHILD_NONE;

	CHECK_INT(ob_loop_init(&loop, 4), 0);
	CHECK_INT(ob_loop_add_child(&loop, &h, &child), -ENOTSUP);
	ob_loop_release(&loop);
}

OB_TESTS(loop) = {
	OB_TEST(an_empty_loop_ends_at_once),
	OB_TEST(timers_fire_in_order_of_time_then_of_setting),
	OB_TEST(many_timers_keep_their_order_through_removals),
	OB_TEST(timers_may_set_and_remove_timers),
	OB_TEST(what_is_left_unread_is_told_again),
	OB_TEST(what_is_left_unread_is_told_again_without_epoll),
	OB_TEST(a_callback_may_remove_others_of_its_turn),
	OB_TEST(bad_descriptors_are_refused),
	OB_TEST(deferred_calls_come_last_and_once),
	OB_TEST(a_stopped_loop_keeps_its_handles),
	OB_TEST(signals_arrive_by_the_loop),
	OB_TEST(signals_arrive_by_the_loop_and_a_pipe),
	OB_TEST(children_are_reaped_by_the_loop),
	OB_TEST(children_are_reaped_by_the_loop_without_pidfds),
	OB_TEST(children_without_pidfd_need_the_registry),
	OB_TESTS_END,
};
