#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "os/dir.h"

static void
touch(const char *path)
{
	int fd = ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0);
	CHECK_INT(ob_close(&fd), 0);
}

static void
make_all_creates_what_is_missing(void)
{
	mode_t mode;

	CHECK_INT(ob_dir_make(AT_FDCWD, "a", 0755), 0);
	CHECK_INT(ob_dir_make(AT_FDCWD, "a", 0755), -EEXIST);
	CHECK_INT(ob_dir_make(AT_FDCWD, "x/y", 0755), -ENOENT);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "a", 0755), 0);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "a//b/c/", 0500), 0);
	CHECK_INT(ob_file_get_mode(AT_FDCWD, "a/b", &mode), 0);
	CHECK_INT(mode, 0700);
	CHECK_INT(ob_file_get_mode(AT_FDCWD, "a/b/c", &mode), 0);
	CHECK_INT(mode, 0500);
	CHECK_INT(ob_file_symlink("a", AT_FDCWD, "link"), 0);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "link/d/e", 0700), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "a/d/e"), 1);
}

static void
make_all_refuses_what_is_no_directory(void)
{
	char longer[5000];

	touch("f");
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "f", 0755), -ENOTDIR);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "f/g/h", 0755), -ENOTDIR);
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "", 0755), -ENOENT);
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	CHECK_INT(ob_dir_make_all(AT_FDCWD, longer, 0755), -ENAMETOOLONG);
}

static void
unique_directories_are_new_and_private(void)
{
	char one[32], two[32];
	mode_t mode;

	CHECK_INT(ob_dir_create_unique(AT_FDCWD, "t-", one, 32), 0);
	CHECK_INT(ob_dir_create_unique(AT_FDCWD, "t-", two, 32), 0);
	CHECK(strcmp(one, two) != 0);
	CHECK_INT(ob_file_get_mode(AT_FDCWD, one, &mode), 0);
	CHECK_INT(mode, 0700);
	CHECK_INT(ob_dir_create_unique(AT_FDCWD, "t-", one, 8), -ENAMETOOLONG);
	CHECK_INT(ob_dir_create_unique(AT_FDCWD, "x/", one, 32), -ENOENT);
}

static void
only_empty_directories_are_removed(void)
{
	CHECK_INT(ob_dir_make_all(AT_FDCWD, "a/b", 0755), 0);
	CHECK_INT(ob_file_symlink("a/b", AT_FDCWD, "link"), 0);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "a"), -ENOTEMPTY);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "link"), -ENOTDIR);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "a/b"), 0);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "a"), 0);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "a"), -ENOENT);
}

static unsigned
count(struct ob_dir *d)
{
	struct ob_dir_entry e;
	unsigned n = 0;
	int rc;

	while ((rc = ob_dir_next(d, &e)) > 0) {
		CHECK_UINT(e.name_n, strlen(e.name));
		CHECK(strcmp(e.name, ".") != 0 && strcmp(e.name, "..") != 0);
		n++;
	}
	CHECK_INT(rc, 0);
	return n;
}

static void
a_directory_is_read_as_often_as_wanted(void)
{
	OB_AUTO_DIR struct ob_dir *d = NULL;
	char name[256];

	/* More than one batch of the kernel holds. */
	for (unsigned i = 0; i < 700; i++) {
		(void)snprintf(name, sizeof(name), "%0200u", i);
		touch(name);
	}
	touch("...");
	CHECK_INT(ob_dir_open(AT_FDCWD, ".", OB_FOLLOW, &d), 0);
	CHECK(ob_dir_fd(d) >= 0);
	CHECK_UINT(count(d), 701);
	CHECK_UINT(count(d), 0);
	CHECK_INT(ob_dir_rewind(d), 0);
	CHECK_UINT(count(d), 701);
}

