#include "os/poll_backend.h"

#include <errno.h>

int
ob_poll_new_epoll(struct ob_poll **ret)
{
	(void)ret;
	return -ENOTSUP;
}
