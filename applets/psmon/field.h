/*
 * The registry of fields: the one place where a column is a fact.
 *
 * Canonical names are JSON keys; other names (those of ps(1) among them) are
 * accepted wherever a field is named. Each field says what must be read for
 * it, so that nothing else is.
 */
#ifndef PM_FIELD_H
#define PM_FIELD_H

#include "cli/out.h"
#include "sample.h"
#include "users.h"

enum pm_field {
#define FIELD(id, ...) PM_FIELD_##id,
#include "field_rows.inc"
#undef FIELD
	PM_FIELD_COUNT
};

/* The columns by enum pm_field; ends with OB_COL_END. */
extern const struct ob_col pm_field_cols[PM_FIELD_COUNT + 1];

/* What the field needs: bits of enum pm_read. */
unsigned pm_field_reads(enum pm_field f);

/* Its other names, with a blank between; "" = none. */
const char *pm_field_aliases(enum pm_field f);

/* Finds it by any of its names; -EINVAL names the word and the nearest. */
int pm_field_find(struct ob_str name, enum pm_field *ret, struct ob_err *err);

/* What values need besides the process: of the machine and of the sample. */
struct pm_facts {
	uint64_t ticks_per_s;
	size_t page_bytes;
	int64_t real_ns; /* when the sample was taken */
	int64_t boot_ns; /* the same since boot, -1 = unknown */
	uint64_t sample; /* its number, from 1 */
	struct pm_users *users;
};

/*
 * The value; unknown is null. Texts live as long as the sample, or as `text`,
 * where those that are made up go; when that is full the value is null and
 * text->failed is set.
 */
struct ob_cell pm_field_get(enum pm_field f, const struct pm_proc *p,
    const struct pm_facts *facts, struct ob_arena *text);

#endif
