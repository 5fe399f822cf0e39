/*
 * A lock on a path, or on several.
 *
 * What a grant promises:
 *  1. The lock is on the file that the path names at the moment of the grant.
 *     A lock file that was removed or replaced while we waited is opened anew,
 *     under the same deadline, so two parties never hold "the" lock on two
 *     different files.
 *  2. Opening neither hangs (FIFO, tty), nor follows another user's symbolic
 *     link in a sticky directory, nor creates through a dangling one; only
 *     regular files and directories are locked. FILE is never written.
 *  3. One absolute deadline covers opening, queueing, locking and the look
 *     afterwards. Waiting without a deadline is one blocking call.
 *  4. On any failure nothing is held.
 *
 * Files are opened for reading first, without O_CREAT, then created with
 * O_EXCL, so a file that exists needs no right to write it and passes
 * fs.protected_regular. OFD and POSIX locks need a writable file for
 * OB_LOCK_EX.
 *
 * Not here: markers (dotlocks), the record of who holds the lock, running a
 * command.
 */
#ifndef OB_RT_LOCKFILE_H
#define OB_RT_LOCKFILE_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "os/lock.h"

enum {
	/* Create what does not exist, as a regular file. */
	OB_LOCKF_CREATE = 1,
	/* Refuse every symbolic link at the end of the path, or none. */
	OB_LOCKF_NOFOLLOW = 2,
	OB_LOCKF_FOLLOW = 4,
	/*
	 * Queue at a turnstile before the lock: who comes later, a reader
	 * too, cannot overtake who waits. Only among those who use the flag.
	 */
	OB_LOCKF_FAIR = 8,
	/* Remove the file at release, if nobody holds the lock by then. */
	OB_LOCKF_UNLINK = 16,
	/*
	 * Children share the lock: release only closes, so that it stays
	 * with a child that still has the descriptor. (The descriptor is
	 * close-on-exec all the same; the child that wants it clears that.)
	 */
	OB_LOCKF_INHERIT = 32,
	/* Open for writing, for a caller that keeps data in the file. */
	OB_LOCKF_WRITE = 64,
	/* perm is the mode of a created file exactly: no umask. */
	OB_LOCKF_EXACT_PERM = 128,
	/* A created file gets the group `group`. */
	OB_LOCKF_GROUP = 256,
};

#define OB_LOCKF_SLOTS_MAX 4096
#define OB_LOCKF_MANY_MAX  1024

struct ob_lockfile_opts {
	enum ob_lock_kind kind;
	enum ob_lock_mode mode; /* OB_LOCK_SH or OB_LOCK_EX */
	unsigned flags;
	/*
	 * 0, or the number of parties that may hold the lock at a time, each
	 * a slot of its own: OFD locks on the first bytes of the file, whatever
	 * kind says. mode is OB_LOCK_EX.
	 */
	unsigned slots;
	unsigned perm; /* of a file that is created, before the umask */
	unsigned group;
	struct ob_lock_range range;
	int64_t deadline_ns; /* OB_LOCK_TRY, OB_NEVER, or a time */
	/* NULL, or: when it becomes nonzero, a wait that a signal handler
	 * interrupts ends with -EINTR instead of going on. */
	const volatile sig_atomic_t *cancel;
};

struct ob_lockfile;

/*
 * Opens and locks. Failures besides those of open(2) and ob_lock_set():
 *
 * -EAGAIN, -ETIMEDOUT  held by others; no words in err
 * -EINTR               cancelled; no words in err
 * -ENOENT              no such file, and no OB_LOCKF_CREATE; a dangling link
 * -EINVAL              neither a regular file nor a directory; slots with
 *                      OB_LOCK_SH or beyond the maximum
 * -ELOOP               a symbolic link that the flags refuse
 * -EPERM               another user's symbolic link in a sticky directory
 *
 * paths are relative to dir_fd (AT_FDCWD: the working directory), which must
 * stay open as long as the object lives. *ret is released by the caller.
 */
