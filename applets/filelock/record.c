/* See record.h. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/hash.h"
#include "base/num.h"
#include "fmt/json.h"
#include "fmt/jsonread.h"
#include "os/clock.h"
#include "os/file.h"
#include "rt/lockfile.h"

enum creation { MUST_EXIST, MAY_CREATE };

/* Others have the sidecar for microseconds, unless they were stopped. */
#define PATIENCE_NS OB_NS_PER_S

#define ARENA_MAX ((size_t)64 * 1024)

const char *
fl_record_path(struct ob_arena *a, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return ob_arena_printf(a, "%.*s.holder", (int)n, path);
}

static int
not_ours(const char *path, struct ob_err *err)
{
	return ob_err_msg(err, -EBADMSG,
	    "cannot use '%s': it holds no records of filelock", path);
}

static int
lock_sidecar(struct ob_lockfile **ret, const struct fl_record *r,
    enum creation creation, unsigned perm, struct ob_err *err)
{
	const struct ob_lockfile_opts opts = {
		.kind = OB_LOCK_FLOCK,
		.mode = OB_LOCK_EX,
		.flags = OB_LOCKF_WRITE | OB_LOCKF_EXACT_PERM |
		         (creation == MAY_CREATE ? OB_LOCKF_CREATE : 0),
		.perm = perm,
		.deadline_ns = ob_clock_deadline_ns(PATIENCE_NS),
	};
	int rc = ob_lockfile_acquire(ret, AT_FDCWD, r->path, &opts, err);

	if (rc == -ETIMEDOUT)
		return ob_err_msg(err, rc,
		    "cannot lock '%s': others are busy with it", r->path);
	return rc;
}

/* --- one record ----------------------------------------------------------- */

static int
write_record(int fd, uint64_t index, struct ob_str object)
{
	char bytes[FL_RECORD_BYTES];

	memset(bytes, ' ', sizeof(bytes));
	if (object.n > 0)
		memcpy(bytes, object.p, object.n);
	bytes[sizeof(bytes) - 1] = '\n';
	return ob_pwrite_full(
	    fd, bytes, sizeof(bytes), (off_t)(index * FL_RECORD_BYTES));
}

/* 1 and the text without its padding, 0 at the end of the file. */
static int
read_record(
    int fd, uint64_t index, char bytes[FL_RECORD_BYTES], struct ob_str *ret)
{
	ssize_t n = ob_pread_full(
	    fd, bytes, FL_RECORD_BYTES, (off_t)(index * FL_RECORD_BYTES));

	if (n < 0)
		return (int)n;
	*ret = ob_str_trim(ob_str_n(bytes, (size_t)n));
	return n > 0;
}

/* --- the header ----------------------------------------------------------- */

static int
write_header(int fd, uint64_t fence)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(FL_RECORD_BYTES);
	struct ob_json j;
	int rc;

	ob_json_init(&j, &b, 0);
	ob_json_object_begin(&j);
	ob_json_key(&j, OB_STR("opsbox_holder"));
	ob_json_u64(&j, 1);
	ob_json_key(&j, OB_STR("fence"));
	ob_json_u64(&j, fence);
	ob_json_object_end(&j);
	rc = ob_json_err(&j);
	if (rc == 0)
		rc = fl_sum_append(&b);
	return rc < 0 ? rc : write_record(fd, 0, ob_buf_str(&b));
}

static bool
is_number(const struct ob_val *v, uint64_t max, uint64_t *ret)
{
	return v != NULL && v->type == OB_VAL_NUMBER &&
	       ob_num_u64(ob_val_str(v), 0, max, ret) == 0;
}

/* The fence; an empty file has 0, one that is not ours is -EBADMSG. */
static int
read_header(int fd, uint64_t *ret_fence, bool *ret_empty)
{
	static const struct ob_limits limits = { 2, 16, FL_RECORD_BYTES };
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(ARENA_MAX);
	char bytes[FL_RECORD_BYTES];
	struct ob_tree tree;
	struct ob_str text;
	struct ob_val v;
	uint64_t version;
	int rc = read_record(fd, 0, bytes, &text);

	*ret_fence = 0;
	*ret_empty = rc == 0;
	if (rc <= 0)
		return rc;
	ob_tree_init(&tree, &a, &limits);
	if (fl_sum_check(text) < 0 || ob_json_read(&tree, text, &v, NULL) < 0 ||
	    !is_number(ob_val_get(&v, OB_STR("opsbox_holder")), 1, &version) ||
	    !is_number(
		ob_val_get(&v, OB_STR("fence")), UINT64_MAX - 1, ret_fence))
		return -EBADMSG;
	return 0;
}

/* --- entering and leaving ------------------------------------------------- */

