/*
 * counter KIND PROCESSES ROUNDS: do locks exclude?
 *
 * So many processes acquire one lock so many times each, and count under it
 * without any other care: a count that is lost was an overlap. KIND is a kind
 * of os/lock.h, or fair, unlink, many, slots (three inside at a time, counted
 * by an atomic instead). Prints one line; 1 when something was lost.
 */
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/clock.h"
#include "os/file.h"
#include "rt/lockfile.h"

#define SLOTS 3

struct shared {
	atomic_int inside, most, overlaps;
	volatile long count;
};

struct kind {
	const char *name;
	enum ob_lock_kind kind;
	unsigned flags, slots;
	size_t n_paths;
};

static const struct kind kinds[] = {
	{ "flock", OB_LOCK_FLOCK, 0, 0, 1 },
	{ "ofd", OB_LOCK_OFD, 0, 0, 1 },
	{ "posix", OB_LOCK_POSIX, 0, 0, 1 },
	{ "win", OB_LOCK_WIN, 0, 0, 1 },
	{ "fair", OB_LOCK_FLOCK, OB_LOCKF_FAIR, 0, 1 },
	{ "unlink", OB_LOCK_FLOCK, OB_LOCKF_UNLINK, 0, 1 },
	{ "many", OB_LOCK_FLOCK, 0, 0, 2 },
	{ "slots", OB_LOCK_OFD, 0, SLOTS, 1 },
};

static void
count(struct shared *s, const struct kind *k)
{
	int inside = atomic_fetch_add(&s->inside, 1) + 1;
	int most = atomic_load(&s->most);
	long before;

	while (inside > most &&
	       !atomic_compare_exchange_weak(&s->most, &most, inside)) {
	}
	if (inside > (k->slots > 0 ? (int)k->slots : 1))
		atomic_fetch_add(&s->overlaps, 1);
	before = s->count;
	sched_yield(); /* lets the others try */
	s->count = before + 1;
	atomic_fetch_sub(&s->inside, 1);
}

static int
child(struct shared *s, const struct kind *k, int64_t rounds)
{
	const char *const paths[] = { "lock", "second" };
	const struct ob_lockfile_opts opts = {
		.kind = k->kind,
		.mode = OB_LOCK_EX,
		.flags = OB_LOCKF_CREATE | k->flags,
		.slots = k->slots,
		.perm = 0666,
		.deadline_ns = OB_NEVER,
	};

	for (int64_t i = 0; i < rounds; i++) {
		struct ob_lockfile *lf = NULL;
		struct ob_err err = OB_ERR_INIT;
		int rc = ob_lockfile_acquire_many(
		    &lf, AT_FDCWD, k->n_paths, paths, &opts, &err);

		if (rc < 0) {
			dprintf(2, "counter: %s: %s\n", err.msg, strerror(-rc));
			return 1;
		}
		count(s, k);
		ob_lockfile_release(&lf);
	}
	return 0;
}

static const struct kind *
find_kind(const char *name)
{
	for (size_t i = 0; i < OB_COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct kind *k = argc == 4 ? find_kind(argv[1]) : NULL;
	int64_t processes, rounds;
	struct shared *s;
	int failed = 0, status;

	if (k == NULL ||
	    ob_num_i64(ob_str_z(argv[2]), 1, 1000, &processes) < 0 ||
	    ob_num_i64(ob_str_z(argv[3]), 1, 1000000, &rounds) < 0) {
		dprintf(2, "usage: counter KIND PROCESSES ROUNDS\n");
		return 64;
	}
	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED)
		return 71;
	for (int64_t i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(child(s, k, rounds));
		if (pid < 0)
			failed = 1;
	}
	while (waitpid(-1, &status, 0) > 0)
		failed |= status;
	dprintf(1, "%s: counted %ld of %lld, %d overlaps, at most %d inside\n",
	    k->name, s->count, (long long)(processes * rounds), s->overlaps,
	    s->most);
	if (k->slots > 0)
		return failed || s->overlaps > 0 || s->most < (int)k->slots;
	return failed || s->overlaps > 0 || s->count != processes * rounds;
}
