/*
 * Resource limits, scheduling priority, I/O priority and CPU affinity, of this
 * process or another.
 *
 * pid 0 is this process. Others need prlimit(2) (-ENOTSUP without) and the
 * rights (-EPERM); a pid that nobody has is -ESRCH.
 */
#ifndef OB_OS_LIMIT_H
#define OB_OS_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum ob_limit {
	OB_LIMIT_AS,      /* bytes of address space */
	OB_LIMIT_CORE,    /* bytes of a core file */
	OB_LIMIT_CPU,     /* seconds */
	OB_LIMIT_DATA,    /* bytes */
	OB_LIMIT_FSIZE,   /* bytes of one file */
	OB_LIMIT_MEMLOCK, /* bytes */
	OB_LIMIT_NOFILE,  /* descriptors */
	OB_LIMIT_NPROC,   /* processes of the user */
	OB_LIMIT_STACK,   /* bytes */
	OB_LIMIT_COUNT
};

#define OB_LIMIT_UNLIMITED UINT64_MAX

struct ob_limit_value {
	uint64_t soft; /* in force */
	uint64_t hard; /* how far soft may be raised */
};

/* "as", "core", ..., "stack" */
const char *ob_limit_name(enum ob_limit limit);

/* -ENOENT when there is no limit of that name. */
int ob_limit_find(struct ob_str name, enum ob_limit *ret);

int ob_limit_get(int64_t pid, enum ob_limit limit, struct ob_limit_value *ret);

/* -EINVAL when soft exceeds hard; -EPERM when hard is raised without right. */
int ob_limit_set(int64_t pid, enum ob_limit limit, struct ob_limit_value value);

/* --- priorities -------------------------------------------------------- */

/* -20 (first) to 19 (last). Values beyond are cut to that by the system. */
int ob_limit_get_nice(int64_t pid, int *ret);
int ob_limit_set_nice(int64_t pid, int nice);

enum ob_io_class {
	OB_IO_NONE, /* follows nice */
	OB_IO_REALTIME,
	OB_IO_BEST_EFFORT,
	OB_IO_IDLE
};

struct ob_io_priority {
	enum ob_io_class class;
	unsigned level; /* 0 (first) to 7, of realtime and best effort */
};

/* -ENOTSUP where I/O has no priorities; -EINVAL for a level above 7. */
int ob_limit_get_io(int64_t pid, struct ob_io_priority *ret);
int ob_limit_set_io(int64_t pid, struct ob_io_priority priority);

/* --- processors -------------------------------------------------------- */

#define OB_CPUS_MAX 1024

struct ob_cpus {
	uint64_t bits[OB_CPUS_MAX / 64];
};

static inline void
ob_cpus_add(struct ob_cpus *set, unsigned cpu)
{
	if (cpu < OB_CPUS_MAX)
		set->bits[cpu / 64] |= UINT64_C(1) << cpu % 64;
}

static inline bool
ob_cpus_has(const struct ob_cpus *set, unsigned cpu)
{
	return cpu < OB_CPUS_MAX && (set->bits[cpu / 64] >> cpu % 64 & 1) != 0;
}

/* -ENOTSUP where processes cannot be bound; -EINVAL when no cpu is left. */
int ob_limit_get_cpus(int64_t pid, struct ob_cpus *ret);
int ob_limit_set_cpus(int64_t pid, const struct ob_cpus *cpus);

#endif
