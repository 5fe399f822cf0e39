/*
 * ob_lock_probe(): what locks one filesystem offers, found out by trying them
 * on a temporary file in the directory in question.
 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/posix/lock_sys.h"

#define NAME_BYTES 40

/* Through a second open file: a shared write must pass beside the lock. */
static bool
is_mandatory(int dir, const char *name)
{
	OB_AUTO_CLOSE int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, "x", 1) < 0 && errno == EACCES;
}

static int
try_kind(int fd, enum ob_lock_kind kind)
{
	int rc = ob_lock_set(fd, kind, OB_LOCK_EX, NULL, OB_LOCK_TRY);

	return rc < 0 ? rc : ob_lock_set(fd, kind, OB_LOCK_UN, NULL, 0);
}

static int
try_link(int dir, const char *name)
{
	char second[NAME_BYTES + 4];
	struct stat st;
	int rc = 0;

	snprintf(second, sizeof(second), "%s.2", name);
	if (linkat(dir, name, dir, second, 0) < 0)
		return errno == EPERM || errno == EOPNOTSUPP ? -ENOTSUP
		                                             : -errno;
	if (fstatat(dir, second, &st, 0) < 0)
		rc = -errno;
	else if (st.st_nlink != 2)
		rc = -ENOTSUP;
	(void)unlinkat(dir, second, 0); /* nothing more can be done */
	return rc;
}

int
ob_lock_probe(ob_handle dir, struct ob_lock_probe *ret)
{
	struct ob_lock_probe probe = { .links = 0 };
	char name[NAME_BYTES];
	OB_AUTO_CLOSE int fd =
	    ob_file_create_unique(dir, ".filelock-probe-", name, sizeof(name));

	probe.scope = ob_lock_fs_scope(dir, probe.fstype);
	if (fd < 0) {
		for (int i = 0; i < OB_LOCK_KIND_COUNT; i++)
			probe.works[i] = fd;
		probe.links = fd;
		*ret = probe;
		return 0;
	}
	for (int i = 0; i < OB_LOCK_KIND_COUNT; i++)
		probe.works[i] = try_kind(fd, (enum ob_lock_kind)i);
	probe.links = try_link(dir, name);
	if (probe.works[OB_LOCK_AUTO] == 0 &&
	    ob_lock_set(fd, OB_LOCK_AUTO, OB_LOCK_EX, NULL, OB_LOCK_TRY) == 0)
		probe.mandatory = is_mandatory(dir, name);
	(void)unlinkat(dir, name, 0); /* as above */
	*ret = probe;
	return 0;
}
