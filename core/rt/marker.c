/* See marker.h. */
#include "rt/marker.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/lock.h"
#include "os/watch.h"

#define POLL_NS (250 * OB_NS_PER_MS)

/* Others hold the lock of a marker for a moment only. */
#define SETTLE_NS (5 * OB_NS_PER_S)

/* The marker to be, before it has its name. */
struct draft {
	int fd;
	char name[PATH_MAX]; /* "" = it has none yet */
};

/* What was there when we looked, and since when it could not be read. */
struct sight {
	dev_t dev;
	ino_t ino;
	int64_t mtime_ns, since_ns; /* since_ns 0 = it can be read */
};

static int
read_fd(int fd, struct ob_buf *out)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	int rc = ob_fd_read_all(fd, &b);

	return rc < 0 ? rc : ob_buf_add_str(out, ob_buf_str(&b));
}

int
ob_marker_read(
    int dir_fd, const char *path, struct ob_buf *out, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = ob_open_regular(dir_fd, path, O_RDONLY, 0, err);
	int rc;

	if (fd < 0)
		return fd;
	rc = read_fd(fd, out);
	return rc < 0 ? ob_err_set(err, rc, "cannot read '%s'", path) : 0;
}

/* 1 = path names the open file, 0 = another one or none. */
static int
is_named(int fd, int dir_fd, const char *path)
{
	struct ob_file_info ours, named;
	int rc = ob_fd_info(fd, &ours);

	if (rc < 0)
		return rc;
	rc = ob_file_info(dir_fd, path, OB_NOFOLLOW, &named);
	if (rc < 0)
		return rc == -ENOENT ? 0 : rc;
	return ours.dev == named.dev && ours.ino == named.ino;
}

/*
 * Opens the marker and locks it, so that nobody else of this machine removes
 * it; *ret_fd is closed by the caller.
 */
static int
open_locked(int dir_fd, const char *path, int *ret_fd, struct ob_err *err)
{
	int64_t deadline_ns = ob_clock_deadline_ns(SETTLE_NS);

	for (;;) {
		OB_AUTO_CLOSE int fd =
		    ob_open_regular(dir_fd, path, O_RDONLY, 0, err);
		int rc;

		if (fd < 0)
			return fd;
		do {
			rc = ob_lock_set(
			    fd, OB_LOCK_FLOCK, OB_LOCK_EX, NULL, deadline_ns);
		} while (rc == -EINTR);
		/* Without such locks there, renaming alone has to do. */
		if (rc < 0 && rc != -ENOTSUP && rc != -ENOLCK && rc != -EBADF)
			return ob_err_set(err, rc, "cannot lock '%s'", path);
		rc = is_named(fd, dir_fd, path);
		if (rc < 0)
			return ob_err_set(err, rc, "cannot examine '%s'", path);
		if (rc == 1) {
			*ret_fd = ob_steal_fd(&fd);
			return 0;
		}
	}
}

static int
check_contents(
    int fd, const char *path, struct ob_str contents, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	int rc = read_fd(fd, &b);

	if (rc < 0)
		return ob_err_set(err, rc, "cannot read '%s'", path);
	if (!ob_str_eq(ob_buf_str(&b), contents))
		return ob_err_msg(err, -ESTALE,
		    "cannot remove '%s': another marker is there by now", path);
	return 0;
}

static int
private_name(const char *path, char name[PATH_MAX])
{
	OB_AUTO_BUF struct ob_buf prefix = OB_BUF_INIT(PATH_MAX);

	if (ob_buf_printf(&prefix, "%s.", path) < 0)
		return ob_buf_err(&prefix);
	return ob_file_unique_name(ob_buf_z(&prefix), name, PATH_MAX);
}

int
ob_marker_remove(
    int dir_fd, const char *path, struct ob_str contents, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	char name[PATH_MAX];
	int rc = open_locked(dir_fd, path, &fd, err);

	if (rc == 0)
		rc = check_contents(fd, path, contents, err);
	if (rc < 0)
		return rc;
	rc = private_name(path, name);
	if (rc == 0)
		rc = ob_file_rename(dir_fd, path, dir_fd, name, OB_KEEP);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot remove '%s'", path);
	if (is_named(fd, dir_fd, name) == 1) {
		rc = ob_file_remove(dir_fd, name);
		return rc < 0 ? ob_err_set(err, rc, "cannot remove '%s'", name)
		              : 0;
	}
	/* Somebody who knows nothing of the lock was quicker: give it back. */
	(void)ob_file_rename(dir_fd, name, dir_fd, path, OB_KEEP);
	return ob_err_msg(err, -ESTALE,
	    "cannot remove '%s': another marker is there by now", path);
}

