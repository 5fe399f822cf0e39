/*
 * What os/limit needs from the system's folder. Private to core/os.
 */
#ifndef OB_OS_LIMIT_SYS_H
#define OB_OS_LIMIT_SYS_H

#include <stdint.h>
#include <sys/resource.h>

/* prlimit(2) of another process, each pointer may be NULL; or -ENOTSUP. */
int ob_sys_prlimit(int64_t pid, int resource, const struct rlimit *set,
    struct rlimit *ret_old);

#endif
