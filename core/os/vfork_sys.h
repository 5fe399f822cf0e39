/*
 * What a system supplies to os/posix/vfork.c; not for others.
 */
#ifndef OB_OS_VFORK_SYS_H
#define OB_OS_VFORK_SYS_H

/* All descriptors from lowest on become close-on-exec: 0 or -ENOTSUP. */
int ob_sys_close_on_exec(int lowest);

#endif
