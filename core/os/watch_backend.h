/*
 * What a backend of os/watch is. Private to core/os.
 */
#ifndef OB_OS_WATCH_BACKEND_H
#define OB_OS_WATCH_BACKEND_H

#include "os/watch.h"

struct ob_watch_ops {
	const char *name;
	void (*free)(struct ob_watch *watch);
	int (*fd)(const struct ob_watch *watch);
	int (*add)(struct ob_watch *watch, const char *path, unsigned events);
	int (*remove)(struct ob_watch *watch, int id);
	int (*next)(struct ob_watch *watch, struct ob_watch_event *ret);
	int (*wait)(struct ob_watch *watch, int64_t deadline_ns);
};

/* The first member of each backend's own struct. */
struct ob_watch {
	const struct ob_watch_ops *ops;
};

/* -ENOTSUP when there is no inotify, or none left for this user. */
int ob_watch_new_inotify(struct ob_watch **ret);
int ob_watch_new_poll(int64_t every_ns, struct ob_watch **ret);

#endif
