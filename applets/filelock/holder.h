/*
 * Who holds a lock: one JSON object with a checksum, as it stands in holder
 * records (record.h) and in markers. FORMAT.md describes the bytes.
 */
#ifndef FL_HOLDER_H
#define FL_HOLDER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "os/lock.h"
#include "os/sys.h"

/* A kind of lock beside those of os/lock.h: a marker. */
#define FL_KIND_DOTLOCK OB_LOCK_KIND_COUNT

struct fl_holder {
	/* Who. Texts are borrowed. */
	int64_t pid;
	uint64_t start;                    /* os/proc.h; 0 = unknown */
	char boot_id[OB_SYS_BOOT_ID_SIZE]; /* "" = unknown */
	struct ob_str host;
	uint64_t pid_space; /* os/proc.h; 0 = there is only one */
	int64_t uid;

	/* What. */
	int kind; /* enum ob_lock_kind, or FL_KIND_DOTLOCK */
	enum ob_lock_mode mode;
	int slot;       /* -1 = none */
	uint64_t token; /* number of the grant, 0 = none */
	struct ob_str note, command;
	int64_t since_ns;           /* since the epoch */
	int64_t ttl_ms;             /* 0 = without end */
	uint64_t dev, ino;          /* of the locked file */
	struct ob_str marker_token; /* 32 hex digits, in markers only */
};

/* "flock", "dotlock", ... */
const char *fl_kind_name(int kind);

/*
 * Fills the first part: the process pid of this machine. Texts go into the
 * arena. -ESRCH when there is no such process.
 */
int fl_holder_identify(int64_t pid, struct ob_arena *a, struct fl_holder *ret);

/*
 * Appends the object, in at most max_bytes: note and command are cut for that
 * at a character, and "cut" says so. -ENOBUFS when even that does not fit.
 */
int fl_holder_format(
    const struct fl_holder *h, size_t max_bytes, struct ob_buf *out);

/* -EBADMSG: no such object, a wrong checksum. Texts point into the arena. */
int
fl_holder_parse(struct ob_str text, struct ob_arena *a, struct fl_holder *ret);

/*
 * 1 = the holder is proven to be dead: its time to live is over, or it is of
 * this machine, where self is, and of another boot, or no such process runs.
 * 0 = alive, or nobody can know.
 */
int fl_holder_is_dead(
    const struct fl_holder *h, const struct fl_holder *self, int64_t now_ns);

/* Whether the holder is of this machine and space of pids. */
int fl_holder_is_local(const struct fl_holder *h, const struct fl_holder *self);

/*
 * Markers: the pid on a line of its own, which liblockfile and shlock read
 * too, then the object. One that has only the first line gives a holder with
 * pid alone, host empty.
 */
#define FL_MARKER_TOKEN_BYTES 32
int fl_marker_format(const struct fl_holder *h, struct ob_buf *out);
int
fl_marker_parse(struct ob_str text, struct ob_arena *a, struct fl_holder *ret);

/* The object of a header or record: the sum is the last member. */
int fl_sum_append(struct ob_buf *object);
int fl_sum_check(struct ob_str object);

#endif
