/*
 * What os/posix/lock.c leaves to the folder of the system (os/linux/lock.c,
 * os/none/lock.c): locks of the open file description with ranges, and the
 * system's own knowledge of who holds a flock(2).
 */
#ifndef OB_OS_POSIX_LOCK_SYS_H
#define OB_OS_POSIX_LOCK_SYS_H

#include <fcntl.h>

#include "os/lock.h"

enum ob_lock_op { OB_LOCK_OP_TRY, OB_LOCK_OP_WAIT, OB_LOCK_OP_GET };

/* fcntl(2) by F_OFD_*: 0 or -errno; -ENOTSUP where there is no such thing. */
int ob_lock_ofd(int fd, enum ob_lock_op op, struct flock *fl);

/* ob_lock_test() for FLOCK. */
int ob_lock_test_flock(int fd, enum ob_lock_mode mode, struct ob_lock_row *ret);

/* Name of the filesystem and whether other machines may share it. */
enum ob_lock_scope ob_lock_fs_scope(int fd, char ret_name[16]);

#endif
