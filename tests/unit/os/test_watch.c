#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "os/clock.h"
#include "os/dir.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/watch.h"

static struct ob_watch *
new_watch(void)
{
	struct ob_watch *w = NULL;

	CHECK_INT(ob_watch_new(OB_NS_PER_MS, &w), 0);
	return w;
}

static void
put(const char *path, const char *text)
{
	int fd = ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, strlen(text)), 0);
	CHECK_INT(ob_close(&fd), 0);
}

/* Waits until an event of these has come for the name. */
static struct ob_watch_event
expect(struct ob_watch *w, int id, unsigned events, const char *name)
{
	int64_t deadline = ob_clock_deadline_ns(30 * OB_NS_PER_S);
	struct ob_watch_event e;

	for (;;) {
		int rc = ob_watch_next(w, &e);

		CHECK(rc >= 0);
		if (rc > 0 && e.id == id && e.events & events &&
		    strcmp(e.name, name) == 0)
			return e;
		if (rc == 0 && ob_watch_wait(w, deadline) == -ETIMEDOUT)
			FAIL("no event %#x for '%s'", events, name);
	}
}

/* Each promise is checked with inotify where there is one, and by polling. */
static void
changes_in_a_directory_are_reported(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event e;
	int id;

	CHECK_INT(ob_dir_make(AT_FDCWD, "d", 0700), 0);
	id = ob_watch_add(w, "d", OB_WATCH_ALL, NULL);
	CHECK(id >= 0);
	CHECK_INT(ob_watch_next(w, &e), 0);
	put("d/f", "x");
	expect(w, id, OB_WATCH_CREATED, "f");
	put("d/f", "y");
	expect(w, id, OB_WATCH_WRITTEN, "f");
	CHECK_INT(ob_file_set_mode(AT_FDCWD, "d/f", 0640), 0);
	expect(w, id, OB_WATCH_ATTRIBUTES, "f");
	CHECK_INT(ob_dir_make(AT_FDCWD, "d/sub", 0700), 0);
	e = expect(w, id, OB_WATCH_CREATED, "sub");
	CHECK(e.events & OB_WATCH_IS_DIR);
	CHECK_INT(ob_file_remove(AT_FDCWD, "d/f"), 0);
	expect(w, id, OB_WATCH_REMOVED, "f");
	CHECK_INT(
	    ob_file_rename(AT_FDCWD, "d/sub", AT_FDCWD, "d/new", OB_REPLACE),
	    0);
	expect(w, id, OB_WATCH_MOVED_TO | OB_WATCH_CREATED, "new");
	ob_watch_free(&w);
	CHECK(w == NULL);
	ob_watch_free(&w);
}

static void
a_file_is_watched_until_it_is_gone(void)
{
	struct ob_watch *w = new_watch();
	int id;

	put("f", "x");
	id = ob_watch_add(w, "f", OB_WATCH_CHANGED, NULL);
	CHECK(id >= 0);
	put("f", "y");
	expect(w, id, OB_WATCH_CHANGED, "");
	CHECK_INT(ob_file_remove(AT_FDCWD, "f"), 0);
	expect(w, id, OB_WATCH_GONE, "");
	CHECK_INT(ob_watch_remove(w, id), -ENOENT);
	ob_watch_free(&w);
}

static void
a_watch_does_not_move_along(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event e;
	int id;

	CHECK_INT(ob_dir_make(AT_FDCWD, "d", 0700), 0);
	id = ob_watch_add(w, "d", OB_WATCH_ALL, NULL);
	CHECK_INT(ob_file_rename(AT_FDCWD, "d", AT_FDCWD, "e", OB_REPLACE), 0);
	put("e/f", "x");
	expect(w, id, OB_WATCH_GONE, "");
	put("e/g", "x");
	while (ob_watch_wait(w, ob_clock_deadline_ns(5 * OB_NS_PER_MS)) == 0 &&
	       ob_watch_next(w, &e) > 0)
		FAIL("event %#x for '%s'", e.events, e.name);
	ob_watch_free(&w);
}

static void
events_of_removed_watches_are_not_reported(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event e;
	int one, two, three;

	CHECK_INT(ob_dir_make(AT_FDCWD, "1", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "2", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "3", 0700), 0);
	one = ob_watch_add(w, "1", OB_WATCH_CREATED, NULL);
	two = ob_watch_add(w, "2", OB_WATCH_CREATED, NULL);
	three = ob_watch_add(w, "3", OB_WATCH_CREATED, NULL);
	put("1/a", "");
	put("2/a", "");
	put("1/b", "");
	put("3/a", "");
	/* With polling this makes it look, and queue what it has seen. */
	expect(w, one, OB_WATCH_CREATED, "a");
	CHECK_INT(ob_watch_remove(w, one), 0);
	CHECK_INT(ob_watch_remove(w, two), 0);
	CHECK_INT(ob_watch_remove(w, two), -ENOENT);
	CHECK_INT(ob_watch_next(w, &e), 1);
	CHECK_INT(e.id, three);
	put("3/b", "");
	e = expect(w, three, OB_WATCH_CREATED, "b");
	CHECK_INT(ob_watch_next(w, &e), 0);
	ob_watch_free(&w);
}

