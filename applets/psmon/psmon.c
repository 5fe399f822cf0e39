/*
 * psmon: processes, for scripts and for people. The verbs and everything that
 * is printed.
 *
 *	psmon list      a row for each process
 *	psmon fields    what a row may hold
 *
 * sample.c reads, rate.c compares two samples, field.c knows the columns.
 */
#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "cli/applet.h"
#include "cli/diag.h"
#include "columns.h"
#include "fmt/json.h"
#include "order.h"
#include "os/clock.h"
#include "os/sys.h"
#include "rate.h"

#define DEFAULT_COLUMNS "pid,ppid,user,state,cpu_percent,rss_bytes,command"
#define WINDOW_NS       (200 * OB_NS_PER_MS) /* of rates without --interval */
#define INTERVAL_MIN_NS (10 * OB_NS_PER_MS)
#define TEXT_BYTES      ((size_t)1 << 30)

struct list_opts {
	struct ob_opt_values columns, order, pids, users;
	int kernel; /* enum pm_kernel */
	bool instant;
	uint64_t limit, count;
	int64_t interval_ns;
	const char *procfs;
};

#define AT(field) OB_OPT_AT(struct list_opts, field)

static const struct ob_opt list_rows[] = {
	{ "columns", 'o', OB_OPT_LIST, AT(columns), .metavar = "[+|-]FIELD,...",
	    .flags = OB_OPT_COMMON,
	    .help = "these columns; + adds, - removes" },
	{ "sort", 's', OB_OPT_LIST, AT(order), .metavar = "[-]FIELD,...",
	    .flags = OB_OPT_COMMON, .help = "in this order; - is falling" },
	{ "pid", 'p', OB_OPT_LIST, AT(pids), .metavar = "PID,...",
	    .flags = OB_OPT_COMMON, .help = "only these processes" },
	{ "user", 'u', OB_OPT_LIST, AT(users), .metavar = "USER,...",
	    .flags = OB_OPT_COMMON, .help = "only those of these users" },
	{ "limit", 0, OB_OPT_UINT, AT(limit), .metavar = "N", .min = 1,
	    .max = INT64_MAX, .flags = OB_OPT_COMMON,
	    .help = "at most N rows" },
	{ "no-kernel", 0, OB_OPT_SET, AT(kernel), .min = PM_KERNEL_HIDE,
	    .flags = OB_OPT_COMMON, .help = "no threads of the kernel" },
	{ "kernel", 0, OB_OPT_SET, AT(kernel), .min = PM_KERNEL_SHOW,
	    .help = "these as well (default)" },
	{ "interval", 'i', OB_OPT_DURATION, AT(interval_ns), .metavar = "TIME",
	    .flags = OB_OPT_COMMON, .help = "again and again, so far apart" },
	{ "count", 'n', OB_OPT_UINT, AT(count), .metavar = "N",
	    .flags = OB_OPT_COMMON,
	    .help = "with -i, so many times (0: for ever)" },
	{ "instant", 0, OB_OPT_FLAG, AT(instant),
	    .help = "one reading; cpu_percent over the whole life" },
	{ "procfs", 0, OB_OPT_PATH, AT(procfs), .metavar = "DIR",
	    .help = "read this directory instead of the system's" },
	OB_OPT_END,
};

static const struct ob_exit_row list_exits[] = {
	{ OB_EX_NO, "no process is selected by -p or -u" },
	{ OB_EX_NOINPUT, "there is no table of processes to read" },
	{ 0, NULL },
};

/* One run of list: what was asked for, and where it is kept. */
struct list {
	struct ob_cx *cx;
	const struct list_opts *opts;
	struct pm_columns columns;
	struct pm_order order;
	struct pm_select select;
	struct pm_sample sample;
	struct pm_rates rates;
	struct pm_users users;
	struct pm_facts facts;
	struct ob_arena sorted, row; /* texts of one sample, of one row */
	struct ob_col cols[PM_FIELD_COUNT + 1];
	struct ob_out out;
	bool is_open; /* out was begun */
	uint64_t n_rows;
	int64_t before_ns; /* monotonic begin of the sample before */
};

