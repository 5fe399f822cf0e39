/*
 * Paths as texts: nothing here asks the file system.
 *
 * Slices that are returned point into the argument, or to a constant. Results
 * that are built are appended to a buffer, whose sticky error is returned.
 * Slashes in a row count as one.
 */
#ifndef OB_BASE_PATH_H
#define OB_BASE_PATH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

static inline bool
ob_path_is_absolute(struct ob_str path)
{
	return path.n > 0 && path.p[0] == '/';
}

/*
 * The last component and what stands before it, as basename(1) and dirname(1)
 * have it: "a/b/" gives "b" and "a", "a" gives "a" and ".", "/" gives "/" and
 * "/", "" gives "." and ".".
 */
struct ob_str ob_path_base(struct ob_str path);
struct ob_str ob_path_dir(struct ob_str path);

/*
 * The next component of *rest, which moves behind it; false at the end.
 * Skips slashes, so neither an absolute path nor a last slash shows.
 */
bool ob_path_next(struct ob_str *rest, struct ob_str *ret_name);

/*
 * Appends dir and name with one slash between them; name alone when it is
 * absolute or dir is empty.
 */
int ob_path_join(struct ob_buf *b, struct ob_str dir, struct ob_str name);

/*
 * Appends path without ".", doubled and last slashes, and with each ".." taken
 * off against the name before it; "/.." is "/", and ".." at the start of a
 * relative path stays. The empty path is ".". Where a name is a symbolic link
 * the result may be another file: use it for names, not to follow paths.
 */
int ob_path_normalize(struct ob_buf *b, struct ob_str path);

/*
 * Appends the way from the directory `from` to `to`, both normalized and both
 * absolute or both relative: "../x", "." when they are the same. -EINVAL: one
 * is absolute, the other is not, or `from` climbs by ".." where `to` does not.
 */
int ob_path_relative(struct ob_buf *b, struct ob_str from, struct ob_str to);

#endif
