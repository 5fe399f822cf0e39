/*
 * The poll(2) backend, and the choice between it and the system's own.
 *
 * Entries lie side by side as poll(2) wants them; index_of[fd] finds one. A
 * removed entry is replaced by the last.
 */
#include "os/poll.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/vec.h"
#include "os/clock.h"
#include "os/poll_backend.h"

#define MAX_FDS ((size_t)1 << 20)

struct set {
	struct ob_poll base; /* first: one is cast to the other */
	OB_VEC(struct pollfd) fds;
	OB_VEC(void *) data;  /* of the same index */
	OB_VEC(int) index_of; /* by descriptor; -1 = not in the set */
};

static void
free_set(struct ob_poll *poll)
{
	struct set *s = (struct set *)poll;

	ob_vec_release(&s->fds);
	ob_vec_release(&s->data);
	ob_vec_release(&s->index_of);
	free(s);
}

/* Its place among the entries, or -ENOENT. */
static int
find(const struct set *s, int fd)
{
	if (fd < 0 || (size_t)fd >= s->index_of.n || s->index_of.v[fd] < 0)
		return -ENOENT;
	return s->index_of.v[fd];
}

static short
to_poll(unsigned events)
{
	return (short)((events & OB_POLL_IN ? POLLIN : 0) |
		       (events & OB_POLL_OUT ? POLLOUT : 0));
}

static unsigned
from_poll(short events)
{
	return (events & POLLIN ? OB_POLL_IN : 0u) |
	       (events & POLLOUT ? OB_POLL_OUT : 0u) |
	       (events & POLLHUP ? OB_POLL_HUP : 0u) |
	       (events & (POLLERR | POLLNVAL) ? OB_POLL_ERR : 0u);
}

static int
add_fd(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	const struct pollfd entry = { .fd = fd, .events = to_poll(events) };
	struct set *s = (struct set *)poll;
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
		return -EPERM; /* as epoll */
	if (find(s, fd) >= 0)
		return -EEXIST;
	while (s->index_of.n <= (size_t)fd) {
		rc = ob_vec_push(&s->index_of, -1);
		if (rc < 0)
			return rc;
	}
	rc = ob_vec_reserve(&s->fds, 1);
	if (rc == 0)
		rc = ob_vec_push(&s->data, data);
	if (rc < 0)
		return rc;
	s->index_of.v[fd] = (int)s->fds.n;
	return ob_vec_push(&s->fds, entry);
}

static int
mod_fd(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	struct set *s = (struct set *)poll;
	int i = find(s, fd);

	if (i < 0)
		return i;
	s->fds.v[i].events = to_poll(events);
	s->data.v[i] = data;
	return 0;
}

static int
del_fd(struct ob_poll *poll, int fd)
{
	struct set *s = (struct set *)poll;
	int i = find(s, fd);
	size_t last = s->fds.n - 1;

	if (i < 0)
		return i;
	s->fds.v[i] = s->fds.v[last];
	s->data.v[i] = s->data.v[last];
	s->index_of.v[s->fds.v[i].fd] = i;
	s->index_of.v[fd] = -1;
	s->fds.n = s->data.n = last;
	return 0;
}

static int
wait_fds(struct ob_poll *poll, struct ob_poll_event *ret, size_t max,
    int timeout_ms, const sigset_t *mask)
{
	const struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct set *s = (struct set *)poll;
	size_t n = 0;

	if (ppoll(s->fds.v, s->fds.n, timeout_ms < 0 ? NULL : &timeout, mask) <
	    0)
		return -errno;
	for (size_t i = 0; i < s->fds.n && n < max; i++)
		if (s->fds.v[i].revents != 0)
			ret[n++] = (struct ob_poll_event){
				.events = from_poll(s->fds.v[i].revents),
				.data = s->data.v[i],
			};
	return (int)n;
}

static const struct ob_poll_ops poll_ops = {
	.name = "poll",
	.free = free_set,
	.add = add_fd,
	.mod = mod_fd,
	.del = del_fd,
	.wait = wait_fds,
};

int
ob_poll_new(struct ob_poll **ret)
{
	struct set *s;
	int rc = ob_poll_new_epoll(ret);

	if (rc != -ENOTSUP)
		return rc;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return -ENOMEM;
	s->base.ops = &poll_ops;
	s->fds.max = s->data.max = s->index_of.max = MAX_FDS;
	*ret = (struct ob_poll *)s;
	return 0;
}

void
ob_poll_free(struct ob_poll **poll)
{
	if (*poll != NULL)
		(*poll)->ops->free(*poll);
	*poll = NULL;
}

int
ob_poll_add(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	return poll->ops->add(poll, fd, events, data);
}

int
ob_poll_mod(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	return poll->ops->mod(poll, fd, events, data);
}

int
ob_poll_del(struct ob_poll *poll, int fd)
{
	return poll->ops->del(poll, fd);
}

int
ob_poll_wait(struct ob_poll *poll, struct ob_poll_event *ret, size_t max,
    int64_t deadline_ns, const sigset_t *mask)
{
	for (;;) {
		int timeout_ms = ob_clock_poll_ms(deadline_ns);
		int rc = poll->ops->wait(poll, ret, max, timeout_ms, mask);

		/* a deadline beyond what an int of milliseconds holds */
		if (rc != 0 || timeout_ms == 0 ||
		    deadline_ns <= ob_clock_monotonic_ns())
			return rc;
	}
}

const char *
ob_poll_backend(const struct ob_poll *poll)
{
	return poll->ops->name;
}
