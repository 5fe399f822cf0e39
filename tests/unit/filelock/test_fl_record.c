#include "record.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "unit.h"

static struct ob_arena arena = OB_ARENA_INIT(4 << 20);

static struct fl_holder
me(const char *note)
{
	struct fl_holder h;

	CHECK_INT(fl_holder_identify(getpid(), &arena, &h), 0);
	h.note = ob_str_z(note);
	return h;
}

static struct fl_record
enter(const char *note, enum fl_fence fence, uint64_t wanted_token)
{
	struct fl_record r = { .path = "f.holder" };
	struct fl_holder h = me(note);

	CHECK_INT(fl_record_enter(&r, &h, 0640, fence, 0, NULL), 0);
	CHECK_UINT(h.token, wanted_token);
	return r;
}

static int
count(const struct fl_holder *h, void *ctx)
{
	CHECK_INT(h->pid, getpid());
	++*(int *)ctx;
	return 0;
}

static int
count_all(void)
{
	int n = 0;

	CHECK_INT(fl_record_list("f.holder", &arena, count, &n, NULL), 0);
	return n;
}

static void
records_come_and_go_and_the_fence_only_rises(void)
{
	struct fl_record one, two, three;
	struct stat st;

	CHECK_INT(count_all(), 0);
	one = enter("one", FL_FENCE_KEEP, 0);
	two = enter("two", FL_FENCE_RAISE, 1);
	CHECK_INT(one.index, 1);
	CHECK_INT(two.index, 2);
	CHECK_INT(count_all(), 2);
	fl_record_leave(&one);
	CHECK_INT(count_all(), 1);
	three = enter("three", FL_FENCE_RAISE, 2);
	CHECK_INT(three.index, 1);
	CHECK_INT(stat("f.holder", &st), 0);
	CHECK_INT(st.st_size, 3 * FL_RECORD_BYTES);
	CHECK_INT(st.st_mode & 0777, 0640);
	/* Not ours any more: stays. */
	fl_record_leave(&one);
	CHECK_INT(count_all(), 2);
	two.removes = true;
	fl_record_leave(&two);
	CHECK_INT(access("f.holder", F_OK), 0); /* the fence is kept */
	ob_arena_release(&arena);
}

static void
a_dead_holder_s_record_is_used_again(void)
{
	struct fl_record r = { .path = "f.holder" };
	struct fl_holder dead = me("dead");

	dead.pid = 999999999;
	CHECK_INT(fl_record_enter(&r, &dead, 0600, FL_FENCE_KEEP, 0, NULL), 0);
	r = enter("alive", FL_FENCE_KEEP, 0);
	CHECK_INT(r.index, 1);
	r.removes = true;
	fl_record_leave(&r);
	CHECK_INT(access("f.holder", F_OK), -1);
	ob_arena_release(&arena);
}

static void
a_file_that_is_something_else_stays_as_it_is(void)
{
	struct fl_record r = { .path = "f.holder" };
	struct fl_holder h = me("x");
	struct ob_err err = OB_ERR_INIT;
	char bytes[8];
	int n = 0, fd = ob_open(AT_FDCWD, "f.holder", O_RDWR | O_CREAT, 0600);

	CHECK_INT(ob_write_full(fd, "mine!", 5), 0);
	CHECK_INT(
	    fl_record_enter(&r, &h, 0600, FL_FENCE_RAISE, 0, &err), -EBADMSG);
	CHECK(err.msg[0] != '\0');
	CHECK_INT(
	    fl_record_list("f.holder", &arena, count, &n, &err), -EBADMSG);
	CHECK_INT(ob_pread_full(fd, bytes, sizeof(bytes), 0), 5);
	ob_close(&fd);
	r.path = "no/such.holder";
	CHECK_INT(
	    fl_record_enter(&r, &h, 0600, FL_FENCE_KEEP, 0, &err), -ENOENT);
	ob_arena_release(&arena);
}

static void
a_sidecar_stands_beside_the_file(void)
{
	CHECK_STR(fl_record_path(&arena, "a/f"), "a/f.holder");
	CHECK_STR(fl_record_path(&arena, "dir//"), "dir.holder");
	ob_arena_release(&arena);
}

OB_TESTS(fl_record) = {
	OB_TEST(records_come_and_go_and_the_fence_only_rises),
	OB_TEST(a_dead_holder_s_record_is_used_again),
	OB_TEST(a_file_that_is_something_else_stays_as_it_is),
	OB_TEST(a_sidecar_stands_beside_the_file),
	OB_TESTS_END,
};
