/*
 * Where a lock lives that a script names by a word.
 */
#ifndef FL_NAME_H
#define FL_NAME_H

#include "base/arena.h"
#include "base/err.h"

/*
 * The path of a lock: name itself when it has a slash, else name in dir, or
 * (dir NULL) in /tmp/opsbox-UID/filelock, which is created when it is missing
 * and refused (-EPERM) unless it is ours alone. Never below XDG_RUNTIME_DIR or
 * TMPDIR: a login has them and cron has not, and one name would be two locks.
 */
int fl_name_path(const char *name, const char *dir, struct ob_arena *a,
    const char **ret, struct ob_err *err);

#endif
