/*
 * Shared memory: POSIX objects with a name, and anonymous ones that travel as
 * a descriptor (memfd).
 *
 * An object's size is fixed before anybody maps it. A named object can be
 * truncated by whoever may open it, and touching the part that vanished is
 * SIGBUS: read it under a guard (rt/sigbus.h) or use a sealed memfd, which
 * cannot shrink. Whoever maps memory that another process writes must copy a
 * value out before checking it.
 *
 * Names: os/ipcname.h. Descriptors are close-on-exec.
 */
#ifndef OB_OS_SHM_H
#define OB_OS_SHM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ob_err;

enum ob_shm_access {
	OB_SHM_READ,
	OB_SHM_WRITE, /* read and write */
};

/* What nobody, owner included, can do to a memfd any more. */
#define OB_SHM_SEAL_SHRINK 0x1u
#define OB_SHM_SEAL_GROW   0x2u
#define OB_SHM_SEAL_WRITE  0x4u /* needs: no writable mapping is left */
#define OB_SHM_SEAL_SEAL   0x8u /* no further seals */

/*
 * Creates a new object of zeros, size_bytes long, with exactly this mode, and
 * opens it for writing. -EEXIST when the name is taken; after a failure there
 * is no object.
 */
int ob_shm_create(
    const char *name, size_t size_bytes, mode_t mode, struct ob_err *err);

/*
 * Opens an object. Only one that belongs to the caller's user or to root, and
 * whose size is at least min_bytes: else -EPERM, -EMSGSIZE.
 */
int ob_shm_open(const char *name, enum ob_shm_access access, size_t min_bytes,
    struct ob_err *err);

/* Removes the name; who has the object open keeps it. */
int ob_shm_unlink(const char *name, struct ob_err *err);

/* An object without a name; label shows up in /proc. -ENOTSUP. */
int ob_shm_memfd(const char *label, size_t size_bytes, struct ob_err *err);

/* Adds seals to a memfd; -ENOTSUP on other files, -EBUSY while mapped. */
int ob_shm_seal(int fd, unsigned seals);

/* The seals that a descriptor has; -ENOTSUP when it can have none. */
int ob_shm_seals(int fd, unsigned *ret_seals);

int ob_shm_size(int fd, size_t *ret_bytes);

/*
 * Maps the first size_bytes, shared. -EINVAL for size 0, -EMSGSIZE when the
 * object is shorter. Release with ob_shm_unmap(); the descriptor may be closed
 * before.
 */
int
ob_shm_map(int fd, size_t size_bytes, enum ob_shm_access access, void **ret_p);
void ob_shm_unmap(void *p, size_t size_bytes);

#endif
