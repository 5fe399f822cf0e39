#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/limit.h"
#include "rt/dirwalk.h"

static void
touch(int dir_fd, const char *path)
{
	int fd = ob_open(dir_fd, path, O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0);
	CHECK_INT(ob_close(&fd), 0);
}

static struct ob_dirwalk *
walk(const char *root, const struct ob_dirwalk_options *opts)
{
	struct ob_dirwalk *w = NULL;

	CHECK_INT(ob_dirwalk_open(AT_FDCWD, root, opts, &w, NULL), 0);
	return w;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All events as sorted lines "+dir", "-dir", "file", "!dir ERRNO". */
static void
expect(const char *root, const struct ob_dirwalk_options *opts,
    const char *expected)
{
	static const char *const signs[] = { "", "+", "-", "!" };
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(1 << 16);
	struct ob_dirwalk *w = walk(root, opts);
	struct ob_dirwalk_entry e;
	char *lines[100], line[200];
	size_t n = 0;
	int rc;

	while ((rc = ob_dirwalk_next(w, &e)) > 0) {
		const char *slash = strrchr(e.path, '/');

		CHECK_STR(e.name, slash == NULL ? e.path : slash + 1);
		(void)snprintf(line, sizeof(line), "%s%s%s", signs[e.event],
		    e.path, e.error == 0 ? "" : strerror(-e.error));
		CHECK(n < OB_COUNT(lines));
		lines[n++] = strdup(line);
	}
	CHECK_INT(rc, 0);
	qsort(lines, n, sizeof(*lines), compare);
	for (size_t i = 0; i < n; i++) {
		ob_buf_printf(&text, "%s ", lines[i]);
		free(lines[i]);
	}
	CHECK_STR(ob_buf_z(&text), expected);
	ob_dirwalk_close(&w);
	CHECK(w == NULL);
	ob_dirwalk_close(&w);
}

static void
a_tree_is_reported_once(void)
{
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/a/b", 0700), 0);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/empty", 0700), 0);
	CHECK_INT(mkfifo("r/fifo", 0600), 0);
	touch(AT_FDCWD, "r/x");
	touch(AT_FDCWD, "r/a/y");
	touch(AT_FDCWD, "r/a/b/z");
	CHECK_INT(ob_file_symlink("..", AT_FDCWD, "r/a/up"), 0);
	CHECK_INT(ob_file_symlink("none", AT_FDCWD, "r/dangling"), 0);
	expect("r", NULL,
	    "+a +a/b +empty -a -a/b -empty a/b/z a/up a/y dangling fifo x ");
	expect("r/empty", NULL, "");
	CHECK_INT(ob_file_symlink("r/a", AT_FDCWD, "root"), 0);
	expect("root", NULL, "+b -b b/z up y ");
}

static void
directories_come_before_and_after_their_contents(void)
{
	struct ob_dirwalk_entry e;
	struct ob_dirwalk *w;

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/a", 0700), 0);
	touch(AT_FDCWD, "r/a/f");
	w = walk("r", NULL);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(e.event, OB_DIRWALK_ENTER);
	CHECK_UINT(e.depth, 0);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(e.event, OB_DIRWALK_FILE);
	CHECK_INT(e.kind, OB_FILE_REGULAR);
	CHECK_UINT(e.depth, 1);
	CHECK_INT(ob_file_exists(e.dir_fd, e.name), 1);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(e.event, OB_DIRWALK_LEAVE);
	CHECK_UINT(e.depth, 0);
	CHECK_INT(ob_file_exists(e.dir_fd, "a"), 1);
	CHECK_INT(ob_dirwalk_next(w, &e), 0);
	CHECK_INT(ob_dirwalk_next(w, &e), 0);
	ob_dirwalk_close(&w);

	w = walk("r", NULL);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	ob_dirwalk_skip(w);
	CHECK_INT(ob_dirwalk_next(w, &e), 0);
	ob_dirwalk_close(&w);
}

/* A chain of n directories "d", with a file on each side of the way down. */
static void
make_chain(unsigned n)
{
	OB_AUTO_CLOSE int at = -1;

	CHECK_INT(ob_dir_make(AT_FDCWD, "r", 0700), 0);
	at = ob_open(AT_FDCWD, "r", O_RDONLY | O_DIRECTORY, 0);
	for (unsigned i = 0; i < n; i++) {
		int next;

		touch(at, "a");
		CHECK_INT(ob_dir_make(at, "d", 0700), 0);
		touch(at, "z");
		next = ob_open(at, "d", O_RDONLY | O_DIRECTORY, 0);
		CHECK(next >= 0);
		CHECK_INT(ob_close(&at), 0);
		at = next;
	}
}

