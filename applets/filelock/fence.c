/* See fence.h. */
#include "fence.h"

#include <errno.h>
#include <stdio.h>

#include "base/num.h"
#include "os/clock.h"
#include "os/file.h"
#include "rt/lockfile.h"

#define DIGITS 20

/* 1 and the number, 0 for a new file, or an error. */
static int
read_fence(int fd, uint64_t *ret)
{
	char text[DIGITS + 2];
	ssize_t n = ob_pread_full(fd, text, sizeof(text), 0);

	if (n <= 0)
		return (int)n;
	if (ob_num_u64(
		ob_str_trim(ob_str_n(text, (size_t)n)), 0, UINT64_MAX, ret) < 0)
		return -EBADMSG;
	return 1;
}

/* In place: one sector, so there is no half of it. */
static int
write_fence(int fd, uint64_t token)
{
	char text[DIGITS + 2];
	int rc;

	(void)snprintf(
	    text, sizeof(text), "%0*llu\n", DIGITS, (unsigned long long)token);
	rc = ob_pwrite_full(fd, text, DIGITS + 1, 0);
	return rc < 0 ? rc : ob_fd_sync(fd, OB_SYNC_DATA);
}

static int
check_locked(int fd, uint64_t token)
{
	uint64_t seen = 0;
	int rc = read_fence(fd, &seen);

	if (rc < 0)
		return rc;
	if (token < seen)
		return 0;
	if (rc == 0 || token > seen)
		rc = write_fence(fd, token);
	return rc < 0 ? rc : 1;
}

int
fl_fence_check(const char *store, uint64_t token, struct ob_err *err)
{
	const struct ob_lockfile_opts opts = {
		.kind = OB_LOCK_FLOCK,
		.mode = OB_LOCK_EX,
		.flags = OB_LOCKF_CREATE | OB_LOCKF_WRITE,
		.perm = 0666,
		.deadline_ns = OB_NEVER,
	};
	struct ob_lockfile *lf = NULL;
	int rc = ob_lockfile_acquire(&lf, AT_FDCWD, store, &opts, err);

	if (rc < 0)
		return rc;
	rc = check_locked(ob_lockfile_handle(lf, 0), token);
	ob_lockfile_release(&lf);
	if (rc == -EBADMSG)
		return ob_err_msg(
		    err, rc, "cannot use '%s': it holds no number", store);
	return rc < 0 ? ob_err_set(err, rc, "cannot update '%s'", store) : rc;
}
