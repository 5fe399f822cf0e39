/*
 * os/lock.h on a system of which we know POSIX alone: no locks with ranges
 * that belong to the open file, no list of locks.
 */
#include "os/lock.h"

#include <errno.h>
#include <sys/stat.h>

#include "os/posix/lock_sys.h"

int
ob_lock_ofd(int fd, enum ob_lock_op op, struct flock *fl)
{
	(void)fd;
	(void)op;
	(void)fl;
	return -ENOTSUP;
}

int
ob_lock_identify(ob_handle h, struct ob_lock_file *ret)
{
	struct stat st;

	if (fstat(h, &st) < 0)
		return -errno;
	ret->dev_major = (uint32_t)((uint64_t)st.st_dev >> 32);
	ret->dev_minor = (uint32_t)st.st_dev;
	ret->ino = st.st_ino;
	return 0;
}

int
ob_lock_list(int (*row)(const struct ob_lock_row *, void *), void *ctx)
{
	(void)row;
	(void)ctx;
	return -ENOTSUP;
}

int
ob_lock_list_open(const struct ob_lock_file *files, size_t n,
    ob_lock_open_row *row, void *ctx)
{
	(void)files;
	(void)n;
	(void)row;
	(void)ctx;
	return -ENOTSUP;
}

int
ob_lock_test_flock(int fd, enum ob_lock_mode mode, struct ob_lock_row *ret)
{
	(void)fd;
	(void)mode;
	(void)ret;
	return -ENOTSUP;
}

enum ob_lock_scope
ob_lock_fs_scope(int fd, char ret_name[16])
{
	(void)fd;
	ret_name[0] = '\0';
	return OB_LOCK_SCOPE_UNKNOWN;
}
