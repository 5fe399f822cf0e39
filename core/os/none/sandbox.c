#include "os/sandbox.h"

#include <errno.h>

int
ob_sandbox_calls(const struct ob_sandbox_policy *policy, struct ob_err *err)
{
	(void)policy;
	return ob_err_set(err, -ENOTSUP, "cannot filter system calls");
}

int
ob_sandbox_paths(
    const struct ob_sandbox_path *paths, size_t n, struct ob_err *err)
{
	(void)paths;
	(void)n;
	return ob_err_set(err, -ENOTSUP, "cannot restrict access to files");
}
