#include "os/tty.h"

#include <errno.h>

int
ob_tty_size(int fd, struct ob_tty_size *ret)
{
	(void)ret;
	return ob_tty_is(fd) ? -ENOTSUP : -ENOTTY;
}

int
ob_tty_set_size(int fd, struct ob_tty_size size)
{
	(void)size;
	return ob_tty_is(fd) ? -ENOTSUP : -ENOTTY;
}
