/*
 * See slots.h. Waiting for a slot has two parts. Those who are not first wait
 * in a blocking lock call on the turnstile: no wake-up until it is their turn.
 * The first watches the file for being closed by a writer, which every party
 * does after it gave up its slot, and then tries all slots. When a holder is
 * killed the kernel may tell of the close microseconds before the lock is
 * gone, hence some tries more after each event.
 */
#include "rt/slots.h"

#include <errno.h>

#include "base/attr.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/watch.h"

#define TURNSTILE_BYTE ((INT64_C(1) << 62) + 1)

struct queue_head {
	ob_handle h;
	unsigned slots;
	int64_t deadline_ns;
	const volatile sig_atomic_t *cancel;
	struct ob_watch *watch; /* NULL = none: try by the clock */
};

static int
try_all(const struct queue_head *q)
{
	for (unsigned i = 0; i < q->slots; i++) {
		const struct ob_lock_range slot = { i, 1 };
		int rc = ob_lock_set(
		    q->h, OB_LOCK_OFD, OB_LOCK_EX, &slot, OB_LOCK_TRY);

		if (rc != -EAGAIN)
			return rc < 0 ? rc : (int)i;
	}
	return -EAGAIN;
}

/* A watch on the file, or NULL where there are no events of it. */
static struct ob_watch *
watch_file(ob_handle h, const char *path)
{
	struct ob_watch *watch = NULL;
	struct ob_file_info ours, named;

	if (path == NULL || ob_watch_new(OB_NS_PER_S, &watch) < 0)
		return NULL;
	/* By path: it must not have come to name another file meanwhile. */
	if (ob_watch_fd(watch) < 0 ||
	    ob_watch_add(watch, path, OB_WATCH_WRITTEN, NULL) < 0 ||
	    ob_fd_info(h, &ours) < 0 ||
	    ob_file_info(AT_FDCWD, path, OB_FOLLOW, &named) < 0 ||
	    ours.dev != named.dev || ours.ino != named.ino)
		ob_watch_free(&watch);
	return watch;
}

/* Until an event comes or until_ns; without a watch until then. */
static int
wait_until(const struct queue_head *q, int64_t until_ns)
{
	struct ob_watch_event event;
	int rc;

	if (q->watch == NULL)
		return ob_clock_sleep_until(until_ns);
	rc = ob_watch_wait(q->watch, until_ns);
	while (rc == 0 && ob_watch_next(q->watch, &event) > 0) {
	}
	return rc;
}

/*
 * Some tries with growing pauses, for sections that are short: a watch is dear,
 * since its end waits for the whole kernel. Then a watch, and the same tries
 * again after it was set and after each event.
 */
static int
wait_for_slot(struct queue_head *q, const char *path)
{
	static const int64_t pauses_ms[] = { 0, 1, 4, 16, 64 };
	const size_t last = OB_COUNT(pauses_ms) - 1;
	size_t round = 0;
	bool is_fresh = true;

	for (;;) {
		int64_t until_ns =
		    ob_clock_deadline_ns(pauses_ms[round] * OB_NS_PER_MS);
		int rc = try_all(q);

		if (rc != -EAGAIN)
			return rc;
		if (ob_clock_monotonic_ns() >= q->deadline_ns)
			return -ETIMEDOUT;
		if (round == last && is_fresh) {
			q->watch = watch_file(q->h, path);
			is_fresh = false;
			round = 0;
			continue;
		}
		if (round == last && q->watch != NULL)
			until_ns = OB_NEVER;
		rc = wait_until(
		    q, until_ns < q->deadline_ns ? until_ns : q->deadline_ns);
		if (rc == -EINTR && q->cancel != NULL && *q->cancel != 0)
			return -EINTR;
		if (rc == 0 && q->watch != NULL)
			round = 0; /* an event: look closely again */
		else if (round < last)
			round++;
	}
}

int
ob_slots_take(ob_handle h, const char *path, unsigned slots,
    int64_t deadline_ns, const volatile sig_atomic_t *cancel)
{
	const struct ob_lock_range turnstile = { TURNSTILE_BYTE, 1 };
	struct queue_head q = { h, slots, deadline_ns, cancel, NULL };
	int rc;

	do {
		rc = ob_lock_set(
		    h, OB_LOCK_OFD, OB_LOCK_EX, &turnstile, deadline_ns);
	} while (rc == -EINTR && (cancel == NULL || *cancel == 0));
	if (rc < 0)
		return rc;
	rc = deadline_ns == OB_LOCK_TRY ? try_all(&q) : wait_for_slot(&q, path);
	/* Giving up a lock that is held does not fail. */
	(void)ob_lock_set(h, OB_LOCK_OFD, OB_LOCK_UN, &turnstile, 0);
	ob_watch_free(&q.watch);
	return rc;
}

void
ob_slots_give_up(ob_handle h, int slot)
{
	const struct ob_lock_range range = { slot, 1 };

	(void)ob_lock_set(h, OB_LOCK_OFD, OB_LOCK_UN, &range, 0);
}
