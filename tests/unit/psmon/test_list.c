#include "cx.h"
#include "fixture.h"

/* The fixture as `psmon list` shows it, with these words besides. */
#define LIST "psmon", "list", "--procfs", "proc"

static struct test_cx t;

static void
start(void)
{
	fixture_make("proc");
	test_cx_init(&t);
}

static void
each_form_holds_the_same_facts(void)
{
	start();
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1,30", "-o",
		      "pid,state,rss,cmdline,age,tty", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "1\tS\t40960\t/sbin/init\t1000.103456789\t\n"
	    "30\tR\t12288\tsh -c a b\xff\t100.123456789\tpts/3\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1,30", "-o",
		      "pid,state,rss,cmdline,age,tty", "--ndjson", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "{\"pid\":1,\"state\":\"S\",\"rss_bytes\":40960,"
	    "\"cmdline\":[\"/sbin/init\"],\"age_seconds\":1000.103456789,"
	    "\"tty\":null}\n"
	    "{\"pid\":30,\"state\":\"R\",\"rss_bytes\":12288,"
	    "\"cmdline\":[\"sh\",\"-c\",\"a b\xef\xbf\xbd\"],"
	    "\"cmdline_b64\":[\"c2g=\",\"LWM=\",\"YSBi/w==\"],"
	    "\"age_seconds\":100.123456789,\"tty\":\"pts/3\"}\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1,30", "-o",
		      "pid,state,rss,cmdline,age,tty", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "PID  S  RSS  CMDLINE           AGE  TTY\n"
	    "  1  S  40K  /sbin/init     16m40s  -\n"
	    " 30  R  12K  sh -c a b\\xff   1m40s  pts/3\n");
	test_cx_release(&t);
}

