/*
 * The polling backend of os/watch: at each look it lists what is watched and
 * compares that with the last look, name by name.
 */
#include "os/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/watch_backend.h"

#define MAX_WATCHES ((size_t)10000)
#define MAX_ENTRIES ((size_t)100000) /* of one directory */
#define MAX_BYTES   ((size_t)64 << 20)
#define MAX_QUEUE   ((size_t)1 << 20)

struct entry {
	const char *name; /* "" = the watched itself */
	struct ob_file_info info;
};

/* What a look has found: sorted by name; the names live in the arena. */
struct look {
	struct ob_arena arena;
	struct entry *entries;
	size_t n;
};

struct target {
	char *path; /* NULL: this id is not in use */
	unsigned events;
	struct look last;
};

struct queued {
	int id;
	unsigned events;
	size_t name_at; /* in names */
};

struct poller {
	struct ob_watch base;
	int64_t every_ns;
	int64_t due_ns;                /* of the next look */
	OB_VEC(struct target) targets; /* by id */
	OB_VEC(struct queued) queue;
	size_t queue_at;
	struct ob_buf names; /* of the queue, each with its NUL */
};

/* --- looking ----------------------------------------------------------- */

static int
look_at_directory(int fd, const char **names, struct look *ret)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		struct entry *e = &ret->entries[ret->n];
		int rc = ob_file_info(fd, names[i], OB_NOFOLLOW, &e->info);

		if (rc == -ENOENT)
			continue; /* vanished since it was listed */
		if (rc < 0)
			return rc;
		e->name = names[i];
		ret->n++;
	}
	return 0;
}

