#include "os/sys.h"

#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bsd.h"
#include "base/check.h"

int
ob_sys_name(struct ob_sys_name *ret)
{
	struct utsname name;

	if (uname(&name) < 0)
		return -errno;
	/* Cutting is documented. */
	(void)strlcpy(ret->system, name.sysname, sizeof(ret->system));
	(void)strlcpy(ret->host, name.nodename, sizeof(ret->host));
	(void)strlcpy(ret->release, name.release, sizeof(ret->release));
	(void)strlcpy(ret->version, name.version, sizeof(ret->version));
	(void)strlcpy(ret->machine, name.machine, sizeof(ret->machine));
	return 0;
}

int
ob_sys_host(struct ob_buf *out)
{
	struct ob_sys_name name;
	int rc = ob_sys_name(&name);

	return rc < 0 ? rc : ob_buf_add_z(out, name.host);
}

static size_t
known(int name)
{
	long value = sysconf(name);

	OB_CHECK(value > 0);
	return (size_t)value;
}

size_t
ob_sys_page_bytes(void)
{
	return known(_SC_PAGESIZE);
}

uint64_t
ob_sys_ticks_per_s(void)
{
	return known(_SC_CLK_TCK);
}
