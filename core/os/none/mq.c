/* macOS and OpenBSD have no message queues. */
#include "os/mq.h"

#include <errno.h>

#include "base/err.h"

int
ob_mq_create(struct ob_mq *ret_mq, const char *name, mode_t mode,
    const struct ob_mq_attr *attr, struct ob_err *err)
{
	(void)ret_mq;
	(void)mode;
	(void)attr;
	return ob_err_set(
	    err, -ENOTSUP, "cannot create message queue '%s'", name);
}

int
ob_mq_open(struct ob_mq *ret_mq, const char *name, enum ob_mq_access access,
    struct ob_err *err)
{
	(void)ret_mq;
	(void)access;
	return ob_err_set(
	    err, -ENOTSUP, "cannot open message queue '%s'", name);
}

void
ob_mq_close(struct ob_mq *mq)
{
	mq->handle = -1;
}

int
ob_mq_unlink(const char *name, struct ob_err *err)
{
	return ob_err_set(
	    err, -ENOTSUP, "cannot remove message queue '%s'", name);
}

int
ob_mq_send(struct ob_mq *mq, const void *p, size_t n, unsigned priority,
    int64_t deadline_ns)
{
	(void)mq;
	(void)p;
	(void)n;
	(void)priority;
	(void)deadline_ns;
	return -ENOTSUP;
}

ssize_t
ob_mq_receive(struct ob_mq *mq, void *p, size_t n, unsigned *ret_priority,
    int64_t deadline_ns)
{
	(void)mq;
	(void)p;
	(void)n;
	(void)ret_priority;
	(void)deadline_ns;
	return -ENOTSUP;
}

int
ob_mq_attr(struct ob_mq *mq, struct ob_mq_attr *ret_attr)
{
	(void)mq;
	(void)ret_attr;
	return -ENOTSUP;
}

int
ob_mq_fd(const struct ob_mq *mq)
{
	(void)mq;
	return -ENOTSUP;
}
