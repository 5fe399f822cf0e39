#include "columns.h"

#include <errno.h>
#include <string.h>

static void
remove_field(struct pm_columns *c, enum pm_field f)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->n; i++)
		if (c->v[i] != f)
			c->v[n++] = c->v[i];
	c->n = n;
}

static void
add_field(struct pm_columns *c, enum pm_field f)
{
	for (unsigned i = 0; i < c->n; i++)
		if (c->v[i] == f)
			return;
	c->v[c->n++] = f;
}

int
pm_columns_apply(struct pm_columns *c, struct ob_str list, struct ob_err *err)
{
	struct pm_columns next = *c;
	struct ob_str rest = list, name;
	char sign = '\0';

	while (ob_str_split(&rest, ',', &name)) {
		enum pm_field f;
		int rc;

		if (name.n > 0 && (name.p[0] == '+' || name.p[0] == '-')) {
			sign = name.p[0];
			name = ob_str_n(name.p + 1, name.n - 1);
		} else if (sign == '\0') {
			next.n = 0;
			sign = '+';
		}
		rc = pm_field_find(name, &f, err);
		if (rc < 0)
			return rc;
		if (sign == '+')
			add_field(&next, f);
		else
			remove_field(&next, f);
	}
	if (next.n == 0)
		return ob_err_msg(
		    err, -EINVAL, "'%.*s' leaves no column", OB_STR_ARG(list));
	*c = next;
	return 0;
}

unsigned
pm_columns_reads(const struct pm_columns *c)
{
	unsigned reads = 0;

	for (unsigned i = 0; i < c->n; i++)
		reads |= pm_field_reads(c->v[i]);
	return reads;
}
