#include "unit.h"

#include <errno.h>
#include <sys/time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/poll.h"

#define MANY 100

static struct ob_poll *
new_poll(void)
{
	struct ob_poll *p = NULL;

	CHECK_INT(ob_poll_new(&p), 0);
	return p;
}

/* Each promise holds for both backends. */
static void
events_come_while_there_is_something(void)
{
	struct ob_poll *p = new_poll();
	struct ob_poll_event e[4];
	int fds[2], tag;
	char c;

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_poll_add(p, fds[0], OB_POLL_IN, &tag), 0);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 0);
	CHECK_INT(ob_write_full(fds[1], "x", 1), 0);
	for (int i = 0; i < 2; i++) { /* level-triggered */
		CHECK_INT(ob_poll_wait(p, e, 4, OB_NEVER, NULL), 1);
		CHECK_UINT(e[0].events, OB_POLL_IN);
		CHECK(e[0].data == &tag);
	}
	CHECK_INT(ob_read(fds[0], &c, 1), 1);
	CHECK_INT(
	    ob_poll_wait(p, e, 4, ob_clock_deadline_ns(2000000), NULL), 0);
	close(fds[1]);
	CHECK_INT(ob_poll_wait(p, e, 4, OB_NEVER, NULL), 1);
	CHECK_UINT(e[0].events, OB_POLL_HUP);
	ob_poll_free(&p);
	CHECK(p == NULL);
	ob_poll_free(&p);
}

static void
interest_is_changed_and_ended(void)
{
	struct ob_poll *p = new_poll();
	struct ob_poll_event e[4];
	int one[2], two[2], a, b;

	CHECK_INT(ob_fd_pipe(one), 0);
	CHECK_INT(ob_fd_pipe(two), 0);
	CHECK_INT(ob_poll_add(p, one[1], OB_POLL_OUT, &a), 0);
	CHECK_INT(ob_poll_add(p, two[1], OB_POLL_OUT, &a), 0);
	CHECK_INT(ob_poll_add(p, one[1], OB_POLL_OUT, &a), -EEXIST);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 2);
	CHECK_INT(ob_poll_wait(p, e, 1, 0, NULL), 1);
	CHECK_INT(ob_poll_mod(p, one[1], 0, &a), 0);
	CHECK_INT(ob_poll_mod(p, two[1], OB_POLL_OUT, &b), 0);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 1);
	CHECK(e[0].data == &b);
	CHECK_INT(ob_poll_del(p, one[1]), 0);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 1);
	CHECK_INT(ob_poll_del(p, two[1]), 0);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 0);
	CHECK_INT(ob_poll_del(p, two[1]), -ENOENT);
	CHECK_INT(ob_poll_mod(p, two[1], 0, NULL), -ENOENT);
	CHECK_INT(ob_poll_add(p, two[1], OB_POLL_OUT, &b), 0);
	CHECK_INT(ob_poll_wait(p, e, 4, 0, NULL), 1);
	ob_poll_free(&p);
}

static void
what_cannot_be_waited_for_is_refused(void)
{
	struct ob_poll *p = new_poll();
	OB_AUTO_CLOSE int file = ob_open(AT_FDCWD, "f", O_RDWR | O_CREAT, 0600);
	OB_AUTO_CLOSE int dir = ob_open(AT_FDCWD, ".", O_RDONLY, 0);

	CHECK_INT(ob_poll_add(p, file, OB_POLL_IN, NULL), -EPERM);
	CHECK_INT(ob_poll_add(p, dir, OB_POLL_IN, NULL), -EPERM);
	CHECK_INT(ob_poll_add(p, 999, OB_POLL_IN, NULL), -EBADF);
	CHECK_INT(ob_poll_add(p, -1, OB_POLL_IN, NULL), -EBADF);
	ob_poll_free(&p);
}

static void
many_descriptors_come_and_go(void)
{
	struct ob_poll *p = new_poll();
	struct ob_poll_event e[2 * MANY];
	int fds[MANY][2];

	for (int i = 0; i < MANY; i++) {
		CHECK_INT(ob_fd_pipe(fds[i]), 0);
		CHECK_INT(ob_poll_add(p, fds[i][1], OB_POLL_OUT, fds[i]), 0);
	}
	for (int i = 0; i < MANY; i += 2)
		CHECK_INT(ob_poll_del(p, fds[i][1]), 0);
	CHECK_INT(ob_poll_wait(p, e, OB_COUNT(e), OB_NEVER, NULL), MANY / 2);
	for (int i = 0; i < MANY / 2; i++) {
		int *pair = e[i].data;

		CHECK_INT((pair - fds[0]) / 2 % 2, 1);
		CHECK_INT(ob_poll_del(p, pair[1]), 0);
	}
	CHECK_INT(ob_poll_wait(p, e, OB_COUNT(e), 0, NULL), 0);
	ob_poll_free(&p);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
a_signal_ends_the_wait_that_lets_it_in(void)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval soon = { { 0, 0 }, { 0, 1000 } };
	struct ob_poll *p = new_poll();
	struct ob_poll_event e;
	sigset_t alarm_only, before;

	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	CHECK_INT(sigprocmask(SIG_BLOCK, &alarm_only, &before), 0);
	CHECK_INT(sigaction(SIGALRM, &action, NULL), 0);
	CHECK_INT(setitimer(ITIMER_REAL, &soon, NULL), 0);
	CHECK_INT(
	    ob_poll_wait(p, &e, 1, ob_clock_deadline_ns(9000000), NULL), 0);
	CHECK_INT(ob_poll_wait(p, &e, 1, OB_NEVER, &before), -EINTR);
	ob_poll_free(&p);
}

static void
all_of_it_holds_for_poll_too(void)
{
	struct ob_poll *p;

	CHECK_INT(ob_os_disable(OB_STR("epoll"), NULL), 0);
	p = new_poll();
	CHECK_STR(ob_poll_backend(p), "poll");
	ob_poll_free(&p);
	events_come_while_there_is_something();
	interest_is_changed_and_ended();
	what_cannot_be_waited_for_is_refused();
	many_descriptors_come_and_go();
	a_signal_ends_the_wait_that_lets_it_in();
}

OB_TESTS(poll) = {
	OB_TEST(events_come_while_there_is_something),
	OB_TEST(interest_is_changed_and_ended),
	OB_TEST(what_cannot_be_waited_for_is_refused),
	OB_TEST(many_descriptors_come_and_go),
	OB_TEST(a_signal_ends_the_wait_that_lets_it_in),
	OB_TEST(all_of_it_holds_for_poll_too),
	OB_TESTS_END,
};
