#include "field.h"

#include <errno.h>

#include "base/check.h"
#include "base/num.h"
#include "cli/opt.h"

const struct ob_col pm_field_cols[PM_FIELD_COUNT + 1] = {
#define FIELD(id, key_, title_, cell, decimals_, reads, aliases, help_) \
	[PM_FIELD_##id] = { .key = (key_), \
		.title = (title_), \
		.type = OB_CELL_##cell, \
		.decimals = (decimals_), \
		.help = (help_) },
#include "field_rows.inc"
#undef FIELD
	[PM_FIELD_COUNT] = OB_COL_END,
};

static const struct {
	unsigned reads;
	const char *aliases;
} details[PM_FIELD_COUNT] = {
#define FIELD(id, key, title, cell, decimals, reads_, aliases_, help) \
	[PM_FIELD_##id] = { .reads = (reads_), .aliases = (aliases_) },
#include "field_rows.inc"
#undef FIELD
};

unsigned
pm_field_reads(enum pm_field f)
{
	return details[f].reads;
}

const char *
pm_field_aliases(enum pm_field f)
{
	return details[f].aliases;
}

/* --- names --------------------------------------------------------------- */

static bool
is_called(enum pm_field f, struct ob_str name)
{
	struct ob_str rest = ob_str_z(details[f].aliases), alias;

	if (ob_str_eq_z(name, pm_field_cols[f].key))
		return true;
	while (ob_str_split(&rest, ' ', &alias))
		if (ob_str_eq(name, alias))
			return !ob_str_is_empty(alias);
	return false;
}

static int
unknown(struct ob_str name, struct ob_err *err)
{
	char word[64];
	struct ob_nearest near;
	const char *best;

	if (name.n == 0)
		return ob_err_msg(err, -EINVAL, "a field has no name");
	(void)snprintf(word, sizeof(word), "%.*s",
	    name.n < sizeof(word) ? (int)name.n : (int)sizeof(word), name.p);
	ob_nearest_init(&near, word);
	for (unsigned f = 0; f < PM_FIELD_COUNT; f++)
		ob_nearest_add(&near, pm_field_cols[f].key);
	best = ob_nearest_get(&near);
	if (best == NULL)
		return ob_err_msg(err, -EINVAL, "unknown field '%s'", word);
	return ob_err_msg(err, -EINVAL,
	    "unknown field '%s' (did you mean '%s'?)", word, best);
}

int
pm_field_find(struct ob_str name, enum pm_field *ret, struct ob_err *err)
{
	for (unsigned f = 0; f < PM_FIELD_COUNT; f++)
		if (is_called((enum pm_field)f, name)) {
			*ret = (enum pm_field)f;
			return 0;
		}
	return unknown(name, err);
}

/* --- values -------------------------------------------------------------- */

/* Ticks as nanoseconds; beyond what fits (292 years) the most that does. */
static int64_t
ticks_to_ns(uint64_t ticks, uint64_t ticks_per_s)
{
	uint64_t ns;

	if (__builtin_mul_overflow(
		ticks, (uint64_t)OB_NS_PER_S / ticks_per_s, &ns) ||
	    ns > INT64_MAX)
		return INT64_MAX;
	return (int64_t)ns;
}

static struct ob_cell
cpu_time(uint64_t ticks, const struct pm_facts *facts)
{
	return ob_duration(ticks_to_ns(ticks, facts->ticks_per_s));
}

static struct ob_cell
known(const struct pm_proc *p, unsigned bit, struct ob_cell value)
{
	return p->has & bit ? value : ob_null();
}

static struct ob_cell
id(const struct pm_proc *p, struct ob_arena *text)
{
	return ob_text_z(ob_arena_printf(text, "%lld@%llu",
	    (long long)p->stat.pid, (unsigned long long)p->stat.start_ticks));
}

static struct ob_cell
tty(const struct pm_proc *p, struct ob_arena *text)
{
	char name[OB_PROC_TTY_MAX];
	size_t n = ob_proc_tty_name(p->stat.tty, name);

	if (n == 0)
		return ob_null();
	return ob_text_z(ob_arena_dup(text, ob_str_n(name, n)));
}

static struct ob_cell
user(const struct pm_proc *p, const struct pm_facts *facts)
{
	struct ob_str name = pm_users_name(facts->users, p->uid);

	return name.n == 0 ? ob_null() : ob_text(name);
}

static struct ob_cell
command(const struct pm_proc *p, struct ob_arena *text)
{
	size_t n = p->cmdline.n;
	char *words;

	/* NULs alone: somebody has wiped them. */
	while (n > 0 && p->cmdline.p[n - 1] == '\0')
		n--;
	if (n == 0)
		return ob_text_z(
		    ob_arena_printf(text, "[%.*s]", OB_STR_ARG(p->stat.comm)));
	words = ob_arena_dup(text, ob_str_n(p->cmdline.p, n));
	if (words == NULL)
		return ob_null();
	for (size_t i = 0; i < n; i++)
		if (words[i] == '\0')
			words[i] = ' ';
	return ob_text(ob_str_n(words, n));
}

static uint64_t
count_items(struct ob_str list)
{
	uint64_t n = 0;

	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] == '\0';
	return n;
}

