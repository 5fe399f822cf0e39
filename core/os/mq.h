/*
 * POSIX message queues: messages of bounded size with a priority, kept by the
 * kernel until somebody takes them.
 *
 * A handle is an mqd_t inside; on Linux it is also a descriptor that poll(2)
 * takes, see ob_mq_fd(). Deadlines are on CLOCK_MONOTONIC (os/wait.h), although
 * mq_timedsend(3) counts CLOCK_REALTIME: a jump of the clock harms no wait.
 * Names: os/ipcname.h. Every function is -ENOTSUP on a system without queues.
 */
#ifndef OB_OS_MQ_H
#define OB_OS_MQ_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ob_err;

struct ob_mq {
	int handle; /* -1: closed */
};

#define OB_MQ_INIT \
	{ \
		.handle = -1 \
	}

enum ob_mq_access {
	OB_MQ_RECEIVE,
	OB_MQ_SEND,
	OB_MQ_BOTH,
};

struct ob_mq_attr {
	size_t max_messages;
	size_t message_bytes; /* the largest message */
	size_t queued;        /* how many wait now; ignored by create */
};

/*
 * Creates a queue with exactly this mode and opens it for both. -EEXIST when
 * the name is taken; -EINVAL or -EMFILE beyond the system's limits.
 */
int ob_mq_create(struct ob_mq *ret_mq, const char *name, mode_t mode,
    const struct ob_mq_attr *attr, struct ob_err *err);

int ob_mq_open(struct ob_mq *ret_mq, const char *name, enum ob_mq_access access,
    struct ob_err *err);

/* Harmless on a closed one. */
void ob_mq_close(struct ob_mq *mq);

/* Removes the name; who has the queue open keeps it. */
int ob_mq_unlink(const char *name, struct ob_err *err);

/*
 * Waits for room until the deadline: 0, -ETIMEDOUT, -EINTR, -EMSGSIZE. Higher
 * priorities (0 to 32767) are received first.
 */
int ob_mq_send(struct ob_mq *mq, const void *p, size_t n, unsigned priority,
    int64_t deadline_ns);

/*
 * Takes the oldest message of the highest priority; returns its length. n must
 * be at least the queue's message_bytes, else -EMSGSIZE. ret_priority may be
 * NULL.
 */
ssize_t ob_mq_receive(struct ob_mq *mq, void *p, size_t n,
    unsigned *ret_priority, int64_t deadline_ns);

int ob_mq_attr(struct ob_mq *mq, struct ob_mq_attr *ret_attr);

/* The descriptor to poll, or -ENOTSUP: then wait by a deadline alone. */
int ob_mq_fd(const struct ob_mq *mq);

#endif
