#include "rt/dirwalk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/vec.h"
#include "os/dir.h"

#define MAX_OPEN     32u
#define MIN_OPEN     3u /* the root, a parent, its child */
#define MAX_PATH     ((size_t)1 << 20)
#define MAX_SAVED    ((size_t)256 << 20) /* names of one directory */
#define REMOVE_TRIES 3

/*
 * One directory on the way down. It streams from dir, or, once its descriptor
 * was given up, takes the rest of its entries from saved: for each the kind as
 * one byte, the name, a NUL.
 */
struct level {
	struct ob_dir *dir;
	int fd; /* when dir is NULL: opened again, or -1 */
	dev_t dev;
	ino_t ino;
	size_t path_n; /* of this directory */
	struct ob_buf saved;
	size_t saved_at;
	bool lost; /* cannot be opened again */
};

struct ob_dirwalk {
	OB_VEC(struct level) levels;
	struct ob_buf path;
	struct ob_dirwalk_options opts;
	bool descend; /* the last entry was ENTER */
	unsigned open;
	size_t evicted; /* levels 1..this have given up their descriptors */
};

static struct level *
top(struct ob_dirwalk *w)
{
	return &w->levels.v[w->levels.n - 1];
}

static int
level_fd(const struct level *l)
{
	return l->dir != NULL ? ob_dir_fd(l->dir) : l->fd;
}

static void
close_level(struct ob_dirwalk *w, struct level *l)
{
	w->open -= level_fd(l) >= 0;
	ob_dir_close(&l->dir);
	(void)ob_close(&l->fd);
}

/* --- giving up descriptors, and getting them back ---------------------- */

