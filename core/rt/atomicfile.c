#include "rt/atomicfile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#define PREFIX        ".ob-"
#define LINKS_MAX     40 /* as the kernel */
#define LINK_ATTEMPTS 100

/* The place that a path leads to: an open directory and a name in it. */
struct place {
	int dir_fd;
	char name[NAME_MAX + 1];
	struct ob_file_info info; /* kind UNKNOWN: nothing is there */
};

/* Opens the directory of path, below at->dir_fd, which is closed if ours. */
static int
enter(struct place *at, int base_fd, const char *path)
{
	const char *slash = ob_z_find_last(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	char dir[PATH_MAX];
	size_t dir_n = (size_t)(name - path);
	int fd, rc;

	if (name[0] == '\0')
		return path[0] == '\0' ? -ENOENT : -EISDIR;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return -EISDIR;
	if (strlen(name) > NAME_MAX || dir_n >= sizeof(dir))
		return -ENAMETOOLONG;
	memcpy(dir, path, dir_n);
	dir[dir_n] = '\0';
	fd =
	    ob_open(base_fd, dir_n == 0 ? "." : dir, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	(void)ob_close(&at->dir_fd);
	at->dir_fd = fd;
	memmove(at->name, name, strlen(name) + 1);

	rc = ob_file_info(fd, at->name, OB_NOFOLLOW, &at->info);
	if (rc == -ENOENT)
		at->info.kind = OB_FILE_UNKNOWN;
	return rc == -ENOENT ? 0 : rc;
}

/* Follows links to where the file is or would be. */
static int
find_place(int dir_fd, const char *path, struct place *at)
{
	int rc = enter(at, dir_fd, path);

	for (int i = 0; rc == 0 && at->info.kind == OB_FILE_LINK; i++) {
		OB_AUTO_BUF struct ob_buf target = OB_BUF_INIT(PATH_MAX);

		if (i == LINKS_MAX)
			return -ELOOP;
		rc = ob_file_read_link(at->dir_fd, at->name, &target);
		if (rc == 0)
			rc = enter(at, at->dir_fd, ob_buf_z(&target));
	}
	if (rc < 0)
		return rc;
	switch (at->info.kind) {
	case OB_FILE_REGULAR:
	case OB_FILE_UNKNOWN: return 0;
	case OB_FILE_DIRECTORY: return -EISDIR;
	case OB_FILE_LINK:
	case OB_FILE_FIFO:
	case OB_FILE_SOCKET:
	case OB_FILE_CHAR:
	case OB_FILE_BLOCK: break;
	}
	return -EINVAL;
}

static int
create(struct ob_atomicfile *f)
{
	f->temporary[0] = '\0';
	f->fd = ob_file_create_unnamed(f->dir_fd, ".", 0600);
	if (f->fd == -ENOTSUP)
		f->fd = ob_file_create_unique(
		    f->dir_fd, PREFIX, f->temporary, sizeof(f->temporary));
	return f->fd < 0 ? f->fd : 0;
}

/* Mode and owner of the file that is replaced, or the mode of a new one. */
static int
set_attributes(int fd, const struct ob_file_info *old, mode_t new_mode)
{
	struct ob_file_info now;
	mode_t mode = new_mode;
	int rc;

	if (old->kind == OB_FILE_REGULAR) {
		mode = old->mode;
		rc = ob_fd_info(fd, &now);
		if (rc < 0)
			return rc;
		if ((now.uid != old->uid || now.gid != old->gid) &&
		    fchown(fd, old->uid, old->gid) < 0) {
			if (errno != EPERM)
				return -errno;
			mode &= 01777; /* no set-id as somebody else */
		}
	}
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

int
ob_atomicfile_open(struct ob_atomicfile *f, int dir_fd, const char *path,
    const struct ob_atomicfile_options *options, struct ob_err *err)
{
	struct place at = { .dir_fd = -1 };
	int rc;

	*f = (struct ob_atomicfile){
		.fd = -1,
		.dir_fd = -1,
		.replace = options->replace,
		.sync = options->sync,
	};
	rc = find_place(dir_fd, path, &at);
	f->dir_fd = at.dir_fd;
	memcpy(f->name, at.name, sizeof(f->name));
	if (rc == 0 && options->replace == OB_KEEP &&
	    at.info.kind == OB_FILE_REGULAR)
		rc = -EEXIST;
	if (rc == 0)
		rc = create(f);
	if (rc == 0)
		rc = set_attributes(f->fd, &at.info, options->mode);
	if (rc == 0)
		return 0;
	ob_atomicfile_abort(f);
	if (rc == -EINVAL)
		return ob_err_msg(err, rc,
		    "cannot replace '%s': it is not a regular file", path);
	return ob_err_set(err, rc, "cannot write '%s'", path);
}

/* Gives an unnamed file a temporary name, to be renamed. */
static int
link_temporary(struct ob_atomicfile *f)
{
	int rc = -EEXIST;

	for (int i = 0; rc == -EEXIST && i < LINK_ATTEMPTS; i++) {
		rc = ob_file_unique_name(
		    PREFIX, f->temporary, sizeof(f->temporary));
		if (rc == 0)
			rc = ob_file_link_unnamed(
			    f->fd, f->dir_fd, f->temporary);
	}
	if (rc < 0)
		f->temporary[0] = '\0';
	return rc;
}

/* Makes the new file visible under its name. */
static int
publish(struct ob_atomicfile *f)
{
	int rc = 0;

	if (f->temporary[0] == '\0') {
		if (f->replace == OB_KEEP)
			return ob_file_link_unnamed(f->fd, f->dir_fd, f->name);
		rc = link_temporary(f);
	}
	if (rc == 0)
		rc = ob_file_rename(
		    f->dir_fd, f->temporary, f->dir_fd, f->name, f->replace);
	if (rc == 0)
		f->temporary[0] = '\0';
	return rc;
}

int
ob_atomicfile_commit(struct ob_atomicfile *f, struct ob_err *err)
{
	int rc = 0;

	if (f->sync == OB_ATOMICFILE_DURABLE)
		rc = ob_fd_sync(f->fd, OB_SYNC_ALL);
	if (rc == 0)
		rc = publish(f);
	if (rc == 0)
		rc = ob_close(&f->fd);
	if (rc == 0 && f->sync == OB_ATOMICFILE_DURABLE)
		rc = ob_dir_sync(f->dir_fd, ".");
	if (rc < 0)
		(void)ob_err_set(err, rc, "cannot replace '%s'", f->name);
	ob_atomicfile_abort(f);
	return rc;
}

void
ob_atomicfile_abort(struct ob_atomicfile *f)
{
	if (f->temporary[0] != '\0')
		(void)ob_file_remove(f->dir_fd, f->temporary); /* best effort */
	f->temporary[0] = '\0';
	(void)ob_close(&f->fd);
	(void)ob_close(&f->dir_fd);
}

int
ob_atomicfile_write(int dir_fd, const char *path, struct ob_str bytes,
    const struct ob_atomicfile_options *options, struct ob_err *err)
{
	struct ob_atomicfile f;
	int rc = ob_atomicfile_open(&f, dir_fd, path, options, err);

	if (rc < 0)
		return rc;
	rc = ob_write_full(f.fd, bytes.p, bytes.n);
	if (rc < 0)
		(void)ob_err_set(err, rc, "cannot write '%s'", path);
	else
		rc = ob_atomicfile_commit(&f, err);
	ob_atomicfile_abort(&f);
	return rc;
}
