#include "rt/marker.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/feature.h"
#include "os/file.h"
#include "os/lock.h"
#include "unit.h"

#define BREAKERS 16
#define ROUNDS   48

static int
judge(struct ob_str contents, void *ctx)
{
	(void)ctx;
	if (ob_str_is_empty(contents))
		return -EBADMSG;
	return ob_str_eq_z(contents, "dead");
}

static struct ob_marker_opts
saying(const char *text, int64_t deadline_ns)
{
	return (struct ob_marker_opts){ .contents = ob_str_z(text),
		.perm = 0644,
		.judge = judge,
		.deadline_ns = deadline_ns };
}

static int
take(const char *text, int64_t timeout_ns)
{
	struct ob_marker_opts o = saying(text,
	    timeout_ns == 0 ? OB_LOCK_TRY : ob_clock_deadline_ns(timeout_ns));

	return ob_marker_take(AT_FDCWD, "m", &o, NULL);
}

static void
check_says(const char *text)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);

	CHECK_INT(ob_marker_read(AT_FDCWD, "m", &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

/* Besides the marker no file stays behind. */
static void
check_files(int wanted)
{
	DIR *dir = opendir(".");
	int n = -2;

	CHECK(dir != NULL);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	CHECK_INT(n, wanted);
}

static void
check_one_at_a_time(void)
{
	struct stat st;

	CHECK_INT(take("one", 0), 0);
	check_says("one");
	CHECK_INT(stat("m", &st), 0);
	CHECK_INT(st.st_nlink, 1);
	check_files(1);
	CHECK_INT(take("two", 0), -EAGAIN);
	CHECK_INT(take("two", 30 * OB_NS_PER_MS), -ETIMEDOUT);
	check_files(1);
	CHECK_INT(
	    ob_marker_remove(AT_FDCWD, "m", OB_STR("two"), NULL), -ESTALE);
	check_says("one");
	CHECK_INT(ob_marker_remove(AT_FDCWD, "m", OB_STR("one"), NULL), 0);
	CHECK_INT(
	    ob_marker_remove(AT_FDCWD, "m", OB_STR("one"), NULL), -ENOENT);
	check_files(0);
}

static void
one_party_at_a_time_has_the_marker(void)
{
	check_one_at_a_time();
}

static void
it_works_without_unnamed_files_and_events(void)
{
	CHECK_INT(ob_os_disable(OB_STR("tmpfile,inotify"), NULL), 0);
	check_one_at_a_time();
}

static void
a_dead_owner_s_marker_is_taken_over(void)
{
	CHECK_INT(take("dead", 0), 0);
	CHECK_INT(take("new", 0), 0);
	check_says("new");
	check_files(1);
}

static void
what_a_marker_says_is_replaced_as_a_whole(void)
{
	CHECK_INT(take("one", 0), 0);
	CHECK_INT(
	    ob_marker_replace(AT_FDCWD, "m", OB_STR("x"), OB_STR("two"), NULL),
	    -ESTALE);
	CHECK_INT(ob_marker_replace(
		      AT_FDCWD, "m", OB_STR("one"), OB_STR("two"), NULL),
	    0);
	check_says("two");
	check_files(1);
	CHECK_INT(ob_marker_replace(
		      AT_FDCWD, "no", OB_STR("one"), OB_STR("two"), NULL),
	    -ENOENT);
}

static void
an_unreadable_marker_is_broken_after_five_seconds(void)
{
	int64_t start_ns = ob_clock_monotonic_ns();
	int fd = ob_open(AT_FDCWD, "m", O_WRONLY | O_CREAT, 0600);

	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(take("new", 0), -EAGAIN);
	CHECK_INT(take("new", 30 * OB_NS_PER_S), 0);
	CHECK(ob_clock_monotonic_ns() - start_ns >= OB_MARKER_UNREADABLE_NS);
	check_says("new");
}

static void
what_is_no_marker_is_an_error(void)
{
	struct ob_marker_opts o = saying("x", OB_LOCK_TRY);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(mkdir("m", 0700), 0);
	CHECK_INT(ob_marker_take(AT_FDCWD, "m", &o, &err), -EISDIR);
	CHECK(err.msg[0] != '\0');
	CHECK_INT(ob_marker_read(AT_FDCWD, "m", &b, NULL), -EISDIR);
	CHECK_INT(ob_marker_take(AT_FDCWD, "no/m", &o, NULL), -ENOENT);
	CHECK_INT(ob_marker_read(AT_FDCWD, "no", &b, NULL), -ENOENT);
	o.contents.n = OB_MARKER_BYTES_MAX + 1;
	CHECK_INT(ob_marker_take(AT_FDCWD, "n", &o, NULL), -EFBIG);
	check_files(1);
}

static void
a_removal_is_noticed_at_once(void)
{
	int status;
	pid_t pid;

	CHECK_INT(take("one", 0), 0);
	pid = fork();
	if (pid == 0)
		_exit(-take("two", 60 * OB_NS_PER_S));
	CHECK_INT(ob_marker_remove(AT_FDCWD, "m", OB_STR("one"), NULL), 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	check_says("two");
}

/* Each takes the marker of one who died, and dies. */
static void
breakers_never_overlap(void)
{
	atomic_int *inside = mmap(NULL, 2 * sizeof(*inside),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, failed = 0;

	CHECK(inside != MAP_FAILED);
	for (int i = 0; i < BREAKERS; i++) {
		if (fork() != 0)
			continue;
		for (int k = 0; k < ROUNDS; k++) {
			if (take("live", 60 * OB_NS_PER_S) < 0)
				_exit(1);
			if (atomic_fetch_add(inside, 1) != 0)
				_exit(2);
			inside[1]++;
			atomic_fetch_sub(inside, 1);
			if (ob_marker_replace(AT_FDCWD, "m", OB_STR("live"),
				OB_STR("dead"), NULL) < 0)
				_exit(3);
		}
		_exit(0);
	}
	while (waitpid(-1, &status, 0) > 0)
		failed |= status;
	CHECK_INT(failed, 0);
	CHECK_INT(inside[1], BREAKERS * ROUNDS);
	check_files(1);
}

OB_TESTS(marker) = {
	OB_TEST(one_party_at_a_time_has_the_marker),
	OB_TEST(it_works_without_unnamed_files_and_events),
	OB_TEST(a_dead_owner_s_marker_is_taken_over),
	OB_TEST(what_a_marker_says_is_replaced_as_a_whole),
	OB_TEST(an_unreadable_marker_is_broken_after_five_seconds),
	OB_TEST(what_is_no_marker_is_an_error),
	OB_TEST(a_removal_is_noticed_at_once),
	OB_TEST(breakers_never_overlap),
	OB_TESTS_END,
};
