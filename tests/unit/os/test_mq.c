#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/err.h"
#include "os/mq.h"
#include "os/wait.h"

#define SOON ob_clock_deadline_ns(INT64_C(5000000000))

static const struct ob_mq_attr small = { .max_messages = 2,
	.message_bytes = 16 };

/* A new queue under a name of this case, or the case is skipped. */
static struct ob_mq
fresh_queue(char name[64])
{
	struct ob_mq mq = OB_MQ_INIT;
	int rc;

	snprintf(name, 64, "opsbox-test-mq-%ld", (long)getpid());
	(void)ob_mq_unlink(name, NULL);
	rc = ob_mq_create(&mq, name, 0600, &small, NULL);
	if (rc == -ENOTSUP || rc == -ENOSYS)
		SKIP("no message queues here");
	CHECK_INT(rc, 0);
	return mq;
}

static void
higher_priorities_come_first(void)
{
	struct ob_mq mq, reader = OB_MQ_INIT;
	char name[64], got[16];
	unsigned priority = 0;

	mq = fresh_queue(name);
	CHECK_INT(ob_mq_open(&reader, name, OB_MQ_RECEIVE, NULL), 0);
	CHECK_INT(ob_mq_unlink(name, NULL), 0);
	CHECK_INT(ob_mq_send(&mq, "low", 3, 1, SOON), 0);
	CHECK_INT(ob_mq_send(&mq, "high", 4, 9, SOON), 0);
	CHECK_INT(ob_mq_receive(&reader, got, 16, &priority, SOON), 4);
	CHECK_MEM(got, 4, "high");
	CHECK_UINT(priority, 9);
	CHECK_INT(ob_mq_receive(&reader, got, 16, NULL, SOON), 3);
	CHECK_INT(ob_mq_send(&reader, "x", 1, 0, SOON), -EBADF);
	ob_mq_close(&reader);
	ob_mq_close(&reader);
	CHECK_INT(reader.handle, -1);
	ob_mq_close(&mq);
}

static void
attributes_say_what_waits(void)
{
	struct ob_mq_attr attr;
	struct ob_mq mq;
	char name[64];

	mq = fresh_queue(name);
	CHECK_INT(ob_mq_unlink(name, NULL), 0);
	CHECK_INT(ob_mq_send(&mq, "x", 1, 0, SOON), 0);
	CHECK_INT(ob_mq_attr(&mq, &attr), 0);
	CHECK_UINT(attr.max_messages, 2);
	CHECK_UINT(attr.message_bytes, 16);
	CHECK_UINT(attr.queued, 1);
	CHECK(ob_wait_fd(ob_mq_fd(&mq), POLLIN, SOON) & POLLIN);
	ob_mq_close(&mq);
	CHECK_INT(ob_mq_attr(&mq, &attr), -EBADF);
}

static void
waits_end_with_their_deadline(void)
{
	struct ob_mq mq;
	char name[64], got[16];

	mq = fresh_queue(name);
	CHECK_INT(ob_mq_unlink(name, NULL), 0);
	CHECK_INT(ob_mq_receive(&mq, got, 16, NULL, OB_NO_WAIT), -ETIMEDOUT);
	CHECK_INT(ob_mq_send(&mq, "1", 1, 0, OB_NO_WAIT), 0);
	CHECK_INT(ob_mq_send(&mq, "2", 1, 0, OB_NO_WAIT), 0);
	CHECK_INT(ob_mq_send(&mq, "3", 1, 0, ob_clock_deadline_ns(1000000)),
	    -ETIMEDOUT);
	ob_mq_close(&mq);
}

static void
wrong_sizes_and_names_are_refused(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_mq mq, other = OB_MQ_INIT;
	char name[64], got[16];

	mq = fresh_queue(name);
	CHECK_INT(ob_mq_create(&other, name, 0600, &small, &err), -EEXIST);
	CHECK(strstr(err.msg, "cannot create message queue 'ops") == err.msg);
	CHECK_INT(ob_mq_unlink(name, NULL), 0);
	CHECK_INT(ob_mq_send(&mq, "12345678901234567", 17, 0, SOON), -EMSGSIZE);
	CHECK_INT(ob_mq_receive(&mq, got, 15, NULL, SOON), -EMSGSIZE);
	CHECK_INT(ob_mq_open(&other, name, OB_MQ_SEND, &err), -ENOENT);
	CHECK_INT(ob_mq_unlink(name, &err), -ENOENT);
	CHECK_INT(ob_mq_open(&other, "a/b", OB_MQ_SEND, NULL), -EINVAL);
	CHECK_INT(ob_mq_create(&other, "", 0600, &small, NULL), -EINVAL);
	CHECK_INT(other.handle, -1);
	ob_mq_close(&mq);
}

OB_TESTS(mq) = {
	OB_TEST(higher_priorities_come_first),
	OB_TEST(attributes_say_what_waits),
	OB_TEST(waits_end_with_their_deadline),
	OB_TEST(wrong_sizes_and_names_are_refused),
	OB_TESTS_END,
};
