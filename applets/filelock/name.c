#include "name.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "os/dir.h"

/* A directory in a place where others may have been quicker. */
static int
own_directory(const char *path, struct ob_err *err)
{
	struct ob_file_info info;
	int rc = ob_file_info(AT_FDCWD, path, OB_NOFOLLOW, &info);

	if (rc == -ENOENT) {
		rc = ob_dir_make(AT_FDCWD, path, 0700);
		if (rc == 0 || rc == -EEXIST)
			rc = ob_file_info(AT_FDCWD, path, OB_NOFOLLOW, &info);
	}
	if (rc < 0)
		return ob_err_set(err, rc, "cannot create '%s'", path);
	if (info.kind != OB_FILE_DIRECTORY || info.uid != geteuid() ||
	    (info.mode & 077) != 0)
		return ob_err_msg(err, -EPERM,
		    "cannot use '%s': not a directory of ours alone", path);
	return 0;
}

int
fl_name_path(const char *name, const char *dir, struct ob_arena *a,
    const char **ret, struct ob_err *err)
{
	const char *parent = NULL, *path;
	int rc = 0;

	if (name[0] == '\0')
		return ob_err_msg(err, -EINVAL, "the name of a lock is empty");
	if (ob_z_find(name, '/') != NULL) {
		*ret = name;
		return 0;
	}
	if (dir == NULL) {
		parent =
		    ob_arena_printf(a, "/tmp/opsbox-%u", (unsigned)geteuid());
		dir = ob_arena_printf(
		    a, "/tmp/opsbox-%u/filelock", (unsigned)geteuid());
	}
	path = ob_arena_printf(a, "%s/%s", dir, name);
	if (a->failed)
		return ob_err_set(err, -ENOMEM, "cannot name '%s'", name);
	if (parent != NULL) {
		rc = own_directory(parent, err);
		if (rc == 0)
			rc = own_directory(dir, err);
	}
	if (rc == 0)
		*ret = path;
	return rc;
}
