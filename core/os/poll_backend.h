/*
 * What a backend of os/poll is. Private to core/os.
 */
#ifndef OB_OS_POLL_BACKEND_H
#define OB_OS_POLL_BACKEND_H

#include "os/poll.h"

struct ob_poll_ops {
	const char *name;
	void (*free)(struct ob_poll *poll);
	int (*add)(struct ob_poll *poll, int fd, unsigned events, void *data);
	int (*mod)(struct ob_poll *poll, int fd, unsigned events, void *data);
	int (*del)(struct ob_poll *poll, int fd);
	int (*wait)(struct ob_poll *poll, struct ob_poll_event *ret, size_t max,
	    int timeout_ms, const sigset_t *mask);
};

/* The first member of each backend's own struct. */
struct ob_poll {
	const struct ob_poll_ops *ops;
};

/* -ENOTSUP without epoll. */
int ob_poll_new_epoll(struct ob_poll **ret);

#endif
