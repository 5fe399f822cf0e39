/*
 * The inotify backend of os/watch.
 */
#include "os/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include "base/attr.h"
#include "base/vec.h"
#include "os/clock.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/watch_backend.h"

#define BATCH_BYTES ((size_t)16 * 1024)
#define MAX_REMOVED ((size_t)1 << 20)

struct inotify {
	struct ob_watch base; /* first: one is cast to the other */
	int fd;
	size_t at, n;        /* of batch, in bytes */
	OB_VEC(int) removed; /* ids whose IN_IGNORED is still to come */
	_Alignas(struct inotify_event) char batch[BATCH_BYTES];
};

static const struct {
	unsigned ours;
	uint32_t theirs;
} event_names[] = {
	{ OB_WATCH_CREATED, IN_CREATE },
	{ OB_WATCH_REMOVED, IN_DELETE },
	{ OB_WATCH_MOVED_FROM, IN_MOVED_FROM },
	{ OB_WATCH_MOVED_TO, IN_MOVED_TO },
	{ OB_WATCH_CHANGED, IN_MODIFY },
	{ OB_WATCH_WRITTEN, IN_CLOSE_WRITE },
	{ OB_WATCH_ATTRIBUTES, IN_ATTRIB },
	{ OB_WATCH_CLOSED, IN_CLOSE_NOWRITE },
	{ OB_WATCH_GONE, IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT },
	{ OB_WATCH_OVERFLOW, IN_Q_OVERFLOW },
	{ OB_WATCH_IS_DIR, IN_ISDIR },
};

static void
free_inotify(struct ob_watch *watch)
{
	struct inotify *w = (struct inotify *)watch;

	(void)ob_close(&w->fd);
	ob_vec_release(&w->removed);
	free(w);
}

static int
get_fd(const struct ob_watch *watch)
{
	return ((const struct inotify *)watch)->fd;
}

static int
add_watch(struct ob_watch *watch, const char *path, unsigned events)
{
	uint32_t mask = IN_MASK_CREATE | IN_DELETE_SELF | IN_MOVE_SELF;
	int id;

	for (size_t i = 0; i < OB_COUNT(event_names); i++)
		if (events & event_names[i].ours)
			mask |= event_names[i].theirs;
	id = inotify_add_watch(((struct inotify *)watch)->fd, path, mask);
	return id < 0 ? -errno : id;
}

/*
 * Events of a removed watch may lie in the batch and in the kernel, up to the
 * IN_IGNORED that ends them. Ids are not used again before that.
 */
static int
remove_watch(struct ob_watch *watch, int id)
{
	struct inotify *w = (struct inotify *)watch;
	int rc = ob_vec_reserve(&w->removed, 1);

	if (rc < 0)
		return rc;
	if (inotify_rm_watch(w->fd, id) < 0)
		return errno == EINVAL ? -ENOENT : -errno;
	return ob_vec_push(&w->removed, id);
}

/* Is this event of a watch that was removed? */
static bool
is_void(struct inotify *w, const struct inotify_event *e)
{
	if (e->mask & IN_Q_OVERFLOW)
		w->removed.n = 0; /* what was to come may be lost */
	for (size_t i = 0; i < w->removed.n; i++) {
		if (w->removed.v[i] != e->wd)
			continue;
		if (e->mask & IN_IGNORED)
			w->removed.v[i] = w->removed.v[--w->removed.n];
		return true;
	}
	return (e->mask & IN_IGNORED) != 0;
}

/* 1 when the batch has something, 0 when there is nothing now. */
static int
fill_batch(struct inotify *w)
{
	ssize_t got;

	if (w->at < w->n)
		return 1;
	got = ob_read(w->fd, w->batch, sizeof(w->batch));
	if (got < 0)
		return got == -EAGAIN ? 0 : (int)got;
	w->at = 0;
	w->n = (size_t)got;
	return got > 0;
}

static int
next_event(struct ob_watch *watch, struct ob_watch_event *ret)
{
	struct inotify *w = (struct inotify *)watch;
	int rc;

	while ((rc = fill_batch(w)) > 0) {
		const struct inotify_event *e = (void *)(w->batch + w->at);
		unsigned events = 0;

		w->at += sizeof(*e) + e->len;
		if (is_void(w, e))
			continue;
		for (size_t i = 0; i < OB_COUNT(event_names); i++)
			if (e->mask & event_names[i].theirs)
				events |= event_names[i].ours;
		if (e->mask & IN_MOVE_SELF) /* the watch would move along */
			(void)remove_watch(watch, e->wd);
		*ret = (struct ob_watch_event){
			.id = e->wd,
			.events = events,
			.cookie = e->cookie,
			.name = e->len > 0 ? e->name : "",
		};
		return 1;
	}
	return rc;
}

static int
wait_readable(struct ob_watch *watch, int64_t deadline_ns)
{
	struct inotify *w = (struct inotify *)watch;
	struct pollfd ready = { .fd = w->fd, .events = POLLIN };

	if (w->at < w->n)
		return 0;
	for (;;) {
		int timeout_ms = ob_clock_poll_ms(deadline_ns);
		int rc = poll(&ready, 1, timeout_ms);

		if (rc != 0)
			return rc < 0 ? -errno : 0;
		if (timeout_ms == 0)
			return -ETIMEDOUT;
	}
}

static const struct ob_watch_ops inotify_ops = {
	.name = "inotify",
	.free = free_inotify,
	.fd = get_fd,
	.add = add_watch,
	.remove = remove_watch,
	.next = next_event,
	.wait = wait_readable,
};

int
ob_watch_new_inotify(struct ob_watch **ret)
{
	struct inotify *w;

	if (!ob_os_may(OB_OS_INOTIFY))
		return -ENOTSUP;
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return -ENOMEM;
	w->base.ops = &inotify_ops;
	w->removed.max = MAX_REMOVED;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0) {
		/* EMFILE: the user's instances are used up; polling needs none */
		int rc = errno == ENOSYS || errno == EMFILE ? -ENOTSUP : -errno;

		free(w);
		return rc;
	}
	*ret = (struct ob_watch *)w;
	return 0;
}
