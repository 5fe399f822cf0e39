/*
 * The rule by which lock files are opened.
 *
 * First as it is, without O_CREAT; only when nothing is there, O_CREAT with
 * O_EXCL; when somebody was quicker, from the start. One rule settles much:
 * a file in /tmp that belongs to another user is locked although
 * fs.protected_regular forbids O_CREAT on it, a directory gives no EISDIR, a
 * read-only file system no EROFS, a dangling symbolic link creates nothing
 * where it points to. O_NONBLOCK keeps the open of a FIFO from hanging until
 * fstat(2) can refuse it.
 *
 * A symbolic link as last part of the path is followed by hand, after the
 * check that the kernel makes with fs.protected_symlinks=1: in a sticky
 * directory that everybody may write, only root's links, our own and those of
 * the directory's owner are trusted.
 */
#include "rt/lockfile_open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "os/file.h"
#include "rt/lockfile.h"

/* Rounds of "not there" and "there already" before we call it hopeless. */
#define ROUNDS_MAX 1000

#define OPEN_FLAGS (O_NONBLOCK | O_NOCTTY)

static int
info_of_parent(int dir_fd, const char *path, struct ob_file_info *ret)
{
	const char *slash = ob_z_find_last(path, '/');
	OB_AUTO_FREE char *parent = NULL;

	if (slash == NULL)
		return ob_file_info(dir_fd, ".", OB_FOLLOW, ret);
	slash += slash == path; /* the parent of "/x" is "/" */
	parent = ob_str_dup(ob_str_n(path, (size_t)(slash - path)));
	if (parent == NULL)
		return -ENOMEM;
	return ob_file_info(dir_fd, parent, OB_FOLLOW, ret);
}

/* May the symbolic link path be followed? */
static int
check_link(int dir_fd, const char *path, unsigned flags, struct ob_err *err)
{
	struct ob_file_info link, parent;
	int rc;

	if (flags & OB_LOCKF_FOLLOW)
		return 0;
	if (flags & OB_LOCKF_NOFOLLOW)
		return ob_err_msg(
		    err, -ELOOP, "cannot open '%s': a symbolic link", path);
	rc = ob_file_info(dir_fd, path, OB_NOFOLLOW, &link);
	if (rc == 0)
		rc = info_of_parent(dir_fd, path, &parent);
	if (rc < 0)
		return rc == -ENOENT
		           ? rc
		           : ob_err_set(err, rc, "cannot examine '%s'", path);
	if (link.kind != OB_FILE_LINK || link.uid == 0 ||
	    link.uid == geteuid() || link.uid == parent.uid ||
	    (parent.mode & 01002) != 01002)
		return 0;
	ob_err_msg(err, -EPERM,
	    "cannot open '%s': a symbolic link of another user in a "
	    "directory that everybody may write",
	    path);
	ob_err_hint(err, "use --follow to trust it");
	return -EPERM;
}

static int
open_as(int dir_fd, const char *path, int access, unsigned flags,
    struct ob_err *err)
{
	int fd = ob_open(dir_fd, path, access | OPEN_FLAGS | O_NOFOLLOW, 0);
	int rc;

	if (fd != -ELOOP)
		return fd;
	rc = check_link(dir_fd, path, flags, err);
	return rc < 0 ? rc : ob_open(dir_fd, path, access | OPEN_FLAGS, 0);
}

/* What is there, by the strongest access that we get. */
static int
open_existing(int dir_fd, const char *path, unsigned flags, bool wants_write,
    bool *ret_writable, struct ob_err *err)
{
	int fd = -EACCES;

	if (wants_write) {
		fd = open_as(dir_fd, path, O_RDWR, flags, err);
		*ret_writable = fd >= 0;
		if (fd >= 0 || fd == -ENOENT || fd == -ELOOP || fd == -EPERM)
			return fd;
	}
	fd = open_as(dir_fd, path, O_RDONLY, flags, err);
	*ret_writable = false;
	if (fd == -EACCES) {
		fd = open_as(dir_fd, path, O_WRONLY, flags, err);
		*ret_writable = fd >= 0;
	}
	return fd;
}

