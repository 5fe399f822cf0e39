#include "os/self.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

int
ob_self_path(struct ob_buf *out)
{
	char *p = ob_buf_reserve(out, PATH_MAX);
	ssize_t n;

	if (p == NULL)
		return ob_buf_err(out);
	n = readlink("/proc/self/exe", p, PATH_MAX);
	if (n < 0)
		return -errno;
	if (n == PATH_MAX)
		return -ENAMETOOLONG;
	ob_buf_commit(out, (size_t)n);
	return 0;
}
