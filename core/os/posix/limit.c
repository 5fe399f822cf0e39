#include "os/limit.h"

#include <errno.h>
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

#include "os/limit_sys.h"

static const struct {
	const char *name;
	int resource;
} limits[] = {
	[OB_LIMIT_AS] = { "as", RLIMIT_AS },
	[OB_LIMIT_CORE] = { "core", RLIMIT_CORE },
	[OB_LIMIT_CPU] = { "cpu", RLIMIT_CPU },
	[OB_LIMIT_DATA] = { "data", RLIMIT_DATA },
	[OB_LIMIT_FSIZE] = { "fsize", RLIMIT_FSIZE },
	[OB_LIMIT_MEMLOCK] = { "memlock", RLIMIT_MEMLOCK },
	[OB_LIMIT_NOFILE] = { "nofile", RLIMIT_NOFILE },
	[OB_LIMIT_NPROC] = { "nproc", RLIMIT_NPROC },
	[OB_LIMIT_STACK] = { "stack", RLIMIT_STACK },
};

const char *
ob_limit_name(enum ob_limit limit)
{
	return limits[limit].name;
}

int
ob_limit_find(struct ob_str name, enum ob_limit *ret)
{
	for (unsigned i = 0; i < OB_LIMIT_COUNT; i++) {
		if (ob_str_eq_z(name, limits[i].name)) {
			*ret = (enum ob_limit)i;
			return 0;
		}
	}
	return -ENOENT;
}

static uint64_t
from_rlim(rlim_t value)
{
	return value == RLIM_INFINITY ? OB_LIMIT_UNLIMITED : (uint64_t)value;
}

static rlim_t
to_rlim(uint64_t value)
{
	return value == OB_LIMIT_UNLIMITED ? RLIM_INFINITY : (rlim_t)value;
}

int
ob_limit_get(int64_t pid, enum ob_limit limit, struct ob_limit_value *ret)
{
	int resource = limits[limit].resource, rc;
	struct rlimit value;

	if (pid == 0)
		rc = getrlimit(resource, &value) < 0 ? -errno : 0;
	else
		rc = ob_sys_prlimit(pid, resource, NULL, &value);
	if (rc < 0)
		return rc;
	*ret = (struct ob_limit_value){
		.soft = from_rlim(value.rlim_cur),
		.hard = from_rlim(value.rlim_max),
	};
	return 0;
}

int
ob_limit_set(int64_t pid, enum ob_limit limit, struct ob_limit_value value)
{
	const struct rlimit wanted = {
		.rlim_cur = to_rlim(value.soft),
		.rlim_max = to_rlim(value.hard),
	};
	int resource = limits[limit].resource;

	if (value.soft > value.hard)
		return -EINVAL;
	if (pid == 0)
		return setrlimit(resource, &wanted) < 0 ? -errno : 0;
	return ob_sys_prlimit(pid, resource, &wanted, NULL);
}

int
ob_limit_get_nice(int64_t pid, int *ret)
{
	int nice;

	if (pid < 0 || pid > INT_MAX)
		return -ESRCH;
	errno = 0; /* -1 is a value */
	nice = getpriority(PRIO_PROCESS, (id_t)pid);
	if (nice == -1 && errno != 0)
		return -errno;
	*ret = nice;
	return 0;
}

int
ob_limit_set_nice(int64_t pid, int nice)
{
	if (pid < 0 || pid > INT_MAX)
		return -ESRCH;
	return setpriority(PRIO_PROCESS, (id_t)pid, nice) < 0 ? -errno : 0;
}
