#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "os/clock.h"
#include "os/copy.h"
#include "os/copy_sys.h"
#include "os/dir.h"
#include "os/feature.h"
#include "os/file.h"

#define HOLE ((off_t)4 << 20)

static int
create(int dir_fd, const char *path, const char *text)
{
	int fd = ob_open(dir_fd, path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, strlen(text)), 0);
	return fd;
}

static void
holds(int dir_fd, const char *path, const char *text)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);

	CHECK_INT(ob_file_read_all(dir_fd, path, &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

/* Copies a file of n random bytes and compares. Returns the method. */
static enum ob_copy_method
copy_random(size_t n, struct ob_copy_memo *memo)
{
	OB_AUTO_FREE char *sent = malloc(n + 1), *got = malloc(n + 1);
	OB_AUTO_CLOSE int from = create(AT_FDCWD, "from", "");
	OB_AUTO_CLOSE int to = create(AT_FDCWD, "to", "what was there before");
	struct ob_copy_result result = { 0 };

	for (size_t i = 0; i < n; i++)
		sent[i] = (char)test_random();
	CHECK_INT(ob_write_full(from, sent, n), 0);
	CHECK_INT(ob_file_copy(from, to, memo, &result), 0);
	CHECK_UINT(result.bytes, n);
	CHECK_INT(ob_pread_full(to, got, n + 1, 0), n);
	CHECK(memcmp(sent, got, n) == 0);
	return result.method;
}

static void
every_way_to_copy_gives_the_same_bytes(void)
{
	static const char *const ladder[] = { "", "ficlone", "copy_file_range",
		"sendfile", "seek_hole" };
	enum ob_copy_method last = OB_COPY_CLONE;

	for (size_t i = 0; i < OB_COUNT(ladder); i++) {
		enum ob_copy_method method;

		CHECK_INT(ob_os_disable(ob_str_z(ladder[i]), NULL), 0);
		CHECK_INT(copy_random(0, NULL), OB_COPY_READ_WRITE);
		(void)copy_random(1, NULL);
		method = copy_random(300 * 1000, NULL);
		CHECK(method >= last);
		last = method;
	}
	CHECK_INT(last, OB_COPY_READ_WRITE);
}

static void
refusals_are_remembered_by_pair(void)
{
	struct ob_copy_memo memo = { 0 };
	struct ob_file_info info;

	CHECK_INT(ob_os_disable(OB_STR("ficlone,copy_file_range"), NULL), 0);
	(void)copy_random(10, &memo);
	CHECK_UINT(memo.n, 1);
	CHECK_INT(ob_file_info(AT_FDCWD, ".", OB_FOLLOW, &info), 0);
	CHECK(memo.pairs[0].from == info.dev && memo.pairs[0].to == info.dev);
	CHECK(memo.pairs[0].refused & 1u << OB_COPY_CLONE);
	CHECK(memo.pairs[0].refused & 1u << OB_COPY_RANGE);
	memo.pairs[0].refused |= 1u << OB_COPY_SENDFILE;
	CHECK_INT(copy_random(10, &memo), OB_COPY_READ_WRITE);
	CHECK_UINT(memo.n, 1);

	/* a full memo forgets the oldest */
	memo.n = OB_COUNT(memo.pairs);
	memo.pairs[0].from++;
	(void)copy_random(10, &memo);
	CHECK_UINT(memo.n, OB_COUNT(memo.pairs) + 1);
	CHECK(memo.pairs[0].from == info.dev);
}

/* Data, a hole, data, a hole at the end. */
static void
copy_sparse(void)
{
	OB_AUTO_CLOSE int from = create(AT_FDCWD, "from", "head");
	OB_AUTO_CLOSE int to = create(AT_FDCWD, "to", "");
	struct ob_file_info b;
	off_t start, end;
	char c[4];

	CHECK_INT(ob_pwrite_full(from, "mid", 3, HOLE), 0);
	CHECK_INT(ftruncate(from, 2 * HOLE), 0);
	CHECK_INT(ob_file_copy(from, to, NULL, NULL), 0);
	CHECK_INT(ob_pread_full(to, c, 4, 0), 4);
	CHECK_BYTES(c, 4, "head", 4);
	CHECK_INT(ob_pread_full(to, c, 4, HOLE), 4);
	CHECK_BYTES(c, 4, "mid", 4);
	CHECK_INT(ob_fd_info(to, &b), 0);
	CHECK_UINT(b.size_bytes, 2 * HOLE);
	if (ob_sys_copy_next_data(from, HOLE + HOLE / 2, 2 * HOLE, &start,
		&end) == 0) /* this system tells where holes are */
		CHECK(b.allocated_bytes < HOLE / 2);
}

static void
holes_stay_holes(void)
{
	copy_sparse();
	CHECK_INT(
	    ob_os_disable(OB_STR("ficlone,copy_file_range,sendfile"), NULL), 0);
	copy_sparse();
	CHECK_INT(ob_os_disable(OB_STR("seek_hole"), NULL), 0);
	copy_sparse();
}

static void
files_without_a_size_are_copied(void)
{
	OB_AUTO_CLOSE int to = create(AT_FDCWD, "to", "");
	struct ob_copy_result result = { 0 };
	int fds[2];

	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_write_full(fds[1], "through a pipe", 14), 0);
	close(fds[1]);
	CHECK_INT(ob_file_copy(fds[0], to, NULL, &result), 0);
	CHECK_UINT(result.bytes, 14);
	holds(AT_FDCWD, "to", "through a pipe");
}

static void
impossible_copies_are_refused(void)
{
	OB_AUTO_CLOSE int from = create(AT_FDCWD, "from", "x");
	OB_AUTO_CLOSE int again = ob_open(AT_FDCWD, "from", O_RDWR, 0);
	OB_AUTO_CLOSE int to = create(AT_FDCWD, "to", "keep");
	OB_AUTO_CLOSE int to_reader = ob_open(AT_FDCWD, "to", O_RDONLY, 0);
	OB_AUTO_CLOSE int writer = ob_open(AT_FDCWD, "from", O_WRONLY, 0);

	CHECK_INT(ob_file_copy(from, again, NULL, NULL), -EINVAL);
	CHECK_INT(ob_file_copy(from, to_reader, NULL, NULL), -EINVAL);
	CHECK_INT(ob_file_copy(999, to, NULL, NULL), -EBADF);
	CHECK_INT(ob_file_copy(from, 999, NULL, NULL), -EBADF);
	holds(AT_FDCWD, "to", "keep");
	CHECK_INT(ob_file_copy(writer, to, NULL, NULL), -EBADF);
	holds(AT_FDCWD, "from", "x");
}

/* --- moving ------------------------------------------------------------ */

static void
moving_on_one_file_system_renames(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_file_info a, b;
	int fd = create(AT_FDCWD, "a", "x");

	CHECK_INT(ob_fd_info(fd, &a), 0);
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "a", AT_FDCWD, "b", NULL, &err), 0);
	CHECK_INT(ob_file_info(AT_FDCWD, "b", OB_FOLLOW, &b), 0);
	CHECK_UINT(a.ino, b.ino);
	CHECK_INT(
	    ob_file_move(AT_FDCWD, "a", AT_FDCWD, "b", NULL, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot move 'a' to 'b'");
}

/* A directory on another file system, removed by leave_other(). */
static int
enter_other(char *name, size_t size)
{
	OB_AUTO_CLOSE int shm =
	    ob_open(AT_FDCWD, "/dev/shm", O_RDONLY | O_DIRECTORY, 0);
	struct ob_file_info here, there;

	if (shm < 0 || ob_fd_info(shm, &there) < 0 ||
	    ob_file_info(AT_FDCWD, ".", OB_FOLLOW, &here) < 0 ||
	    here.dev == there.dev ||
	    ob_dir_create_unique(AT_FDCWD, "/dev/shm/ob-test-", name, size) < 0)
		SKIP("no second file system here");
	return ob_open(AT_FDCWD, name, O_RDONLY | O_DIRECTORY, 0);
}

static void
leave_other(int *fd, const char *name)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	const char **names;
	size_t n;

	CHECK_INT(ob_dir_list(AT_FDCWD, name, 99, &a, &names, &n), 0);
	for (size_t i = 0; i < n; i++)
		if (ob_file_remove(*fd, names[i]) < 0)
			(void)ob_dir_remove(*fd, names[i]);
	CHECK_INT(ob_dir_remove(AT_FDCWD, name), 0);
	CHECK_INT(ob_close(fd), 0);
}