static void
hostile_names_steer_nothing(void)
{
	static const struct fixture hostile = { .pid = 40,
		.comm = "\x1b]0;x\a\xc2\x9b\xe2\x80\xae",
		.start_ticks = 1,
		.cmdline = "a\nb\0",
		.cmdline_n = 4 };

	start();
	fixture_add("proc", &hostile);
	CHECK_INT(test_cx_run(&t, LIST, "-p", "30,40", "-o", "comm,cmdline",
		      "--no-header", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "a) S 1 \\n x                   sh -c a b\\xff\n"
	    "\\x1b]0;x\\x07\\u{009b}\\u{202e}  a\\nb\n");
	CHECK_INT(
	    test_cx_run(&t, LIST, "-p", "30", "-o", "comm", "--ndjson", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "{\"comm\":\"a) S 1 \\n x\"}\n");
	test_cx_release(&t);
}

static void
rows_are_selected_sorted_and_limited(void)
{
	start();
	CHECK_INT(
	    test_cx_run(&t, LIST, "-o", "pid", "-s", "pid", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "1\n2\n10\n30\n");
	CHECK_INT(test_cx_run(&t, LIST, "-o", "pid", "-s", "-time", "--limit",
		      "2", "--plain", "--header", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "pid\n30\n1\n");
	CHECK_INT(test_cx_run(&t, LIST, "-o", "pid,cmdline", "-s", "-pid",
		      "--no-kernel", "--limit", "3", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "30\tsh -c a b\xff\n10\t\n1\t/sbin/init\n");
	CHECK_INT(test_cx_run(&t, LIST, "-o", "pid", "--no-kernel", "--kernel",
		      "-p", "2", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "2\n");
	test_cx_release(&t);
}

static void
a_limit_skips_what_is_gone_by_then(void)
{
	start();
	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/30/cmdline"), 0);
	CHECK_INT(test_cx_run(&t, LIST, "-o", "pid,cmdline", "-s", "-pid",
		      "--limit", "2", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "10\t\n2\t\n");
	test_cx_release(&t);
}

static void
processor_time_is_a_rate_or_an_average(void)
{
	start();
	/* The tests' clock stands still: no time passes between readings. */
	CHECK_INT(
	    test_cx_run(&t, LIST, "-p", "1", "-o", "cpu", "--json", NULL), 0);
	CHECK_STR(ob_buf_z(&t.out), "[\n  {\"cpu_percent\":null}\n]\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1,30", "-o", "cpu", "--instant",
		      "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "0.15\n89.89\n");
	test_cx_release(&t);
}

static void
samples_follow_each_other(void)
{
	start();
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1", "-o", "pid", "-i", "10ms",
		      "-n", "2", "--ndjson", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "{\"sample\":1,\"time\":\"2023-11-14T22:13:20.123456789Z\","
	    "\"interval_seconds\":null}\n{\"sample\":1,\"pid\":1}\n"
	    "{\"sample\":2,\"time\":\"2023-11-14T22:13:20.123456789Z\","
	    "\"interval_seconds\":0}\n{\"sample\":2,\"pid\":1}\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1", "-o", "pid,sample", "-i",
		      "10ms", "-n", "2", "--json", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "[\n  {\"pid\":1,\"sample\":1},\n  {\"pid\":1,\"sample\":2}\n]\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1", "-o", "pid", "-i", "10ms",
		      "-n", "2", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "PID\n  1\n\nPID\n  1\n");
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1", "-o", "pid", "-i", "10ms",
		      "-n", "2", "--plain", "--header", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "pid\n1\n1\n");
	test_cx_release(&t);
}

static void
no_process_is_an_honest_no(void)
{
	start();
	CHECK_INT(
	    test_cx_run(&t, LIST, "-p", "77", "-o", "pid", "--json", NULL), 1);
	CHECK_STR(ob_buf_z(&t.out), "[]\n");
	CHECK_INT(
	    test_cx_run(&t, LIST, "-u", "4000000000", "--plain", NULL), 1);
	CHECK_STR(ob_buf_z(&t.out), "");
	CHECK_STR(ob_buf_z(&t.err), "");
	test_cx_release(&t);
}

static void
wrong_words_are_named(void)
{
	static const struct {
		const char *option, *value, *message;
	} cases[] = {
		{ "-o", "pid,rs", "unknown field 'rs'" },
		{ "-s", "-mem", "unknown field 'mem'" },
		{ "-p", "1,x", "'x' is not a process id" },
		{ "-u", "no-such-user", "no user is called 'no-such-user'" },
		{ "-i", "1ms", "option '--interval': at least 10ms" },
		{ "-i", "0", "option '--interval': at least 10ms" },
		{ "-n", "3", "option '--count' needs '--interval'" },
		{ "--limit", "0", "'--limit'" },
	};

	start();
	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		CHECK_INT(test_cx_run(
			      &t, LIST, cases[i].option, cases[i].value, NULL),
		    64);
		CHECK_STR(ob_buf_z(&t.out), "");
		if (strstr(ob_buf_z(&t.err), cases[i].message) == NULL)
			FAIL("'%s %s': %s", cases[i].option, cases[i].value,
			    ob_buf_z(&t.err));
	}
	test_cx_release(&t);
}

static void
a_table_of_another_boot_keeps_its_own_times(void)
{
	start();
	CHECK_INT(test_cx_run(
		      &t, LIST, "-p", "1", "-o", "start,age", "--plain", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out),
	    "2023-11-14T21:56:40.020000000Z\t1000.103456789\n");
	fixture_put("proc/stat", "btime 9999999999\n", 17);
	CHECK_INT(test_cx_run(
		      &t, LIST, "-p", "1", "-o", "start,age", "--ndjson", NULL),
	    0);
	CHECK_STR(ob_buf_z(&t.out), "{\"start\":null,\"age_seconds\":null}\n");
	CHECK_INT(ob_file_remove(AT_FDCWD, "proc/stat"), 0);
	CHECK_INT(test_cx_run(&t, LIST, "-p", "1", "-o", "age,cpu", "--instant",
		      "--ndjson", NULL),
	    0);
	CHECK_STR(
	    ob_buf_z(&t.out), "{\"age_seconds\":null,\"cpu_percent\":null}\n");
	test_cx_release(&t);
}

static void
a_missing_table_is_told(void)
{
	start();
	CHECK_INT(
	    test_cx_run(&t, "psmon", "list", "--procfs", "none", NULL), 66);
	CHECK_STR(ob_buf_z(&t.err),
	    "psmon: cannot open 'none': No such file or directory\n");
	CHECK_INT(ob_dir_make(AT_FDCWD, "empty", 0700), 0);
	CHECK_INT(
	    test_cx_run(&t, "psmon", "list", "--procfs", "empty", NULL), 66);
	CHECK_STR(ob_buf_z(&t.out), "");
	test_cx_release(&t);
}

static void
an_interrupt_ends_it(void)
{
	static const volatile sig_atomic_t interrupted = SIGINT;

	start();
	t.cx.cancel = &interrupted;
	CHECK_INT(test_cx_run(&t, LIST, "-i", "10ms", NULL), 128 + SIGINT);
	CHECK_INT(test_cx_run(&t, LIST, "--instant", NULL), 128 + SIGINT);
	CHECK_STR(ob_buf_z(&t.err), "");
	test_cx_release(&t);
}

static void
fields_lists_the_registry(void)
{
	test_cx_init(&t);
	CHECK_INT(test_cx_run(&t, "psmon", "fields", "--ndjson", NULL), 0);
	CHECK(strstr(ob_buf_z(&t.out),
		  "{\"name\":\"rss_bytes\",\"type\":\"bytes\","
		  "\"aliases\":\"rss rssize\",\"source\":\"stat\",") != NULL);
	CHECK(strstr(ob_buf_z(&t.out), "{\"name\":\"pid\",\"type\":\"integer\","
				       "\"aliases\":null,") != NULL);
	test_cx_release(&t);
}

OB_TESTS(list) = {
	OB_TEST(each_form_holds_the_same_facts),
	OB_TEST(hostile_names_steer_nothing),
	OB_TEST(rows_are_selected_sorted_and_limited),
	OB_TEST(a_limit_skips_what_is_gone_by_then),
	OB_TEST(processor_time_is_a_rate_or_an_average),
	OB_TEST(samples_follow_each_other),
	OB_TEST(no_process_is_an_honest_no),
	OB_TEST(wrong_words_are_named),
	OB_TEST(a_table_of_another_boot_keeps_its_own_times),
	OB_TEST(a_missing_table_is_told),
	OB_TEST(an_interrupt_ends_it),
	OB_TEST(fields_lists_the_registry),
	OB_TESTS_END,
};
