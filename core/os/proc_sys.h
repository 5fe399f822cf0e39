/*
 * What os/proc needs from the system's folder. Private to core/os.
 */
#ifndef OB_OS_PROC_SYS_H
#define OB_OS_PROC_SYS_H

#include <stdint.h>

struct ob_sys_proc {
	uint64_t start;
	int has_ended; /* a zombie */
};

/* -ESRCH, -ENOTSUP, -ENOENT as ob_proc_start(). */
int ob_sys_proc_look(int64_t pid, struct ob_sys_proc *ret);

/* A pidfd, or -ENOTSUP when there are none. */
int ob_sys_pidfd_open(int64_t pid);
int ob_sys_pidfd_signal(int fd, int signal);

#endif
