#include "os/dir.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

#define UNIQUE_ATTEMPTS 100

int
ob_dir_make(int dir_fd, const char *path, mode_t mode)
{
	return mkdirat(dir_fd, path, mode) < 0 ? -errno : 0;
}

/* Creates it, or finds a directory there. */
static int
make_if_missing(int dir_fd, const char *path, mode_t mode)
{
	struct ob_file_info info;
	int rc = ob_dir_make(dir_fd, path, mode);

	if (rc != -EEXIST)
		return rc;
	rc = ob_file_info(dir_fd, path, OB_FOLLOW, &info);
	if (rc < 0)
		return rc;
	return info.kind == OB_FILE_DIRECTORY ? 0 : -ENOTDIR;
}

int
ob_dir_make_all(int dir_fd, const char *path, mode_t mode)
{
	char above[PATH_MAX];
	size_t n = strlen(path);
	int rc = make_if_missing(dir_fd, path, mode);

	while (n > 0 && path[n - 1] == '/')
		n--;
	if (rc != -ENOENT || n == 0)
		return rc;
	if (n >= sizeof(above))
		return -ENAMETOOLONG;
	memcpy(above, path, n);
	for (size_t i = 1; i < n; i++) {
		if (above[i] != '/' || above[i - 1] == '/')
			continue;
		above[i] = '\0';
		rc = make_if_missing(dir_fd, above, mode | 0300);
		above[i] = '/';
		if (rc < 0)
			return rc;
	}
	return make_if_missing(dir_fd, path, mode);
}

int
ob_dir_create_unique(
    int dir_fd, const char *prefix, char *ret_name, size_t size)
{
	for (int i = 0; i < UNIQUE_ATTEMPTS; i++) {
		int rc = ob_file_unique_name(prefix, ret_name, size);

		if (rc == 0)
			rc = ob_dir_make(dir_fd, ret_name, 0700);
		if (rc != -EEXIST)
			return rc;
	}
	return -EEXIST;
}

int
ob_dir_remove(int dir_fd, const char *path)
{
	return unlinkat(dir_fd, path, AT_REMOVEDIR) < 0 ? -errno : 0;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
ob_dir_list(int dir_fd, const char *path, size_t max, struct ob_arena *a,
    const char ***ret_names, size_t *ret_n)
{
	OB_AUTO_DIR struct ob_dir *dir = NULL;
	OB_VEC(const char *) names = { .max = max };
	struct ob_dir_entry entry;
	const char **sorted;
	int rc = ob_dir_open(dir_fd, path, OB_FOLLOW, &dir);

	if (rc < 0)
		return rc;
	while ((rc = ob_dir_next(dir, &entry)) > 0) {
		const char *name =
		    ob_arena_dup(a, ob_str_n(entry.name, entry.name_n));

		rc = name == NULL ? -ENOMEM : ob_vec_push(&names, name);
		if (rc < 0)
			break;
	}
	if (rc == 0) {
		sorted = ob_arena_array(a, names.n + 1, sizeof(*sorted));
		rc = sorted == NULL ? -ENOMEM : 0;
	}
	if (rc == 0) {
		if (names.n > 0) {
			memcpy(sorted, names.v, names.n * sizeof(*sorted));
			qsort(sorted, names.n, sizeof(*sorted), compare_names);
		}
		sorted[names.n] = NULL;
		*ret_names = sorted;
		*ret_n = names.n;
	}
	ob_vec_release(&names);
	return rc == -ENOBUFS ? -EFBIG : rc;
}
