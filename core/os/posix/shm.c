#include "os/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/err.h"
#include "os/file.h"
#include "os/ipcname.h"

static int
set_size(int fd, size_t size_bytes)
{
	if (size_bytes == 0 || size_bytes > INT64_MAX)
		return -EINVAL;
	/* Reserved, not just promised: no SIGBUS when memory runs out. */
	return -posix_fallocate(fd, 0, (off_t)size_bytes);
}

int
ob_shm_create(
    const char *name, size_t size_bytes, mode_t mode, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);

	if (rc == 0) {
		fd =
		    shm_open(full, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
		rc = fd < 0 ? -errno : 0;
	}
	if (rc == 0) {
		rc = fchmod(fd, mode) < 0 ? -errno : set_size(fd, size_bytes);
		if (rc < 0)
			(void)shm_unlink(full); /* rc says more */
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot create shared memory '%s'", name);
	return ob_steal_fd(&fd);
}

static int
check_object(int fd, size_t min_bytes)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return -EPERM;
	return (uintmax_t)st.st_size < min_bytes ? -EMSGSIZE : 0;
}

int
ob_shm_open(const char *name, enum ob_shm_access access, size_t min_bytes,
    struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);

	if (rc == 0) {
		fd = shm_open(full,
		    (access == OB_SHM_WRITE ? O_RDWR : O_RDONLY) | O_CLOEXEC,
		    0);
		rc = fd < 0 ? -errno : check_object(fd, min_bytes);
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot open shared memory '%s'", name);
	return ob_steal_fd(&fd);
}

int
ob_shm_unlink(const char *name, struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);

	if (rc == 0 && shm_unlink(full) < 0)
		rc = -errno;
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot remove shared memory '%s'", name);
	return 0;
}

int
ob_shm_size(int fd, size_t *ret_bytes)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	*ret_bytes = (size_t)st.st_size;
	return 0;
}

int
ob_shm_map(int fd, size_t size_bytes, enum ob_shm_access access, void **ret_p)
{
	size_t there = 0;
	int rc = ob_shm_size(fd, &there);
	void *p;

	if (rc < 0)
		return rc;
	if (size_bytes == 0)
		return -EINVAL;
	if (there < size_bytes)
		return -EMSGSIZE;
	p = mmap(NULL, size_bytes,
	    PROT_READ | (access == OB_SHM_WRITE ? PROT_WRITE : 0), MAP_SHARED,
	    fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	*ret_p = p;
	return 0;
}

void
ob_shm_unmap(void *p, size_t size_bytes)
{
	if (p != NULL)
		OB_CHECK(munmap(p, size_bytes) == 0);
}
