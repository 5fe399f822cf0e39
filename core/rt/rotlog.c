#include "rt/rotlog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "os/file.h"

#define NUMBER_CHARS 5               /* ".9999" */
#define NAME_SIZE    (NAME_MAX + 16) /* of any numbered name */

/* NAME.number; NAME itself for 0. */
static void
numbered(const struct ob_rotlog *log, unsigned number, char name[NAME_SIZE])
{
	/* ob_rotlog_open() has checked that the longest fits */
	if (number == 0)
		(void)snprintf(name, NAME_SIZE, "%s", log->name);
	else
		(void)snprintf(name, NAME_SIZE, "%s.%u", log->name, number);
}

/* When the file of size > 0 was begun, as well as that can be known. */
static int64_t
begin_of(const struct ob_rotlog *log, const struct ob_file_info *info)
{
	struct ob_file_info previous;
	char name[NAME_SIZE];

	numbered(log, 1, name);
	if (ob_file_info(log->dir_fd, name, OB_NOFOLLOW, &previous) == 0 &&
	    previous.mtime_ns < info->mtime_ns)
		return previous.mtime_ns;
	return info->mtime_ns;
}

static int
open_current(struct ob_rotlog *log, int64_t now_ns, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = ob_open_regular(log->dir_fd, log->name,
	    O_WRONLY | O_APPEND | O_CREAT, log->options.mode, err);
	struct ob_file_info info;
	int rc;

	if (fd < 0)
		return fd;
	rc = ob_fd_info(fd, &info);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot examine '%s'", log->name);
	(void)ob_close(&log->fd);
	log->fd = ob_steal_fd(&fd);
	log->size_bytes = info.size_bytes;
	log->begun_ns = info.size_bytes == 0 ? now_ns : begin_of(log, &info);
	return 0;
}

int
ob_rotlog_open(struct ob_rotlog *log, int dir_fd, const char *path,
    const struct ob_rotlog_options *options, int64_t now_ns, struct ob_err *err)
{
	const char *slash = ob_z_find_last(path, '/');
	const char *name = slash == NULL ? path : slash + 1;
	size_t dir_n = (size_t)(name - path);
	char dir[PATH_MAX];
	int rc;

	*log =
	    (struct ob_rotlog){ .fd = -1, .dir_fd = -1, .options = *options };
	if (options->keep > OB_ROTLOG_KEEP_MAX)
		return ob_err_msg(err, -EINVAL,
		    "cannot keep %u rotated files: the maximum is %d",
		    options->keep, OB_ROTLOG_KEEP_MAX);
	if (strlen(name) > NAME_MAX - NUMBER_CHARS || dir_n >= sizeof(dir))
		return ob_err_set(err, -ENAMETOOLONG, "cannot open '%s'", path);
	memcpy(dir, path, dir_n);
	dir[dir_n] = '\0';
	memcpy(log->name, name, strlen(name) + 1);

	log->dir_fd =
	    ob_open(dir_fd, dir_n == 0 ? "." : dir, O_RDONLY | O_DIRECTORY, 0);
	if (log->dir_fd < 0)
		return ob_err_set(err, log->dir_fd, "cannot open '%s'", path);
	rc = open_current(log, now_ns, err);
	if (rc < 0)
		ob_rotlog_close(log);
	return rc;
}

void
ob_rotlog_close(struct ob_rotlog *log)
{
	(void)ob_close(&log->fd);
	(void)ob_close(&log->dir_fd);
}

int
ob_rotlog_reopen(struct ob_rotlog *log, int64_t now_ns, struct ob_err *err)
{
	return open_current(log, now_ns, err);
}

/*
 * Moves NAME to NAME.1, and each number up that is in the way. Only those up
 * to the first free number move, so what a crash left is closed by the next
 * rotation, and only a full row loses its last.
 */
static int
shift(struct ob_rotlog *log)
{
	char from[NAME_SIZE], to[NAME_SIZE];
	unsigned free = 1;

	if (log->options.keep == 0)
		return ob_file_remove(log->dir_fd, log->name);
	for (; free < log->options.keep; free++) {
		struct ob_file_info info;

		numbered(log, free, to);
		if (ob_file_info(log->dir_fd, to, OB_NOFOLLOW, &info) ==
		    -ENOENT)
			break;
	}
	for (unsigned i = free; i > 0; i--) {
		int rc;

		numbered(log, i - 1, from);
		numbered(log, i, to);
		rc = ob_file_rename(
		    log->dir_fd, from, log->dir_fd, to, OB_REPLACE);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
ob_rotlog_rotate(struct ob_rotlog *log, int64_t now_ns, struct ob_err *err)
{
	int rc;

	if (log->size_bytes == 0)
		return 0;
	rc = shift(log);
	/* ENOENT: someone else has taken it away, which serves as well. */
	if (rc < 0 && rc != -ENOENT)
		return ob_err_set(err, rc, "cannot rotate '%s'", log->name);
	return open_current(log, now_ns, err);
}

static int
is_due(const struct ob_rotlog *log, size_t n, int64_t now_ns)
{
	const struct ob_rotlog_options *o = &log->options;

	if (log->size_bytes == 0)
		return 0;
	if (o->max_bytes > 0 && (log->size_bytes >= o->max_bytes ||
				    n > o->max_bytes - log->size_bytes))
		return 1;
	return o->max_age_ns > 0 && now_ns >= log->begun_ns &&
	       now_ns - log->begun_ns >= o->max_age_ns;
}

int
ob_rotlog_append(struct ob_rotlog *log, struct ob_str record, int64_t now_ns,
    struct ob_err *err)
{
	int rc = 0;

	if (is_due(log, record.n, now_ns))
		rc = ob_rotlog_rotate(log, now_ns, err);
	if (rc < 0)
		return rc;
	if (log->size_bytes == 0)
		log->begun_ns = now_ns;
	rc = ob_write_full(log->fd, record.p, record.n);
	if (rc < 0) {
		/* If this fails too, rc already says that the disk is bad. */
		(void)!ftruncate(log->fd, (off_t)log->size_bytes);
		return ob_err_set(err, rc, "cannot write '%s'", log->name);
	}
	log->size_bytes += record.n;
	return 0;
}
