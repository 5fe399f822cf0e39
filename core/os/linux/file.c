/*
 * Files: what only Linux has, renameat2(2) and O_TMPFILE.
 */
#include "os/file.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "os/feature.h"
#include "os/file_sys.h"

int
ob_sys_rename_keep(
    int from_dir_fd, const char *from, int to_dir_fd, const char *to)
{
	if (renameat2(from_dir_fd, from, to_dir_fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* The kernel, or this file system (EINVAL), lacks the flag. */
	return errno == ENOSYS || errno == EINVAL ? -ENOTSUP : -errno;
}

int
ob_file_create_unnamed(int dir_fd, const char *path, mode_t mode)
{
	int fd;

	/* Without /proc the file could not be given a name. */
	if (!ob_os_may(OB_OS_TMPFILE) ||
	    faccessat(AT_FDCWD, "/proc/self/fd", X_OK, 0) < 0)
		return -ENOTSUP;
	fd = ob_open(dir_fd, path, O_RDWR | O_TMPFILE, mode);
	/* EISDIR: a kernel before 3.11, which took the flag for O_DIRECTORY. */
	return fd == -EISDIR || fd == -EINVAL ? -ENOTSUP : fd;
}

int
ob_file_link_unnamed(int fd, int dir_fd, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, path, dir_fd, name, AT_SYMLINK_FOLLOW) < 0)
		return -errno;
	return 0;
}
