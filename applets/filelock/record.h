/*
 * Holder records: FILE.holder tells who holds FILE, and numbers the grants.
 *
 * A comment, no lock: what holds is the lock of the kernel, and a record whose
 * process has died means nothing. Records are changed under a lock of the
 * sidecar itself, one write of 1024 bytes each (FORMAT.md).
 */
#ifndef FL_RECORD_H
#define FL_RECORD_H

#include "base/err.h"
#include "holder.h"

#define FL_RECORD_BYTES 1024
#define FL_RECORDS_MAX  8192

/* Where a record of ours stands. */
struct fl_record {
	const char *path; /* of the sidecar; NULL = no record */
	uint64_t index;
	uint64_t hash; /* of what it says: is it still ours? */
	bool removes;  /* the sidecar goes with the lock file */
};

enum fl_fence { FL_FENCE_KEEP, FL_FENCE_RAISE };

/* "FILE.holder", in the arena; NULL when that is full. */
const char *fl_record_path(struct ob_arena *a, const char *path);

/*
 * Writes h to a free record of the sidecar r->path, which is created with the
 * mode perm. FL_FENCE_RAISE gives the grant the next number: it is on the disk
 * before this returns, and in h->token. A record whose holder has died (h is of
 * this machine, so it can tell) counts as free. -EBADMSG: the file is
 * something else, and stays as it is.
 */
int fl_record_enter(struct fl_record *r, struct fl_holder *h, unsigned perm,
    enum fl_fence fence, int64_t now_ns, struct ob_err *err);

/* Blanks it; when that fails the record is one of the dead soon. */
void fl_record_leave(const struct fl_record *r);

/*
 * Calls row for each record; its nonzero value ends the walk and is returned.
 * A missing sidecar has no records; -EBADMSG: it is something else. A record
 * that cannot be read is passed over. The holder lives as long as the arena.
 */
int fl_record_list(const char *path, struct ob_arena *a,
    int (*row)(const struct fl_holder *h, void *ctx), void *ctx,
    struct ob_err *err);

#endif
