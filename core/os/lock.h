/*
 * One lock on one open file. No paths, no policy: opening, re-checking what
 * the path names, fairness, slots and several locks are rt/lockfile.
 *
 * Kinds, and who sees whom (Linux; NFS and other systems differ, see probe):
 *
 *	FLOCK  flock(2); belongs to the open file description: survives fork,
 *	       ends with the last close, or with an unlock through any
 *	       duplicate. Always the whole file. The default (AUTO).
 *	OFD    fcntl(2) F_OFD_SETLK; belongs to the open file description, has
 *	       ranges. Shared needs a readable file, exclusive a writable one.
 *	POSIX  fcntl(2) F_SETLK; belongs to the process and vanishes when the
 *	       process closes ANY descriptor of that file. Conflicts with OFD.
 *	WIN    POSIX on the one byte that Windows programs under wine and Samba
 *	       clients lock: OB_LOCK_WIN_START.
 *
 * FLOCK on one side, OFD and POSIX on the other do not see each other.
 *
 * Functions return 0 or a negative errno. Times are CLOCK_MONOTONIC.
 */
#ifndef OB_OS_LOCK_H
#define OB_OS_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "os/handle.h"

enum ob_lock_kind {
	OB_LOCK_AUTO,
	OB_LOCK_FLOCK,
	OB_LOCK_OFD,
	OB_LOCK_POSIX,
	OB_LOCK_WIN,
	OB_LOCK_KIND_COUNT
};

enum ob_lock_mode { OB_LOCK_SH, OB_LOCK_EX, OB_LOCK_UN };

#define OB_LOCK_WIN_START INT64_C(0x7ffffffffffffffe)

struct ob_lock_range {
	int64_t start, length; /* bytes; length 0 = to the end */
};

/* A deadline that has passed: try once, do not wait. */
#define OB_LOCK_TRY INT64_C(0)

/* A file as the system's table of locks names it. */
struct ob_lock_file {
	uint32_t dev_major, dev_minor;
	uint64_t ino;
};

/* One lock, held or waited for. */
struct ob_lock_row {
	struct ob_lock_file file;
	struct ob_lock_range range;
	enum ob_lock_kind kind;
	enum ob_lock_mode mode;
	bool waiting;
	int64_t pid; /* -1 = unknown; FLOCK: who locked, maybe dead by now */
	uint64_t id; /* a held lock and those who wait for it share it */
};

enum ob_lock_scope { OB_LOCK_SCOPE_UNKNOWN, OB_LOCK_LOCAL, OB_LOCK_SHARED };

/* What one filesystem can do, by kind; 0 = works, else negative errno. */
struct ob_lock_probe {
	int works[OB_LOCK_KIND_COUNT]; /* [OB_LOCK_AUTO] is the default kind */
	int links;                     /* hard links, for dotlock markers */
	enum ob_lock_scope scope;      /* other machines see the locks? */
	bool mandatory;  /* locks forbid others to read or write */
	char fstype[16]; /* "ext4", "nfs", ...; "" = unknown */
};

/* "auto", "flock", "ofd", "posix", "win"; "exclusive", "shared", "none". */
const char *ob_lock_kind_name(enum ob_lock_kind kind);
const char *ob_lock_mode_name(enum ob_lock_mode mode);

/*
 * Takes, converts or (OB_LOCK_UN) gives up a lock of h. range NULL = the whole
 * file; FLOCK and WIN accept no other.
 *
 * deadline_ns: OB_LOCK_TRY, OB_NEVER (os/clock.h) or a monotonic time; it
 * is never early. Waiting for ever is one blocking call. Waiting with a
 * deadline uses SIGALRM and ITIMER_REAL and restores both, so it is not for a
 * process with threads.
 *
 * -EAGAIN     held by another (OB_LOCK_TRY)
 * -ETIMEDOUT  the deadline passed
 * -EINTR      a signal handler of the caller's ran; call again to go on
 * -EDEADLK    the system found a cycle (POSIX only)
 * -ENOTSUP    this kind, or this range with it, does not work here
 * -EBADF      OFD and POSIX: h is not open for reading (SH) or writing (EX);
 *             FLOCK on NFS likewise
 * -EINVAL     a range outside 0..2^63-1
 * others as flock(2), fcntl(2): -ENOLCK, -EIO ...
 *
 * Converting FLOCK gives up the old lock first, even if the new one is then
 * refused. OFD and POSIX convert in one step and keep the old one on failure.
 */
int ob_lock_set(ob_handle h, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range, int64_t deadline_ns);

/*
 * Would ob_lock_set(..., OB_LOCK_TRY) be refused? 0 = free, 1 = held and *ret
 * (may be NULL) is one holder; never takes the lock. For OFD, POSIX and WIN
 * the locks of h itself, or of this process, do not count; for FLOCK they do.
 * -ENOTSUP where the system cannot tell: FLOCK without /proc.
 */
int ob_lock_test(ob_handle h, enum ob_lock_kind kind, enum ob_lock_mode mode,
    const struct ob_lock_range *range, struct ob_lock_row *ret);

/* How ob_lock_list() names the file of h. */
int ob_lock_identify(ob_handle h, struct ob_lock_file *ret);

/*
 * Calls row for each lock of the system that this process may see; a nonzero
 * value of row ends the walk and is returned. Not a snapshot. Locks of other
 * pid namespaces are left out by the kernel, leases are left out here; the
 * owner of an OFD lock is unknown (pid -1), see ob_lock_list_open().
 * -ENOTSUP where there is no such list.
 */
int ob_lock_list(int (*row)(const struct ob_lock_row *, void *), void *ctx);

/*
 * The same from the other side: for each process that holds one of the n files
 * open and carries a lock on that open file, one row with its pid. Finds the
 * owners of OFD locks, and those who inherited a FLOCK. path is what the
 * system calls the open file, until the next row; NULL = unknown. Costs a walk
 * over the open files of every process that this user may look into; others
 * are passed over.
 */
typedef int
ob_lock_open_row(const struct ob_lock_row *row, const char *path, void *ctx);
int ob_lock_list_open(const struct ob_lock_file *files, size_t n,
    ob_lock_open_row *row, void *ctx);

/*
 * Finds out by trial what works in the directory dir, with one temporary file
 * there that is gone afterwards. 0 and *ret filled even when nothing works.
 */
int ob_lock_probe(ob_handle dir, struct ob_lock_probe *ret);

#endif
