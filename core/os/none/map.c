/*
 * Mappings where mremap(2) and the wishes are unknown.
 */
#include "os/map_sys.h"

#include <errno.h>

int
ob_sys_map_flags(unsigned flags)
{
	(void)flags;
	return 0;
}

void
ob_sys_map_wish(void *p, size_t n, unsigned flags)
{
	(void)p;
	(void)n;
	(void)flags;
}

void *
ob_sys_map_resize(void *p, size_t old_n, size_t new_n, int *ret_error)
{
	(void)p;
	(void)old_n;
	(void)new_n;
	*ret_error = -ENOTSUP;
	return NULL;
}
