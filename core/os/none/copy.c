/*
 * Copying where only read and write are known.
 */
#include "os/copy_sys.h"

#include <errno.h>

int
ob_sys_copy_clone(int from_fd, int to_fd)
{
	(void)from_fd;
	(void)to_fd;
	return -ENOTSUP;
}

ssize_t
ob_sys_copy_part(
    enum ob_copy_method method, int from_fd, int to_fd, off_t at, size_t n)
{
	(void)method;
	(void)from_fd;
	(void)to_fd;
	(void)at;
	(void)n;
	return -ENOTSUP;
}

int
ob_sys_copy_next_data(
    int fd, off_t at, off_t size, off_t *ret_start, off_t *ret_end)
{
	(void)fd;
	*ret_start = at;
	*ret_end = size;
	return at < size;
}
