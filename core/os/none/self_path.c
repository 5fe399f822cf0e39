#include "os/self.h"

#include <errno.h>

int
ob_self_path(struct ob_buf *out)
{
	(void)out;
	return -ENOTSUP;
}
