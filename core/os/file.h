/*
 * File descriptors, and files by name.
 *
 * Conventions of the whole module:
 *  - Results are 0, a count or a descriptor, or negative errno. errno itself
 *    means nothing to a caller.
 *  - Every descriptor is close-on-exec from birth; -1 is "none".
 *  - A path is relative to dir_fd; AT_FDCWD is the working directory.
 *  - The loops over EINTR and short transfers of the whole tree are here.
 *
 * Not here: copying and moving (os/copy.h), directories (os/dir.h), durable
 * replacement (rt/atomicfile.h).
 */
#ifndef OB_OS_FILE_H
#define OB_OS_FILE_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "base/buf.h"
#include "base/err.h"

/* --- descriptors ------------------------------------------------------- */

/*
 * Closes *fd unless it is -1, and sets it to -1. The descriptor is gone even
 * when an error comes back, which reports lost data (NFS, quota): who wrote
 * something checks it, others ignore it. errno is kept.
 */
int ob_close(int *fd);

/* The cleanup of OB_AUTO_CLOSE. */
static inline void
ob_auto_close(int *fd)
{
	(void)ob_close(fd);
}

/* OB_AUTO_CLOSE int fd = -1; */
#define OB_AUTO_CLOSE __attribute__((cleanup(ob_auto_close)))

/* Hands the ownership out: returns *fd, leaves -1. */
static inline int
ob_steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

enum ob_switch { OB_OFF, OB_ON };

/*
 * A duplicate of fd with a number of at least 10, out of the way of the
 * numbers that users name in redirections. -EMFILE where the limit leaves none.
 */
int ob_fd_dup_high(int fd);

int ob_fd_set_nonblock(int fd, enum ob_switch on);
int ob_fd_set_cloexec(int fd, enum ob_switch on);

/* /dev/null; flags is O_RDONLY, O_WRONLY or O_RDWR. */
int ob_fd_open_null(int flags);

/*
 * Occupies those of 0, 1 and 2 that are closed, so that no file opened later
 * gets their number. They are opened the wrong way round (0 for writing, 1 and
 * 2 for reading): using one still fails with -EBADF, as on the closed
 * descriptor, and no output vanishes as if it had been written. They are not
 * close-on-exec. Returns how many were closed.
 */
int ob_fd_fill_std(void);

/* ret_fds[0] reads what is written to ret_fds[1]. */
int ob_fd_pipe(int ret_fds[2]);

/* --- transfers --------------------------------------------------------- */

/* One read(2) or write(2), repeated on EINTR only. May be short. */
ssize_t ob_read(int fd, void *p, size_t n);
ssize_t ob_write(int fd, const void *p, size_t n);

/*
 * n bytes, or what was there before the end of the file. On a descriptor that
 * somebody set to O_NONBLOCK these four wait, as on a blocking one. After an
 * error it is unknown how much was transferred.
 */
ssize_t ob_read_full(int fd, void *p, size_t n);
int ob_write_full(int fd, const void *p, size_t n);

/* The same at an offset; the file position stays. */
ssize_t ob_pread_full(int fd, void *p, size_t n, off_t at);
int ob_pwrite_full(int fd, const void *p, size_t n, off_t at);

/* All of v[0..count); v is changed on the way. */
int ob_writev_full(int fd, struct iovec *v, int count);

/*
 * Appends what fd holds from its position to its end, of any kind of file.
 * -EFBIG when that is more than out may hold.
 */
int ob_fd_read_all(int fd, struct ob_buf *out);

/* --- opening ----------------------------------------------------------- */

/* open(2), close-on-exec, repeated on EINTR. mode counts with O_CREAT. */
int ob_open(int dir_fd, const char *path, int flags, mode_t mode);

/*
 * The same for a regular file only: a FIFO, socket, device (-EINVAL) or
 * directory (-EISDIR) is refused, without hanging in the open and without
 * waking who waits at the other end of a FIFO.
 */
int ob_open_regular(
    int dir_fd, const char *path, int flags, mode_t mode, struct ob_err *err);

/*
 * Creates a file of a new name in dir_fd, for reading and writing, mode 0600.
 * The name is prefix and 12 random characters; ret_name has size bytes
 * (-ENAMETOOLONG when they do not suffice).
 */
