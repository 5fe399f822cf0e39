#include "os/copy.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "os/clock.h"
#include "os/copy_sys.h"
#include "os/file.h"

#define BLOCK_BYTES ((size_t)128 * 1024)
#define PART_BYTES  ((off_t)1 << 30) /* what one call is asked for */

struct job {
	int from_fd, to_fd;
	unsigned refused;
	enum ob_copy_method method; /* used last */
	char *block;                /* for read and write; made at need */
};

/* --- the memo ---------------------------------------------------------- */

static unsigned
recall(const struct ob_copy_memo *memo, dev_t from, dev_t to)
{
	for (size_t i = 0; memo != NULL && i < OB_COUNT(memo->pairs); i++)
		if (i < memo->n && memo->pairs[i].from == from &&
		    memo->pairs[i].to == to)
			return memo->pairs[i].refused;
	return 0;
}

static void
remember(struct ob_copy_memo *memo, dev_t from, dev_t to, unsigned refused)
{
	size_t i = 0, n = OB_COUNT(memo->pairs);

	while (i < n && i < memo->n &&
	       (memo->pairs[i].from != from || memo->pairs[i].to != to))
		i++;
	if (i == n || i == memo->n)
		i = memo->n++ % n;
	memo->pairs[i].from = from;
	memo->pairs[i].to = to;
	memo->pairs[i].refused = refused;
}

/* --- contents ---------------------------------------------------------- */

static int
need_block(struct job *j)
{
	if (j->block == NULL)
		j->block = malloc(BLOCK_BYTES);
	return j->block == NULL ? -ENOMEM : 0;
}

static ssize_t
read_write_part(struct job *j, off_t at, size_t n)
{
	ssize_t got;
	int rc = need_block(j);

	if (rc < 0)
		return rc;
	got = ob_pread_full(
	    j->from_fd, j->block, n < BLOCK_BYTES ? n : BLOCK_BYTES, at);
	if (got <= 0)
		return got;
	rc = ob_pwrite_full(j->to_fd, j->block, (size_t)got, at);
	return rc < 0 ? rc : got;
}

/* Up to n bytes at `at`, by the first method that is not refused. */
static ssize_t
copy_part(struct job *j, off_t at, size_t n)
{
	for (unsigned m = OB_COPY_RANGE; m < OB_COPY_READ_WRITE; m++) {
		ssize_t got;

		if (j->refused >> m & 1)
			continue;
		got = ob_sys_copy_part(
		    (enum ob_copy_method)m, j->from_fd, j->to_fd, at, n);
		if (got != -ENOTSUP) {
			j->method = (enum ob_copy_method)m;
			return got;
		}
		j->refused |= 1u << m;
	}
	j->method = OB_COPY_READ_WRITE;
	return read_write_part(j, at, n);
}

/* [at, end); returns where the data ended: at end, or before if it shrank. */
static off_t
copy_stretch(struct job *j, off_t at, off_t end)
{
	while (at < end) {
		off_t n = end - at < PART_BYTES ? end - at : PART_BYTES;
		ssize_t got = copy_part(j, at, (size_t)n);

		if (got < 0)
			return got;
		if (got == 0)
			break;
		at += got;
	}
	return at;
}

/* A regular file of a known size. Returns the size of the copy. */
static off_t
copy_sized(struct job *j, off_t size)
{
	off_t at = 0, start, end;

	if ((j->refused >> OB_COPY_CLONE & 1) == 0) {
		int rc = ob_sys_copy_clone(j->from_fd, j->to_fd);

		j->method = OB_COPY_CLONE;
		if (rc == 0)
			return size;
		if (rc != -ENOTSUP)
			return rc;
		j->refused |= 1u << OB_COPY_CLONE;
	}
	while (ob_sys_copy_next_data(j->from_fd, at, size, &start, &end)) {
		at = copy_stretch(j, start, end);
		if (at < 0)
			return at;
		if (at < end) { /* it shrank */
			size = at;
			break;
		}
	}
	if (ftruncate(j->to_fd, size) < 0)
		return -errno;
	return size;
}

/* Pipes, devices, and files of /proc, whose size says 0. */
static off_t
copy_stream(struct job *j)
{
	off_t total = 0;
	int rc = need_block(j);

	if (rc < 0)
		return rc;
	j->method = OB_COPY_READ_WRITE;
	for (;;) {
		ssize_t got = ob_read_full(j->from_fd, j->block, BLOCK_BYTES);

		if (got <= 0)
			return got < 0 ? got : total;
		rc = ob_pwrite_full(j->to_fd, j->block, (size_t)got, total);
		if (rc < 0)
			return rc;
		total += got;
	}
}

static off_t
copy_content(struct job *j, const struct ob_file_info *from)
{
	if (from->kind == OB_FILE_REGULAR && from->size_bytes > 0)
		return copy_sized(j, (off_t)from->size_bytes);
	if (from->kind == OB_FILE_REGULAR && lseek(j->from_fd, 0, SEEK_SET) < 0)
		return -errno;
	return copy_stream(j);
}

int
ob_file_copy(int from_fd, int to_fd, struct ob_copy_memo *memo,
    struct ob_copy_result *ret)
{
	struct job j = { .from_fd = from_fd, .to_fd = to_fd };
	struct ob_file_info from, to;
	unsigned known;
	off_t copied;
	int rc = ob_fd_info(from_fd, &from);

	if (rc == 0)
		rc = ob_fd_info(to_fd, &to);
	if (rc < 0)
		return rc;
	if (from.dev == to.dev && from.ino == to.ino)
		return -EINVAL;
	if (ftruncate(to_fd, 0) < 0)
		return -errno;

