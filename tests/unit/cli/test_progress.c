#include "cli/progress.h"

#include "base/num.h"
#include "base/utf8.h"
#include "cx.h"
#include "unit.h"

static void
rendered_is(
    const struct ob_progress_state *s, unsigned columns, const char *want)
{
	struct ob_buf b = OB_BUF_INIT(1000);

	ob_progress_render(&b, s, columns);
	CHECK_STR(ob_buf_z(&b), want);
	CHECK(ob_utf8_columns(ob_buf_str(&b)) <= columns);
	ob_buf_release(&b);
}

static void
a_known_total_gives_percent_rate_time_left_and_bar(void)
{
	struct ob_progress_state s = {
		.label = "copying",
		.unit = OB_PROGRESS_BYTES,
		.done = 256 << 20,
		.total = 1 << 30,
		.elapsed_ns = 2 * OB_NS_PER_S,
	};

	rendered_is(&s, 80,
	    "copying  256M/1G   25%  128M/s  eta 6s  "
	    "[=======                       ]");
	rendered_is(&s, 60,
	    "copying  256M/1G   25%  128M/s  eta 6s  [====              ]");
	rendered_is(&s, 50, "copying  256M/1G   25%  128M/s  eta 6s");
	rendered_is(&s, 35, "copying  256M/1G   25%  128M/s");
	rendered_is(&s, 24, "copying  256M/1G   25%");
	rendered_is(&s, 10, "copying");
	rendered_is(&s, 3, "");
	rendered_is(&s, 0, "");
}

static void
without_a_total_amount_and_rate_are_shown(void)
{
	struct ob_progress_state s = {
		.label = "scanning",
		.unit = OB_PROGRESS_ITEMS,
		.done = 1500,
		.elapsed_ns = OB_NS_PER_S / 2,
	};

	rendered_is(&s, 80, "scanning  1500  3000/s");
	s.done = 0;
	rendered_is(&s, 80, "scanning  0");
	s.done = 5;
	s.elapsed_ns = 0;
	rendered_is(&s, 80, "scanning  5");
}

static void
edges_of_the_numbers_do_no_harm(void)
{
	struct ob_progress_state s = {
		.label = "x",
		.unit = OB_PROGRESS_ITEMS,
		.done = UINT64_MAX,
		.total = UINT64_MAX,
		.elapsed_ns = OB_NS_PER_MS,
	};

	rendered_is(&s, 60,
	    "x  18446744073709551615/18446744073709551615  "
	    "100%");
	/* More than was announced. */
	s = (struct ob_progress_state){ .label = "x",
		.unit = OB_PROGRESS_ITEMS,
		.done = 12,
		.total = 10,
		.elapsed_ns = OB_NS_PER_S };
	rendered_is(&s, 20, "x  12/10  100%  12/s");
	/* Nobody waits for longer than a hundred days. */
	s = (struct ob_progress_state){ .label = "x",
		.unit = OB_PROGRESS_ITEMS,
		.done = 1,
		.total = UINT64_MAX,
		.elapsed_ns = INT64_MAX };
	rendered_is(&s, 40, "x  1/18446744073709551615    0%  0/s");
}

static void
a_label_does_not_steer_the_terminal(void)
{
	struct ob_progress_state s = {
		.label = "a\x1b[2J\n",
		.unit = OB_PROGRESS_ITEMS,
		.done = 1,
	};

	rendered_is(&s, 80, "a\\x1b[2J\\n  1");
}

/* --- on a terminal ------------------------------------------------------ */

static int64_t now_ns;

static int64_t
read_clock(void)
{
	return now_ns;
}

static const struct ob_source clocks = {
	.real_ns = read_clock,
	.mono_ns = read_clock,
};

static const char *vars[] = { "TERM=xterm", "COLUMNS=31", NULL };

/* A context whose messages go to a terminal. */
static void
begin(struct test_cx *t)
{
	test_cx_init(t);
	ob_stream_init_mem(&t->err_stream, &t->err);
	t->cx.err_tty = OB_TTY_YES;
	t->cx.env.vars = vars;
	t->cx.source = &clocks;
	now_ns = 7 * OB_NS_PER_S;
}

#define MS OB_NS_PER_MS

static void
it_is_shown_after_300_ms_and_erased_at_the_end(void)
{
	struct ob_progress p;
	struct test_cx t;

	begin(&t);
	ob_progress_begin(&p, &t.cx, "work", OB_PROGRESS_ITEMS, 10);
	ob_progress_step(&p, 1);
	now_ns += 299 * MS;
	ob_progress_step(&p, 2);
	CHECK_STR(ob_buf_z(&t.err), "");
	now_ns += 201 * MS;
	ob_progress_step(&p, 5);
	CHECK_STR(ob_buf_z(&t.err), "\r\x1b[Kwork  5/10   50%  10/s  eta 1s");
	ob_buf_reset(&t.err);
	now_ns += 99 * MS;
	ob_progress_step(&p, 6);
	CHECK_STR(ob_buf_z(&t.err), "");
	now_ns += 1 * MS;
	ob_progress_step(&p, 6);
	CHECK_STR(ob_buf_z(&t.err), "\r\x1b[Kwork  6/10   60%  10/s  eta 1s");
	ob_buf_reset(&t.err);
	ob_progress_end(&p);
	CHECK_STR(ob_buf_z(&t.err), "\r\x1b[K");
	ob_progress_end(&p);
	CHECK_STR(ob_buf_z(&t.err), "\r\x1b[K");
	test_cx_release(&t);
}

static void
a_short_run_shows_nothing(void)
{
	struct ob_progress p;
	struct test_cx t;

	begin(&t);
	ob_progress_begin(&p, &t.cx, "work", OB_PROGRESS_ITEMS, 10);
	for (uint64_t i = 0; i <= 10; i++)
		ob_progress_step(&p, i);
	ob_progress_end(&p);
	CHECK_STR(ob_buf_z(&t.err), "");
	test_cx_release(&t);
}

static void
it_is_for_terminals_of_people_who_want_it(void)
{
	static const char *dumb[] = { "TERM=dumb", NULL };
	static const char *none[] = { NULL };
	struct ob_progress p;
	struct test_cx t;

	begin(&t);
	for (int i = 0; i < 5; i++) {
		t.cx.err_tty = i == 0 ? OB_TTY_NO : OB_TTY_YES;
		t.cx.verbosity = i == 1 ? -1 : 0;
		t.cx.env.vars = i == 2 ? dumb : i == 3 ? none : vars;
		ob_progress_begin(&p, &t.cx, "work", OB_PROGRESS_BYTES, 0);
		now_ns += OB_NS_PER_S;
		ob_progress_step(&p, 1);
		CHECK_INT(p.shown, i == 4);
		ob_progress_end(&p);
	}
	test_cx_release(&t);
}

OB_TESTS(progress) = {
	OB_TEST(a_known_total_gives_percent_rate_time_left_and_bar),
	OB_TEST(without_a_total_amount_and_rate_are_shown),
	OB_TEST(edges_of_the_numbers_do_no_harm),
	OB_TEST(a_label_does_not_steer_the_terminal),
	OB_TEST(it_is_shown_after_300_ms_and_erased_at_the_end),
	OB_TEST(a_short_run_shows_nothing),
	OB_TEST(it_is_for_terminals_of_people_who_want_it),
	OB_TESTS_END,
};
