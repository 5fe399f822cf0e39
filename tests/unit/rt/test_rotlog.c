#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/file.h"
#include "rt/rotlog.h"

#define SECOND INT64_C(1000000000)

static struct ob_rotlog
open_log(struct ob_rotlog_options options)
{
	struct ob_rotlog log;

	options.mode = 0600;
	CHECK_INT(ob_rotlog_open(&log, AT_FDCWD, "log", &options, 0, NULL), 0);
	return log;
}

static void
append(struct ob_rotlog *log, const char *record, int64_t now_ns)
{
	CHECK_INT(ob_rotlog_append(log, ob_str_z(record), now_ns, NULL), 0);
}

static void
holds(const char *path, const char *text)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);

	CHECK_INT(ob_file_read_all(AT_FDCWD, path, &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

static void
absent(const char *path)
{
	CHECK_INT(ob_file_exists(AT_FDCWD, path), 0);
}

static void
a_log_without_limits_grows(void)
{
	struct ob_rotlog log = open_log((struct ob_rotlog_options){ 0 });

	append(&log, "one\n", 0);
	append(&log, "two\n", INT64_MAX);
	ob_rotlog_close(&log);
	ob_rotlog_close(&log);
	log = open_log((struct ob_rotlog_options){ 0 });
	append(&log, "three\n", 0);
	holds("log", "one\ntwo\nthree\n");
	absent("log.1");
	ob_rotlog_close(&log);
}

static void
size_rotates_and_the_last_are_kept(void)
{
	struct ob_rotlog log =
	    open_log((struct ob_rotlog_options){ .max_bytes = 8, .keep = 2 });

	append(&log, "aaaa\n", 0);
	append(&log, "bb\n", 0); /* fits exactly */
	holds("log", "aaaa\nbb\n");
	append(&log, "c\n", 0);
	holds("log", "c\n");
	holds("log.1", "aaaa\nbb\n");
	append(&log, "larger than all\n", 0); /* a file of its own */
	append(&log, "e\n", 0);
	holds("log", "e\n");
	holds("log.1", "larger than all\n");
	holds("log.2", "c\n");
	absent("log.3");
	ob_rotlog_close(&log);
}

static void
no_byte_is_lost_in_many_rotations(void)
{
	struct ob_rotlog log = open_log(
	    (struct ob_rotlog_options){ .max_bytes = 100, .keep = 400 });
	OB_AUTO_BUF struct ob_buf all = OB_BUF_INIT(1 << 20);
	OB_AUTO_BUF struct ob_buf kept = OB_BUF_INIT(1 << 20);
	char text[64];

	for (int i = 0; i < 1000; i++) {
		(void)snprintf(text, sizeof(text), "%d %.*s\n", i,
		    (int)(test_random() % 30),
		    "..............................");
		ob_buf_add_z(&all, text);
		append(&log, text, 0);
	}
	ob_rotlog_close(&log);
	for (int i = 400; i > 0; i--) {
		(void)snprintf(text, sizeof(text), "log.%d", i);
		if (ob_file_exists(AT_FDCWD, text) == 0)
			continue;
		CHECK_INT(ob_file_read_all(AT_FDCWD, text, &kept, NULL), 0);
	}
	CHECK_INT(ob_file_read_all(AT_FDCWD, "log", &kept, NULL), 0);
	CHECK(ob_str_eq(ob_buf_str(&kept), ob_buf_str(&all)));
}

static void
age_rotates_what_was_begun_long_ago(void)
{
	struct ob_rotlog log = open_log(
	    (struct ob_rotlog_options){ .max_age_ns = 10 * SECOND, .keep = 1 });

	append(&log, "a\n", 100 * SECOND);
	append(&log, "b\n", 109 * SECOND);
	append(&log, "c\n", 110 * SECOND);
	holds("log.1", "a\nb\n");
	holds("log", "c\n");
	append(&log, "d\n", 50 * SECOND); /* the clock was set back */
	holds("log", "c\nd\n");
	ob_rotlog_close(&log);
}

static void
the_age_of_an_existing_file_is_known(void)
{
	const struct timespec times[2] = { { .tv_sec = 1000 },
		{ .tv_sec = 1000 } };
	struct ob_rotlog log = open_log((struct ob_rotlog_options){ 0 });

	append(&log, "old\n", 0);
	ob_rotlog_close(&log);
	CHECK_INT(utimensat(AT_FDCWD, "log", times, 0), 0);
	log = open_log(
	    (struct ob_rotlog_options){ .max_age_ns = 10 * SECOND, .keep = 2 });
	append(&log, "x\n", 1009 * SECOND);
	holds("log", "old\nx\n");
	append(&log, "y\n", 1010 * SECOND);
	holds("log", "y\n");
	ob_rotlog_close(&log);

	/* begun when log.1 ended */
	CHECK_INT(utimensat(AT_FDCWD, "log.1", times, 0), 0);
	log = open_log(
	    (struct ob_rotlog_options){ .max_age_ns = 10 * SECOND, .keep = 2 });
	append(&log, "z\n", 1010 * SECOND);
	holds("log", "z\n");
	holds("log.1", "y\n");
	holds("log.2", "old\nx\n");
	ob_rotlog_close(&log);
}

static void
nothing_is_kept_if_so_told(void)
{
	struct ob_rotlog log =
	    open_log((struct ob_rotlog_options){ .max_bytes = 2 });

	append(&log, "a\n", 0);
	append(&log, "b\n", 0);
	holds("log", "b\n");
	absent("log.1");
	CHECK_INT(ob_rotlog_rotate(&log, 0, NULL), 0);
	holds("log", "");
	CHECK_INT(ob_rotlog_rotate(&log, 0, NULL), 0);
	ob_rotlog_close(&log);
}

static void
a_gap_in_the_numbers_is_closed_without_a_loss(void)
{
	struct ob_rotlog log =
	    open_log((struct ob_rotlog_options){ .max_bytes = 2, .keep = 3 });

	append(&log, "a\n", 0);
	append(&log, "b\n", 0);
	append(&log, "c\n", 0);
	append(&log, "d\n", 0); /* 1 c, 2 b, 3 a */
	CHECK_INT(ob_file_remove(AT_FDCWD, "log.2"), 0);
	append(&log, "e\n", 0);
	holds("log", "e\n");
	holds("log.1", "d\n");
	holds("log.2", "c\n");
	holds("log.3", "a\n");
	ob_rotlog_close(&log);
}

static void
a_record_that_does_not_fit_is_taken_back(void)
{
	const struct rlimit small = { 10, 10 };
	struct ob_rotlog log = open_log((struct ob_rotlog_options){ 0 });
	struct ob_err err = OB_ERR_INIT;

	CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
	append(&log, "12345\n", 0);
	CHECK_INT(
	    ob_rotlog_append(&log, OB_STR("678901234\n"), 0, &err), -EFBIG);
	CHECK_STR(err.msg, "cannot write 'log'");
	holds("log", "12345\n");
	append(&log, "67\n", 0);
	holds("log", "12345\n67\n");
	ob_rotlog_close(&log);
}

static void
a_file_taken_away_is_begun_again(void)
{
	struct ob_rotlog log =
	    open_log((struct ob_rotlog_options){ .keep = 1 });

	append(&log, "a\n", 0);
	CHECK_INT(
	    ob_file_rename(AT_FDCWD, "log", AT_FDCWD, "taken", OB_KEEP), 0);
	append(&log, "b\n", 0);
	CHECK_INT(ob_rotlog_reopen(&log, 0, NULL), 0);
	append(&log, "c\n", 0);
	holds("taken", "a\nb\n");
	holds("log", "c\n");
	CHECK_INT(ob_file_remove(AT_FDCWD, "log"), 0);
	CHECK_INT(ob_rotlog_rotate(&log, 0, NULL), 0);
	holds("log", "");
	ob_rotlog_close(&log);
}

static int
try_open(const char *path, unsigned keep, struct ob_err *err)
{
	const struct ob_rotlog_options options = { .keep = keep };
	struct ob_rotlog log;

	return ob_rotlog_open(&log, AT_FDCWD, path, &options, 0, err);
}

static void
what_cannot_be_a_log_is_refused(void)
{
	struct ob_err err = OB_ERR_INIT;
	char longer[NAME_MAX + 1];

	CHECK_INT(try_open("log", 10000, &err), -EINVAL);
	CHECK_STR(
	    err.msg, "cannot keep 10000 rotated files: the maximum is 9999");
	CHECK_INT(try_open("none/log", 1, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot open 'none/log'");
	CHECK_INT(try_open(".", 1, &err), -EISDIR);
	memset(longer, 'x', sizeof(longer));
	longer[NAME_MAX] = '\0';
	CHECK_INT(try_open(longer, 1, &err), -ENAMETOOLONG);
	CHECK_INT(ob_dir_make(AT_FDCWD, "sub", 0700), 0);
	CHECK_INT(try_open("sub/", 1, &err), -ENOENT);
}

OB_TESTS(rotlog) = {
	OB_TEST(a_log_without_limits_grows),
	OB_TEST(size_rotates_and_the_last_are_kept),
	OB_TEST(no_byte_is_lost_in_many_rotations),
	OB_TEST(age_rotates_what_was_begun_long_ago),
	OB_TEST(the_age_of_an_existing_file_is_known),
	OB_TEST(nothing_is_kept_if_so_told),
	OB_TEST(a_gap_in_the_numbers_is_closed_without_a_loss),
	OB_TEST(a_record_that_does_not_fit_is_taken_back),
	OB_TEST(a_file_taken_away_is_begun_again),
	OB_TEST(what_cannot_be_a_log_is_refused),
	OB_TESTS_END,
};
