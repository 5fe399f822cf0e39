/*
 * Lines of /proc/locks, and of the "lock:" entries of fdinfo, which have the
 * same form:
 *
 *	1: FLOCK  ADVISORY  WRITE 359 fd:00:13 0 EOF
 *	1: -> FLOCK  ADVISORY  WRITE 360 fd:00:13 0 EOF     (waits for 1)
 *
 * Pure, bytes in and a row out, so it is built and tested everywhere.
 */
#ifndef OB_OS_LOCK_ROWS_H
#define OB_OS_LOCK_ROWS_H

#include "base/str.h"
#include "os/lock.h"

/*
 * One line without its newline. 1 = *ret filled, 0 = not a lock of a kind
 * that os/lock.h knows (leases, delegations), -EBADMSG = not of this form.
 */
int ob_lock_row_parse(struct ob_str line, struct ob_lock_row *ret);

#endif
