#include "order.h"

#include <errno.h>
#include <stdio.h>

#include "unit.h"

static const struct pm_facts facts = {
	.ticks_per_s = 100,
	.page_bytes = 4096,
	.boot_ns = -1,
};

/* pids 1 to 5; memory 3 1 null 1 2 pages; names e d c b a */
static void
make(struct pm_sample *s, struct pm_proc *procs)
{
	static const int64_t pages[] = { 3, 1, -1, 1, 2 };
	static const uint64_t start[] = { 50, 40, 30, 20, 20 };
	static const char *const names[] = { "e", "d", "c", "b", "a" };

	memset(s, 0, sizeof(*s));
	for (int i = 0; i < 5; i++)
		procs[i] = (struct pm_proc){
			.stat = { .pid = i + 1,
			    .comm = ob_str_z(names[i]),
			    .state = i < 2 ? 'S' : 'R',
			    .start_ticks = start[i],
			    .flags = i == 4 ? 0x200000 : 0,
			    .rss_pages = pages[i] },
			.has = i == 2 ? 0 : PM_READ_RATE,
			.cpu_percent = i / 10.0,
		};
	s->procs.v = procs;
	s->procs.n = 5;
}

static void
check_order(const char *list, const char *want)
{
	OB_AUTO_ARENA struct ob_arena text = OB_ARENA_INIT(1 << 20);
	struct pm_order o = { .n = 0 };
	struct pm_proc procs[5], **sorted;
	struct pm_sample s;
	char got[6] = "";

	make(&s, procs);
	if (list[0] != '\0')
		CHECK_INT(pm_order_parse(&o, ob_str_z(list), NULL), 0);
	sorted = pm_order_sort(&o, &s, &facts, &text);
	CHECK(sorted != NULL);
	for (int i = 0; i < 5; i++)
		got[i] = (char)('0' + sorted[i]->stat.pid);
	if (strcmp(got, want) != 0)
		FAIL("by '%s': %s, not %s", list, got, want);
}

static void
rows_stand_by_their_keys_then_by_age(void)
{
	check_order("", "12345");
	check_order("pid", "12345");
	check_order("-pid", "54321");
	check_order("comm", "54321");
	check_order("state", "45321"); /* R before S, oldest first */
	check_order("-state", "21453");
	check_order("state,-pid", "54321");
	check_order("kernel_thread", "43215");
	check_order("start_ticks", "45321");
	check_order("id", "12345");
}

static void
unknown_is_last_in_both_directions(void)
{
	check_order("rss", "42513");
	check_order("-rss", "15423");
	check_order("cpu", "12453");
	check_order("-cpu", "54213");
	check_order("start", "45321"); /* unknown for all */
}

static void
keys_are_checked(void)
{
	static const char *const lists[] = { "", "-", "nope", "pid,", "--pid",
		"+pid", "pid,pid,pid,pid,pid,pid,pid,pid,pid" };
	struct pm_order o = { .n = 77 };
	struct ob_err err = OB_ERR_INIT;

	for (size_t i = 0; i < OB_COUNT(lists); i++)
		if (pm_order_parse(&o, ob_str_z(lists[i]), &err) != -EINVAL)
			FAIL("accepted: '%s'", lists[i]);
	CHECK_STR(err.msg, "more than 8 sort keys");
	CHECK_UINT(o.n, 77);
}

static void
what_it_reads_and_what_it_cannot_keep(void)
{
	OB_AUTO_ARENA struct ob_arena tiny = OB_ARENA_INIT(8),
				      small = OB_ARENA_INIT(4096 + 200);
	struct pm_order o = { .n = 0 };
	struct pm_proc procs[5];
	struct pm_sample s;

	make(&s, procs);
	CHECK_INT(pm_order_parse(&o, OB_STR("-cpu,user"), NULL), 0);
	CHECK_UINT(
	    pm_order_reads(&o), PM_READ_RATE | PM_READ_OWNER | PM_READ_NAMES);
	CHECK(pm_order_sort(&o, &s, &facts, &tiny) == NULL);
	CHECK(ob_arena_alloc(&small, 4000) != NULL);
	CHECK(pm_order_sort(&o, &s, &facts, &small) == NULL);
	s.procs.n = 0;
	ob_arena_release(&small);
	CHECK(pm_order_sort(&o, &s, &facts, &small) != NULL);
}

OB_TESTS(order) = {
	OB_TEST(rows_stand_by_their_keys_then_by_age),
	OB_TEST(unknown_is_last_in_both_directions),
	OB_TEST(keys_are_checked),
	OB_TEST(what_it_reads_and_what_it_cannot_keep),
	OB_TESTS_END,
};