/* The file that we created: mode and group as they were asked for. */
static int
dress(int fd, const char *path, const struct ob_lockfile_opts *opts,
    struct ob_err *err)
{
	if (opts->flags & OB_LOCKF_GROUP &&
	    fchown(fd, (uid_t)-1, (gid_t)opts->group) < 0)
		return ob_err_set(
		    err, -errno, "cannot change the group of '%s'", path);
	if (opts->flags & OB_LOCKF_EXACT_PERM &&
	    fchmod(fd, (mode_t)opts->perm) < 0)
		return ob_err_set(
		    err, -errno, "cannot change the mode of '%s'", path);
	return 0;
}

static int
create(int dir_fd, const char *path, int access,
    const struct ob_lockfile_opts *opts, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = ob_open(dir_fd, path,
	    access | OPEN_FLAGS | O_CREAT | O_EXCL, (mode_t)opts->perm);
	int rc;

	if (fd < 0)
		return fd;
	rc = dress(fd, path, opts, err);
	return rc < 0 ? rc : ob_steal_fd(&fd);
}

static int
open_or_create(int dir_fd, const char *path,
    const struct ob_lockfile_opts *opts, bool wants_write, bool *ret_writable,
    struct ob_err *err)
{
	unsigned flags = opts->flags;
	int access = wants_write ? O_RDWR : O_RDONLY;
	struct ob_file_info info;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		int fd = open_existing(
		    dir_fd, path, flags, wants_write, ret_writable, err);

		if (fd != -ENOENT || !(flags & OB_LOCKF_CREATE))
			return fd;
		fd = create(dir_fd, path, access, opts, err);
		*ret_writable = wants_write;
		if (fd != -EEXIST)
			return fd;
		if (ob_file_info(dir_fd, path, OB_NOFOLLOW, &info) == 0 &&
		    info.kind == OB_FILE_LINK &&
		    ob_file_exists(dir_fd, path) == 0)
			return ob_err_msg(err, -ENOENT,
			    "cannot open '%s': a symbolic link to nothing",
			    path);
	}
	return -EAGAIN;
}

static int
refuse_kind(const char *path, struct ob_err *err)
{
	return ob_err_msg(err, -EINVAL,
	    "cannot lock '%s': not a regular file or directory", path);
}

int
ob_lockfile_part_adopt(struct ob_lockfile_part *part, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = ob_fd_info(part->h, &info);

	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot examine descriptor %d", part->h);
	part->dev = info.dev;
	part->ino = info.ino;
	return 0;
}

int
ob_lockfile_part_open(struct ob_lockfile_part *part, ob_handle dir_fd,
    const struct ob_lockfile_opts *opts, bool wants_write, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	struct ob_file_info info;
	bool is_writable;
	int rc;

	(void)ob_close(&part->h);
	if (err != NULL)
		ob_err_reset(err);
	rc = open_or_create(
	    dir_fd, part->path, opts, wants_write, &is_writable, err);
	if (rc == -ENXIO)
		return refuse_kind(part->path, err); /* FIFO, socket */
	if (rc < 0)
		return err != NULL && err->code == rc
		           ? rc
		           : ob_err_set(
				 err, rc, "cannot open '%s'", part->path);
	fd = rc;
	rc = ob_fd_info(fd, &info);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot examine '%s'", part->path);
	if (info.kind != OB_FILE_REGULAR && info.kind != OB_FILE_DIRECTORY)
		return refuse_kind(part->path, err);
	if (fd < 10) {
		/*
		 * Out of the way of the numbers that scripts use; where the
		 * limit forbids that, at least not a standard stream.
		 */
		rc = ob_fd_dup_high(fd);
		if (rc < 0 && (rc != -EMFILE || fd <= STDERR_FILENO))
			return ob_err_set(
			    err, rc, "cannot keep '%s' open", part->path);
		if (rc >= 0) {
			(void)ob_close(&fd);
			fd = rc;
		}
	}
	part->h = ob_steal_fd(&fd);
	part->is_writable = is_writable;
	part->dev = info.dev;
	part->ino = info.ino;
	return 0;
}

int
ob_lockfile_part_is_named(
    const struct ob_lockfile_part *part, ob_handle dir_fd, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = ob_file_info(dir_fd, part->path, OB_FOLLOW, &info);

	if (rc == -ENOENT || rc == -ENOTDIR || rc == -ELOOP)
		return 0;
	if (rc < 0)
		return ob_err_set(err, rc, "cannot examine '%s'", part->path);
	return info.dev == part->dev && info.ino == part->ino;
}
