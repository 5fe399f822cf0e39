/*
 * The choice of a backend, and the calls that go to it.
 */
#include "os/watch.h"

#include <errno.h>

#include "os/watch_backend.h"

int
ob_watch_new(int64_t poll_every_ns, struct ob_watch **ret)
{
	int rc = ob_watch_new_inotify(ret);

	return rc == -ENOTSUP ? ob_watch_new_poll(poll_every_ns, ret) : rc;
}

void
ob_watch_free(struct ob_watch **watch)
{
	if (*watch != NULL)
		(*watch)->ops->free(*watch);
	*watch = NULL;
}

const char *
ob_watch_backend(const struct ob_watch *watch)
{
	return watch->ops->name;
}

int
ob_watch_fd(const struct ob_watch *watch)
{
	return watch->ops->fd(watch);
}

int
ob_watch_add(struct ob_watch *watch, const char *path, unsigned events,
    struct ob_err *err)
{
	int rc = watch->ops->add(
	    watch, path, events & (OB_WATCH_ALL | OB_WATCH_CLOSED));

	if (rc < 0)
		(void)ob_err_set(err, rc, "cannot watch '%s'", path);
	if (rc == -ENOSPC)
		ob_err_hint(err, "raise fs.inotify.max_user_watches");
	return rc;
}

int
ob_watch_remove(struct ob_watch *watch, int id)
{
	return watch->ops->remove(watch, id);
}

int
ob_watch_next(struct ob_watch *watch, struct ob_watch_event *ret)
{
	return watch->ops->next(watch, ret);
}

int
ob_watch_wait(struct ob_watch *watch, int64_t deadline_ns)
{
	return watch->ops->wait(watch, deadline_ns);
}
