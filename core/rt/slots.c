/*
 * See slots.h. Waiting for a slot has two parts. Those who are not first wait
 * in a blocking lock call on the turnstile: no wake-up until it is their turn.
 * The first tries all slots, again and again with pauses that grow to 16 ms:
 * no call waits for "any of these bytes".
 */
#include "rt/slots.h"

#include <errno.h>
#include <poll.h>

#include "os/clock.h"
#include "os/lock.h"

#define TURNSTILE_BYTE ((INT64_C(1) << 62) + 1)
#define MS             INT64_C(1000000)

static int
try_all(ob_handle h, unsigned slots)
{
	for (unsigned i = 0; i < slots; i++) {
		const struct ob_lock_range slot = { i, 1 };
		int rc =
		    ob_lock_set(h, OB_LOCK_OFD, OB_LOCK_EX, &slot, OB_LOCK_TRY);

		if (rc != -EAGAIN)
			return rc < 0 ? rc : (int)i;
	}
	return -EAGAIN;
}

/* Pauses until something may have changed, at most pause_ns. */
static void
pause_for(int64_t pause_ns)
{
	const struct timespec pause = {
		.tv_sec = pause_ns / (1000 * MS),
		.tv_nsec = pause_ns % (1000 * MS),
	};

	(void)ppoll(NULL, 0, &pause, NULL); /* early by a signal: a round */
}

static int
wait_for_slot(ob_handle h, unsigned slots, int64_t deadline_ns,
    const volatile sig_atomic_t *cancel)
{
	static const int64_t pauses_ns[] = { MS, 4 * MS, 16 * MS };
	size_t round = 0;

	for (;;) {
		int64_t pause_ns = pauses_ns[round], left_ns;
		int rc = try_all(h, slots);

		if (rc != -EAGAIN || deadline_ns == OB_LOCK_TRY)
			return rc;
		left_ns = deadline_ns - ob_clock_monotonic_ns();
		if (left_ns <= 0)
			return -ETIMEDOUT;
		pause_for(pause_ns < left_ns ? pause_ns : left_ns);
		if (cancel != NULL && *cancel != 0)
			return -EINTR;
		if (round + 1 < sizeof(pauses_ns) / sizeof(pauses_ns[0]))
			round++;
	}
}

int
ob_slots_take(ob_handle h, unsigned slots, int64_t deadline_ns,
    const volatile sig_atomic_t *cancel)
{
	const struct ob_lock_range turnstile = { TURNSTILE_BYTE, 1 };
	int rc;

	do {
		rc = ob_lock_set(
		    h, OB_LOCK_OFD, OB_LOCK_EX, &turnstile, deadline_ns);
	} while (rc == -EINTR && (cancel == NULL || *cancel == 0));
	if (rc < 0)
		return rc;
	rc = wait_for_slot(h, slots, deadline_ns, cancel);
	/* Giving up a lock that is held does not fail. */
	(void)ob_lock_set(h, OB_LOCK_OFD, OB_LOCK_UN, &turnstile, 0);
	return rc;
}

void
ob_slots_give_up(ob_handle h, int slot)
{
	const struct ob_lock_range range = { slot, 1 };

	(void)ob_lock_set(h, OB_LOCK_OFD, OB_LOCK_UN, &range, 0);
}
