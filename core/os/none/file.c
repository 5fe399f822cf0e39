/*
 * Files on a system without renameat2(2) and O_TMPFILE.
 */
#include "os/file.h"

#include <errno.h>

#include "os/file_sys.h"

int
ob_sys_rename_keep(
    int from_dir_fd, const char *from, int to_dir_fd, const char *to)
{
	(void)from_dir_fd;
	(void)from;
	(void)to_dir_fd;
	(void)to;
	return -ENOTSUP;
}

int
ob_file_create_unnamed(int dir_fd, const char *path, mode_t mode)
{
	(void)dir_fd;
	(void)path;
	(void)mode;
	return -ENOTSUP;
}

int
ob_file_link_unnamed(int fd, int dir_fd, const char *name)
{
	(void)fd;
	(void)dir_fd;
	(void)name;
	return -ENOTSUP;
}