static int
save_rest(struct level *l)
{
	struct ob_dir_entry e;
	int rc;

	while ((rc = ob_dir_next(l->dir, &e)) > 0) {
		ob_buf_add_c(&l->saved, (char)e.kind);
		ob_buf_add(&l->saved, e.name, e.name_n);
		rc = ob_buf_add_c(&l->saved, '\0');
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* Is there a directory between the root and the top that is still open? */
static bool
can_evict(const struct ob_dirwalk *w)
{
	return w->evicted + 2 < w->levels.n;
}

/* Closes the uppermost open directory below the root. */
static int
evict_one(struct ob_dirwalk *w)
{
	struct level *l = &w->levels.v[++w->evicted];
	int rc = l->dir == NULL ? 0 : save_rest(l);

	if (rc == 0)
		close_level(w, l);
	return rc;
}

static bool
is_same(int fd, const struct level *l)
{
	struct ob_file_info info;

	return ob_fd_info(fd, &info) == 0 && info.dev == l->dev &&
	       info.ino == l->ino;
}

static int
open_directory(int dir_fd, const char *name)
{
	return ob_open(dir_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
}

/* From the root down the names of path to its first path_n bytes. */
static int
open_from_root(struct ob_dirwalk *w, size_t path_n)
{
	OB_AUTO_CLOSE int fd = -1;
	int at_fd = level_fd(&w->levels.v[0]);
	size_t start = 0;

	for (size_t i = 0; i <= path_n; i++) {
		char saved;
		int next;

		if (i < path_n && w->path.p[i] != '/')
			continue;
		saved = w->path.p[i];
		w->path.p[i] = '\0';
		next = open_directory(at_fd, w->path.p + start);
		w->path.p[i] = saved;
		if (next < 0)
			return next;
		(void)ob_close(&fd);
		at_fd = fd = next;
		start = i + 1;
	}
	return ob_steal_fd(&fd);
}

/* child_fd: of a directory that was found in it, or -1. */
static void
open_again(struct ob_dirwalk *w, struct level *l, int child_fd)
{
	OB_AUTO_CLOSE int fd = -1;

	if (child_fd >= 0)
		fd = open_directory(child_fd, "..");
	if (fd < 0 || !is_same(fd, l)) {
		(void)ob_close(&fd);
		fd = open_from_root(w, l->path_n);
	}
	if (fd >= 0 && is_same(fd, l)) {
		l->fd = ob_steal_fd(&fd);
		w->open++;
	} else {
		l->lost = true;
	}
}

/* --- down and up ------------------------------------------------------- */

static int
push(struct ob_dirwalk *w, struct ob_dir *dir)
{
	struct level l = {
		.dir = dir,
		.fd = -1,
		.path_n = w->path.n,
		.saved = OB_BUF_INIT(MAX_SAVED),
	};
	struct ob_file_info info;
	int rc = ob_fd_info(ob_dir_fd(dir), &info);

	if (rc == 0) {
		l.dev = info.dev;
		l.ino = info.ino;
		rc = ob_vec_push(&w->levels, l);
	}
	if (rc < 0) {
		ob_dir_close(&dir);
		return rc;
	}
	w->open++;
	while (rc == 0 && w->open > w->opts.max_open && can_evict(w))
		rc = evict_one(w);
	return rc;
}

static void
pop(struct ob_dirwalk *w)
{
	struct level *l = top(w);

	close_level(w, l);
	ob_buf_release(&l->saved);
	w->levels.n--;
	/* The one on top now was opened again. */
	if (w->evicted > 0 && w->evicted >= w->levels.n - 1)
		w->evicted = w->levels.n < 2 ? 0 : w->levels.n - 2;
}

/* Fills ret for the name at the end of path, in the directory on top. */
static void
fill(struct ob_dirwalk *w, enum ob_dirwalk_event event, enum ob_file_kind kind,
    int error, struct ob_dirwalk_entry *ret)
{
	const struct level *l = top(w);

	*ret = (struct ob_dirwalk_entry){
		.event = event,
		.kind = kind,
		.dir_fd = level_fd(l),
		.name = w->path.p + l->path_n + (l->path_n > 0),
		.path = w->path.p,
		.depth = (unsigned)w->levels.n - 1,
		.error = error,
	};
}

/* Goes into the directory that was reported last: 1 = it cannot. */
static int
descend(struct ob_dirwalk *w, struct ob_dirwalk_entry *ret)
{
	const struct level *l = top(w);
	const char *name = w->path.p + l->path_n + (l->path_n > 0);
	struct ob_dir *dir = NULL;
	int rc;

	w->descend = false;
	do
		rc = ob_dir_open(level_fd(l), name, OB_NOFOLLOW, &dir);
	while (rc == -EMFILE && can_evict(w) && evict_one(w) == 0);
	if (rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE)
		return rc;
	if (rc < 0) {
		fill(w, OB_DIRWALK_ERROR, OB_FILE_DIRECTORY, rc, ret);
		return 1;
	}
	return push(w, dir);
}

/*
 * Leaves the directory on top: 1 and an event, or 0 when it was the root. Its
 * own name is what path holds up to path_n.
 */
static int
ascend(struct ob_dirwalk *w, struct ob_dirwalk_entry *ret)
{
	struct level *done = top(w), *parent;
	enum ob_dirwalk_event event = OB_DIRWALK_LEAVE;
	int error = 0;

	if (w->levels.n == 1)
		return 0;
	ob_buf_truncate(&w->path, done->path_n);
	parent = done - 1;
	if (level_fd(parent) < 0 && !parent->lost)
		open_again(w, parent, level_fd(done));
	if (parent->lost) {
		event = OB_DIRWALK_ERROR;
		error = -ESTALE;
	}
	pop(w);
	fill(w, event, OB_FILE_DIRECTORY, error, ret);
	return 1;
}

/* --- entries ----------------------------------------------------------- */

static int
next_in_level(struct level *l, struct ob_dir_entry *ret)
{
	const char *p;

	if (l->lost)
		return 0;
	if (l->dir != NULL)
		return ob_dir_next(l->dir, ret);
	if (l->saved_at == l->saved.n)
		return 0;
	p = l->saved.p + l->saved_at;
	*ret = (struct ob_dir_entry){
		.kind = (enum ob_file_kind)p[0],
		.name = p + 1,
		.name_n = strlen(p + 1),
	};
	l->saved_at += ret->name_n + 2;
	return 1;
}

/* path = that of the directory on top, and name. 0 = too long, cut. */
static int
set_path(struct ob_dirwalk *w, const struct ob_dir_entry *e)
{
	size_t path_n = top(w)->path_n;
	int fits = path_n + 1 + e->name_n <= w->path.max;

	ob_buf_truncate(&w->path, path_n);
	if (fits && path_n > 0)
		ob_buf_add_c(&w->path, '/');
	if (fits)
		ob_buf_add(&w->path, e->name, e->name_n);
	return ob_buf_err(&w->path) < 0 ? ob_buf_err(&w->path) : fits;
}

/* Reports one entry: 1, or 0 when it has vanished. */
static int
report(struct ob_dirwalk *w, const struct ob_dir_entry *e,
    struct ob_dirwalk_entry *ret)
{
	enum ob_file_kind kind = e->kind;
	struct ob_file_info info;
	int fits;

	if (kind == OB_FILE_UNKNOWN) {
		if (ob_file_info(
			level_fd(top(w)), e->name, OB_NOFOLLOW, &info) < 0)
			return 0;
		kind = info.kind;
	}
	fits = set_path(w, e);
	if (fits < 0)
		return fits;
	if (!fits) {
		fill(w, OB_DIRWALK_ERROR, kind, -ENAMETOOLONG, ret);
		ret->name = e->name;
		return 1;
	}
	w->descend = kind == OB_FILE_DIRECTORY;
	fill(w, w->descend ? OB_DIRWALK_ENTER : OB_DIRWALK_FILE, kind, 0, ret);
	return 1;
}

static bool
is_other_device(const struct ob_dirwalk *w)
{
	return w->opts.extent == OB_DIRWALK_ONE_DEVICE &&
	       w->levels.v[w->levels.n - 1].dev != w->levels.v[0].dev;
}

int
ob_dirwalk_next(struct ob_dirwalk *w, struct ob_dirwalk_entry *ret)
{
	int rc;

	if (w->descend) {
		rc = descend(w, ret);
		if (rc != 0)
			return rc;
	}
	for (;;) {
		struct ob_dir_entry e;

		rc = is_other_device(w) ? 0 : next_in_level(top(w), &e);
		if (rc < 0)
			return rc;
		if (rc == 0)
			return ascend(w, ret);
		rc = report(w, &e, ret);
		if (rc != 0)
			return rc;
	}
}

void
ob_dirwalk_skip(struct ob_dirwalk *w)
{
	w->descend = false;
}

int
ob_dirwalk_open(int dir_fd, const char *root,
    const struct ob_dirwalk_options *opts, struct ob_dirwalk **ret,
    struct ob_err *err)
{
	struct ob_dirwalk *w = calloc(1, sizeof(*w));
	struct ob_dir *dir = NULL;
	int rc;

	if (w == NULL)
		return ob_err_set(err, -ENOMEM, "cannot walk '%s'", root);
	if (opts != NULL)
		w->opts = *opts;
	if (w->opts.max_open == 0)
		w->opts.max_open = MAX_OPEN;
	if (w->opts.max_open < MIN_OPEN)
		w->opts.max_open = MIN_OPEN;
	ob_buf_init(&w->path,
	    w->opts.max_path_bytes == 0 ? MAX_PATH : w->opts.max_path_bytes);
	w->levels.max = w->path.max / 2 + 2; /* a level has 2 bytes of path */

	rc = ob_buf_add_z(&w->path, "");
	if (rc == 0)
		rc = ob_dir_open(dir_fd, root, OB_FOLLOW, &dir);
	if (rc == 0)
		rc = push(w, dir);
	if (rc < 0) {
		ob_dirwalk_close(&w);
		return ob_err_set(err, rc, "cannot read directory '%s'", root);
	}
	*ret = w;
	return 0;
}

void
ob_dirwalk_close(struct ob_dirwalk **walk)
{
	struct ob_dirwalk *w = *walk;

	if (w == NULL)
		return;
	while (w->levels.n > 0)
		pop(w);
	ob_vec_release(&w->levels);
	ob_buf_release(&w->path);
	free(w);
	*walk = NULL;
}

/* --- removing ---------------------------------------------------------- */

/* What an event means for a removal; 0 when it was done or has vanished. */
static int
remove_entry(const struct ob_dirwalk_entry *e)
{
	int rc = 0;

	switch (e->event) {
	case OB_DIRWALK_FILE: rc = ob_file_remove(e->dir_fd, e->name); break;
	case OB_DIRWALK_ENTER: break;
	case OB_DIRWALK_LEAVE: rc = ob_dir_remove(e->dir_fd, e->name); break;
	case OB_DIRWALK_ERROR:
		/* One that cannot be read may be empty nevertheless. */
		rc = e->dir_fd < 0 || ob_dir_remove(e->dir_fd, e->name) < 0
		         ? e->error
		         : 0;
		break;
	}
	return rc == -ENOENT ? 0 : rc;
}

/* One pass; returns the first failure, whose words are in err. */
static int
remove_below(int dir_fd, const char *path, struct ob_err *err)
{
	struct ob_dirwalk *w = NULL;
	struct ob_dirwalk_entry e;
	int first = 0, rc = ob_dirwalk_open(dir_fd, path, NULL, &w, err);

	if (rc < 0)
		return rc;
	while ((rc = ob_dirwalk_next(w, &e)) > 0) {
		rc = remove_entry(&e);
		if (rc < 0 && first == 0)
			first = ob_err_set(
			    err, rc, "cannot remove '%s/%s'", path, e.path);
	}
	if (rc < 0 && first == 0)
		first = ob_err_set(err, rc, "cannot remove '%s'", path);
	ob_dirwalk_close(&w);
	return first;
}

int
ob_dirwalk_remove(int dir_fd, const char *path, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = ob_file_info(dir_fd, path, OB_NOFOLLOW, &info);

	if (rc == 0 && info.kind != OB_FILE_DIRECTORY)
		rc = ob_file_remove(dir_fd, path);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot remove '%s'", path);
	if (info.kind != OB_FILE_DIRECTORY)
		return 0;

	/* A file system may hide entries while others are being removed. */
	for (int i = 0; i < REMOVE_TRIES; i++) {
		rc = remove_below(dir_fd, path, err);
		if (rc < 0 && rc != -ENOTEMPTY)
			return rc;
		rc = ob_dir_remove(dir_fd, path);
		if (rc == 0 || rc == -ENOENT)
			return 0;
		if (rc != -ENOTEMPTY && rc != -EEXIST)
			break;
	}
	return ob_err_set(err, rc, "cannot remove '%s'", path);
}
