/*
 * Fence: the highest number of a grant that a store has seen. Who still writes
 * with a lower one has lost its lock and does not know it yet.
 */
#ifndef FL_FENCE_H
#define FL_FENCE_H

#include <stdint.h>

#include "base/err.h"

/*
 * 1 = the token is as high as any that the file store has seen, and the file
 * (20 digits and a newline) says so on the disk by now; 0 = it is lower.
 * One party at a time, under a lock of the file, which is created when it does
 * not exist. -EBADMSG: the file holds no number.
 */
int fl_fence_check(const char *store, uint64_t token, struct ob_err *err);

#endif
