#include "rt/pidfile.h"

#include <errno.h>
#include <fcntl.h>

#include "base/bsd.h"
#include "base/err.h"
#include "os/file.h"

int
ob_pidfile_open(struct ob_pidfile *ret_pidfile, const char *path, mode_t mode,
    int64_t *ret_holder, struct ob_err *err)
{
	pid_t holder = 0;
	struct pidfh *handle = pidfile_open(path, mode, &holder);
	int rc;

	if (handle == NULL && errno == EEXIST) {
		if (holder < 0)
			holder = 0;
		if (ret_holder != NULL)
			*ret_holder = holder;
		if (holder == 0)
			return ob_err_msg(err, -EEXIST,
			    "'%s' is held by another process", path);
		return ob_err_msg(err, -EEXIST, "'%s' is held by process %ld",
		    path, (long)holder);
	}
	if (handle == NULL)
		return ob_err_set(err, -errno, "cannot lock '%s'", path);
	rc = ob_fd_set_cloexec(pidfile_fileno(handle), OB_ON);
	if (rc < 0) {
		(void)pidfile_remove(handle); /* rc says more */
		return ob_err_set(err, rc, "cannot lock '%s'", path);
	}
	ret_pidfile->handle = handle;
	return 0;
}

int
ob_pidfile_write(struct ob_pidfile *p)
{
	return pidfile_write(p->handle) < 0 ? -errno : 0;
}

int
ob_pidfile_remove(struct ob_pidfile *p)
{
	int rc = 0;

	if (p->handle != NULL && pidfile_remove(p->handle) < 0)
		rc = -errno;
	p->handle = NULL;
	return rc;
}

void
ob_pidfile_close(struct ob_pidfile *p)
{
	if (p->handle != NULL)
		(void)pidfile_close(p->handle); /* its content stays */
	p->handle = NULL;
}
