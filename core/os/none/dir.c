/*
 * Reading directories by readdir(3).
 */
#include "os/dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

struct ob_dir {
	DIR *stream;
};

int
ob_dir_open(
    int dir_fd, const char *path, enum ob_follow follow, struct ob_dir **ret)
{
	OB_AUTO_CLOSE int fd = ob_open(dir_fd, path,
	    O_RDONLY | O_DIRECTORY | (follow == OB_NOFOLLOW ? O_NOFOLLOW : 0),
	    0);
	struct ob_dir *d;

	if (fd < 0)
		return fd == -ELOOP && follow == OB_NOFOLLOW ? -ENOTDIR : fd;
	d = malloc(sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	d->stream = fdopendir(fd);
	if (d->stream == NULL) {
		int rc = -errno;

		free(d);
		return rc;
	}
	(void)ob_steal_fd(&fd); /* the stream's now */
	*ret = d;
	return 0;
}

void
ob_dir_close(struct ob_dir **d)
{
	if (*d == NULL)
		return;
	(void)closedir((*d)->stream);
	free(*d);
	*d = NULL;
}

int
ob_dir_fd(const struct ob_dir *d)
{
	return dirfd(d->stream);
}

int
ob_dir_rewind(struct ob_dir *d)
{
	rewinddir(d->stream);
	return 0;
}

int
ob_dir_next(struct ob_dir *d, struct ob_dir_entry *ret)
{
	struct dirent *e;

	do {
		errno = 0;
		e = readdir(d->stream);
		if (e == NULL)
			return errno == ENOENT ? 0 : -errno;
	} while (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0);

	*ret = (struct ob_dir_entry){
		.name = e->d_name,
		.name_n = strlen(e->d_name),
		.kind = OB_FILE_UNKNOWN,
		.ino = e->d_ino,
	};
	return 1;
}
