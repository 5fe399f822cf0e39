#include "os/file.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/bsd.h"
#include "os/file_sys.h"

#define FIRST_HIGH_FD   10
#define READ_BYTES      ((size_t)32 * 1024)
#define UNIQUE_CHARS    12
#define UNIQUE_ATTEMPTS 100
#define NS_PER_S        INT64_C(1000000000)

static int
result(int rc)
{
	return rc < 0 ? -errno : rc;
}

/* --- descriptors ------------------------------------------------------- */

int
ob_close(int *fd)
{
	int saved = errno, rc;

	if (*fd < 0)
		return 0;
	rc = result(close(ob_steal_fd(fd)));
	errno = saved;
	/* Linux has closed it by then; elsewhere a retry may hit a stranger. */
	return rc == -EINTR ? 0 : rc;
}

int
ob_fd_dup_high(int fd)
{
	int rc = result(fcntl(fd, F_DUPFD_CLOEXEC, FIRST_HIGH_FD));

	/* EINVAL: the limit is below the first number that would do. */
	return rc == -EINVAL ? -EMFILE : rc;
}

/* Sets or clears bit in the flags that get reads and set writes. */
static int
switch_flag(int fd, int get, int set, int bit, enum ob_switch on)
{
	int old = fcntl(fd, get), wanted;

	if (old < 0)
		return -errno;
	wanted = on == OB_ON ? old | bit : old & ~bit;
	return wanted == old ? 0 : result(fcntl(fd, set, wanted));
}

