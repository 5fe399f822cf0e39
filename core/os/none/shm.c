/* No memfd, no seals: named objects only. */
#include "os/shm.h"

#include <errno.h>

#include "base/err.h"

int
ob_shm_memfd(const char *label, size_t size_bytes, struct ob_err *err)
{
	(void)size_bytes;
	return ob_err_set(
	    err, -ENOTSUP, "cannot create shared memory '%s'", label);
}

int
ob_shm_seal(int fd, unsigned seals)
{
	(void)fd;
	(void)seals;
	return -ENOTSUP;
}

int
ob_shm_seals(int fd, unsigned *ret_seals)
{
	(void)fd;
	(void)ret_seals;
	return -ENOTSUP;
}