int ob_file_create_unique(
    int dir_fd, const char *prefix, char *ret_name, size_t size);

/* The name alone, for what is not created by open(2). */
int ob_file_unique_name(const char *prefix, char *ret_name, size_t size);

/*
 * An unnamed file in the directory dir_fd/path, which vanishes unless
 * ob_file_link_unnamed() gives it a name. -ENOTSUP where the system or the
 * file system lacks it.
 */
int ob_file_create_unnamed(int dir_fd, const char *path, mode_t mode);
int ob_file_link_unnamed(int fd, int dir_fd, const char *name);

/* Appends the bytes of a file; -EFBIG when it is larger than out may be. */
int ob_file_read_all(
    int dir_fd, const char *path, struct ob_buf *out, struct ob_err *err);

/* --- what a file is ---------------------------------------------------- */

enum ob_file_kind {
	OB_FILE_REGULAR,
	OB_FILE_DIRECTORY,
	OB_FILE_LINK,
	OB_FILE_FIFO,
	OB_FILE_SOCKET,
	OB_FILE_CHAR,
	OB_FILE_BLOCK,
	OB_FILE_UNKNOWN
};

enum ob_follow { OB_FOLLOW, OB_NOFOLLOW };

struct ob_file_info {
	enum ob_file_kind kind;
	mode_t mode; /* permissions with set-id and sticky bits: 07777 */
	uid_t uid;
	gid_t gid;
	uint64_t size_bytes;
	uint64_t allocated_bytes; /* less than size_bytes: it has holes */
	uint64_t links;
	dev_t dev;
	ino_t ino;
	dev_t rdev;
	int64_t mtime_ns; /* since the epoch */
	int64_t ctime_ns;
	int64_t atime_ns;
};

/* "regular file", "directory", ...: for messages. */
const char *ob_file_kind_name(enum ob_file_kind kind);

int ob_file_info(int dir_fd, const char *path, enum ob_follow follow,
    struct ob_file_info *ret);
int ob_fd_info(int fd, struct ob_file_info *ret);

/* 1 = yes, 0 = no (a link to nothing counts as no), else why unknown. */
int ob_file_exists(int dir_fd, const char *path);

/* Of a regular file; -EISDIR, -EINVAL for others. */
int ob_file_size(int dir_fd, const char *path, uint64_t *ret_bytes);

/* Permissions. Links are followed. */
int ob_file_get_mode(int dir_fd, const char *path, mode_t *ret_mode);
int ob_file_set_mode(int dir_fd, const char *path, mode_t mode);

/* --- names ------------------------------------------------------------- */

/* Removes a name that is no directory (ob_dir_remove() is for those). */
int ob_file_remove(int dir_fd, const char *path);

enum ob_replace { OB_REPLACE, OB_KEEP };

/*
 * rename(2). OB_KEEP: -EEXIST when the new name exists, without a race; where
 * the file system cannot, by link and unlink, which fails for directories
 * (-EPERM).
 */
int ob_file_rename(int from_dir_fd, const char *from, int to_dir_fd,
    const char *to, enum ob_replace replace);

/* A hard link; a symbolic link at `from` is linked itself. */
int
ob_file_link(int from_dir_fd, const char *from, int to_dir_fd, const char *to);

int ob_file_symlink(const char *target, int dir_fd, const char *path);

/* Appends the target of a symbolic link; -EINVAL when it is none. */
int ob_file_read_link(int dir_fd, const char *path, struct ob_buf *out);

/* --- durability -------------------------------------------------------- */

enum ob_sync {
	OB_SYNC_DATA, /* contents and size */
	OB_SYNC_ALL   /* and times, mode, owner */
};

/*
 * Waits until the file is on the disk. An error is final: the kernel may have
 * dropped the pages, so a second call that succeeds proves nothing.
 */
int ob_fd_sync(int fd, enum ob_sync what);

/*
 * Makes the names in the directory dir_fd/path durable. A file system that
 * cannot sync directories counts as done: it has no better way.
 */
int ob_dir_sync(int dir_fd, const char *path);

#endif
