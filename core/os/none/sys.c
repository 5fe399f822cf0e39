#include "os/sys.h"

#include <errno.h>

int
ob_sys_boot_id(char ret[OB_SYS_BOOT_ID_SIZE])
{
	(void)ret;
	return -ENOTSUP;
}

int
ob_sys_memory(struct ob_sys_memory *ret)
{
	(void)ret;
	return -ENOTSUP;
}
