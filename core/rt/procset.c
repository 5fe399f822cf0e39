#include "rt/procset.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/err.h"
#include "os/proctab.h"
#include "os/wait.h"

/* What is left of a group has no event to wait for. */
#define GROUP_TICK_NS (INT64_C(10) * OB_NS_PER_MS)

/* How long the kernel may take to end what got SIGKILL. */
#define KILL_WAIT_NS OB_NS_PER_S

/* Without pidfds a wait looks again this often. */
#define TICK_NS (INT64_C(4) * OB_NS_PER_MS)

void
ob_procset_init(struct ob_procset *ps, size_t max)
{
	memset(ps, 0, sizeof(*ps));
	ps->entries.max = max;
	ps->fds.max = max;
}

/* Takes the zombie away; its number may become a stranger's. */
static void
reap(struct ob_procset_entry *e)
{
	struct ob_child_status status;

	if (e->child.ended)
		return;
	if (ob_child_poll(&e->child, 0, &status) == 1)
		e->status = status;
	ob_child_release(&e->child);
}

/* Looks at one: true when it has newly ended. */
static bool
look(struct ob_procset *ps, struct ob_procset_entry *e)
{
	if (e->ended || ob_child_peek(&e->child, &e->status) == 0)
		return false;
	e->ended = true;
	ps->running--;
	return true;
}

void
ob_procset_release(struct ob_procset *ps)
{
	for (size_t i = 0; i < ps->entries.n; i++) {
		struct ob_procset_entry *e = &ps->entries.v[i];

		(void)look(ps, e);
		if (e->ended)
			reap(e);
		ob_child_release(&e->child);
	}
	ob_vec_release(&ps->entries);
	ob_vec_release(&ps->fds);
	ps->running = 0;
}

int
ob_procset_start(struct ob_procset *ps, const struct ob_spawn *how,
    uint64_t *ret_id, enum ob_spawn_step *ret_step, struct ob_err *err)
{
	struct ob_procset_entry e = { .id = ps->last_id + 1 };
	struct ob_spawn own = *how;
	int rc = ob_vec_reserve(&ps->entries, 1);

	if (rc == 0)
		rc = ob_vec_reserve(&ps->fds, ps->entries.n + 1);
	if (rc < 0) {
		if (ret_step != NULL)
			*ret_step = OB_SPAWN_STEP_FORK;
		return ob_err_set(
		    err, rc, "cannot start a process for '%s'", how->argv[0]);
	}
	if (!(own.flags & OB_SPAWN_SESSION)) {
		own.flags |= OB_SPAWN_GROUP;
		own.pgid = 0;
	}
	rc = ob_spawn(&own, &e.child, ret_step, err);
	if (rc < 0)
		return rc;
	ps->entries.v[ps->entries.n++] = e;
	ps->last_id = e.id;
	ps->running++;
	*ret_id = e.id;
	return 0;
}

size_t
ob_procset_running(const struct ob_procset *ps)
{
	return ps->running;
}

/* Ids rise along the vector. */
static struct ob_procset_entry *
find(const struct ob_procset *ps, uint64_t id)
{
	size_t low = 0, high = ps->entries.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ps->entries.v[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == ps->entries.n || ps->entries.v[low].id != id)
		return NULL;
	return &ps->entries.v[low];
}

const struct ob_procset_entry *
ob_procset_get(const struct ob_procset *ps, uint64_t id)
{
	return find(ps, id);
}

int
ob_procset_poll(struct ob_procset *ps)
{
	int n = 0;

	for (size_t i = 0; i < ps->entries.n; i++)
		n += look(ps, &ps->entries.v[i]);
	return n;
}

/* Waits until one of the running may have ended. */
static int
await_any(struct ob_procset *ps, int64_t deadline_ns)
{
	bool all_have_pidfd = true;
	size_t n = 0;
	int64_t tick_ns;
	int rc;

	for (size_t i = 0; i < ps->entries.n; i++) {
		const struct ob_procset_entry *e = &ps->entries.v[i];

		if (e->ended)
			continue;
		all_have_pidfd = all_have_pidfd && e->child.ref.fd >= 0;
		ps->fds.v[n++] =
		    (struct pollfd){ .fd = e->child.ref.fd, .events = POLLIN };
	}
	if (all_have_pidfd) {
		rc = ob_wait_fds(ps->fds.v, n, deadline_ns);
		return rc < 0 ? rc : 0;
	}
	if (ob_clock_monotonic_ns() >= deadline_ns)
		return -ETIMEDOUT;
	tick_ns = ob_clock_deadline_ns(TICK_NS);
	return ob_clock_sleep_until(
	    tick_ns < deadline_ns ? tick_ns : deadline_ns);
}

int
ob_procset_wait(struct ob_procset *ps, uint64_t id, int64_t deadline_ns,
    struct ob_child_status *ret_status)
{
	struct ob_procset_entry *e = find(ps, id);

	if (e == NULL)
		return -ESRCH;
	for (;;) {
		int rc;

		(void)look(ps, e);
		if (e->ended)
			break;
		rc = ob_child_await(&e->child, deadline_ns);
		if (rc < 0)
			return rc;
	}
	*ret_status = e->status;
	return 0;
}

