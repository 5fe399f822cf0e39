#include "field.h"

#include <errno.h>

#include "base/num.h"
#include "unit.h"

static void
every_field_is_found_by_all_of_its_names(void)
{
	for (unsigned f = 0; f < PM_FIELD_COUNT; f++) {
		struct ob_str rest =
		    ob_str_z(pm_field_aliases((enum pm_field)f));
		struct ob_str name = ob_str_z(pm_field_cols[f].key);
		enum pm_field found;

		do {
			if (name.n == 0)
				continue;
			CHECK_INT(pm_field_find(name, &found, NULL), 0);
			if ((unsigned)found != f)
				FAIL("'%.*s' is also a name of '%s'",
				    OB_STR_ARG(name), pm_field_cols[found].key);
		} while (ob_str_split(&rest, ' ', &name));
	}
	CHECK(pm_field_cols[PM_FIELD_COUNT].key == NULL);
}

static void
every_field_is_described(void)
{
	for (unsigned f = 0; f < PM_FIELD_COUNT; f++) {
		const struct ob_col *col = &pm_field_cols[f];

		CHECK(col->title[0] != '\0' && strlen(col->title) <= 10);
		CHECK(col->help[0] != '\0' && strlen(col->help) <= 56);
		for (const char *c = col->key; *c != '\0'; c++)
			CHECK((*c >= 'a' && *c <= 'z') || *c == '_');
	}
}

static void
an_unknown_name_comes_with_the_nearest(void)
{
	struct ob_err err = OB_ERR_INIT;
	enum pm_field f = PM_FIELD_NICE;
	char longest[300];

	CHECK_INT(pm_field_find(OB_STR("rss_byte"), &f, &err), -EINVAL);
	CHECK_STR(
	    err.msg, "unknown field 'rss_byte' (did you mean 'rss_bytes'?)");
	CHECK_INT(pm_field_find(OB_STR("qqqqqqqq"), &f, &err), -EINVAL);
	CHECK_STR(err.msg, "unknown field 'qqqqqqqq'");
	CHECK_INT(pm_field_find(OB_STR(""), &f, &err), -EINVAL);
	CHECK_STR(err.msg, "a field has no name");
	memset(longest, 'x', sizeof(longest));
	CHECK_INT(pm_field_find(ob_str_n(longest, sizeof(longest)), &f, NULL),
	    -EINVAL);
	CHECK_INT(pm_field_find(OB_STR("pid "), &f, NULL), -EINVAL);
	CHECK_INT(f, PM_FIELD_NICE);
}

/* --- values -------------------------------------------------------------- */

static struct pm_users users;
static struct ob_arena text;

static const struct pm_facts facts = {
	.ticks_per_s = 100,
	.page_bytes = 4096,
	.real_ns = 1700000000 * OB_NS_PER_S,
	.boot_ns = 1000 * OB_NS_PER_S,
	.sample = 3,
	.users = &users,
};

static struct ob_cell
get(enum pm_field f, const struct pm_proc *p)
{
	if (text.max_bytes == 0) {
		ob_arena_init(&text, 1 << 20);
		pm_users_init(&users);
	}
	return pm_field_get(f, p, &facts, &text);
}

static void
release(void)
{
	ob_arena_release(&text);
	pm_users_release(&users);
}

static void
check_text(enum pm_field f, const struct pm_proc *p, const char *want)
{
	struct ob_cell c = get(f, p);

	CHECK_INT(c.type, OB_CELL_TEXT);
	CHECK_MEM(c.s.p, c.s.n, want);
}

static void
what_was_not_read_is_null(void)
{
	static const enum pm_field fields[] = { PM_FIELD_UID, PM_FIELD_USER,
		PM_FIELD_COMMAND, PM_FIELD_CMDLINE, PM_FIELD_ARGC, PM_FIELD_EXE,
		PM_FIELD_CWD, PM_FIELD_ROOT, PM_FIELD_CPU_PERCENT };
	const struct pm_proc p = { .stat.pid = 1 };

	for (size_t i = 0; i < OB_COUNT(fields); i++)
		CHECK_INT(get(fields[i], &p).type, OB_CELL_NULL);
	release();
}

static void
what_there_is_none_of_is_null(void)
{
	const struct pm_proc p = {
		.stat = { .pid = 1, .tpgid = -1, .cpu = -1, .rss_pages = -1 }
	};

	CHECK_INT(get(PM_FIELD_TTY, &p).type, OB_CELL_NULL);
	CHECK_INT(get(PM_FIELD_TPGID, &p).type, OB_CELL_NULL);
	CHECK_INT(get(PM_FIELD_PROCESSOR, &p).type, OB_CELL_NULL);
	CHECK_INT(get(PM_FIELD_RSS_BYTES, &p).type, OB_CELL_NULL);
	release();
}

