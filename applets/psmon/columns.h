/*
 * The list of columns that -o gives.
 */
#ifndef PM_COLUMNS_H
#define PM_COLUMNS_H

#include "field.h"

/* No field twice: keys of an object are unique. */
struct pm_columns {
	enum pm_field v[PM_FIELD_COUNT];
	unsigned n;
};

/*
 * Applies one list "a,b" (replaces what is there), "+a,b" (adds at the end) or
 * "-a,b" (removes). A sign counts for the names behind it until the next one.
 * -EINVAL: an unknown name, or no column is left; c is unchanged then.
 */
int
pm_columns_apply(struct pm_columns *c, struct ob_str list, struct ob_err *err);

/* What must be read for all of them. */
unsigned pm_columns_reads(const struct pm_columns *c);

#endif