static void
depth_beyond_path_max_needs_few_descriptors(void)
{
	const struct ob_dirwalk_options few = { .max_open = 3 };
	const unsigned depth = 3000; /* paths of 6000 bytes */
	unsigned entered = 0, left = 0, files = 0, deepest = 0;
	struct ob_limit_value limit;
	struct ob_dirwalk_entry e;
	struct ob_dirwalk *w;
	int rc;

	make_chain(depth);
	CHECK_INT(ob_limit_get(0, OB_LIMIT_NOFILE, &limit), 0);
	limit.soft = 16;
	CHECK_INT(ob_limit_set(0, OB_LIMIT_NOFILE, limit), 0);
	w = walk("r", &few);
	while ((rc = ob_dirwalk_next(w, &e)) > 0) {
		struct ob_file_info info;

		CHECK(e.event != OB_DIRWALK_ERROR);
		CHECK_INT(
		    ob_file_info(e.dir_fd, e.name, OB_NOFOLLOW, &info), 0);
		entered += e.event == OB_DIRWALK_ENTER;
		left += e.event == OB_DIRWALK_LEAVE;
		files += e.event == OB_DIRWALK_FILE;
		if (e.depth > deepest)
			deepest = e.depth;
	}
	CHECK_INT(rc, 0);
	CHECK_UINT(entered, depth);
	CHECK_UINT(left, depth);
	CHECK_UINT(files, 2 * depth);
	CHECK_UINT(deepest, depth - 1);
	ob_dirwalk_close(&w);
	CHECK_INT(ob_dirwalk_remove(AT_FDCWD, "r", NULL), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "r"), 0);
}

static void
paths_have_a_maximum(void)
{
	const struct ob_dirwalk_options small = { .max_path_bytes = 5 };

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/abc", 0700), 0);
	touch(AT_FDCWD, "r/abc/d");
	touch(AT_FDCWD, "r/abc/ef");
	{
		struct ob_dirwalk *w = walk("r", &small);
		struct ob_dirwalk_entry e;
		unsigned errors = 0, files = 0;

		while (ob_dirwalk_next(w, &e) > 0) {
			files += e.event == OB_DIRWALK_FILE;
			if (e.event != OB_DIRWALK_ERROR)
				continue;
			errors++;
			CHECK_INT(e.error, -ENAMETOOLONG);
			CHECK_STR(e.name, "ef");
			CHECK_STR(e.path, "abc");
		}
		CHECK_UINT(errors, 1);
		CHECK_UINT(files, 1);
		ob_dirwalk_close(&w);
	}
}

static void
what_vanishes_or_is_swapped_is_an_error_event(void)
{
	struct ob_dirwalk_entry e;
	struct ob_dirwalk *w;

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/a", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "secret", 0700), 0);
	touch(AT_FDCWD, "secret/f");
	w = walk("r", NULL);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "r/a"), 0);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(e.event, OB_DIRWALK_ERROR);
	CHECK_INT(e.error, -ENOENT);
	CHECK_STR(e.path, "a");
	CHECK_INT(ob_dirwalk_next(w, &e), 0);
	ob_dirwalk_close(&w);

	CHECK_INT(ob_dir_make(AT_FDCWD, "r/a", 0700), 0);
	w = walk("r", NULL);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "r/a"), 0);
	CHECK_INT(ob_file_symlink("../secret", AT_FDCWD, "r/a"), 0);
	CHECK_INT(ob_dirwalk_next(w, &e), 1);
	CHECK_INT(e.event, OB_DIRWALK_ERROR);
	CHECK_INT(e.error, -ENOTDIR);
	ob_dirwalk_close(&w);
}

/* Moves a directory away while the walk is below it. */
static void
a_directory_moved_away_is_stale_and_the_walk_goes_on(void)
{
	const struct ob_dirwalk_options few = { .max_open = 3 };
	unsigned stale = 0, left = 0;
	struct ob_dirwalk_entry e;
	struct ob_dirwalk *w;
	int rc;

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/1/2/3/4/5", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "away", 0700), 0);
	w = walk("r", &few);
	while ((rc = ob_dirwalk_next(w, &e)) > 0) {
		if (strcmp(e.path, "1/2/3/4/5") == 0 &&
		    e.event == OB_DIRWALK_ENTER) {
			CHECK_INT(rename("r/1/2/3", "away/3"), 0);
			CHECK_INT(rename("r/1/2", "away/2"), 0);
			CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/1/2", 0700), 0);
		}
		left += e.event == OB_DIRWALK_LEAVE;
		if (e.event == OB_DIRWALK_ERROR) {
			CHECK_INT(e.error, -ESTALE);
			CHECK_INT(e.dir_fd, -1);
			stale++;
		}
	}
	CHECK_INT(rc, 0);
	CHECK(stale >= 1);
	CHECK(left >= 2);
	CHECK_UINT(left + stale, 5);
	ob_dirwalk_close(&w);
}