int ob_lockfile_acquire(struct ob_lockfile **ret, ob_handle dir_fd,
    const char *path, const struct ob_lockfile_opts *opts, struct ob_err *err);

/*
 * The same for several files, all or nothing. They are taken in the order of
 * (device, inode), whatever the order of paths, so two parties that need the
 * same files never wait for each other in a circle; a file named twice is
 * taken once. n from 1 to OB_LOCKF_MANY_MAX; no slots for n > 1.
 */
int ob_lockfile_acquire_many(struct ob_lockfile **ret, ob_handle dir_fd,
    size_t n, const char *const *paths, const struct ob_lockfile_opts *opts,
    struct ob_err *err);

/*
 * On an open file of the caller's, who keeps owning it; release gives up the
 * lock but does not close. No path, so no promise 1 and no OB_LOCKF_UNLINK;
 * OB_LOCKF_FAIR needs a file open for writing.
 */
int ob_lockfile_acquire_fd(struct ob_lockfile **ret, ob_handle h,
    const struct ob_lockfile_opts *opts, struct ob_err *err);

/*
 * The two halves of acquire, for callers that do something between opening
 * and waiting, such as forking the process that shall run under the lock.
 * ob_lockfile_lock() may be called again after -EAGAIN, -ETIMEDOUT, -EINTR.
 */
int ob_lockfile_open(struct ob_lockfile **ret, ob_handle dir_fd, size_t n,
    const char *const *paths, const struct ob_lockfile_opts *opts,
    struct ob_err *err);
int ob_lockfile_open_fd(struct ob_lockfile **ret, ob_handle h,
    const struct ob_lockfile_opts *opts, struct ob_err *err);
int ob_lockfile_lock(
    struct ob_lockfile *lf, int64_t deadline_ns, struct ob_err *err);

/*
 * Says that the open descriptor of ob_lockfile_open_fd() carries the lock
 * already, in the mode of its options, from a process before us.
 */
void ob_lockfile_assume(struct ob_lockfile *lf);

/*
 * Changes the mode of a held lock of one file, without slots.
 *
 *  0             done, and nobody held it in between
 *  1             done, but the kind gives up the old lock first: others may
 *                have held it in between, so what was read is to be read again
 * -EAGAIN, -ETIMEDOUT  refused; the old lock is held
 * -EOWNERDEAD    refused, and the old lock is lost
 * -EINVAL        several files, slots, or OB_LOCK_UN
 */
int ob_lockfile_convert(
    struct ob_lockfile *lf, enum ob_lock_mode mode, int64_t deadline_ns);

/* 0 = free, 1 = held by some party; takes nothing, creates nothing. A file
 * that does not exist is free. ret (may be NULL) is one holder. Where the
 * system has no list of locks, FLOCK is tried and given back at once. */
int ob_lockfile_test(ob_handle dir_fd, const char *path,
    const struct ob_lockfile_opts *opts, struct ob_lock_row *ret,
    struct ob_err *err);

/*
 * The same for the first file of an object that is open and not locked, without
 * opening anything: 0, 1, or -ESTALE when the path names another file by now.
 */
int ob_lockfile_look(const struct ob_lockfile *lf, struct ob_lock_row *ret);

/*
 * The files, in the order in which they are locked. A handle changes when the
 * path named another file meanwhile.
 */
size_t ob_lockfile_count(const struct ob_lockfile *lf);
ob_handle ob_lockfile_handle(const struct ob_lockfile *lf, size_t i);
const char *ob_lockfile_path(const struct ob_lockfile *lf, size_t i);

/* The slot, from 0; -1 without slots or before the grant. */
int ob_lockfile_slot(const struct ob_lockfile *lf);

/* Gives up the locks, closes, sets *lf to NULL. NULL is fine. */
void ob_lockfile_release(struct ob_lockfile **lf);

#endif