/* --- making one ----------------------------------------------------------- */

static int
make_draft(struct draft *d, int dir_fd, const char *path,
    const struct ob_marker_opts *opts, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf dir = OB_BUF_INIT(PATH_MAX);
	const char *slash = ob_z_find_last(path, '/');
	int rc;

	d->name[0] = '\0';
	ob_buf_add(&dir, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
	ob_buf_add_c(&dir, '.');
	d->fd =
	    ob_file_create_unnamed(dir_fd, ob_buf_z(&dir), (mode_t)opts->perm);
	if (d->fd == -ENOTSUP) {
		rc = private_name(path, d->name);
		d->fd =
		    rc < 0 ? rc
			   : ob_open(dir_fd, d->name, O_RDWR | O_CREAT | O_EXCL,
				 (mode_t)opts->perm);
	}
	if (d->fd < 0)
		return ob_err_set(err, d->fd, "cannot create '%s'", path);
	rc = ob_write_full(d->fd, opts->contents.p, opts->contents.n);
	if (rc == 0)
		rc = ob_fd_sync(d->fd, OB_SYNC_DATA);
	return rc < 0 ? ob_err_set(err, rc, "cannot write '%s'", path) : 0;
}

static void
drop_draft(struct draft *d, int dir_fd)
{
	(void)ob_close(&d->fd);
	/* What stays behind is a private name that nobody reads. */
	if (d->name[0] != '\0')
		(void)ob_file_remove(dir_fd, d->name);
}

/* 0, or -EEXIST. The answer of the link may be lost; the count is not. */
static int
publish(const struct draft *d, int dir_fd, const char *path)
{
	uint64_t wanted = d->name[0] == '\0' ? 1 : 2;
	struct ob_file_info info;
	int rc = d->name[0] == '\0'
	             ? ob_file_link_unnamed(d->fd, dir_fd, path)
	             : ob_file_link(dir_fd, d->name, dir_fd, path);

	if (rc == 0 || rc == -EEXIST || rc == -EIO || rc == -ETIMEDOUT)
		if (ob_fd_info(d->fd, &info) == 0)
			return info.links == wanted ? 0 : rc == 0 ? -EIO : rc;
	return rc == -EPERM || rc == -EOPNOTSUPP ? -ENOTSUP : rc;
}

/* --- waiting -------------------------------------------------------------- */

/* Has it been unreadable, the same one, for long enough? */
static bool
is_hopeless(struct sight *s, int dir_fd, const char *path)
{
	int64_t now_ns = ob_clock_monotonic_ns();
	struct ob_file_info info;

	if (ob_file_info(dir_fd, path, OB_NOFOLLOW, &info) < 0)
		return false;
	if (s->since_ns == 0 || s->dev != info.dev || s->ino != info.ino ||
	    s->mtime_ns != info.mtime_ns)
		*s =
		    (struct sight){ info.dev, info.ino, info.mtime_ns, now_ns };
	return now_ns - s->since_ns >= OB_MARKER_UNREADABLE_NS;
}

/* 1 = it was broken, or has gone; 0 = held; or an error. */
static int
break_dead(struct sight *s, int dir_fd, const char *path,
    const struct ob_marker_opts *opts, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	int rc = ob_marker_read(dir_fd, path, &b, err);

	if (rc == -ENOENT)
		return 1;
	if (rc < 0 && rc != -EFBIG)
		return rc; /* no right to read it, or no file */
	if (opts->judge == NULL)
		return 0;
	if (rc == 0)
		rc = opts->judge(ob_buf_str(&b), opts->ctx);
	if (rc == -EFBIG)
		return 0; /* not ours to judge */
	if (rc == -EBADMSG)
		rc = is_hopeless(s, dir_fd, path);
	else
		s->since_ns = 0;
	if (rc <= 0)
		return rc;
	rc = ob_marker_remove(dir_fd, path, ob_buf_str(&b), err);
	return rc == -ENOENT || rc == -ESTALE || rc == 0 ? 1 : rc;
}

/* Events of the directory, or NULL. */
static struct ob_watch *
watch_directory(int dir_fd, const char *path)
{
	OB_AUTO_BUF struct ob_buf dir = OB_BUF_INIT(PATH_MAX);
	const char *slash = ob_z_find_last(path, '/');
	struct ob_watch *watch = NULL;

	ob_buf_add(&dir, path, slash == NULL ? 0 : (size_t)(slash - path) + 1);
	ob_buf_add_c(&dir, '.');
	if (dir_fd != AT_FDCWD || ob_watch_new(POLL_NS, &watch) < 0)
		return NULL;
	if (ob_watch_fd(watch) < 0 ||
	    ob_watch_add(watch, ob_buf_z(&dir),
		OB_WATCH_REMOVED | OB_WATCH_MOVED_FROM, NULL) < 0)
		ob_watch_free(&watch);
	return watch;
}

static int
pause_until(struct ob_watch *watch, int64_t until_ns)
{
	struct ob_watch_event event;
	int rc;

	if (watch == NULL)
		return ob_clock_sleep_until(until_ns);
	rc = ob_watch_wait(watch, until_ns);
	while (rc == 0 && ob_watch_next(watch, &event) > 0) {
	}
	return rc;
}

static int
wait_and_publish(const struct draft *d, int dir_fd, const char *path,
    const struct ob_marker_opts *opts, struct ob_watch **watch,
    struct ob_err *err)
{
	static const int64_t pauses_ms[] = { 1, 4, 16 };
	struct sight sight = { .since_ns = 0 };
	size_t round = 0;

	for (;;) {
		int64_t pause_ns = POLL_NS, until_ns;
		int rc = publish(d, dir_fd, path);

		if (rc != -EEXIST)
			return rc < 0 ? ob_err_set(
					    err, rc, "cannot create '%s'", path)
			              : 0;
		rc = break_dead(&sight, dir_fd, path, opts, err);
		if (rc < 0)
			return rc;
		if (rc == 1)
			continue;
		if (opts->deadline_ns == OB_LOCK_TRY)
			return -EAGAIN;
		if (ob_clock_monotonic_ns() >= opts->deadline_ns)
			return -ETIMEDOUT;
		if (round < OB_COUNT(pauses_ms))
			pause_ns = pauses_ms[round] * OB_NS_PER_MS;
		else if (round == OB_COUNT(pauses_ms))
			*watch = watch_directory(dir_fd, path);
		round++;
		until_ns = ob_clock_deadline_ns(pause_ns);
		rc = pause_until(*watch, until_ns < opts->deadline_ns
					     ? until_ns
					     : opts->deadline_ns);
		if (rc == -EINTR && opts->cancel != NULL && *opts->cancel != 0)
			return -EINTR;
	}
}

int
ob_marker_take(int dir_fd, const char *path, const struct ob_marker_opts *opts,
    struct ob_err *err)
{
	struct ob_watch *watch = NULL;
	struct draft d;
	int rc;

	if (opts->contents.n > OB_MARKER_BYTES_MAX)
		return ob_err_set(err, -EFBIG, "cannot create '%s'", path);
	rc = make_draft(&d, dir_fd, path, opts, err);
	if (rc == 0)
		rc = wait_and_publish(&d, dir_fd, path, opts, &watch, err);
	drop_draft(&d, dir_fd);
	ob_watch_free(&watch);
	return rc;
}

int
ob_marker_replace(int dir_fd, const char *path, struct ob_str contents,
    struct ob_str new_contents, struct ob_err *err)
{
	const struct ob_marker_opts opts = { .contents = new_contents,
		.perm = 0666 };
	OB_AUTO_CLOSE int fd = -1;
	struct draft d;
	int rc = open_locked(dir_fd, path, &fd, err);

	if (rc == 0)
		rc = check_contents(fd, path, contents, err);
	if (rc < 0)
		return rc;
	rc = make_draft(&d, dir_fd, path, &opts, err);
	if (rc == 0 && d.name[0] == '\0') {
		rc = private_name(path, d.name);
		if (rc == 0)
			rc = ob_file_link_unnamed(d.fd, dir_fd, d.name);
	}
	if (rc == 0)
		rc = ob_file_rename(dir_fd, d.name, dir_fd, path, OB_REPLACE);
	if (rc == 0)
		d.name[0] = '\0';
	drop_draft(&d, dir_fd);
	return rc < 0 ? ob_err_set(err, rc, "cannot replace '%s'", path) : 0;
}
