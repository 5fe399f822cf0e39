/*
 * Pid files: one instance of a daemon, and where to find it.
 *
 * The file is locked (flock), not just there: a file that a dead daemon left
 * behind is taken over, and a number in it that belongs to a stranger does no
 * harm. The lock lasts as long as the process, and in children that share the
 * descriptor without exec; close it there. Put the file into a directory that
 * only its owner writes.
 *
 * Order of a daemon: open (tells of another instance while there is somebody to
 * tell), detach, write, ready; remove at the end. By pidfile(3) of libbsd.
 */
#ifndef OB_RT_PIDFILE_H
#define OB_RT_PIDFILE_H

#include <stdint.h>
#include <sys/types.h>

struct ob_err;
struct pidfh;

struct ob_pidfile {
	struct pidfh *handle; /* NULL: not open */
};

/*
 * Creates or takes over the file, and locks it. -EEXIST: another process holds
 * it, *ret_holder is its pid or 0 when it has not written it yet; this output
 * is for that failure only and may be NULL.
 */
int ob_pidfile_open(struct ob_pidfile *ret_pidfile, const char *path,
    mode_t mode, int64_t *ret_holder, struct ob_err *err);

/* Writes our pid; to be repeated by the child of a fork. */
int ob_pidfile_write(struct ob_pidfile *p);

/* Removes the file, if it is still ours, and unlocks. */
int ob_pidfile_remove(struct ob_pidfile *p);

/* Closes without removing: for a child that is not the daemon. */
void ob_pidfile_close(struct ob_pidfile *p);

#endif