/* On failure *ret is still to be released. */
static int
look_at(const char *path, struct look *ret)
{
	OB_AUTO_CLOSE int fd = -1;
	struct ob_file_info info;
	const char **names;
	size_t n = 1;
	int rc = ob_file_info(AT_FDCWD, path, OB_FOLLOW, &info);

	*ret = (struct look){ .arena = OB_ARENA_INIT(MAX_BYTES) };
	if (rc < 0)
		return rc;
	if (info.kind == OB_FILE_DIRECTORY) {
		fd = ob_open(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
		if (fd < 0)
			return fd;
		rc = ob_dir_list(fd, ".", MAX_ENTRIES, &ret->arena, &names, &n);
		if (rc < 0)
			return rc;
	}
	ret->entries =
	    ob_arena_array(&ret->arena, n + 1, sizeof(*ret->entries));
	if (ret->entries == NULL)
		return -ENOMEM;
	if (fd >= 0)
		return look_at_directory(fd, names, ret);
	ret->entries[ret->n++] = (struct entry){ .name = "", .info = info };
	return 0;
}

static int
enqueue(struct poller *p, int id, unsigned events, const struct entry *e)
{
	struct queued q = { .id = id, .name_at = p->names.n };
	int rc;

	if (e != NULL && e->info.kind == OB_FILE_DIRECTORY)
		events |= OB_WATCH_IS_DIR;
	q.events = events;
	rc = ob_vec_push(&p->queue, q);
	if (rc == 0)
		rc = ob_buf_add_z(&p->names, e == NULL ? "" : e->name);
	return rc < 0 ? rc : ob_buf_add_c(&p->names, '\0');
}

static unsigned
difference(const struct ob_file_info *a, const struct ob_file_info *b)
{
	unsigned events = 0;

	if (a->mtime_ns != b->mtime_ns || a->size_bytes != b->size_bytes)
		events |= OB_WATCH_CHANGED | OB_WATCH_WRITTEN;
	if (a->mode != b->mode || a->uid != b->uid || a->gid != b->gid)
		events |= OB_WATCH_ATTRIBUTES;
	return events;
}

/* One name in both looks, old or new being NULL where it is missing. */
static int
compare_entry(
    struct poller *p, int id, const struct entry *old, const struct entry *new)
{
	unsigned wanted = p->targets.v[id].events;
	int rc = 0;

	if (old != NULL && new != NULL && old->info.ino == new->info.ino) {
		unsigned events = difference(&old->info, &new->info) & wanted;

		/* A directory's own times only repeat what is in it. */
		if (events != 0 && new->info.kind == OB_FILE_DIRECTORY)
			events &= OB_WATCH_ATTRIBUTES;
		return events == 0 ? 0 : enqueue(p, id, events, new);
	}
	if (old != NULL && wanted & OB_WATCH_REMOVED)
		rc = enqueue(p, id, OB_WATCH_REMOVED, old);
	if (rc == 0 && new != NULL && wanted &OB_WATCH_CREATED)
		rc = enqueue(p, id, OB_WATCH_CREATED, new);
	return rc;
}

static int
compare_looks(
    struct poller *p, int id, const struct look *a, const struct look *b)
{
	size_t i = 0, j = 0;
	int rc = 0;

	while (rc == 0 && (i < a->n || j < b->n)) {
		const struct entry *old = i < a->n ? &a->entries[i] : NULL;
		const struct entry *new = j < b->n ? &b->entries[j] : NULL;
		int order = old == NULL   ? 1
		            : new == NULL ? -1
		                          : strcmp(old->name, new->name);

		i += order <= 0;
		j += order >= 0;
		rc = compare_entry(
		    p, id, order <= 0 ? old : NULL, order >= 0 ? new : NULL);
	}
	return rc;
}

static void
drop(struct target *t)
{
	free(t->path);
	t->path = NULL;
	ob_arena_release(&t->last.arena);
}

static int
look_again(struct poller *p, int id)
{
	struct target *t = &p->targets.v[id];
	struct look now;
	int rc = look_at(t->path, &now);

	if (rc == -ENOENT || rc == -ENOTDIR) {
		ob_arena_release(&now.arena);
		drop(t);
		return enqueue(p, id, OB_WATCH_GONE, NULL);
	}
	if (rc < 0) { /* too large now, or not readable: say so, go on */
		ob_arena_release(&now.arena);
		return enqueue(p, id, OB_WATCH_OVERFLOW, NULL);
	}
	rc = compare_looks(p, id, &t->last, &now);
	ob_arena_release(&t->last.arena);
	t->last = now;
	return rc;
}

static int
look_at_all(struct poller *p)
{
	int rc = 0;

	p->queue.n = p->queue_at = 0;
	ob_buf_reset(&p->names);
	for (size_t i = 0; rc == 0 && i < p->targets.n; i++)
		if (p->targets.v[i].path != NULL)
			rc = look_again(p, (int)i);
	p->due_ns = ob_clock_deadline_ns(p->every_ns);
	return rc;
}

/* --- the backend ------------------------------------------------------- */

static void
free_poller(struct ob_watch *watch)
{
	struct poller *p = (struct poller *)watch;

	for (size_t i = 0; i < p->targets.n; i++)
		drop(&p->targets.v[i]);
	ob_vec_release(&p->targets);
	ob_vec_release(&p->queue);
	ob_buf_release(&p->names);
	free(p);
}

static int
no_fd(const struct ob_watch *watch)
{
	(void)watch;
	return -1;
}

static bool
is_same_file(const char *a, const char *b)
{
	struct ob_file_info x, y;

	return ob_file_info(AT_FDCWD, a, OB_FOLLOW, &x) == 0 &&
	       ob_file_info(AT_FDCWD, b, OB_FOLLOW, &y) == 0 &&
	       x.dev == y.dev && x.ino == y.ino;
}

static int
add_target(struct ob_watch *watch, const char *path, unsigned events)
{
	struct poller *p = (struct poller *)watch;
	struct target t = { .events = events };
	int rc;

	for (size_t i = 0; i < p->targets.n; i++)
		if (p->targets.v[i].path != NULL &&
		    is_same_file(path, p->targets.v[i].path))
			return -EEXIST;
	rc = look_at(path, &t.last);
	if (rc == 0) {
		t.path = ob_str_dup(ob_str_z(path));
		rc = t.path == NULL ? -ENOMEM : ob_vec_push(&p->targets, t);
	}
	if (rc < 0) {
		drop(&t);
		return rc == -ENOBUFS ? -ENOSPC : rc;
	}
	return (int)p->targets.n - 1;
}

static int
remove_target(struct ob_watch *watch, int id)
{
	struct poller *p = (struct poller *)watch;

	if (id < 0 || (size_t)id >= p->targets.n ||
	    p->targets.v[id].path == NULL)
		return -ENOENT;
	drop(&p->targets.v[id]);
	for (size_t i = p->queue_at; i < p->queue.n; i++)
		if (p->queue.v[i].id == id)
			p->queue.v[i].events = 0;
	return 0;
}

static int
next_queued(struct ob_watch *watch, struct ob_watch_event *ret)
{
	struct poller *p = (struct poller *)watch;

	if (p->queue_at == p->queue.n && p->due_ns <= ob_clock_monotonic_ns()) {
		int rc = look_at_all(p);

		if (rc < 0)
			return rc;
	}
	while (p->queue_at < p->queue.n) {
		const struct queued *q = &p->queue.v[p->queue_at++];

		if (q->events == 0)
			continue; /* of a watch that was removed */
		*ret = (struct ob_watch_event){
			.id = q->id,
			.events = q->events,
			.name = p->names.p + q->name_at,
		};
		return 1;
	}
	return 0;
}

static int
wait_for_look(struct ob_watch *watch, int64_t deadline_ns)
{
	struct poller *p = (struct poller *)watch;
	int64_t until = p->due_ns < deadline_ns ? p->due_ns : deadline_ns;
	int rc;

	if (p->queue_at < p->queue.n)
		return 0;
	rc = ob_clock_sleep_until(until);
	return rc == 0 && until != p->due_ns ? -ETIMEDOUT : rc;
}

static const struct ob_watch_ops poll_ops = {
	.name = "poll",
	.free = free_poller,
	.fd = no_fd,
	.add = add_target,
	.remove = remove_target,
	.next = next_queued,
	.wait = wait_for_look,
};

int
ob_watch_new_poll(int64_t every_ns, struct ob_watch **ret)
{
	struct poller *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -ENOMEM;
	p->base.ops = &poll_ops;
	p->every_ns = every_ns < OB_NS_PER_MS ? OB_NS_PER_MS : every_ns;
	p->due_ns = ob_clock_deadline_ns(p->every_ns);
	p->targets.max = MAX_WATCHES;
	p->queue.max = MAX_QUEUE;
	ob_buf_init(&p->names, MAX_BYTES);
	*ret = &p->base;
	return 0;
}
