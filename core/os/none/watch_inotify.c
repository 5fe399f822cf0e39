#include "os/watch_backend.h"

#include <errno.h>

int
ob_watch_new_inotify(struct ob_watch **ret)
{
	(void)ret;
	return -ENOTSUP;
}
