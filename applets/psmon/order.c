#include "order.h"

#include <errno.h>
#include <stdlib.h>

#include "base/check.h"

int
pm_order_parse(struct pm_order *o, struct ob_str list, struct ob_err *err)
{
	struct pm_order next = { .n = 0 };
	struct ob_str rest = list, name;

	while (ob_str_split(&rest, ',', &name)) {
		enum pm_direction direction = PM_RISING;
		int rc;

		if (next.n == PM_ORDER_KEYS_MAX)
			return ob_err_msg(err, -EINVAL,
			    "more than %d sort keys", PM_ORDER_KEYS_MAX);
		if (name.n > 0 && name.p[0] == '-') {
			direction = PM_FALLING;
			name = ob_str_n(name.p + 1, name.n - 1);
		}
		rc = pm_field_find(name, &next.v[next.n].field, err);
		if (rc < 0)
			return rc;
		next.v[next.n++].direction = direction;
	}
	*o = next;
	return 0;
}

unsigned
pm_order_reads(const struct pm_order *o)
{
	unsigned reads = 0;

	for (unsigned i = 0; i < o->n; i++)
		reads |= pm_field_reads(o->v[i].field);
	return reads;
}

/* What qsort(3) sees: it passes no context, so each row carries it. */
struct ranked {
	const struct pm_order *order;
	const struct ob_cell *keys;
	struct pm_proc *proc;
};

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* Two known values of one field, so of one type. */
static int
compare_known(const struct ob_cell *a, const struct ob_cell *b)
{
	switch (a->type) {
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_LIST:
	case OB_CELL_RAW: return ob_str_cmp(a->s, b->s);
	case OB_CELL_I64:
	case OB_CELL_TIME:
	case OB_CELL_DURATION: return COMPARE(a->i, b->i);
	case OB_CELL_U64:
	case OB_CELL_SIZE: return COMPARE(a->u, b->u);
	case OB_CELL_F64: return COMPARE(a->f, b->f);
	case OB_CELL_BOOL: return COMPARE(a->b, b->b);
	case OB_CELL_NULL: return 0;
	}
	OB_BUG("cell type");
}

static int
compare_key(const struct ob_cell *a, const struct ob_cell *b,
    enum pm_direction direction)
{
	int sign;

	if (a->type == OB_CELL_NULL || b->type == OB_CELL_NULL)
		return COMPARE(
		    a->type == OB_CELL_NULL, b->type == OB_CELL_NULL);
	sign = compare_known(a, b);
	return direction == PM_FALLING ? -sign : sign;
}

static int
compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	const struct ob_proc_stat *s = &x->proc->stat, *t = &y->proc->stat;

	for (unsigned i = 0; i < x->order->n; i++) {
		int sign = compare_key(
		    &x->keys[i], &y->keys[i], x->order->v[i].direction);

		if (sign != 0)
			return sign;
	}
	return s->start_ticks != t->start_ticks
	           ? COMPARE(s->start_ticks, t->start_ticks)
	           : COMPARE(s->pid, t->pid);
}

static bool
rank(const struct pm_order *o, struct pm_sample *s,
    const struct pm_facts *facts, struct ob_arena *text, struct ranked *rows)
{
	struct ob_cell *keys =
	    ob_arena_array(text, s->procs.n * o->n, sizeof(*keys));

	for (size_t i = 0; keys != NULL && i < s->procs.n; i++) {
		rows[i] = (struct ranked){ o, keys, &s->procs.v[i] };
		for (unsigned k = 0; k < o->n; k++)
			*keys++ = pm_field_get(
			    o->v[k].field, rows[i].proc, facts, text);
	}
	return keys != NULL && !text->failed;
}

struct pm_proc **
pm_order_sort(const struct pm_order *o, struct pm_sample *s,
    const struct pm_facts *facts, struct ob_arena *text)
{
	size_t n = s->procs.n;
	struct pm_proc **sorted =
	    ob_arena_array(text, n + 1, sizeof(struct pm_proc *));
	struct ranked *rows;

	for (size_t i = 0; sorted != NULL && i < n; i++)
		sorted[i] = &s->procs.v[i];
	if (sorted == NULL || o->n == 0 || n == 0)
		return sorted;
	rows = ob_arena_array(text, n, sizeof(*rows));
	if (rows == NULL || !rank(o, s, facts, text, rows))
		return NULL;
	qsort(rows, n, sizeof(*rows), compare);
	for (size_t i = 0; i < n; i++)
		sorted[i] = rows[i].proc;
	return sorted;
}