/* boot_ns and real_ns were taken together, so it does not matter how often
 * the clock was set since boot. */
static struct ob_cell
start(const struct pm_proc *p, const struct pm_facts *facts)
{
	int64_t since_boot_ns =
	    ticks_to_ns(p->stat.start_ticks, facts->ticks_per_s);
	int64_t ns;

	if (facts->boot_ns < 0 ||
	    ob_add_i64(facts->real_ns - facts->boot_ns, since_boot_ns, &ns) < 0)
		return ob_null();
	return ob_time(ns);
}

static struct ob_cell
age(const struct pm_proc *p, const struct pm_facts *facts)
{
	int64_t ns = facts->boot_ns -
	             ticks_to_ns(p->stat.start_ticks, facts->ticks_per_s);

	if (facts->boot_ns < 0)
		return ob_null();
	return ob_duration(ns < 0 ? 0 : ns); /* a new one, by coarse ticks */
}

static struct ob_cell
rss(const struct pm_proc *p, const struct pm_facts *facts)
{
	size_t bytes;

	if (p->stat.rss_pages < 0 ||
	    ob_mul((size_t)p->stat.rss_pages, facts->page_bytes, &bytes) < 0)
		return ob_null();
	return ob_size(bytes);
}

struct ob_cell
pm_field_get(enum pm_field f, const struct pm_proc *p,
    const struct pm_facts *facts, struct ob_arena *text)
{
	const struct ob_proc_stat *s = &p->stat;

	switch (f) {
	case PM_FIELD_ID: return id(p, text);
	case PM_FIELD_PID: return ob_i64(s->pid);
	case PM_FIELD_PPID: return ob_i64(s->ppid);
	case PM_FIELD_PGID: return ob_i64(s->pgid);
	case PM_FIELD_SID: return ob_i64(s->sid);
	case PM_FIELD_TPGID: return s->tpgid < 0 ? ob_null() : ob_i64(s->tpgid);
	case PM_FIELD_TTY: return tty(p, text);
	case PM_FIELD_UID: return known(p, PM_READ_OWNER, ob_u64(p->uid));
	case PM_FIELD_USER:
		return p->has & PM_READ_OWNER ? user(p, facts) : ob_null();
	case PM_FIELD_STATE: return ob_text(ob_str_n(&s->state, 1));
	case PM_FIELD_COMM: return ob_text(s->comm);
	case PM_FIELD_COMMAND:
		return p->has & PM_READ_CMDLINE ? command(p, text) : ob_null();
	case PM_FIELD_CMDLINE:
		return known(p, PM_READ_CMDLINE, ob_list(p->cmdline));
	case PM_FIELD_ARGC:
		return known(
		    p, PM_READ_CMDLINE, ob_u64(count_items(p->cmdline)));
	case PM_FIELD_EXE: return known(p, PM_READ_EXE, ob_text(p->exe));
	case PM_FIELD_CWD: return known(p, PM_READ_CWD, ob_text(p->cwd));
	case PM_FIELD_ROOT: return known(p, PM_READ_ROOT, ob_text(p->root));
	case PM_FIELD_KERNEL_THREAD: return ob_bool(ob_proc_is_kernel(s));
	case PM_FIELD_FLAGS: return ob_u64(s->flags);
	case PM_FIELD_THREADS: return ob_i64(s->threads);
	case PM_FIELD_CPU_PERCENT:
		return known(p, PM_READ_RATE, ob_f64(p->cpu_percent));
	case PM_FIELD_CPU_SECONDS:
		return cpu_time(s->utime_ticks + s->stime_ticks, facts);
	case PM_FIELD_CPU_USER_SECONDS: return cpu_time(s->utime_ticks, facts);
	case PM_FIELD_CPU_SYS_SECONDS: return cpu_time(s->stime_ticks, facts);
	case PM_FIELD_NICE: return ob_i64(s->nice);
	case PM_FIELD_PRIORITY: return ob_i64(s->priority);
	case PM_FIELD_PROCESSOR: return s->cpu < 0 ? ob_null() : ob_i64(s->cpu);
	case PM_FIELD_RSS_BYTES: return rss(p, facts);
	case PM_FIELD_VSZ_BYTES: return ob_size(s->vsize_bytes);
	case PM_FIELD_MIN_FAULTS: return ob_u64(s->minor_faults);
	case PM_FIELD_MAJ_FAULTS: return ob_u64(s->major_faults);
	case PM_FIELD_START: return start(p, facts);
	case PM_FIELD_START_TICKS: return ob_u64(s->start_ticks);
	case PM_FIELD_AGE_SECONDS: return age(p, facts);
	case PM_FIELD_SAMPLE: return ob_u64(facts->sample);
	case PM_FIELD_COUNT: break;
	}
	OB_BUG("field");
}