static void
moving_across_file_systems_copies_and_removes(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_copy_memo memo = { 0 };
	struct ob_file_info info;
	char name[64];
	int other = enter_other(name, sizeof(name));
	int fd = create(other, "f", "the old one");

	CHECK_INT(ob_close(&fd), 0);
	fd = create(AT_FDCWD, "f", "moved");
	CHECK_INT(fchmod(fd, 0640), 0);
	CHECK_INT(futimens(fd, (struct timespec[2]){ { .tv_sec = 1000 },
				   { .tv_sec = 2000, .tv_nsec = 7 } }),
	    0);
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "f", other, "f", &memo, &err), 0);
	CHECK_INT(ob_file_exists(AT_FDCWD, "f"), 0);
	holds(other, "f", "moved");
	CHECK_INT(ob_file_info(other, "f", OB_FOLLOW, &info), 0);
	CHECK_INT(info.mode, 0640);
	CHECK_INT(info.mtime_ns, 2000 * OB_NS_PER_S + 7);

	CHECK_INT(ob_file_symlink("nowhere", AT_FDCWD, "l"), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "l", other, "f", &memo, &err), 0);
	CHECK_INT(ob_file_info(other, "f", OB_NOFOLLOW, &info), 0);
	CHECK_INT(info.kind, OB_FILE_LINK);
	CHECK_INT(ob_file_exists(AT_FDCWD, "l"), 0);

	leave_other(&other, name);
}

