/*
 * Reading directories by getdents64(2) with a buffer larger than readdir's:
 * two thousand entries of /proc come in four calls.
 */
#include "os/dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BATCH_BYTES ((size_t)64 * 1024)

struct ob_dir {
	int fd;
	size_t at; /* of batch, in bytes */
	size_t n;
	_Alignas(struct dirent64) char batch[BATCH_BYTES];
};

int
ob_dir_open(
    int dir_fd, const char *path, enum ob_follow follow, struct ob_dir **ret)
{
	struct ob_dir *d = malloc(sizeof(*d));

	if (d == NULL)
		return -ENOMEM;
	d->at = d->n = 0;
	d->fd = ob_open(dir_fd, path,
	    O_RDONLY | O_DIRECTORY | (follow == OB_NOFOLLOW ? O_NOFOLLOW : 0),
	    0);
	if (d->fd < 0) {
		int rc = d->fd;

		free(d);
		/* O_NOFOLLOW | O_DIRECTORY says ELOOP or ENOTDIR by kernel. */
		return rc == -ELOOP && follow == OB_NOFOLLOW ? -ENOTDIR : rc;
	}
	*ret = d;
	return 0;
}

void
ob_dir_close(struct ob_dir **d)
{
	if (*d == NULL)
		return;
	(void)ob_close(&(*d)->fd);
	free(*d);
	*d = NULL;
}

int
ob_dir_fd(const struct ob_dir *d)
{
	return d->fd;
}

int
ob_dir_rewind(struct ob_dir *d)
{
	if (lseek(d->fd, 0, SEEK_SET) < 0)
		return -errno;
	d->at = d->n = 0;
	return 0;
}

static enum ob_file_kind
kind_of(unsigned char type)
{
	switch (type) {
	case DT_REG: return OB_FILE_REGULAR;
	case DT_DIR: return OB_FILE_DIRECTORY;
	case DT_LNK: return OB_FILE_LINK;
	case DT_FIFO: return OB_FILE_FIFO;
	case DT_SOCK: return OB_FILE_SOCKET;
	case DT_CHR: return OB_FILE_CHAR;
	case DT_BLK: return OB_FILE_BLOCK;
	default: return OB_FILE_UNKNOWN;
	}
}

static int
is_dot_or_dotdot(const char *name)
{
	return name[0] == '.' &&
	       (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* Fills the batch: 1, or 0 at the end. */
static int
read_batch(struct ob_dir *d)
{
	ssize_t got = getdents64(d->fd, d->batch, sizeof(d->batch));

	if (got < 0)
		return errno == ENOENT ? 0 : -errno;
	d->at = 0;
	d->n = (size_t)got;
	return got > 0;
}

int
ob_dir_next(struct ob_dir *d, struct ob_dir_entry *ret)
{
	const struct dirent64 *e;

	do {
		if (d->at == d->n) {
			int rc = read_batch(d);

			if (rc <= 0)
				return rc;
		}
		e = (const void *)(d->batch + d->at);
		d->at += e->d_reclen;
	} while (is_dot_or_dotdot(e->d_name));

	*ret = (struct ob_dir_entry){
		.name = e->d_name,
		.name_n = strlen(e->d_name),
		.kind = kind_of(e->d_type),
		.ino = e->d_ino,
	};
	return 1;
}
