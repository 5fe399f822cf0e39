#include "rt/loop.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "os/wait.h"

/* --- timers: a binary heap, places count from 1 ---------------------------- */

static bool
is_before(const struct ob_loop_timer *a, const struct ob_loop_timer *b)
{
	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns;
	return a->serial < b->serial;
}

static void
put(struct ob_loop *loop, size_t place, struct ob_loop_timer *t)
{
	loop->timers.v[place - 1] = t;
	t->place = place;
}

static void
sift_up(struct ob_loop *loop, struct ob_loop_timer *t)
{
	size_t place = t->place;

	while (place > 1 && is_before(t, loop->timers.v[place / 2 - 1])) {
		put(loop, place, loop->timers.v[place / 2 - 1]);
		place /= 2;
	}
	put(loop, place, t);
}

static void
sift_down(struct ob_loop *loop, struct ob_loop_timer *t)
{
	size_t place = t->place, n = loop->timers.n;

	for (;;) {
		size_t child = 2 * place;

		if (child > n)
			break;
		if (child < n &&
		    is_before(loop->timers.v[child], loop->timers.v[child - 1]))
			child++;
		if (!is_before(loop->timers.v[child - 1], t))
			break;
		put(loop, place, loop->timers.v[child - 1]);
		place = child;
	}
	put(loop, place, t);
}

int
ob_loop_set_timer(struct ob_loop *loop, struct ob_loop_timer *t, int64_t due_ns)
{
	if (t->place == 0) {
		int rc = ob_vec_reserve(&loop->timers, 1);

		if (rc < 0)
			return rc;
		put(loop, ++loop->timers.n, t);
	}
	t->due_ns = due_ns;
	t->serial = loop->serial++;
	sift_up(loop, t);
	sift_down(loop, t);
	return 0;
}

void
ob_loop_remove_timer(struct ob_loop *loop, struct ob_loop_timer *t)
{
	struct ob_loop_timer *last;
	size_t place = t->place;

	if (place == 0)
		return;
	t->place = 0;
	last = loop->timers.v[--loop->timers.n];
	if (last == t)
		return;
	put(loop, place, last);
	sift_up(loop, last);
	sift_down(loop, last);
}

static bool
run_timers(struct ob_loop *loop)
{
	int64_t now_ns;
	/* One that a timer sets for "now" counts in the next turn. */
	uint64_t end = loop->serial;
	bool called = false;

	if (loop->timers.n == 0)
		return false;
	now_ns = ob_clock_monotonic_ns();
	while (loop->timers.n > 0) {
		struct ob_loop_timer *t = loop->timers.v[0];

		if (t->due_ns > now_ns || t->serial >= end)
			break;
		ob_loop_remove_timer(loop, t);
		t->fn(loop, t);
		called = true;
	}
	return called;
}

/* --- descriptors ------------------------------------------------------- */

int
ob_loop_add_fd(
    struct ob_loop *loop, struct ob_loop_fd *h, int fd, unsigned events)
{
	int rc;

	OB_CHECK(!h->added);
	rc = ob_poll_add(loop->poll, fd, events, h);
	if (rc < 0)
		return rc;
	h->fd = fd;
	h->events = events;
	h->added = true;
	loop->n_fds++;
	return 0;
}

int
ob_loop_set_events(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	int rc;

	if (h->events == events)
		return 0;
	rc = ob_poll_mod(loop->poll, h->fd, events, h);
	if (rc == 0)
		h->events = events;
	return rc;
}

void
ob_loop_remove_fd(struct ob_loop *loop, struct ob_loop_fd *h)
{
	if (!h->added)
		return;
	/* What this turn still has for it must not be delivered. */
	for (size_t i = 0; i < loop->batch_n; i++)
		if (loop->batch[i].data == h)
			loop->batch[i].data = NULL;
	OB_CHECK(ob_poll_del(loop->poll, h->fd) == 0);
	h->added = false;
	loop->n_fds--;
}

static bool
run_fds(struct ob_loop *loop, size_t n)
{
	loop->batch_n = n;
	for (size_t i = 0; i < n; i++) {
		struct ob_loop_fd *h = loop->batch[i].data;

		/* Removed in this turn. */
		if (h == NULL)
			continue;
		h->fn(loop, h, loop->batch[i].events);
	}
	loop->batch_n = 0;
	return n > 0;
}

/* --- deferred calls ---------------------------------------------------- */

void
ob_loop_defer(struct ob_loop *loop, struct ob_loop_defer *d)
{
	if (d->added)
		return;
	d->added = true;
	TAILQ_INSERT_TAIL(&loop->defers, d, entry);
}

void
ob_loop_remove_defer(struct ob_loop *loop, struct ob_loop_defer *d)
{
	if (!d->added)
		return;
	d->added = false;
	TAILQ_REMOVE(&loop->defers, d, entry);
}

static void
end_of_turn(struct ob_loop *loop, struct ob_loop_defer *d)
{
	(void)loop;
	(void)d;
	OB_BUG("a mark is no call");
}

static bool
run_defers(struct ob_loop *loop)
{
	/* Everything behind the mark belongs to the next turn. */
	struct ob_loop_defer mark = { .fn = end_of_turn };
	struct ob_loop_defer *d;
	bool called = false;

	ob_loop_defer(loop, &mark);
	while ((d = TAILQ_FIRST(&loop->defers)) != &mark) {
		ob_loop_remove_defer(loop, d);
		d->fn(loop, d);
		called = true;
	}
	ob_loop_remove_defer(loop, &mark);
	return called;
}

/* --- the loop ---------------------------------------------------------- */