static void
only_what_was_asked_for_is_reported(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event e;
	int id = ob_watch_add(w, ".", OB_WATCH_REMOVED, NULL);

	put("f", "x");
	put("f", "y");
	CHECK_INT(ob_file_set_mode(AT_FDCWD, "f", 0644), 0);
	CHECK_INT(
	    ob_clock_sleep_until(ob_clock_deadline_ns(3 * OB_NS_PER_MS)), 0);
	CHECK_INT(ob_watch_next(w, &e), 0);
	CHECK_INT(ob_file_remove(AT_FDCWD, "f"), 0);
	expect(w, id, OB_WATCH_REMOVED, "f");
	ob_watch_free(&w);
}

static void
what_cannot_be_watched_is_an_error(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_watch *w = new_watch();

	CHECK_INT(ob_watch_add(w, "none", OB_WATCH_ALL, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot watch 'none'");
	CHECK(ob_watch_add(w, ".", OB_WATCH_ALL, &err) >= 0);
	CHECK_INT(ob_watch_add(w, "./", OB_WATCH_ALL, &err), -EEXIST);
	CHECK_INT(ob_watch_remove(w, 12345), -ENOENT);
	CHECK_INT(ob_watch_remove(w, -1), -ENOENT);
	CHECK_INT(ob_watch_wait(w, ob_clock_monotonic_ns()) == 0 ||
		      ob_watch_wait(w, 0) == -ETIMEDOUT,
	    1);
	ob_watch_free(&w);
}

static void
in_new_directory(void (*run)(void))
{
	char name[32];

	CHECK_INT(ob_dir_create_unique(AT_FDCWD, "t-", name, 32), 0);
	CHECK_INT(chdir(name), 0);
	run();
	CHECK_INT(chdir(".."), 0);
}

static void
all_of_it_holds_for_polling(void)
{
	struct ob_watch *w;

	CHECK_INT(ob_os_disable(OB_STR("inotify"), NULL), 0);
	w = new_watch();
	CHECK_STR(ob_watch_backend(w), "poll");
	CHECK_INT(ob_watch_fd(w), -1);
	ob_watch_free(&w);
	in_new_directory(changes_in_a_directory_are_reported);
	in_new_directory(a_file_is_watched_until_it_is_gone);
	in_new_directory(a_watch_does_not_move_along);
	in_new_directory(only_what_was_asked_for_is_reported);
	in_new_directory(what_cannot_be_watched_is_an_error);
	in_new_directory(events_of_removed_watches_are_not_reported);
}

static void
moves_are_joined_and_overflow_is_told(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event from, to, e = { 0 };
	int id;

	if (ob_watch_fd(w) < 0)
		SKIP("no inotify here");
	id = ob_watch_add(w, ".", OB_WATCH_ALL, NULL);
	put("a", "");
	CHECK_INT(ob_file_rename(AT_FDCWD, "a", AT_FDCWD, "b", OB_KEEP), 0);
	from = expect(w, id, OB_WATCH_MOVED_FROM, "a");
	to = expect(w, id, OB_WATCH_MOVED_TO, "b");
	CHECK(from.cookie != 0);
	CHECK_UINT(from.cookie, to.cookie);
	for (unsigned i = 0; i < 40000; i++) {
		CHECK_INT(ob_file_rename(AT_FDCWD, i % 2 ? "0" : "b", AT_FDCWD,
			      i % 2 ? "b" : "0", OB_REPLACE),
		    0);
	}
	while (ob_watch_next(w, &e) > 0)
		if (e.events & OB_WATCH_OVERFLOW)
			break;
	if ((e.events & OB_WATCH_OVERFLOW) == 0)
		SKIP("the queue of this system is longer");
	CHECK_INT(e.id, -1);
	put("after", "");
	expect(w, id, OB_WATCH_CREATED, "after");
	ob_watch_free(&w);
}

static void
the_close_of_a_reader_is_reported_when_asked_for(void)
{
	struct ob_watch *w = new_watch();
	struct ob_watch_event e;
	int all, closed, fd;

	put("f", "x");
	put("g", "x");
	all = ob_watch_add(w, "f", OB_WATCH_ALL, NULL);
	closed = ob_watch_add(w, "g", OB_WATCH_CLOSED, NULL);
	CHECK(all >= 0);
	CHECK(closed >= 0);
	if (strcmp(ob_watch_backend(w), "poll") == 0) {
		ob_watch_free(&w);
		SKIP("polling sees no close");
	}
	fd = ob_open(AT_FDCWD, "f", O_RDONLY, 0);
	CHECK_INT(ob_close(&fd), 0);
	fd = ob_open(AT_FDCWD, "g", O_RDONLY, 0);
	CHECK_INT(ob_watch_next(w, &e), 0);
	CHECK_INT(ob_close(&fd), 0);
	expect(w, closed, OB_WATCH_CLOSED, "");
	CHECK_INT(ob_watch_next(w, &e), 0);
	ob_watch_free(&w);
}

OB_TESTS(watch) = {
	OB_TEST(the_close_of_a_reader_is_reported_when_asked_for),
	OB_TEST(changes_in_a_directory_are_reported),
	OB_TEST(a_file_is_watched_until_it_is_gone),
	OB_TEST(a_watch_does_not_move_along),
	OB_TEST(events_of_removed_watches_are_not_reported),
	OB_TEST(only_what_was_asked_for_is_reported),
	OB_TEST(what_cannot_be_watched_is_an_error),
	OB_TEST(all_of_it_holds_for_polling),
	OB_TEST(moves_are_joined_and_overflow_is_told),
	OB_TESTS_END,
};