static void
kinds_are_right_or_unknown(void)
{
	OB_AUTO_DIR struct ob_dir *d = NULL;
	struct ob_dir_entry e;

	touch("file");
	CHECK_INT(ob_dir_make(AT_FDCWD, "dir", 0700), 0);
	CHECK_INT(ob_file_symlink("dir", AT_FDCWD, "link"), 0);
	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(ob_dir_open(AT_FDCWD, ".", OB_FOLLOW, &d), 0);
	while (ob_dir_next(d, &e) > 0) {
		struct ob_file_info info;

		CHECK_INT(
		    ob_file_info(AT_FDCWD, e.name, OB_NOFOLLOW, &info), 0);
		CHECK(e.kind == OB_FILE_UNKNOWN || e.kind == info.kind);
		CHECK_UINT(e.ino, info.ino);
	}
}

static void
opening_follows_links_only_if_told(void)
{
	struct ob_dir *d = NULL;

	touch("f");
	CHECK_INT(ob_file_symlink(".", AT_FDCWD, "link"), 0);
	CHECK_INT(ob_dir_open(AT_FDCWD, "link", OB_NOFOLLOW, &d), -ENOTDIR);
	CHECK_INT(ob_dir_open(AT_FDCWD, "f", OB_FOLLOW, &d), -ENOTDIR);
	CHECK_INT(ob_dir_open(AT_FDCWD, "x", OB_FOLLOW, &d), -ENOENT);
	CHECK(d == NULL);
	CHECK_INT(ob_dir_open(AT_FDCWD, "link", OB_FOLLOW, &d), 0);
	ob_dir_close(&d);
	CHECK(d == NULL);
	ob_dir_close(&d);
}

static void
a_removed_directory_is_at_its_end(void)
{
	OB_AUTO_DIR struct ob_dir *d = NULL;
	struct ob_dir_entry e;

	CHECK_INT(ob_dir_make(AT_FDCWD, "d", 0700), 0);
	CHECK_INT(ob_dir_open(AT_FDCWD, "d", OB_FOLLOW, &d), 0);
	CHECK_INT(ob_dir_remove(AT_FDCWD, "d"), 0);
	CHECK_INT(ob_dir_next(d, &e), 0);
}

static void
lists_are_sorted_and_bounded(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	OB_AUTO_ARENA struct ob_arena tiny = OB_ARENA_INIT(16);
	const char **names = NULL;
	size_t n = 99;

	CHECK_INT(ob_dir_list(AT_FDCWD, ".", 0, &a, &names, &n), 0);
	CHECK_UINT(n, 0);
	CHECK(names[0] == NULL);
	touch("b");
	touch("a");
	touch("C");
	CHECK_INT(ob_dir_list(AT_FDCWD, ".", 3, &a, &names, &n), 0);
	CHECK_UINT(n, 3);
	CHECK_STR(names[0], "C");
	CHECK_STR(names[1], "a");
	CHECK_STR(names[2], "b");
	CHECK(names[3] == NULL);
	CHECK_INT(ob_dir_list(AT_FDCWD, ".", 2, &a, &names, &n), -EFBIG);
	CHECK_INT(ob_dir_list(AT_FDCWD, ".", 9, &tiny, &names, &n), -ENOMEM);
	CHECK_INT(ob_dir_list(AT_FDCWD, "x", 9, &a, &names, &n), -ENOENT);
	CHECK_UINT(n, 3);
}

OB_TESTS(dir) = {
	OB_TEST(make_all_creates_what_is_missing),
	OB_TEST(make_all_refuses_what_is_no_directory),
	OB_TEST(unique_directories_are_new_and_private),
	OB_TEST(only_empty_directories_are_removed),
	OB_TEST(a_directory_is_read_as_often_as_wanted),
	OB_TEST(kinds_are_right_or_unknown),
	OB_TEST(opening_follows_links_only_if_told),
	OB_TEST(a_removed_directory_is_at_its_end),
	OB_TEST(lists_are_sorted_and_bounded),
	OB_TESTS_END,
};