int
ob_loop_init(struct ob_loop *loop, size_t max_timers)
{
	memset(loop, 0, sizeof(*loop));
	loop->timers.max = max_timers;
	TAILQ_INIT(&loop->defers);
	return ob_poll_new(&loop->poll);
}

void
ob_loop_release(struct ob_loop *loop)
{
	if (loop->sig != NULL)
		ob_sig_set_on_hold(loop->sig, NULL, NULL);
	loop->sig = NULL;
	ob_poll_free(&loop->poll);
	ob_vec_release(&loop->timers);
}

int
ob_loop_turn(struct ob_loop *loop, int64_t deadline_ns)
{
	bool called;
	int n;

	if (!TAILQ_EMPTY(&loop->defers))
		deadline_ns = OB_NO_WAIT;
	else if (loop->timers.n > 0 && loop->timers.v[0]->due_ns < deadline_ns)
		deadline_ns = loop->timers.v[0]->due_ns;
	n = ob_poll_wait(
	    loop->poll, loop->batch, OB_LOOP_BATCH, deadline_ns, NULL);
	if (n < 0)
		return n;
	loop->batch_n = (size_t)n; /* timers may remove descriptors */
	called = run_timers(loop);
	called |= run_fds(loop, (size_t)n);
	called |= run_defers(loop);
	return called;
}

/* Signals alone keep no loop running: nobody may ever send one. */
static bool
has_work(const struct ob_loop *loop)
{
	return loop->n_fds > (loop->sig_fd.added ? 1 : 0) ||
	       loop->timers.n > 0 || !TAILQ_EMPTY(&loop->defers);
}

int
ob_loop_run(struct ob_loop *loop)
{
	loop->stopped = false;
	while (!loop->stopped && has_work(loop)) {
		int rc = ob_loop_turn(loop, OB_NEVER);

		if (rc < 0 && rc != -EINTR)
			return rc;
	}
	return 0;
}

void
ob_loop_stop(struct ob_loop *loop)
{
	loop->stopped = true;
}

/* --- signals and children -------------------------------------------------- */

static void
on_sig(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	(void)h;
	(void)events;
	/* Its errors are those of a broken descriptor, which ends the wait. */
	(void)ob_sig_dispatch(loop->sig);
}

/* A section that spans turns must not make the loop spin. */
static void
on_hold(void *arg, bool held)
{
	struct ob_loop *loop = arg;

	if (held)
		ob_loop_remove_fd(loop, &loop->sig_fd);
	else
		OB_CHECK(ob_loop_add_fd(loop, &loop->sig_fd,
			     ob_sig_fd(loop->sig), OB_POLL_IN) == 0);
}

int
ob_loop_add_sig(struct ob_loop *loop, struct ob_sig *sig)
{
	int rc;

	OB_CHECK(loop->sig == NULL);
	loop->sig_fd.fn = on_sig;
	rc = ob_loop_add_fd(loop, &loop->sig_fd, ob_sig_fd(sig), OB_POLL_IN);
	if (rc < 0)
		return rc;
	loop->sig = sig;
	ob_sig_set_on_hold(sig, on_hold, loop);
	return 0;
}

/* Reports the end, if there is one; the handle may be gone afterwards. */
static void
look_at_child(struct ob_loop_child *h)
{
	struct ob_child_status status = { 0 };
	struct ob_loop *loop = h->loop;

	/* -ECHILD: somebody else reaped it. It has ended, how is unknown. */
	if (ob_child_poll(h->child, 0, &status) == 0)
		return;
	ob_loop_remove_child(loop, h);
	h->fn(loop, h, &status);
}

static void
on_pidfd(struct ob_loop *loop, struct ob_loop_fd *fd, unsigned events)
{
	(void)loop;
	(void)events;
	look_at_child(fd->arg);
}

static void
on_sigchld(struct ob_sig_handler *sig, const struct ob_siginfo *info)
{
	(void)info;
	look_at_child(sig->arg);
}

/* It may have ended before SIGCHLD was watched. */
static void
on_first_turn(struct ob_loop *loop, struct ob_loop_defer *d)
{
	(void)loop;
	look_at_child(d->arg);
}

int
ob_loop_add_child(
    struct ob_loop *loop, struct ob_loop_child *h, struct ob_child *child)
{
	int rc;

	OB_CHECK(!h->added);
	h->child = child;
	h->loop = loop;
	h->by_pidfd = (struct ob_loop_fd){ .fn = on_pidfd, .arg = h };
	h->by_signal = (struct ob_sig_handler){ .fn = on_sigchld, .arg = h };
	h->again = (struct ob_loop_defer){ .fn = on_first_turn, .arg = h };
	if (child->ref.fd >= 0) {
		rc = ob_loop_add_fd(
		    loop, &h->by_pidfd, child->ref.fd, OB_POLL_IN);
	} else if (loop->sig != NULL) {
		rc = ob_sig_on(loop->sig, &h->by_signal, SIGCHLD);
		loop->n_fds += rc == 0; /* it keeps the loop running */
		if (rc == 0)
			ob_loop_defer(loop, &h->again);
	} else {
		rc = -ENOTSUP;
	}
	h->added = rc == 0;
	return rc;
}

void
ob_loop_remove_child(struct ob_loop *loop, struct ob_loop_child *h)
{
	if (!h->added)
		return;
	h->added = false;
	ob_loop_remove_fd(loop, &h->by_pidfd);
	ob_loop_remove_defer(loop, &h->again);
	if (h->by_signal.signo != 0) {
		ob_sig_off(loop->sig, &h->by_signal);
		loop->n_fds--;
	}
}
