/*
 * The order that -s gives.
 *
 * Unknown values come last in both directions. What compares equal stands by
 * start time and pid, so that two samples of the same processes look the same.
 */
#ifndef PM_ORDER_H
#define PM_ORDER_H

#include "field.h"

#define PM_ORDER_KEYS_MAX 8

enum pm_direction { PM_RISING, PM_FALLING };

struct pm_order {
	struct {
		enum pm_field field;
		enum pm_direction direction;
	} v[PM_ORDER_KEYS_MAX];
	unsigned n; /* 0 = as the system lists them */
};

/* "[-]KEY,...": - is falling. -EINVAL with words; o is unchanged then. */
int pm_order_parse(struct pm_order *o, struct ob_str list, struct ob_err *err);

unsigned pm_order_reads(const struct pm_order *o);

/*
 * The n processes of the sample in this order, as an array of pointers in
 * text; NULL when text is full.
 */
struct pm_proc **pm_order_sort(const struct pm_order *o, struct pm_sample *s,
    const struct pm_facts *facts, struct ob_arena *text);

#endif