/* --- what was asked for -------------------------------------------------- */

/* Applies each value of a repeatable option. */
static int
each_value(const struct ob_opt_values *values, void *target,
    int (*apply)(void *target, struct ob_str value, struct ob_err *err),
    struct ob_err *err)
{
	for (size_t i = 0; i < values->n; i++) {
		int rc = apply(target, ob_str_z(values->v[i].value), err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int
apply_columns(void *target, struct ob_str value, struct ob_err *err)
{
	return pm_columns_apply(target, value, err);
}

static int
apply_order(void *target, struct ob_str value, struct ob_err *err)
{
	return pm_order_parse(target, value, err);
}

static int
apply_pids(void *target, struct ob_str value, struct ob_err *err)
{
	return pm_select_pids(target, value, err);
}

static int
apply_users(void *target, struct ob_str value, struct ob_err *err)
{
	return pm_select_users(target, value, err);
}

static int
read_options(struct list *l)
{
	const struct list_opts *o = l->opts;
	struct ob_err *err = &l->cx->error;
	bool counts = ob_opt_is_given(l->cx->parse, 0, AT(count));
	int rc;

	if (ob_opt_is_given(l->cx->parse, 0, AT(interval_ns)) &&
	    o->interval_ns < INTERVAL_MIN_NS)
		return ob_usage(
		    l->cx, "option '--interval': at least 10ms is expected");
	if (counts && o->interval_ns == 0)
		return ob_usage(l->cx, "option '--count' needs '--interval'");
	l->select.kernel = (enum pm_kernel)o->kernel;
	rc = pm_columns_apply(&l->columns, OB_STR(DEFAULT_COLUMNS), err);
	if (rc == 0)
		rc = each_value(&o->columns, &l->columns, apply_columns, err);
	if (rc == 0)
		rc = each_value(&o->order, &l->order, apply_order, err);
	if (rc == 0)
		rc = each_value(&o->pids, &l->select, apply_pids, err);
	if (rc == 0)
		rc = each_value(&o->users, &l->select, apply_users, err);
	return rc;
}

static bool
is_json(const struct ob_cx *cx)
{
	return cx->out_mode == OB_OUT_JSON || cx->out_mode == OB_OUT_NDJSON;
}

/* The columns of the output; in JSON each row of several samples tells its. */
static void
choose_cols(struct list *l)
{
	const struct pm_columns *c = &l->columns;
	bool has_sample = l->opts->interval_ns == 0 || !is_json(l->cx);

	for (unsigned i = 0; i < c->n; i++)
		has_sample |= c->v[i] == PM_FIELD_SAMPLE;
	if (!has_sample) {
		memmove(
		    &l->columns.v[1], &l->columns.v[0], c->n * sizeof(c->v[0]));
		l->columns.v[0] = PM_FIELD_SAMPLE;
		l->columns.n++;
	}
	for (unsigned i = 0; i < c->n; i++)
		l->cols[i] = pm_field_cols[c->v[i]];
	l->cols[c->n] = (struct ob_col)OB_COL_END;
}

/* --- one sample ---------------------------------------------------------- */

static bool
is_cancelled(const struct list *l)
{
	return l->cx->cancel != NULL && *l->cx->cancel != 0;
}

static int
wait_until(struct list *l, int64_t deadline_ns)
{
	int rc;

	do {
		rc = is_cancelled(l) ? -ECANCELED
		                     : ob_clock_sleep_until(deadline_ns);
	} while (rc == -EINTR);
	return rc == -ECANCELED ? -EINTR : rc;
}

/*
 * With a limit, what only columns need is read for the rows that are shown
 * alone, after sorting.
 */
static unsigned
reads_of_scan(const struct list *l)
{
	unsigned reads = pm_order_reads(&l->order);

	return l->opts->limit > 0 ? reads
	                          : reads | pm_columns_reads(&l->columns);
}

static bool
wants_rates(const struct list *l)
{
	return ((pm_columns_reads(&l->columns) | pm_order_reads(&l->order)) &
		   PM_READ_RATE) != 0;
}

/* When the table says that its system was started, as a time since then. */
static int64_t
time_since_boot(const struct list *l)
{
	int64_t boot_s, boot_ns;

	if (ob_proctab_boot_time(l->sample.tab, &boot_s) < 0 ||
	    ob_mul_i64(boot_s, OB_NS_PER_S, &boot_ns) < 0 ||
	    boot_ns > l->facts.real_ns)
		return -1;
	return l->facts.real_ns - boot_ns;
}

/* Another table than the system's own may be of another boot. */
static void
take_time(struct list *l)
{
	l->facts.real_ns = l->cx->source->real_ns();
	l->facts.boot_ns = l->opts->procfs == NULL ? ob_clock_boottime_ns()
	                                           : time_since_boot(l);
}

static int
scan(struct list *l, unsigned reads)
{
	take_time(l);
	return pm_sample_scan(&l->sample, &l->select, reads & PM_READ_FILES,
	    l->cx->source->mono_ns, &l->cx->error);
}

static int
keep_rates(struct list *l)
{
	return pm_rates_keep(&l->rates, &l->sample, l->facts.boot_ns);
}

/* The next sample, with its rates. */
static int
take_sample(struct list *l)
{
	int rc = scan(l, reads_of_scan(l));

	if (rc < 0 || !wants_rates(l))
		return rc;
	if (l->opts->instant) {
		pm_rates_lifetime(
		    &l->sample, l->facts.ticks_per_s, l->facts.boot_ns);
		return 0;
	}
	pm_rates_apply(&l->rates, &l->sample, l->facts.boot_ns);
	return keep_rates(l);
}

/* --- rows out ------------------------------------------------------------ */

static int
print_row(struct list *l, const struct pm_proc *p)
{
	struct ob_cell cells[PM_FIELD_COUNT];

	ob_arena_reset(&l->row);
	for (unsigned i = 0; i < l->columns.n; i++)
		cells[i] = pm_field_get(l->columns.v[i], p, &l->facts, &l->row);
	if (l->row.failed)
		return -ENOMEM;
	return ob_out_row(&l->out, cells);
}

static int
print_rows(struct list *l)
{
	unsigned reads = pm_columns_reads(&l->columns);
	struct pm_proc **sorted;
	uint64_t n = 0;
	int rc = 0;

	ob_arena_reset(&l->sorted);
	sorted = pm_order_sort(&l->order, &l->sample, &l->facts, &l->sorted);
	if (sorted == NULL)
		return -ENOMEM;
	for (size_t i = 0; rc >= 0 && i < l->sample.procs.n; i++) {
		if (l->opts->limit > 0 && n == l->opts->limit)
			break;
		if (is_cancelled(l))
			return -EINTR;
		rc = pm_sample_fill(&l->sample, sorted[i], reads);
		if (rc <= 0)
			continue;
		rc = print_row(l, sorted[i]);
		n++;
	}
	l->n_rows += n;
	return rc < 0 ? rc : 0;
}

/* NDJSON: a line about the sample before its rows. */
static int
print_head(struct list *l)
{
	static const struct ob_col cols[] = {
		{ "sample", "SAMPLE", OB_CELL_U64 },
		{ "time", "TIME", OB_CELL_TIME },
		{ "interval_seconds", "INTERVAL", OB_CELL_DURATION },
		OB_COL_END,
	};
	int64_t since_ns = l->sample.begin_ns - l->before_ns;
	struct ob_out out;
	int rc = ob_out_begin(&out, l->cx, cols, OB_OUT_ROWS);

	if (rc < 0)
		return rc;
	rc = ob_out_row(&out,
	    (struct ob_cell[]){ ob_u64(l->facts.sample),
		ob_time(l->facts.real_ns),
		l->facts.sample == 1 ? ob_null() : ob_duration(since_ns) });
	return ob_out_end(&out, rc);
}

/* Tables are one for each sample; the other forms go on. */
static int
print_sample(struct list *l)
{
	bool is_table = l->cx->out_mode == OB_OUT_TABLE;
	int rc = 0;

	l->facts.sample++;
	if (is_table && l->facts.sample > 1)
		rc = ob_stream_puts(l->cx->out, "\n");
	if (l->cx->out_mode == OB_OUT_NDJSON && l->opts->interval_ns > 0)
		rc = print_head(l);
	if (rc == 0 && !l->is_open) {
		rc = ob_out_begin(&l->out, l->cx, l->cols, OB_OUT_ROWS);
		l->is_open = rc == 0;
	}
	if (rc == 0)
		rc = print_rows(l);
	if (is_table && l->is_open) {
		l->is_open = false;
		rc = ob_out_end(&l->out, rc);
	}
	l->before_ns = l->sample.begin_ns;
	return rc;
}

/* --- list ---------------------------------------------------------------- */

static int
list_once(struct list *l)
{
	int64_t deadline_ns = ob_clock_deadline_ns(WINDOW_NS);
	int rc = 0;

	if (wants_rates(l) && !l->opts->instant) {
		rc = scan(l, 0);
		if (rc == 0)
			rc = keep_rates(l);
		if (rc == 0)
			rc = wait_until(l, deadline_ns);
	}
	if (rc == 0)
		rc = take_sample(l);
	return rc < 0 ? rc : print_sample(l);
}

static int
list_again(struct list *l)
{
	int64_t next_ns = ob_clock_monotonic_ns();

	for (uint64_t i = 1;; i++) {
		int rc = take_sample(l);

		if (rc == 0)
			rc = print_sample(l);
		if (rc == 0)
			rc = ob_stream_flush(l->cx->out);
		if (rc < 0 || i == l->opts->count)
			return rc;
		/* What took too long is left out, not caught up with. */
		next_ns += l->opts->interval_ns;
		if (next_ns < ob_clock_monotonic_ns())
			next_ns = ob_clock_deadline_ns(l->opts->interval_ns);
		rc = wait_until(l, next_ns);
		if (rc < 0)
			return rc;
	}
}

static int
list_open(struct list *l)
{
	const char *root = l->opts->procfs;
	int rc;

	pm_select_init(&l->select);
	pm_users_init(&l->users);
	ob_arena_init(&l->sorted, TEXT_BYTES);
	ob_arena_init(&l->row, TEXT_BYTES);
	l->facts.ticks_per_s = ob_sys_ticks_per_s();
	l->facts.page_bytes = ob_sys_page_bytes();
	l->facts.users = &l->users;
	pm_rates_init(&l->rates, l->facts.ticks_per_s);
	rc = read_options(l);
	if (rc < 0)
		return rc;
	choose_cols(l);
	return pm_sample_open(
	    &l->sample, root != NULL ? root : OB_PROCTAB_SYSTEM, &l->cx->error);
}

static int
list_close(struct list *l, int rc)
{
	if (l->is_open)
		rc = ob_out_end(&l->out, rc);
	pm_sample_close(&l->sample);
	pm_rates_release(&l->rates);
	pm_select_release(&l->select);
	pm_users_release(&l->users);
	ob_arena_release(&l->sorted);
	ob_arena_release(&l->row);
	return rc;
}

static int
list_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	struct list l = { .cx = cx, .opts = opts };
	bool is_selected;
	int rc = list_open(&l);

	(void)argc, (void)argv; /* no operands */
	if (rc == 0)
		rc = l.opts->interval_ns > 0 ? list_again(&l) : list_once(&l);
	is_selected = l.select.pids.n > 0 || l.select.uids.n > 0;
	rc = list_close(&l, rc);
	if (rc < 0)
		return rc;
	return is_selected && l.n_rows == 0 ? OB_EX_NO : OB_EX_OK;
}

/* --- fields -------------------------------------------------------------- */

static const struct ob_col fields_cols[] = {
	{ "name", "NAME", OB_CELL_TEXT, .help = "key and name of the field" },
	{ "type", "TYPE", OB_CELL_TEXT, .help = "what its values are" },
	{ "aliases", "ALIASES", OB_CELL_TEXT, .help = "its other names" },
	{ "source", "SOURCE", OB_CELL_TEXT, .help = "what is read for it" },
	{ "help", "HELP", OB_CELL_TEXT, .help = "what it tells" },
	OB_COL_END,
};

static const char *
type_name(enum ob_cell_type type)
{
	switch (type) {
	case OB_CELL_TEXT:
	case OB_CELL_DATA:
	case OB_CELL_RAW: return "text";
	case OB_CELL_LIST: return "texts";
	case OB_CELL_I64:
	case OB_CELL_U64: return "integer";
	case OB_CELL_F64: return "number";
	case OB_CELL_BOOL: return "boolean";
	case OB_CELL_TIME: return "time";
	case OB_CELL_DURATION: return "seconds";
	case OB_CELL_SIZE: return "bytes";
	case OB_CELL_NULL: break;
	}
	return "null";
}

static const char *
source_name(unsigned reads)
{
	if (reads & PM_READ_RATE)
		return "two samples";
	switch (reads & PM_READ_FILES) {
	case PM_READ_OWNER: return "owner";
	case PM_READ_CMDLINE: return "cmdline";
	case PM_READ_EXE: return "exe";
	case PM_READ_CWD: return "cwd";
	case PM_READ_ROOT: return "root";
	default: return "stat";
	}
}

static int
fields_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	struct ob_out out;
	int rc = ob_out_begin(&out, cx, fields_cols, OB_OUT_ROWS);

	(void)opts, (void)argc, (void)argv; /* none */
	if (rc < 0)
		return rc;
	for (unsigned i = 0; rc == 0 && i < PM_FIELD_COUNT; i++) {
		const struct ob_col *col = &pm_field_cols[i];
		enum pm_field f = (enum pm_field)i;
		const char *aliases = pm_field_aliases(f);

		rc = ob_out_row(&out,
		    (struct ob_cell[]){ ob_text_z(col->key),
			ob_text_z(type_name((enum ob_cell_type)col->type)),
			ob_text_z(aliases[0] == '\0' ? NULL : aliases),
			ob_text_z(source_name(pm_field_reads(f))),
			ob_text_z(col->help) });
	}
	return ob_out_end(&out, rc);
}

/* --- the applet ---------------------------------------------------------- */

static const struct ob_verb verbs[] = {
	/* FORK: it may go on for ever, and then has to be stopped by ^Z. */
	{ "list", "a row for each process", OB_FORK | OB_V_ROWS, list_rows,
	    .opts_size = sizeof(struct list_opts), .cols = pm_field_cols,
	    .examples = { "psmon list -o pid,user,rss -s -rss --limit 10",
		"psmon list -p 1 -o +exe --json" },
	    .exits = list_exits, .run = list_run },
	{ "fields", "what a row may hold", OB_INPROC | OB_V_ROWS,
	    .cols = fields_cols, .examples = { "psmon fields --plain" },
	    .run = fields_run },
	OB_VERBS_END,
};

/* Bare psmon lists. */
static int
run(struct ob_cx *cx, int argc, char **argv)
{
	if (argc < 2)
		return ob_verb_run(cx, &verbs[0], 0, argv + argc);
	return ob_applet_dispatch(cx, argc, argv);
}

const struct ob_applet psmon_applet = {
	.name = "psmon",
	.summary = "what runs here, and what it costs",
	.verbs = verbs,
	.run = run,
};
