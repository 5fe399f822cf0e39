/*
 * The size of a terminal, by ioctl.
 */
#include "os/tty.h"

#include <errno.h>
#include <sys/ioctl.h>

int
ob_tty_size(int fd, struct ob_tty_size *ret)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return -errno;
	if (size.ws_col == 0 || size.ws_row == 0)
		return -ENOTSUP; /* a serial line, or nobody has set it */
	*ret = (struct ob_tty_size){ size.ws_col, size.ws_row };
	return 0;
}

int
ob_tty_set_size(int fd, struct ob_tty_size size)
{
	const struct winsize wanted = {
		.ws_col = (unsigned short)size.columns,
		.ws_row = (unsigned short)size.rows,
	};

	return ioctl(fd, TIOCSWINSZ, &wanted) < 0 ? -errno : 0;
}
