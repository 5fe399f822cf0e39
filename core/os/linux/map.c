/*
 * Mappings: what only Linux has.
 */
#include "os/map.h"

#include <errno.h>
#include <sys/mman.h>

#include "os/map_sys.h"

int
ob_sys_map_flags(unsigned flags)
{
	return flags & OB_MMAP_POPULATE ? MAP_POPULATE : 0;
}

void
ob_sys_map_wish(void *p, size_t n, unsigned flags)
{
	if (flags & OB_MMAP_NO_FORK)
		(void)madvise(p, n, MADV_DONTFORK); /* a wish */
}

void *
ob_sys_map_resize(void *p, size_t old_n, size_t new_n, int *ret_error)
{
	void *moved = mremap(p, old_n, new_n, MREMAP_MAYMOVE);

	if (moved != MAP_FAILED)
		return moved;
	*ret_error = -errno;
	return NULL;
}
