/*
 * See lockfile.h. The files of one lock are parts, sorted by (dev, ino); of
 * parts that are the same file only the first is locked. A round takes the
 * locks in that order and looks whether every path still names what was
 * locked; when one does not, all is given up, the part is opened anew, and the
 * next round starts, with the order computed afresh.
 */
#include "rt/lockfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "os/file.h"
#include "rt/lockfile_open.h"
#include "rt/slots.h"

/*
 * The turnstile: one byte of FILE, far beyond any data, as an OFD lock, which
 * a flock(2) on the same file does not see. Where that cannot be (FILE is not
 * writable; the lock itself is a range lock, which would collide), FILE.turn.
 */
#define TURNSTILE_BYTE (INT64_C(1) << 62)

struct ob_lockfile {
	struct ob_lockfile_opts opts;
	ob_handle dir_fd;
	int slot; /* -1 = none */
	bool is_borrowed;
	size_t n;
	struct ob_lockfile_part parts[];
};

static bool
is_same_file(const struct ob_lockfile_part *a, const struct ob_lockfile_part *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Part i is the same file as the part before it, which stands for both. */
static bool
is_alias(const struct ob_lockfile *lf, size_t i)
{
	return i > 0 && is_same_file(&lf->parts[i - 1], &lf->parts[i]);
}

static int
by_inode(const void *va, const void *vb)
{
	const struct ob_lockfile_part *a = va, *b = vb;

	if (a->dev != b->dev)
		return a->dev < b->dev ? -1 : 1;
	return a->ino < b->ino ? -1 : a->ino > b->ino;
}

static bool
is_flock(enum ob_lock_kind kind)
{
	return kind == OB_LOCK_AUTO || kind == OB_LOCK_FLOCK;
}

static bool
wants_write(const struct ob_lockfile_opts *o)
{
	if (o->flags & OB_LOCKF_WRITE)
		return true;
	if (is_flock(o->kind))
		return o->slots > 0 || (o->flags & OB_LOCKF_FAIR);
	return o->mode == OB_LOCK_EX;
}

static int
open_part(
    struct ob_lockfile *lf, struct ob_lockfile_part *part, struct ob_err *err)
{
	return ob_lockfile_part_open(
	    part, lf->dir_fd, &lf->opts, wants_write(&lf->opts), err);
}

/* ob_lock_set(), past signals that do not mean us. */
static int
set(const struct ob_lockfile *lf, ob_handle h, enum ob_lock_kind kind,
    enum ob_lock_mode mode, const struct ob_lock_range *range,
    int64_t deadline_ns)
{
	int rc;

	do {
		rc = ob_lock_set(h, kind, mode, range, deadline_ns);
	} while (
	    rc == -EINTR && (lf->opts.cancel == NULL || *lf->opts.cancel == 0));
	return rc;
}

static bool
has_byte_turnstile(
    const struct ob_lockfile *lf, const struct ob_lockfile_part *part)
{
	return part->is_writable && is_flock(lf->opts.kind);
}

static int
open_turnstile(
    struct ob_lockfile *lf, struct ob_lockfile_part *part, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf path = OB_BUF_INIT(1 << 16);
	struct ob_lockfile_part side = { .h = OB_HANDLE_NONE };
	struct ob_lockfile_opts opts = lf->opts;
	size_t n;
	int rc;

	if (part->turn != OB_HANDLE_NONE)
		return 0;
	if (part->path == NULL)
		return ob_err_msg(err, -EBADF,
		    "cannot queue for descriptor %d: not open for writing",
		    part->h);
	n = strlen(part->path);
	while (n > 1 && part->path[n - 1] == '/')
		n--;
	ob_buf_add(&path, part->path, n);
	ob_buf_add_z(&path, ".turn");
	if (ob_buf_err(&path) < 0)
		return ob_buf_err(&path);
	side.path = path.p;
	opts.flags |= OB_LOCKF_CREATE;
	rc = ob_lockfile_part_open(&side, lf->dir_fd, &opts, false, err);
	part->turn = side.h;
	return rc;
}

static int
enter_turnstile(struct ob_lockfile *lf, struct ob_lockfile_part *part,
    int64_t deadline_ns, struct ob_err *err)
{
	const struct ob_lock_range byte = { TURNSTILE_BYTE, 1 };
	int rc;

	if (has_byte_turnstile(lf, part)) {
		rc = set(
		    lf, part->h, OB_LOCK_OFD, OB_LOCK_EX, &byte, deadline_ns);
		if (rc != -ENOTSUP)
			return rc;
	}
	rc = open_turnstile(lf, part, err);
	return rc < 0 ? rc
	              : set(lf, part->turn, OB_LOCK_FLOCK, OB_LOCK_EX, NULL,
			    deadline_ns);
}

static void
leave_turnstile(const struct ob_lockfile_part *part)
{
	const struct ob_lock_range byte = { TURNSTILE_BYTE, 1 };

	/* Giving up a lock that is held does not fail. */
	if (part->turn != OB_HANDLE_NONE)
		(void)ob_lock_set(
		    part->turn, OB_LOCK_FLOCK, OB_LOCK_UN, NULL, 0);
	else
		(void)ob_lock_set(part->h, OB_LOCK_OFD, OB_LOCK_UN, &byte, 0);
}

/* Takes the lock of one open file, whatever the path names by now. */
static int
take(struct ob_lockfile *lf, struct ob_lockfile_part *part, int64_t deadline_ns,
    struct ob_err *err)
{
	const struct ob_lockfile_opts *o = &lf->opts;
	int rc;

	if (o->slots > 0) {
		rc = ob_slots_take(part->h,
		    lf->dir_fd == AT_FDCWD ? part->path : NULL, o->slots,
		    deadline_ns, o->cancel);
		lf->slot = rc < 0 ? -1 : rc;
		return rc < 0 ? rc : 0;
	}
	if (!(o->flags & OB_LOCKF_FAIR))
		return set(
		    lf, part->h, o->kind, o->mode, &o->range, deadline_ns);
	rc = enter_turnstile(lf, part, deadline_ns, err);
	if (rc < 0)
		return rc;
	rc = set(lf, part->h, o->kind, o->mode, &o->range, deadline_ns);
	leave_turnstile(part);
	return rc;
}

static int
explain(const struct ob_lockfile *lf, const struct ob_lockfile_part *part,
    int rc, struct ob_err *err)
{
	if (rc == 0 || rc == -EAGAIN || rc == -ETIMEDOUT || rc == -EINTR ||
	    (err != NULL && err->code == rc))
		return rc;
	if (part->path == NULL)
		return ob_err_set(
		    err, rc, "cannot lock descriptor %d", part->h);
	if (rc == -EBADF && !part->is_writable)
		return ob_err_msg(err, rc,
		    "cannot lock '%s': kind %s needs a file that can be "
		    "written",
		    part->path, ob_lock_kind_name(lf->opts.kind));
	return ob_err_set(err, rc, "cannot lock '%s'", part->path);
}

static int
take_or_reopen(struct ob_lockfile *lf, struct ob_lockfile_part *part,
    int64_t deadline_ns, struct ob_err *err)
{
	int rc = take(lf, part, deadline_ns, err), reopened;

	/* NFS makes a write lock of flock(2), which needs a writable file. */
	if ((rc == -EBADF || rc == -EIO) && part->path != NULL &&
	    !part->is_writable && lf->opts.mode == OB_LOCK_EX &&
	    !wants_write(&lf->opts)) {
		reopened = ob_lockfile_part_open(
		    part, lf->dir_fd, &lf->opts, true, err);
		if (reopened < 0)
			return reopened;
		if (part->is_writable)
			rc = take(lf, part, deadline_ns, err);
	}
	part->is_held = rc == 0;
	return explain(lf, part, rc, err);
}

static void
give_up(struct ob_lockfile *lf)
{
	const struct ob_lockfile_opts *o = &lf->opts;

	for (size_t i = lf->n; i-- > 0;) {
		struct ob_lockfile_part *part = &lf->parts[i];

		if (!part->is_held)
			continue;
		part->is_held = false;
		if (o->slots > 0)
			ob_slots_give_up(part->h, lf->slot);
		else
			(void)ob_lock_set(
			    part->h, o->kind, OB_LOCK_UN, &o->range, 0);
	}
	lf->slot = -1;
}

/* One round: 1 = granted, 0 = a path changed, opened anew; or -errno. */
static int
take_all(struct ob_lockfile *lf, int64_t deadline_ns, struct ob_err *err)
{
	int rc;

	for (size_t i = 0; i < lf->n; i++) {
		if (is_alias(lf, i))
			continue;
		rc = take_or_reopen(lf, &lf->parts[i], deadline_ns, err);
		if (rc < 0)
			return rc;
	}
	if (lf->is_borrowed)
		return 1;
	for (size_t i = 0; i < lf->n; i++) {
		rc = ob_lockfile_part_is_named(&lf->parts[i], lf->dir_fd, err);
		if (rc == 1)
			continue;
		if (rc < 0)
			return rc;
		give_up(lf);
		return open_part(lf, &lf->parts[i], err);
	}
	return 1;
}

int
ob_lockfile_lock(
    struct ob_lockfile *lf, int64_t deadline_ns, struct ob_err *err)
{
	int rc;

	do {
		qsort(lf->parts, lf->n, sizeof(lf->parts[0]), by_inode);
		rc = take_all(lf, deadline_ns, err);
	} while (rc == 0);
	if (rc < 0)
		give_up(lf);
	return rc < 0 ? rc : 0;
}

static int
check_opts(const struct ob_lockfile_opts *opts, size_t n, struct ob_err *err)
{
	if (n < 1 || n > OB_LOCKF_MANY_MAX)
		return ob_err_msg(err, -EINVAL,
		    "cannot lock %zu files at once: the maximum is %d", n,
		    OB_LOCKF_MANY_MAX);
	if (opts->slots == 0)
		return 0;
	if (opts->slots > OB_LOCKF_SLOTS_MAX)
		return ob_err_msg(err, -EINVAL,
		    "cannot have %u slots: the maximum is %d", opts->slots,
		    OB_LOCKF_SLOTS_MAX);
	if (n > 1 || opts->mode != OB_LOCK_EX)
		return ob_err_msg(err, -EINVAL,
		    "slots are for one file and an exclusive lock");
	return 0;
}

static struct ob_lockfile *
allocate(size_t n, ob_handle dir_fd, const struct ob_lockfile_opts *opts)
{
	struct ob_lockfile *lf =
	    calloc(1, sizeof(*lf) + n * sizeof(lf->parts[0]));

	if (lf == NULL)
		return NULL;
	lf->opts = *opts;
	lf->dir_fd = dir_fd;
	lf->slot = -1;
	lf->n = n;
	for (size_t i = 0; i < n; i++)
		lf->parts[i].h = lf->parts[i].turn = OB_HANDLE_NONE;
	return lf;
}

int
ob_lockfile_open(struct ob_lockfile **ret, ob_handle dir_fd, size_t n,
    const char *const *paths, const struct ob_lockfile_opts *opts,
    struct ob_err *err)
{
	struct ob_lockfile *lf;
	int rc = check_opts(opts, n, err);

	if (rc < 0)
		return rc;
	lf = allocate(n, dir_fd, opts);
	if (lf == NULL)
		return ob_err_set(err, -ENOMEM, "cannot lock");
	for (size_t i = 0; i < n && rc == 0; i++) {
		lf->parts[i].path = ob_str_dup(ob_str_z(paths[i]));
		rc = lf->parts[i].path == NULL
		         ? ob_err_set(err, -ENOMEM, "cannot lock")
		         : open_part(lf, &lf->parts[i], err);
	}
	if (rc < 0)
		ob_lockfile_release(&lf);
	else
		*ret = lf;
	return rc;
}

int
ob_lockfile_acquire_many(struct ob_lockfile **ret, ob_handle dir_fd, size_t n,
    const char *const *paths, const struct ob_lockfile_opts *opts,
    struct ob_err *err)
{
	struct ob_lockfile *lf = NULL;
	int rc = ob_lockfile_open(&lf, dir_fd, n, paths, opts, err);

	if (rc == 0)
		rc = ob_lockfile_lock(lf, opts->deadline_ns, err);
	if (rc < 0)
		ob_lockfile_release(&lf);
	else
		*ret = lf;
	return rc;
}

int
ob_lockfile_acquire(struct ob_lockfile **ret, ob_handle dir_fd,
    const char *path, const struct ob_lockfile_opts *opts, struct ob_err *err)
{
	return ob_lockfile_acquire_many(ret, dir_fd, 1, &path, opts, err);
}

int
ob_lockfile_open_fd(struct ob_lockfile **ret, ob_handle h,
    const struct ob_lockfile_opts *opts, struct ob_err *err)
{
	struct ob_lockfile *lf;
	int rc = check_opts(opts, 1, err);

	if (rc < 0)
		return rc;
	lf = allocate(1, AT_FDCWD, opts);
	if (lf == NULL)
		return ob_err_set(err, -ENOMEM, "cannot lock");
	lf->is_borrowed = true;
	lf->parts[0].h = h;
	lf->parts[0].is_writable = true; /* if not, the kernel says so */
	rc = ob_lockfile_part_adopt(&lf->parts[0], err);
	if (rc < 0)
		ob_lockfile_release(&lf);
	else
		*ret = lf;
	return rc;
}

int
ob_lockfile_acquire_fd(struct ob_lockfile **ret, ob_handle h,
    const struct ob_lockfile_opts *opts, struct ob_err *err)
{
	struct ob_lockfile *lf = NULL;
	int rc = ob_lockfile_open_fd(&lf, h, opts, err);

	if (rc == 0)
		rc = ob_lockfile_lock(lf, opts->deadline_ns, err);
	if (rc < 0)
		ob_lockfile_release(&lf);
	else
		*ret = lf;
	return rc;
}

void
ob_lockfile_assume(struct ob_lockfile *lf)
{
	lf->parts[0].is_held = true;
}

int
ob_lockfile_convert(
    struct ob_lockfile *lf, enum ob_lock_mode mode, int64_t deadline_ns)
{
	const struct ob_lockfile_opts *o = &lf->opts;
	struct ob_lockfile_part *part = &lf->parts[0];
	int rc;

	if (lf->n > 1 || o->slots > 0 || mode == OB_LOCK_UN)
		return -EINVAL;
	if (mode == o->mode)
		return 0;
	rc = set(lf, part->h, o->kind, mode, &o->range, deadline_ns);
	if (rc == 0)
		lf->opts.mode = mode;
	if (!is_flock(o->kind))
		return rc;
	/* flock(2) gave up the old lock before it waited or was refused. */
	if (rc < 0)
		part->is_held = set(lf, part->h, o->kind, o->mode, &o->range,
				    OB_LOCK_TRY) == 0;
	if (part->is_held && !lf->is_borrowed &&
	    ob_lockfile_part_is_named(part, lf->dir_fd, NULL) != 1)
		give_up(lf);
	if (!part->is_held)
		return -EOWNERDEAD;
	return rc < 0 ? rc : 1;
}

/* Is the file free, and does its path still name it? Then the name goes. */
static void
remove_if_free(const struct ob_lockfile *lf, const char *path)
{
	enum ob_lock_kind kind =
	    lf->opts.slots > 0 ? OB_LOCK_OFD : lf->opts.kind;
	struct ob_lockfile_part part = { .h = OB_HANDLE_NONE };
	struct ob_lockfile_opts opts = lf->opts;
	char *copy = ob_str_dup(ob_str_z(path));

	part.path = copy;
	opts.flags &= ~(unsigned)OB_LOCKF_CREATE;
	/* Whatever fails here: the file stays, and that is allowed. */
	if (copy != NULL &&
	    ob_lockfile_part_open(
		&part, lf->dir_fd, &opts, !is_flock(kind), NULL) == 0 &&
	    ob_lock_set(part.h, kind, OB_LOCK_EX, NULL, OB_LOCK_TRY) == 0 &&
	    ob_lockfile_part_is_named(&part, lf->dir_fd, NULL) == 1)
		(void)ob_file_remove(lf->dir_fd, path);
	(void)ob_close(&part.h);
	free(copy);
}

void
ob_lockfile_release(struct ob_lockfile **plf)
{
	struct ob_lockfile *lf = *plf;

	if (lf == NULL)
		return;
	if (!(lf->opts.flags & OB_LOCKF_INHERIT))
		give_up(lf);
	for (size_t i = 0; i < lf->n; i++) {
		struct ob_lockfile_part *part = &lf->parts[i];

		(void)ob_close(&part->turn);
		if (!lf->is_borrowed)
			(void)ob_close(&part->h);
		if (lf->opts.flags & OB_LOCKF_UNLINK && part->path != NULL)
			remove_if_free(lf, part->path);
		free(part->path);
	}
	free(lf);
	*plf = NULL;
}

static int
test_part(const struct ob_lockfile_part *part,
    const struct ob_lockfile_opts *opts, struct ob_lock_row *ret)
{
	int rc;

	for (unsigned i = 0; i < opts->slots; i++) {
		const struct ob_lock_range slot = { i, 1 };

		rc = ob_lock_test(part->h, OB_LOCK_OFD, OB_LOCK_EX, &slot, ret);
		if (rc != 1 || i + 1 == opts->slots)
			return rc;
	}
	rc = ob_lock_test(part->h, opts->kind, opts->mode, &opts->range, ret);
	if (rc != -ENOTSUP)
		return rc;
	rc = ob_lock_set(
	    part->h, opts->kind, opts->mode, &opts->range, OB_LOCK_TRY);
	if (rc == 0)
		return ob_lock_set(
		    part->h, opts->kind, OB_LOCK_UN, &opts->range, 0);
	if (rc != -EAGAIN)
		return rc;
	if (ret != NULL)
		*ret = (struct ob_lock_row){
			.kind = opts->kind,
			.mode = OB_LOCK_EX,
			.pid = -1,
		};
	return 1;
}

int
ob_lockfile_test(ob_handle dir_fd, const char *path,
    const struct ob_lockfile_opts *opts, struct ob_lock_row *ret,
    struct ob_err *err)
{
	struct ob_lockfile_part part = { .h = OB_HANDLE_NONE };
	struct ob_lockfile_opts existing = *opts;
	OB_AUTO_FREE char *copy = ob_str_dup(ob_str_z(path));
	int rc = check_opts(opts, 1, err);

	if (rc < 0)
		return rc;
	if (copy == NULL)
		return ob_err_set(err, -ENOMEM, "cannot test '%s'", path);
	part.path = copy;
	existing.flags &= ~(unsigned)OB_LOCKF_CREATE;
	rc = ob_lockfile_part_open(&part, dir_fd, &existing, false, err);
	if (rc == -ENOENT && ob_file_exists(dir_fd, path) == 0) {
		if (err != NULL)
			ob_err_reset(err);
		return 0;
	}
	if (rc < 0)
		return rc;
	rc = test_part(&part, opts, ret);
	(void)ob_close(&part.h);
	return rc < 0 ? ob_err_set(err, rc, "cannot test '%s'", path) : rc;
}

int
ob_lockfile_look(const struct ob_lockfile *lf, struct ob_lock_row *ret)
{
	int rc = ob_lockfile_part_is_named(&lf->parts[0], lf->dir_fd, NULL);

	if (rc != 1)
		return rc < 0 ? rc : -ESTALE;
	return test_part(&lf->parts[0], &lf->opts, ret);
}

size_t
ob_lockfile_count(const struct ob_lockfile *lf)
{
	return lf->n;
}

ob_handle
ob_lockfile_handle(const struct ob_lockfile *lf, size_t i)
{
	return lf->parts[i].h;
}

const char *
ob_lockfile_path(const struct ob_lockfile *lf, size_t i)
{
	return lf->parts[i].path;
}

int
ob_lockfile_slot(const struct ob_lockfile *lf)
{
	return lf->slot;
}
