/*
 * Queues are opened non-blocking and waited for by poll(2), which an mqd_t of
 * Linux is good for: deadlines are monotonic then.
 */
#include "os/mq.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/stat.h>

#include "base/err.h"
#include "os/ipcname.h"
#include "os/wait.h"

int
ob_mq_create(struct ob_mq *ret_mq, const char *name, mode_t mode,
    const struct ob_mq_attr *attr, struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	struct mq_attr a = { .mq_maxmsg = (long)attr->max_messages,
		.mq_msgsize = (long)attr->message_bytes };
	int rc = ob_ipc_name(name, full);
	mqd_t q = -1;

	if (rc == 0 &&
	    (attr->max_messages > INT32_MAX || attr->message_bytes > INT32_MAX))
		rc = -EINVAL;
	if (rc == 0) {
		q = mq_open(full,
		    O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK | O_CLOEXEC, mode,
		    &a);
		rc = q < 0 ? -errno : 0;
	}
	if (rc == 0 && fchmod(q, mode) < 0) {
		rc = -errno;
		(void)mq_close(q);
		(void)mq_unlink(full); /* rc says more */
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot create message queue '%s'", name);
	ret_mq->handle = q;
	return 0;
}

int
ob_mq_open(struct ob_mq *ret_mq, const char *name, enum ob_mq_access access,
    struct ob_err *err)
{
	static const int flags[] = {
		[OB_MQ_RECEIVE] = O_RDONLY,
		[OB_MQ_SEND] = O_WRONLY,
		[OB_MQ_BOTH] = O_RDWR,
	};
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);
	mqd_t q = -1;

	if (rc == 0) {
		q = mq_open(full, flags[access] | O_NONBLOCK | O_CLOEXEC);
		rc = q < 0 ? -errno : 0;
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot open message queue '%s'", name);
	ret_mq->handle = q;
	return 0;
}

void
ob_mq_close(struct ob_mq *mq)
{
	if (mq->handle >= 0)
		(void)mq_close(mq->handle); /* nothing is buffered in it */
	mq->handle = -1;
}

int
ob_mq_unlink(const char *name, struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);

	if (rc == 0 && mq_unlink(full) < 0)
		rc = -errno;
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot remove message queue '%s'", name);
	return 0;
}

int
ob_mq_send(struct ob_mq *mq, const void *p, size_t n, unsigned priority,
    int64_t deadline_ns)
{
	for (;;) {
		int rc;

		if (mq_send(mq->handle, p, n, priority) == 0)
			return 0;
		if (errno != EAGAIN)
			return -errno;
		rc = ob_wait_fd(mq->handle, POLLOUT, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

ssize_t
ob_mq_receive(struct ob_mq *mq, void *p, size_t n, unsigned *ret_priority,
    int64_t deadline_ns)
{
	for (;;) {
		unsigned priority;
		ssize_t got = mq_receive(mq->handle, p, n, &priority);
		int rc;

		if (got >= 0) {
			if (ret_priority != NULL)
				*ret_priority = priority;
			return got;
		}
		if (errno != EAGAIN)
			return -errno;
		rc = ob_wait_fd(mq->handle, POLLIN, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

int
ob_mq_attr(struct ob_mq *mq, struct ob_mq_attr *ret_attr)
{
	struct mq_attr a;

	if (mq_getattr(mq->handle, &a) < 0)
		return -errno;
	ret_attr->max_messages = (size_t)a.mq_maxmsg;
	ret_attr->message_bytes = (size_t)a.mq_msgsize;
	ret_attr->queued = (size_t)a.mq_curmsgs;
	return 0;
}

int
ob_mq_fd(const struct ob_mq *mq)
{
	return mq->handle;
}