/* Whether a record may be taken: blank, or of one who has died. */
static bool
is_free(struct ob_str text, const struct fl_holder *self, int64_t now_ns)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(ARENA_MAX);
	struct fl_holder h;

	return ob_str_is_empty(text) || fl_holder_parse(text, &a, &h) < 0 ||
	       fl_holder_is_dead(&h, self, now_ns);
}

static int
find_free(
    int fd, const struct fl_holder *self, int64_t now_ns, uint64_t *ret_index)
{
	char bytes[FL_RECORD_BYTES];
	struct ob_str text;

	for (uint64_t i = 1; i <= FL_RECORDS_MAX; i++) {
		int rc = read_record(fd, i, bytes, &text);

		if (rc < 0)
			return rc;
		if (rc == 0 || is_free(text, self, now_ns)) {
			*ret_index = i;
			return 0;
		}
	}
	return -ENOSPC;
}

static int
enter_locked(int fd, struct fl_record *r, struct fl_holder *h,
    enum fl_fence fence, int64_t now_ns, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf object = OB_BUF_INIT(FL_RECORD_BYTES);
	uint64_t number;
	bool is_empty;
	int rc = read_header(fd, &number, &is_empty);

	if (rc == -EBADMSG)
		return not_ours(r->path, err);
	if (rc == 0 && (is_empty || fence == FL_FENCE_RAISE)) {
		number += fence == FL_FENCE_RAISE;
		rc = write_header(fd, number);
	}
	if (rc == 0 && fence == FL_FENCE_RAISE) {
		h->token = number;
		rc = ob_fd_sync(fd, OB_SYNC_DATA);
	}
	if (rc == 0)
		rc = find_free(fd, h, now_ns, &r->index);
	if (rc == 0)
		rc = fl_holder_format(h, FL_RECORD_BYTES - 1, &object);
	if (rc == 0)
		rc = write_record(fd, r->index, ob_buf_str(&object));
	r->hash = ob_hash64(object.p, object.n, 0);
	return rc < 0 ? ob_err_set(err, rc, "cannot write '%s'", r->path) : 0;
}

int
fl_record_enter(struct fl_record *r, struct fl_holder *h, unsigned perm,
    enum fl_fence fence, int64_t now_ns, struct ob_err *err)
{
	struct ob_lockfile *lf = NULL;
	int rc = lock_sidecar(&lf, r, MAY_CREATE, perm, err);

	if (rc == 0)
		rc = enter_locked(
		    ob_lockfile_handle(lf, 0), r, h, fence, now_ns, err);
	ob_lockfile_release(&lf);
	return rc;
}

/* No grant was ever numbered and nobody else is in it. */
static bool
is_useless(int fd)
{
	char bytes[FL_RECORD_BYTES];
	struct ob_str text;
	uint64_t fence;
	bool is_empty;

	if (read_header(fd, &fence, &is_empty) < 0 || fence > 0)
		return false;
	for (uint64_t i = 1; read_record(fd, i, bytes, &text) > 0; i++)
		if (!ob_str_is_empty(text))
			return false;
	return true;
}

void
fl_record_leave(const struct fl_record *r)
{
	struct ob_lockfile *lf = NULL;
	char bytes[FL_RECORD_BYTES];
	struct ob_str text;
	int fd;

	if (r->path == NULL || r->index == 0 ||
	    lock_sidecar(&lf, r, MUST_EXIST, 0, NULL) < 0)
		return;
	fd = ob_lockfile_handle(lf, 0);
	if (read_record(fd, r->index, bytes, &text) == 1 &&
	    ob_hash64(text.p, text.n, 0) == r->hash)
		(void)write_record(fd, r->index, OB_STR(""));
	/* Whoever waits for the sidecar sees that its name has gone. */
	if (r->removes && is_useless(fd))
		(void)ob_file_remove(AT_FDCWD, r->path);
	ob_lockfile_release(&lf);
}

int
fl_record_list(const char *path, struct ob_arena *a,
    int (*row)(const struct fl_holder *h, void *ctx), void *ctx,
    struct ob_err *err)
{
	OB_AUTO_CLOSE int fd =
	    ob_open_regular(AT_FDCWD, path, O_RDONLY, 0, err);
	char bytes[FL_RECORD_BYTES];
	struct fl_holder h;
	struct ob_str text;
	uint64_t fence;
	bool is_empty;
	int rc;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	rc = read_header(fd, &fence, &is_empty);
	if (rc == -EBADMSG)
		return not_ours(path, err);
	for (uint64_t i = 1; rc == 0 && i <= FL_RECORDS_MAX; i++) {
		rc = read_record(fd, i, bytes, &text);
		if (rc <= 0)
			break;
		rc = fl_holder_parse(text, a, &h) == 0 ? row(&h, ctx) : 0;
	}
	return rc;
}
