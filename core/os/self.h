/*
 * The running program itself.
 */
#ifndef OB_OS_SELF_H
#define OB_OS_SELF_H

#include "base/buf.h"

/*
 * Appends the absolute path of the executable file: 0, -ENOTSUP where the
 * system cannot tell, or the error (no /proc: -ENOENT).
 */
int ob_self_path(struct ob_buf *out);

#endif
