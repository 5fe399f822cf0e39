#include "name.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static void
a_word_lives_in_a_directory_of_the_user_alone(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	const char *path = NULL;
	char want[100];
	struct stat st;

	CHECK_INT(fl_name_path("job", NULL, &a, &path, NULL), 0);
	snprintf(want, sizeof(want), "/tmp/opsbox-%u/filelock/job",
	    (unsigned)geteuid());
	CHECK_STR(path, want);
	*strrchr(want, '/') = '\0';
	CHECK_INT(stat(want, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0700);
	CHECK_UINT(st.st_uid, geteuid());
}

static void
slashes_and_directories_are_taken_as_they_are(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	const char *path = NULL;

	CHECK_INT(fl_name_path("./job", NULL, &a, &path, NULL), 0);
	CHECK_STR(path, "./job");
	CHECK_INT(fl_name_path("job", "locks", &a, &path, NULL), 0);
	CHECK_STR(path, "locks/job");
	CHECK_INT(fl_name_path("/a/b", "locks", &a, &path, NULL), 0);
	CHECK_STR(path, "/a/b");
}

static void
an_empty_name_is_a_usage_error(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16),
				      tiny = OB_ARENA_INIT(8);
	const char *path = "untouched";
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(fl_name_path("", NULL, &a, &path, &err), -EINVAL);
	CHECK_INT(fl_name_path("job", NULL, &tiny, &path, &err), -ENOMEM);
	CHECK_STR(path, "untouched");
}

OB_TESTS(fl_name) = {
	OB_TEST(a_word_lives_in_a_directory_of_the_user_alone),
	OB_TEST(slashes_and_directories_are_taken_as_they_are),
	OB_TEST(an_empty_name_is_a_usage_error),
	OB_TESTS_END,
};
