/*
 * A set of child processes that start, end and are ended together.
 *
 * Each child leads a process group of its own (or a session, if its ob_spawn
 * says so), and signals go to the whole group. An ended child stays a zombie
 * until ob_procset_cleanup() or the end of ob_procset_terminate_all(): so its
 * number, which is the group's too, cannot become a stranger's while we may
 * still signal what it left behind.
 *
 * A group is not every descendant: who calls setsid(2) has left it. Whole trees
 * are jobctl's business.
 *
 * Ids count from 1 and are not used again. Nothing here waits without a
 * deadline; -EINTR after a signal.
 */
#ifndef OB_RT_PROCSET_H
#define OB_RT_PROCSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "rt/spawn.h"

struct ob_err;
struct pollfd;

struct ob_procset_entry {
	uint64_t id;
	struct ob_child child;
	struct ob_child_status status; /* once ended; usage once reaped */
	bool ended;                    /* zombie, or reaped */
	bool reported;                 /* by ob_procset_next() */
	bool leftover; /* reaped, but others of its group are there */
};

struct ob_procset {
	OB_VEC(struct ob_procset_entry) entries;
	OB_VEC(struct pollfd) fds; /* scratch of waits */
	size_t running;
	uint64_t last_id;
};

/* max: most children that run or were not yet cleaned up. */
void ob_procset_init(struct ob_procset *ps, size_t max);

/*
 * Lets go of everything: zombies are reaped, running children go on and become
 * somebody else's. Call ob_procset_terminate_all() first to leave nothing.
 */
void ob_procset_release(struct ob_procset *ps);

/*
 * Starts a child in a group of its own. -ENOBUFS when the set is full; other
 * errors and ret_step as of ob_spawn().
 */
int ob_procset_start(struct ob_procset *ps, const struct ob_spawn *how,
    uint64_t *ret_id, enum ob_spawn_step *ret_step, struct ob_err *err);

/* How many have not ended, as of the last look. */
size_t ob_procset_running(const struct ob_procset *ps);

/* The child, valid until the next start or cleanup; NULL for no such id. */
const struct ob_procset_entry *
ob_procset_get(const struct ob_procset *ps, uint64_t id);

/* Looks, without waiting, who has ended: how many newly did. */
int ob_procset_poll(struct ob_procset *ps);

/* Waits for the end of one: 0, -ETIMEDOUT, -EINTR, -ESRCH (no such id). */
int ob_procset_wait(struct ob_procset *ps, uint64_t id, int64_t deadline_ns,
    struct ob_child_status *ret_status);

/*
 * Waits until one has ended that was not told yet: 1 and its id and status;
 * 0 when no more is to come; -ETIMEDOUT, -EINTR.
 */
int ob_procset_next(struct ob_procset *ps, int64_t deadline_ns,
    uint64_t *ret_id, struct ob_child_status *ret_status);

/* Waits until all have ended: 0, -ETIMEDOUT, -EINTR. */
int ob_procset_wait_all(struct ob_procset *ps, int64_t deadline_ns);

/*
 * Signals the group of a child, ended or not: 0; -ESRCH when there is no such
 * id, or it is reaped.
 */
int ob_procset_signal(struct ob_procset *ps, uint64_t id, int signo);

/* The same for all. */
void ob_procset_signal_all(struct ob_procset *ps, int signo);

/*
 * Ends all groups: signo and SIGCONT (a stopped process does not see the
 * first), up to grace_ns for them to go, then SIGKILL to what is left of every
 * group, whether its leader has gone or not. Returns how many groups had to be
 * killed; -ETIMEDOUT when a child survived even that for a second (it hangs in
 * the kernel). -EINTR leaves it half done: call again. All ended children
 * are reaped afterwards; their statuses stay until cleanup.
 */
int
ob_procset_terminate_all(struct ob_procset *ps, int signo, int64_t grace_ns);

/* Reaps and forgets the ended ones; their ids are unknown afterwards. */
void ob_procset_cleanup(struct ob_procset *ps);

#endif