static void
a_missing_root_is_an_error(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_dirwalk *w = NULL;

	touch(AT_FDCWD, "f");
	CHECK_INT(ob_dirwalk_open(AT_FDCWD, "none", NULL, &w, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot read directory 'none'");
	CHECK_INT(ob_dirwalk_open(AT_FDCWD, "f", NULL, &w, &err), -ENOTDIR);
	CHECK(w == NULL);
}

static void
one_device_does_not_enter_mounts(void)
{
	const struct ob_dirwalk_options one = { .extent =
						    OB_DIRWALK_ONE_DEVICE };
	struct ob_dirwalk *w;
	struct ob_dirwalk_entry e;
	struct ob_file_info dev, shm;
	unsigned below = 0;

	if (ob_file_info(AT_FDCWD, "/dev", OB_FOLLOW, &dev) < 0 ||
	    ob_file_info(AT_FDCWD, "/dev/pts/", OB_FOLLOW, &shm) < 0 ||
	    dev.dev == shm.dev)
		SKIP("no mount in /dev here");
	w = walk("/dev", &one);
	while (ob_dirwalk_next(w, &e) > 0)
		below += strncmp(e.path, "pts/", 4) == 0;
	CHECK_UINT(below, 0);
	ob_dirwalk_close(&w);
}

/* --- removing ---------------------------------------------------------- */

static void
removal_never_follows_links(void)
{
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/a/b", 0700), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "keep", 0700), 0);
	touch(AT_FDCWD, "keep/f");
	touch(AT_FDCWD, "r/a/f");
	CHECK_INT(ob_file_symlink("../../keep", AT_FDCWD, "r/a/link"), 0);
	CHECK_INT(ob_file_symlink("keep", AT_FDCWD, "toplink"), 0);
	CHECK_INT(ob_dirwalk_remove(AT_FDCWD, "r", NULL), 0);
	CHECK_INT(ob_dirwalk_remove(AT_FDCWD, "toplink", NULL), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "r"), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "keep/f"), 1);
	touch(AT_FDCWD, "file");
	CHECK_INT(ob_dirwalk_remove(AT_FDCWD, "file", NULL), 0);
	CHECK_INT(ob_dirwalk_remove(AT_FDCWD, "file", NULL), -ENOENT);
}

static void
removal_goes_on_after_a_failure_and_names_it(void)
{
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/locked", 0700), 0);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "r/open", 0700), 0);
	touch(AT_FDCWD, "r/locked/f");
	touch(AT_FDCWD, "r/open/f");
	if (geteuid() == 0) {
		CHECK_INT(chmod(".", 0777), 0);
		CHECK_INT(chown("r", 65534, 65534), 0);
		CHECK_INT(chown("r/open", 65534, 65534), 0);
		CHECK_INT(seteuid(65534), 0);
	} else {
		CHECK_INT(chmod("r/locked", 0500), 0);
	}
	CHECK(ob_dirwalk_remove(AT_FDCWD, "r", &err) == -EACCES);
	CHECK(strncmp(err.msg, "cannot remove 'r/locked", 23) == 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "r/open"), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "r/locked"), 1);
	CHECK_INT(seteuid(getuid()), 0); /* the leak checker, the runner */
	CHECK_INT(chmod("r/locked", 0700), 0);
}

OB_TESTS(dirwalk) = {
	OB_TEST(a_tree_is_reported_once),
	OB_TEST(directories_come_before_and_after_their_contents),
	OB_TEST(depth_beyond_path_max_needs_few_descriptors),
	OB_TEST(paths_have_a_maximum),
	OB_TEST(what_vanishes_or_is_swapped_is_an_error_event),
	OB_TEST(a_directory_moved_away_is_stale_and_the_walk_goes_on),
	OB_TEST(a_missing_root_is_an_error),
	OB_TEST(one_device_does_not_enter_mounts),
	OB_TEST(removal_never_follows_links),
	OB_TEST(removal_goes_on_after_a_failure_and_names_it),
	OB_TESTS_END,
};