static void
every_known_field_has_the_type_of_its_column(void)
{
	const struct pm_proc p = {
		.stat = { .pid = 7,
		    .state = 'S',
		    .comm = { "x", 1 },
		    .tty = 0x8801,
		    .tpgid = 7 },
		.has = PM_READ_FILES | PM_READ_RATE,
		.cmdline = { "x\0y\0", 4 },
		.exe = { "/x", 2 },
		.cwd = { "/", 1 },
		.root = { "/", 1 },
	};

	for (unsigned f = 0; f < PM_FIELD_COUNT; f++)
		CHECK_INT(
		    get((enum pm_field)f, &p).type, pm_field_cols[f].type);
	CHECK(!text.failed);
	release();
}

static void
texts_are_made_as_people_know_them(void)
{
	struct pm_proc p = {
		.stat = { .pid = 7,
		    .start_ticks = 90000,
		    .state = 'Z',
		    .comm = { "a)\n", 3 },
		    .tty = 0x8803 },
		.has = PM_READ_CMDLINE | PM_READ_OWNER,
		.cmdline = { "sh\0-c\0\0a b\0", 11 },
		.uid = 87654321,
	};

	check_text(PM_FIELD_ID, &p, "7@90000");
	check_text(PM_FIELD_STATE, &p, "Z");
	check_text(PM_FIELD_TTY, &p, "pts/3");
	check_text(PM_FIELD_COMM, &p, "a)\n");
	check_text(PM_FIELD_COMMAND, &p, "sh -c  a b");
	check_text(PM_FIELD_USER, &p, "87654321");
	check_text(PM_FIELD_USER, &p, "87654321"); /* remembered */
	CHECK_UINT(get(PM_FIELD_ARGC, &p).u, 4);
	p.cmdline = ob_str_n("\0\0\0", 3);
	check_text(PM_FIELD_COMMAND, &p, "[a)\n]");
	p.cmdline = ob_str_n("", 0);
	check_text(PM_FIELD_COMMAND, &p, "[a)\n]");
	CHECK_UINT(get(PM_FIELD_ARGC, &p).u, 0);
	release();
}

static void
times_are_those_of_the_boot(void)
{
	struct pm_proc p = { .stat = { .pid = 7,
				 .start_ticks = 90050,
				 .utime_ticks = 150,
				 .stime_ticks = 25 } };
	struct pm_facts lost = facts;

	CHECK_INT(get(PM_FIELD_START, &p).i,
	    (1699999900 * OB_NS_PER_S) + OB_NS_PER_S / 2);
	CHECK_INT(get(PM_FIELD_AGE_SECONDS, &p).i,
	    99 * OB_NS_PER_S + OB_NS_PER_S / 2);
	CHECK_INT(get(PM_FIELD_CPU_SECONDS, &p).i, 1750 * OB_NS_PER_MS);
	CHECK_INT(get(PM_FIELD_CPU_USER_SECONDS, &p).i, 1500 * OB_NS_PER_MS);
	CHECK_INT(get(PM_FIELD_CPU_SYS_SECONDS, &p).i, 250 * OB_NS_PER_MS);
	p.stat.start_ticks = 100001;
	CHECK_INT(get(PM_FIELD_AGE_SECONDS, &p).i, 0);
	p.stat.start_ticks = UINT64_MAX;
	CHECK_INT(get(PM_FIELD_START, &p).type, OB_CELL_NULL);
	lost.boot_ns = -1;
	p.stat.start_ticks = 1;
	CHECK_INT(
	    pm_field_get(PM_FIELD_START, &p, &lost, &text).type, OB_CELL_NULL);
	CHECK_INT(pm_field_get(PM_FIELD_AGE_SECONDS, &p, &lost, &text).type,
	    OB_CELL_NULL);
	release();
}

static void
a_full_arena_is_told(void)
{
	const struct pm_proc p = {
		.stat = { .pid = 7, .comm = { "x", 1 }, .tty = 0x8801 },
		.has = PM_READ_CMDLINE,
		.cmdline = { "x", 2 },
	};
	static const enum pm_field fields[] = { PM_FIELD_ID, PM_FIELD_TTY,
		PM_FIELD_COMMAND };

	for (size_t i = 0; i < OB_COUNT(fields); i++) {
		struct ob_arena full = OB_ARENA_INIT(1);
		struct ob_cell c = pm_field_get(fields[i], &p, &facts, &full);

		CHECK_INT(c.type, OB_CELL_NULL);
		CHECK(full.failed);
		ob_arena_release(&full);
	}
}

OB_TESTS(field) = {
	OB_TEST(every_field_is_found_by_all_of_its_names),
	OB_TEST(every_field_is_described),
	OB_TEST(an_unknown_name_comes_with_the_nearest),
	OB_TEST(what_was_not_read_is_null),
	OB_TEST(what_there_is_none_of_is_null),
	OB_TEST(every_known_field_has_the_type_of_its_column),
	OB_TEST(texts_are_made_as_people_know_them),
	OB_TEST(times_are_those_of_the_boot),
	OB_TEST(a_full_arena_is_told),
	OB_TESTS_END,
};
