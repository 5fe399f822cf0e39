/*
 * The epoll backend of os/poll.
 */
#include "os/poll.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "os/feature.h"
#include "os/file.h"
#include "os/poll_backend.h"

#define BATCH 64

struct epoll {
	struct ob_poll base; /* first: one is cast to the other */
	int fd;
};

static void
free_epoll(struct ob_poll *poll)
{
	struct epoll *e = (struct epoll *)poll;

	(void)ob_close(&e->fd);
	free(e);
}

static int
control(struct ob_poll *poll, int op, int fd, unsigned events, void *data)
{
	struct epoll_event event = {
		.events = (events & OB_POLL_IN ? EPOLLIN : 0u) |
		          (events & OB_POLL_OUT ? EPOLLOUT : 0u),
		.data.ptr = data,
	};

	if (epoll_ctl(((struct epoll *)poll)->fd, op, fd, &event) < 0)
		return -errno;
	return 0;
}

static int
add_fd(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	return control(poll, EPOLL_CTL_ADD, fd, events, data);
}

static int
mod_fd(struct ob_poll *poll, int fd, unsigned events, void *data)
{
	return control(poll, EPOLL_CTL_MOD, fd, events, data);
}

static int
del_fd(struct ob_poll *poll, int fd)
{
	return control(poll, EPOLL_CTL_DEL, fd, 0, NULL);
}

static unsigned
from_epoll(uint32_t events)
{
	return (events & EPOLLIN ? OB_POLL_IN : 0u) |
	       (events & EPOLLOUT ? OB_POLL_OUT : 0u) |
	       (events & EPOLLHUP ? OB_POLL_HUP : 0u) |
	       (events & EPOLLERR ? OB_POLL_ERR : 0u);
}

static int
wait_fds(struct ob_poll *poll, struct ob_poll_event *ret, size_t max,
    int timeout_ms, const sigset_t *mask)
{
	struct epoll_event events[BATCH];
	int n = epoll_pwait(((struct epoll *)poll)->fd, events,
	    max < BATCH ? (int)max : BATCH, timeout_ms, mask);

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++)
		ret[i] = (struct ob_poll_event){
			.events = from_epoll(events[i].events),
			.data = events[i].data.ptr,
		};
	return n;
}

static const struct ob_poll_ops epoll_ops = {
	.name = "epoll",
	.free = free_epoll,
	.add = add_fd,
	.mod = mod_fd,
	.del = del_fd,
	.wait = wait_fds,
};

int
ob_poll_new_epoll(struct ob_poll **ret)
{
	struct epoll *e;

	if (!ob_os_may(OB_OS_EPOLL))
		return -ENOTSUP;
	e = malloc(sizeof(*e));
	if (e == NULL)
		return -ENOMEM;
	e->base.ops = &epoll_ops;
	e->fd = epoll_create1(EPOLL_CLOEXEC);
	if (e->fd < 0) {
		int rc = errno == ENOSYS ? -ENOTSUP : -errno;

		free(e);
		return rc;
	}
	*ret = (struct ob_poll *)e;
	return 0;
}
