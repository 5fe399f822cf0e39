/* memfd_create(2) and the seals of fcntl(2). */
#include "os/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/err.h"
#include "os/file.h"

static const struct {
	unsigned ours;
	int kernels;
} seal_names[] = {
	{ OB_SHM_SEAL_SHRINK, F_SEAL_SHRINK },
	{ OB_SHM_SEAL_GROW, F_SEAL_GROW },
	{ OB_SHM_SEAL_WRITE, F_SEAL_WRITE },
	{ OB_SHM_SEAL_SEAL, F_SEAL_SEAL },
};

int
ob_shm_memfd(const char *label, size_t size_bytes, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd =
	    memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int rc = 0;

	if (fd < 0)
		rc = errno == ENOSYS ? -ENOTSUP : -errno;
	else if (size_bytes == 0 || size_bytes > INT64_MAX)
		rc = -EINVAL;
	else if (ftruncate(fd, (off_t)size_bytes) < 0)
		rc = -errno;
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot create shared memory '%s'", label);
	return ob_steal_fd(&fd);
}

int
ob_shm_seal(int fd, unsigned seals)
{
	int wanted = 0;

	for (size_t i = 0; i < OB_COUNT(seal_names); i++)
		if (seals & seal_names[i].ours)
			wanted |= seal_names[i].kernels;
	if (fcntl(fd, F_ADD_SEALS, wanted) < 0)
		return errno == EINVAL ? -ENOTSUP : -errno;
	return 0;
}

int
ob_shm_seals(int fd, unsigned *ret_seals)
{
	int there = fcntl(fd, F_GET_SEALS);
	unsigned seals = 0;

	if (there < 0)
		return errno == EINVAL ? -ENOTSUP : -errno;
	for (size_t i = 0; i < OB_COUNT(seal_names); i++)
		if (there & seal_names[i].kernels)
			seals |= seal_names[i].ours;
	*ret_seals = seals;
	return 0;
}
