#include "os/ipcname.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"

int
ob_ipc_name(const char *name, char ret_name[OB_IPC_NAME_MAX + 2])
{
	size_t n = strlen(name);

	if (n == 0 || ob_z_find(name, '/') != NULL || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return -EINVAL;
	if (n > OB_IPC_NAME_MAX)
		return -ENAMETOOLONG;
	ret_name[0] = '/';
	memcpy(ret_name + 1, name, n + 1);
	return 0;
}