	known = j.refused = recall(memo, from.dev, to.dev);
	copied = copy_content(&j, &from);
	free(j.block);
	if (memo != NULL && j.refused != known)
		remember(memo, from.dev, to.dev, j.refused);
	if (copied < 0)
		return (int)copied;
	if (ret != NULL)
		*ret = (struct ob_copy_result){
			.bytes = (uint64_t)copied,
			.method = j.method,
		};
	return 0;
}

/* --- moving ------------------------------------------------------------ */

/* Mode, times and owner; only the owner may be refused. */
static int
keep_attributes(int fd, const struct ob_file_info *info)
{
	const struct timespec times[2] = {
		{ .tv_sec = info->atime_ns / OB_NS_PER_S,
		    .tv_nsec = info->atime_ns % OB_NS_PER_S },
		{ .tv_sec = info->mtime_ns / OB_NS_PER_S,
		    .tv_nsec = info->mtime_ns % OB_NS_PER_S },
	};
	mode_t mode = info->mode;

	/* First the owner: a change of it clears the set-id bits. */
	if (fchown(fd, info->uid, info->gid) < 0) {
		if (errno != EPERM)
			return -errno;
		mode &= 01777; /* never set-id as somebody else */
	}
	if (fchmod(fd, mode) < 0 || futimens(fd, times) < 0)
		return -errno;
	return 0;
}

/* Where a new name must be made to be next to path: its directory part. */
static int
temporary_prefix(const char *path, char *ret, size_t size)
{
	const char *slash = ob_z_find_last(path, '/');
	int dir_n = slash == NULL ? 0 : (int)(slash - path) + 1;
	int n = snprintf(ret, size, "%.*s.ob-move-", dir_n, path);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

static int
move_regular(int from_dir_fd, const char *from, int to_dir_fd, const char *to,
    struct ob_copy_memo *memo)
{
	OB_AUTO_CLOSE int in =
	    ob_open_regular(from_dir_fd, from, O_RDONLY | O_NOFOLLOW, 0, NULL);
	OB_AUTO_CLOSE int out = -1;
	struct ob_file_info info;
	char prefix[PATH_MAX], name[PATH_MAX + 16];
	int rc;

	if (in < 0)
		return in;
	rc = temporary_prefix(to, prefix, sizeof(prefix));
	if (rc == 0)
		rc = ob_fd_info(in, &info);
	if (rc < 0)
		return rc;
	out = ob_file_create_unique(to_dir_fd, prefix, name, sizeof(name));
	if (out < 0)
		return out;
	rc = ob_file_copy(in, out, memo, NULL);
	if (rc == 0)
		rc = keep_attributes(out, &info);
	if (rc == 0)
		rc = ob_fd_sync(out, OB_SYNC_ALL);
	if (rc == 0)
		rc = ob_close(&out);
	if (rc == 0)
		rc = ob_file_rename(to_dir_fd, name, to_dir_fd, to, OB_REPLACE);
	if (rc < 0)
		(void)ob_file_remove(to_dir_fd, name); /* rc says why */
	return rc;
}

static int
move_link(int from_dir_fd, const char *from, int to_dir_fd, const char *to)
{
	OB_AUTO_BUF struct ob_buf target = OB_BUF_INIT(65536);
	char prefix[PATH_MAX], name[PATH_MAX + 16];
	int rc = ob_file_read_link(from_dir_fd, from, &target);

	if (rc == 0)
		rc = temporary_prefix(to, prefix, sizeof(prefix));
	if (rc == 0)
		rc = ob_file_unique_name(prefix, name, sizeof(name));
	if (rc == 0)
		rc = ob_file_symlink(ob_buf_z(&target), to_dir_fd, name);
	if (rc < 0)
		return rc;
	rc = ob_file_rename(to_dir_fd, name, to_dir_fd, to, OB_REPLACE);
	if (rc < 0)
		(void)ob_file_remove(to_dir_fd, name); /* rc says why */
	return rc;
}

/* The directory of to, so that the new name is there before the old goes. */
static int
sync_parent(int dir_fd, const char *path)
{
	const char *slash = ob_z_find_last(path, '/');
	char parent[PATH_MAX];
	int n;

	if (slash == NULL)
		return ob_dir_sync(dir_fd, ".");
	n = snprintf(
	    parent, sizeof(parent), "%.*s", (int)(slash - path) + 1, path);
	return n < 0 || (size_t)n >= sizeof(parent)
	           ? -ENAMETOOLONG
	           : ob_dir_sync(dir_fd, parent);
}

int
ob_file_move(int from_dir_fd, const char *from, int to_dir_fd, const char *to,
    struct ob_copy_memo *memo, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = ob_file_rename(from_dir_fd, from, to_dir_fd, to, OB_REPLACE);

	if (rc == -EXDEV) {
		rc = ob_file_info(from_dir_fd, from, OB_NOFOLLOW, &info);
		if (rc == 0 && info.kind == OB_FILE_REGULAR)
			rc = move_regular(
			    from_dir_fd, from, to_dir_fd, to, memo);
		else if (rc == 0 && info.kind == OB_FILE_LINK)
			rc = move_link(from_dir_fd, from, to_dir_fd, to);
		else if (rc == 0)
			rc = -EXDEV;
		if (rc == 0)
			rc = sync_parent(to_dir_fd, to);
		if (rc == 0)
			rc = ob_file_remove(from_dir_fd, from);
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot move '%s' to '%s'", from, to);
	return 0;
}