int
ob_fd_set_nonblock(int fd, enum ob_switch on)
{
	return switch_flag(fd, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

int
ob_fd_set_cloexec(int fd, enum ob_switch on)
{
	return switch_flag(fd, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

int
ob_fd_open_null(int flags)
{
	return ob_open(AT_FDCWD, "/dev/null", flags, 0);
}

int
ob_fd_fill_std(void)
{
	/* One call tells all three: a closed one is POLLNVAL. */
	struct pollfd std[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };
	int filled = 0, rc;

	do
		rc = poll(std, 3, 0);
	while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return -errno;
	for (int fd = 0; fd <= 2; fd++) {
		if (!(std[fd].revents & POLLNVAL))
			continue;
		/*
		 * The lowest free number is fd: those below are taken. It stays
		 * open, in children too.
		 */
		/* cppcheck-suppress leakReturnValNotUsed */
		if (openat(AT_FDCWD, "/dev/null", fd == 0 ? O_WRONLY : O_RDONLY,
			0) < 0)
			return -errno;
		filled++;
	}
	return filled;
}

int
ob_fd_pipe(int ret_fds[2])
{
	return result(pipe2(ret_fds, O_CLOEXEC));
}

/* --- transfers --------------------------------------------------------- */

ssize_t
ob_read(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

ssize_t
ob_write(int fd, const void *p, size_t n)
{
	ssize_t got;

	do
		got = write(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/*
 * After a transfer failed by error (positive): 0 = try again, once the
 * descriptor is ready if need be.
 */
static int
may_retry(int fd, int error, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };

	if (error == EINTR)
		return 0;
	if (error != EAGAIN && error != EWOULDBLOCK)
		return -error;
	if (poll(&ready, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

/* at < 0: at the file position. */
static ssize_t
read_loop(int fd, void *p, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		char *to = (char *)p + done;
		ssize_t got = at < 0
		                  ? read(fd, to, n - done)
		                  : pread(fd, to, n - done, at + (off_t)done);

		if (got == 0)
			break;
		if (got > 0) {
			done += (size_t)got;
		} else {
			int rc = may_retry(fd, errno, POLLIN);

			if (rc < 0)
				return rc;
		}
	}
	return (ssize_t)done;
}

static int
write_loop(int fd, const void *p, size_t n, off_t at)
{
	size_t done = 0;

	while (done < n) {
		const char *from = (const char *)p + done;
		ssize_t got =
		    at < 0 ? write(fd, from, n - done)
			   : pwrite(fd, from, n - done, at + (off_t)done);

		if (got >= 0) {
			done += (size_t)got;
		} else {
			int rc = may_retry(fd, errno, POLLOUT);

			if (rc < 0)
				return rc;
		}
	}
	return 0;
}

ssize_t
ob_read_full(int fd, void *p, size_t n)
{
	return read_loop(fd, p, n, -1);
}

int
ob_write_full(int fd, const void *p, size_t n)
{
	return write_loop(fd, p, n, -1);
}

ssize_t
ob_pread_full(int fd, void *p, size_t n, off_t at)
{
	return at < 0 ? -EINVAL : read_loop(fd, p, n, at);
}

int
ob_pwrite_full(int fd, const void *p, size_t n, off_t at)
{
	return at < 0 ? -EINVAL : write_loop(fd, p, n, at);
}

int
ob_writev_full(int fd, struct iovec *v, int count)
{
	while (count > 0) {
		ssize_t got;

		if (v->iov_len == 0) {
			v++;
			count--;
			continue;
		}
		got = writev(fd, v, count < IOV_MAX ? count : IOV_MAX);
		if (got < 0) {
			int rc = may_retry(fd, errno, POLLOUT);

			if (rc < 0)
				return rc;
			continue;
		}
		for (; count > 0 && (size_t)got >= v->iov_len; v++, count--)
			got -= (ssize_t)v->iov_len;
		if (count > 0) {
			v->iov_base = (char *)v->iov_base + got;
			v->iov_len -= (size_t)got;
		}
	}
	return 0;
}

/* The buffer is full: is there one byte more? */
static int
check_end(int fd)
{
	char more;
	ssize_t got = ob_read_full(fd, &more, 1);

	if (got < 0)
		return (int)got;
	return got == 0 ? 0 : -EFBIG;
}

int
ob_fd_read_all(int fd, struct ob_buf *out)
{
	for (;;) {
		size_t room = out->max - out->n;
		ssize_t got;
		char *to;

		if (out->err < 0)
			return out->err;
		if (room == 0)
			return check_end(fd);
		if (room > READ_BYTES)
			room = READ_BYTES;
		to = ob_buf_reserve(out, room);
		if (to == NULL)
			return ob_buf_err(out);
		got = ob_read_full(fd, to, room);
		if (got < 0)
			return (int)got;
		ob_buf_commit(out, (size_t)got);
		if ((size_t)got < room)
			return 0;
	}
}

/* --- opening ----------------------------------------------------------- */

int
ob_open(int dir_fd, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dir_fd, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return result(fd);
}

int
ob_open_regular(
    int dir_fd, const char *path, int flags, mode_t mode, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd =
	    ob_open(dir_fd, path, flags | O_NONBLOCK | O_NOCTTY, mode);
	struct ob_file_info info;
	int rc;

	if (fd == -ENXIO) /* a FIFO without reader, or a socket */
		return ob_err_msg(err, -EINVAL,
		    "cannot open '%s': it is not a regular file", path);
	if (fd < 0)
		return ob_err_set(err, fd, "cannot open '%s'", path);
	rc = ob_fd_info(fd, &info);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot examine '%s'", path);
	if (info.kind != OB_FILE_REGULAR)
		return ob_err_msg(err,
		    info.kind == OB_FILE_DIRECTORY ? -EISDIR : -EINVAL,
		    "cannot open '%s': it is a %s, not a regular file", path,
		    ob_file_kind_name(info.kind));
	if ((flags & O_NONBLOCK) == 0) {
		rc = ob_fd_set_nonblock(fd, OB_OFF);
		if (rc < 0)
			return ob_err_set(err, rc, "cannot open '%s'", path);
	}
	return ob_steal_fd(&fd);
}

int
ob_file_unique_name(const char *prefix, char *ret_name, size_t size)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[UNIQUE_CHARS];
	char tail[UNIQUE_CHARS + 1];

	arc4random_buf(random, sizeof(random));
	for (size_t i = 0; i < UNIQUE_CHARS; i++)
		tail[i] = letters[random[i] % 32];
	tail[UNIQUE_CHARS] = '\0';
	if ((size_t)snprintf(ret_name, size, "%s%s", prefix, tail) >= size)
		return -ENAMETOOLONG;
	return 0;
}

int
ob_file_create_unique(
    int dir_fd, const char *prefix, char *ret_name, size_t size)
{
	for (int i = 0; i < UNIQUE_ATTEMPTS; i++) {
		int rc = ob_file_unique_name(prefix, ret_name, size);

		if (rc == 0)
			rc = ob_open(dir_fd, ret_name,
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
		if (rc != -EEXIST)
			return rc;
	}
	return -EEXIST;
}

int
ob_file_read_all(
    int dir_fd, const char *path, struct ob_buf *out, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = ob_open(dir_fd, path, O_RDONLY | O_NOCTTY, 0);
	int rc;

	if (fd < 0)
		return ob_err_set(err, fd, "cannot open '%s'", path);
	rc = ob_fd_read_all(fd, out);
	if (rc == -EFBIG)
		return ob_err_msg(err, rc,
		    "cannot read '%s': it is larger than %zu bytes", path,
		    out->max);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot read '%s'", path);
	return 0;
}

/* --- what a file is ---------------------------------------------------- */

const char *
ob_file_kind_name(enum ob_file_kind kind)
{
	switch (kind) {
	case OB_FILE_REGULAR: return "regular file";
	case OB_FILE_DIRECTORY: return "directory";
	case OB_FILE_LINK: return "symbolic link";
	case OB_FILE_FIFO: return "FIFO";
	case OB_FILE_SOCKET: return "socket";
	case OB_FILE_CHAR: return "character device";
	case OB_FILE_BLOCK: return "block device";
	case OB_FILE_UNKNOWN: break;
	}
	return "file of unknown kind";
}

static enum ob_file_kind
kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return OB_FILE_REGULAR;
	case S_IFDIR: return OB_FILE_DIRECTORY;
	case S_IFLNK: return OB_FILE_LINK;
	case S_IFIFO: return OB_FILE_FIFO;
	case S_IFSOCK: return OB_FILE_SOCKET;
	case S_IFCHR: return OB_FILE_CHAR;
	case S_IFBLK: return OB_FILE_BLOCK;
	default: return OB_FILE_UNKNOWN;
	}
}

static int64_t
ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void
fill_info(const struct stat *st, struct ob_file_info *ret)
{
	*ret = (struct ob_file_info){
		.kind = kind_of(st->st_mode),
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.size_bytes = (uint64_t)st->st_size,
		.allocated_bytes = (uint64_t)st->st_blocks * 512,
		.links = st->st_nlink,
		.dev = st->st_dev,
		.ino = st->st_ino,
		.rdev = st->st_rdev,
		.mtime_ns = ns_of(st->st_mtim),
		.ctime_ns = ns_of(st->st_ctim),
		.atime_ns = ns_of(st->st_atim),
	};
}

int
ob_file_info(int dir_fd, const char *path, enum ob_follow follow,
    struct ob_file_info *ret)
{
	struct stat st;

	if (fstatat(dir_fd, path, &st,
		follow == OB_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	fill_info(&st, ret);
	return 0;
}

int
ob_fd_info(int fd, struct ob_file_info *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	fill_info(&st, ret);
	return 0;
}

int
ob_file_exists(int dir_fd, const char *path)
{
	struct ob_file_info info;
	int rc = ob_file_info(dir_fd, path, OB_FOLLOW, &info);

	if (rc == -ENOENT || rc == -ENOTDIR)
		return 0;
	return rc < 0 ? rc : 1;
}

int
ob_file_size(int dir_fd, const char *path, uint64_t *ret_bytes)
{
	struct ob_file_info info;
	int rc = ob_file_info(dir_fd, path, OB_FOLLOW, &info);

	if (rc < 0)
		return rc;
	if (info.kind == OB_FILE_DIRECTORY)
		return -EISDIR;
	if (info.kind != OB_FILE_REGULAR)
		return -EINVAL;
	*ret_bytes = info.size_bytes;
	return 0;
}

int
ob_file_get_mode(int dir_fd, const char *path, mode_t *ret_mode)
{
	struct ob_file_info info;
	int rc = ob_file_info(dir_fd, path, OB_FOLLOW, &info);

	if (rc < 0)
		return rc;
	*ret_mode = info.mode;
	return 0;
}

int
ob_file_set_mode(int dir_fd, const char *path, mode_t mode)
{
	return result(fchmodat(dir_fd, path, mode, 0));
}

/* --- names ------------------------------------------------------------- */

int
ob_file_remove(int dir_fd, const char *path)
{
	return result(unlinkat(dir_fd, path, 0));
}

int
ob_file_rename(int from_dir_fd, const char *from, int to_dir_fd, const char *to,
    enum ob_replace replace)
{
	int rc;

	if (replace == OB_REPLACE)
		return result(renameat(from_dir_fd, from, to_dir_fd, to));

	rc = ob_sys_rename_keep(from_dir_fd, from, to_dir_fd, to);
	if (rc != -ENOTSUP)
		return rc;
	rc = ob_file_link(from_dir_fd, from, to_dir_fd, to);
	return rc < 0 ? rc : ob_file_remove(from_dir_fd, from);
}

int
ob_file_link(int from_dir_fd, const char *from, int to_dir_fd, const char *to)
{
	return result(linkat(from_dir_fd, from, to_dir_fd, to, 0));
}

int
ob_file_symlink(const char *target, int dir_fd, const char *path)
{
	return result(symlinkat(target, dir_fd, path));
}

int
ob_file_read_link(int dir_fd, const char *path, struct ob_buf *out)
{
	char target[PATH_MAX];
	ssize_t got = readlinkat(dir_fd, path, target, sizeof(target));

	if (got < 0)
		return -errno;
	if ((size_t)got == sizeof(target))
		return -ENAMETOOLONG;
	return ob_buf_add(out, target, (size_t)got);
}

/* --- durability -------------------------------------------------------- */

int
ob_fd_sync(int fd, enum ob_sync what)
{
	int rc;

	do
		rc = what == OB_SYNC_DATA ? fdatasync(fd) : fsync(fd);
	while (rc < 0 && errno == EINTR);
	return result(rc);
}

int
ob_dir_sync(int dir_fd, const char *path)
{
	OB_AUTO_CLOSE int fd = ob_open(dir_fd, path, O_RDONLY | O_DIRECTORY, 0);
	int rc;

	if (fd < 0)
		return fd;
	rc = ob_fd_sync(fd, OB_SYNC_ALL);
	return rc == -EINVAL || rc == -ENOTSUP ? 0 : rc;
}