static void
a_failed_move_leaves_both_sides_as_they_were(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	struct ob_err err = OB_ERR_INIT;
	const char **names;
	char name[64];
	int other = enter_other(name, sizeof(name)), fd;
	size_t n;

	CHECK_INT(ob_dir_make(AT_FDCWD, "d", 0700), 0);
	CHECK_INT(ob_dir_make(other, "d", 0700), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "d", other, "e", NULL, &err), -EXDEV);
	fd = create(AT_FDCWD, "f", "x");
	CHECK_INT(ob_close(&fd), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "f", other, "d", NULL, &err), -EISDIR);
	CHECK_STR(err.msg, "cannot move 'f' to 'd'");
	CHECK_INT(
	    ob_file_move(AT_FDCWD, "f", other, "no/f", NULL, &err), -ENOENT);
	CHECK_INT(ob_file_symlink("x", AT_FDCWD, "l"), 0);
	CHECK_INT(ob_file_move(AT_FDCWD, "l", other, "d", NULL, &err), -EISDIR);
	holds(AT_FDCWD, "f", "x");
	CHECK_INT(ob_dir_list(AT_FDCWD, name, 99, &a, &names, &n), 0);
	CHECK_UINT(n, 1); /* d alone: no temporary file stays */

	leave_other(&other, name);
}

OB_TESTS(copy) = {
	OB_TEST(every_way_to_copy_gives_the_same_bytes),
	OB_TEST(refusals_are_remembered_by_pair),
	OB_TEST(holes_stay_holes),
	OB_TEST(files_without_a_size_are_copied),
	OB_TEST(impossible_copies_are_refused),
	OB_TEST(moving_on_one_file_system_renames),
	OB_TEST(moving_across_file_systems_copies_and_removes),
	OB_TEST(a_failed_move_leaves_both_sides_as_they_were),
	OB_TESTS_END,
};
