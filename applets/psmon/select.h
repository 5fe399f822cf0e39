/*
 * Which processes to look at: what -p, -u and --no-kernel say.
 */
#ifndef PM_SELECT_H
#define PM_SELECT_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#define PM_SELECT_MAX 65536 /* of each */

enum pm_kernel { PM_KERNEL_SHOW, PM_KERNEL_HIDE };

struct pm_select {
	enum pm_kernel kernel;
	OB_VEC(int64_t) pids; /* as given, none twice; empty = all */
	OB_VEC(uid_t) uids;   /* empty = all */
};

void pm_select_init(struct pm_select *s);
void pm_select_release(struct pm_select *s);

/* Adds "PID,..." or "USER,..." (names or numbers). -EINVAL with words when one
 * is no pid or nobody's name, -ENOBUFS. */
int pm_select_pids(struct pm_select *s, struct ob_str list, struct ob_err *err);
int
pm_select_users(struct pm_select *s, struct ob_str list, struct ob_err *err);

#endif
