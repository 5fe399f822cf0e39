#include "base/trace.h"

#include <stddef.h>

#include "unit.h"

struct counter {
	struct ob_trace_sink sink;
	int n;
	struct ob_trace_event last;
};

static void
count(struct ob_trace_sink *sink, const struct ob_trace_event *event)
{
	struct counter *c = OB_CONTAINER(sink, struct counter, sink);

	c->n++;
	c->last = *event;
}

static void
events_reach_the_sink_until_it_is_taken_away(void)
{
	struct counter c = { .sink.emit = count };

	ob_trace_set(&c.sink);
	ob_trace(.kind = OB_TRACE_CHILD_START, .name = "sort", .id = 42);
	CHECK_INT(c.n, 1);
	CHECK_UINT(c.last.kind, OB_TRACE_CHILD_START);
	CHECK_STR(c.last.name, "sort");
	CHECK_INT(c.last.id, 42);
	CHECK_INT(c.last.value, 0);
	ob_trace_set(NULL);
	ob_trace(.kind = OB_TRACE_EXIT, .value = 1);
	CHECK_INT(c.n, 1);
}

static void
without_a_sink_nothing_is_computed(void)
{
	int64_t computed = 0;

	CHECK(!ob_trace_is_on());
	ob_trace(.kind = OB_TRACE_IO, .value = ++computed);
	CHECK_INT(computed, 0);
}

OB_TESTS(trace) = {
	OB_TEST(events_reach_the_sink_until_it_is_taken_away),
	OB_TEST(without_a_sink_nothing_is_computed),
	OB_TESTS_END,
};