int
ob_procset_next(struct ob_procset *ps, int64_t deadline_ns, uint64_t *ret_id,
    struct ob_child_status *ret_status)
{
	for (;;) {
		int rc;

		(void)ob_procset_poll(ps);
		for (size_t i = 0; i < ps->entries.n; i++) {
			struct ob_procset_entry *e = &ps->entries.v[i];

			if (!e->ended || e->reported)
				continue;
			e->reported = true;
			*ret_id = e->id;
			*ret_status = e->status;
			return 1;
		}
		if (ps->running == 0)
			return 0;
		rc = await_any(ps, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

int
ob_procset_wait_all(struct ob_procset *ps, int64_t deadline_ns)
{
	for (;;) {
		int rc;

		(void)ob_procset_poll(ps);
		if (ps->running == 0)
			return 0;
		rc = await_any(ps, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

/*
 * A running leader, a zombie or a leftover: the number is its group's. Only for
 * a leftover it could be freed since our last look, a few ms ago.
 */
static int
signal_group(const struct ob_procset_entry *e, int signo)
{
	if (e->child.ended && !e->leftover)
		return -ESRCH;
	return ob_proc_signal(-e->child.ref.pid, 0, signo);
}

int
ob_procset_signal(struct ob_procset *ps, uint64_t id, int signo)
{
	const struct ob_procset_entry *e = find(ps, id);

	return e == NULL ? -ESRCH : signal_group(e, signo);
}

void
ob_procset_signal_all(struct ob_procset *ps, int signo)
{
	for (size_t i = 0; i < ps->entries.n; i++)
		/* A group that has gone is what was wanted. */
		(void)signal_group(&ps->entries.v[i], signo);
}

/*
 * Whether a group without leader has a living member. Its zombies do not count:
 * who inherits orphans may let them lie, as many a container's init does.
 */
static bool
group_lives(int64_t pgid)
{
	struct ob_proctab *table;
	struct ob_proc_stat process;
	bool found = false;

	if (ob_proc_signal(-pgid, 0, 0) == -ESRCH)
		return false;
	if (ob_proctab_open(OB_PROCTAB_SYSTEM, &table, NULL) < 0)
		return true;
	while (!found && ob_proctab_next(table, &process) > 0)
		found = process.pgid == pgid && process.state != 'Z' &&
		        process.state != 'X';
	ob_proctab_close(&table);
	return found;
}

/*
 * Reaps the ended leaders, whose zombies would hide whether anybody else is in
 * their group, and tells how many groups have members without a leader.
 */
static size_t
count_leftovers(struct ob_procset *ps)
{
	size_t n = 0;

	for (size_t i = 0; i < ps->entries.n; i++) {
		struct ob_procset_entry *e = &ps->entries.v[i];
		bool was_zombie = e->ended && !e->child.ended;

		if (was_zombie)
			reap(e);
		if (was_zombie || e->leftover)
			e->leftover = group_lives(e->child.ref.pid);
		n += e->leftover;
	}
	return n;
}

/* Until every member of every group has gone: 0, -ETIMEDOUT, -EINTR. */
static int
await_groups(struct ob_procset *ps, int64_t deadline_ns)
{
	int rc = ob_procset_wait_all(ps, deadline_ns);

	while (rc == 0 && count_leftovers(ps) > 0) {
		int64_t tick_ns = ob_clock_deadline_ns(GROUP_TICK_NS);

		if (tick_ns >= deadline_ns)
			return -ETIMEDOUT;
		rc = ob_clock_sleep_until(tick_ns);
	}
	return rc;
}

int
ob_procset_terminate_all(struct ob_procset *ps, int signo, int64_t grace_ns)
{
	int killed = 0, rc;

	ob_procset_signal_all(ps, signo);
	ob_procset_signal_all(ps, SIGCONT);
	rc = await_groups(ps, ob_clock_deadline_ns(grace_ns));
	if (rc != -ETIMEDOUT)
		return rc;
	(void)count_leftovers(ps); /* those of leaders that did end */
	for (size_t i = 0; i < ps->entries.n; i++)
		killed += signal_group(&ps->entries.v[i], SIGKILL) == 0;
	rc = await_groups(ps, ob_clock_deadline_ns(KILL_WAIT_NS));
	if (rc == -EINTR || (rc == -ETIMEDOUT && ps->running > 0))
		return rc;
	/*
	 * Orphans that got SIGKILL will end; without a table of processes we
	 * may just not see it.
	 */
	for (size_t i = 0; i < ps->entries.n; i++)
		ps->entries.v[i].leftover = false;
	return killed;
}

void
ob_procset_cleanup(struct ob_procset *ps)
{
	size_t kept = 0;

	for (size_t i = 0; i < ps->entries.n; i++) {
		struct ob_procset_entry *e = &ps->entries.v[i];

		if (e->ended)
			reap(e);
		else
			ps->entries.v[kept++] = *e;
	}
	ps->entries.n = kept;
}
