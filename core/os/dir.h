/*
 * Directories: create, remove, read.
 *
 * Trees are walked and removed by rt/dirwalk.h. Paths are relative to dir_fd,
 * results are 0 or negative errno, as in os/file.h.
 */
#ifndef OB_OS_DIR_H
#define OB_OS_DIR_H

#include "base/arena.h"
#include "os/file.h"

/* mkdir(2): -EEXIST when the name is taken. */
int ob_dir_make(int dir_fd, const char *path, mode_t mode);

/*
 * Creates path and what is missing above it. A directory that exists is fine,
 * anything else in its place is -ENOTDIR. Those above get the bits 0300 in
 * addition to mode, so that the rest can be created in them.
 */
int ob_dir_make_all(int dir_fd, const char *path, mode_t mode);

/*
 * Creates a directory of a new name, mode 0700, in dir_fd: prefix and 12
 * random characters, into ret_name of size bytes (-ENAMETOOLONG).
 */
int ob_dir_create_unique(
    int dir_fd, const char *prefix, char *ret_name, size_t size);

/* Removes an empty directory: -ENOTEMPTY, -ENOTDIR (a link to one too). */
int ob_dir_remove(int dir_fd, const char *path);

/* --- reading ----------------------------------------------------------- */

struct ob_dir;

struct ob_dir_entry {
	const char *name; /* of length name_n; valid until the next call */
	size_t name_n;
	enum ob_file_kind kind; /* OB_FILE_UNKNOWN: the file system does not
				   tell; ask ob_file_info() */
	ino_t ino;
};

int ob_dir_open(
    int dir_fd, const char *path, enum ob_follow follow, struct ob_dir **ret);

/* *d may be NULL and is NULL afterwards. */
void ob_dir_close(struct ob_dir **d);

/* For the *at() calls; owned by d. */
int ob_dir_fd(const struct ob_dir *d);

/*
 * The next entry except "." and "..", in the order of the file system: 1, or 0
 * at the end. Names that appear or vanish meanwhile may be reported or not. A
 * directory that was removed is at its end.
 */
int ob_dir_next(struct ob_dir *d, struct ob_dir_entry *ret);

/* Starts again, with what is there now. */
int ob_dir_rewind(struct ob_dir *d);

static inline void
ob_auto_dir_close(struct ob_dir **d)
{
	ob_dir_close(d);
}

#define OB_AUTO_DIR __attribute__((cleanup(ob_auto_dir_close)))

/*
 * All names, sorted by bytes, in a: *ret_names ends in NULL. -EFBIG when there
 * are more than max, -ENOMEM when the arena is full.
 */
int ob_dir_list(int dir_fd, const char *path, size_t max, struct ob_arena *a,
    const char ***ret_names, size_t *ret_n);

#endif
