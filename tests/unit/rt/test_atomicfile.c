#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/dir.h"
#include "os/feature.h"
#include "rt/atomicfile.h"

static const struct ob_atomicfile_options plain = { .mode = 0640 };

static void
holds(const char *path, const char *text)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);

	CHECK_INT(ob_file_read_all(AT_FDCWD, path, &b, NULL), 0);
	CHECK_STR(ob_buf_z(&b), text);
}

static void
directory_has(size_t files)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 16);
	const char **names;
	size_t n;

	CHECK_INT(ob_dir_list(AT_FDCWD, ".", 100, &a, &names, &n), 0);
	CHECK_UINT(n, files);
}

static void
put(const char *path, const char *text)
{
	CHECK_INT(
	    ob_atomicfile_write(AT_FDCWD, path, ob_str_z(text), &plain, NULL),
	    0);
}

/* Each promise is checked with O_TMPFILE, and by with_names() without. */
static void
a_new_file_gets_exactly_its_mode(void)
{
	mode_t mode;

	umask(077);
	put("f", "hello");
	holds("f", "hello");
	CHECK_INT(ob_file_get_mode(AT_FDCWD, "f", &mode), 0);
	CHECK_INT(mode, 0640);
	directory_has(1);
}

static void
replacing_keeps_mode_and_owner(void)
{
	struct ob_file_info info;
	uid_t owner = geteuid() == 0 ? 12345 : geteuid();

	put("f", "old");
	CHECK_INT(ob_file_set_mode(AT_FDCWD, "f", 0604), 0);
	CHECK_INT(chown("f", owner, (gid_t)-1), 0);
	put("f", "new");
	holds("f", "new");
	CHECK_INT(ob_file_info(AT_FDCWD, "f", OB_FOLLOW, &info), 0);
	CHECK_INT(info.mode, 0604);
	CHECK_UINT(info.uid, owner);
	directory_has(1);
}

static void
readers_see_the_old_file_until_commit(void)
{
	struct ob_atomicfile f;
	OB_AUTO_CLOSE int reader = -1;
	char c[8] = "";

	put("f", "old");
	reader = ob_open(AT_FDCWD, "f", O_RDONLY, 0);
	CHECK_INT(ob_atomicfile_open(&f, AT_FDCWD, "f", &plain, NULL), 0);
	CHECK_INT(ob_write_full(f.fd, "new", 3), 0);
	holds("f", "old");
	CHECK_INT(ob_atomicfile_commit(&f, NULL), 0);
	CHECK_INT(f.fd, -1);
	ob_atomicfile_abort(&f);
	holds("f", "new");
	CHECK_INT(ob_read_full(reader, c, 8), 3);
	CHECK_STR(c, "old");
	directory_has(1);
}

static void
abort_leaves_nothing(void)
{
	struct ob_atomicfile f;

	put("f", "old");
	CHECK_INT(ob_atomicfile_open(&f, AT_FDCWD, "f", &plain, NULL), 0);
	CHECK_INT(ob_write_full(f.fd, "new", 3), 0);
	ob_atomicfile_abort(&f);
	ob_atomicfile_abort(&f);
	holds("f", "old");
	directory_has(1);
}

static void
a_symbolic_link_stays_and_its_target_is_replaced(void)
{
	struct ob_file_info info;

	CHECK_INT(ob_dir_make_all(AT_FDCWD, "a/b", 0700), 0);
	CHECK_INT(ob_file_symlink("b/two", AT_FDCWD, "a/one"), 0);
	CHECK_INT(ob_file_symlink("../file", AT_FDCWD, "a/b/two"), 0);
	put("a/one", "created through links");
	holds("a/file", "created through links");
	put("a/one", "replaced");
	holds("a/file", "replaced");
	CHECK_INT(ob_file_info(AT_FDCWD, "a/one", OB_NOFOLLOW, &info), 0);
	CHECK_INT(info.kind, OB_FILE_LINK);
	directory_has(1);
}

static void
keeping_refuses_what_exists(void)
{
	const struct ob_atomicfile_options keep = {
		.mode = 0600, .replace = OB_KEEP, .sync = OB_ATOMICFILE_QUICK
	};
	struct ob_err err = OB_ERR_INIT;
	struct ob_atomicfile f;

	CHECK_INT(
	    ob_atomicfile_write(AT_FDCWD, "f", OB_STR("one"), &keep, &err), 0);
	CHECK_INT(
	    ob_atomicfile_write(AT_FDCWD, "f", OB_STR("two"), &keep, &err),
	    -EEXIST);
	CHECK_STR(err.msg, "cannot write 'f'");
	holds("f", "one");
	/* one that appears meanwhile is kept as well */
	CHECK_INT(ob_atomicfile_open(&f, AT_FDCWD, "g", &keep, &err), 0);
	put("g", "faster");
	CHECK_INT(ob_atomicfile_commit(&f, &err), -EEXIST);
	CHECK_STR(err.msg, "cannot replace 'g'");
	holds("g", "faster");
	directory_has(2);
}

static int
try_write(const char *path, struct ob_err *err)
{
	return ob_atomicfile_write(AT_FDCWD, path, OB_STR("x"), &plain, err);
}

static void
what_is_no_regular_file_is_refused(void)
{
	struct ob_err err = OB_ERR_INIT;
	char longer[400];

	CHECK_INT(ob_dir_make(AT_FDCWD, "d", 0700), 0);
	CHECK_INT(mkfifo("fifo", 0600), 0);
	CHECK_INT(ob_file_symlink("loop", AT_FDCWD, "loop"), 0);
	CHECK_INT(try_write("d", &err), -EISDIR);
	CHECK_INT(try_write("d/", &err), -EISDIR);
	CHECK_INT(try_write("d/..", &err), -EISDIR);
	CHECK_INT(try_write("", &err), -ENOENT);
	CHECK_INT(try_write("none/f", &err), -ENOENT);
	CHECK_STR(err.msg, "cannot write 'none/f'");
	CHECK_INT(try_write("fifo", &err), -EINVAL);
	CHECK_STR(err.msg, "cannot replace 'fifo': it is not a regular file");
	CHECK_INT(try_write("loop", &err), -ELOOP);
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	CHECK_INT(try_write(longer, &err), -ENAMETOOLONG);
	directory_has(3);
}

static void
a_failed_write_leaves_the_old_file(void)
{
	static const char big[100000];
	const struct rlimit small = { 50000, 50000 };
	struct ob_err err = OB_ERR_INIT;

	put("f", "old");
	CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
	CHECK_INT(ob_atomicfile_write(
		      AT_FDCWD, "f", ob_str_n(big, sizeof(big)), &plain, &err),
	    -EFBIG);
	CHECK_STR(err.msg, "cannot write 'f'");
	holds("f", "old");
	directory_has(1);
}

/* Readers look all the time while a child replaces and is killed. */
static void
no_reader_sees_half_a_file(void)
{
	char one[5001], two[5001];
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	const struct ob_atomicfile_options quick = { .mode = 0600,
		.sync = OB_ATOMICFILE_QUICK };
	pid_t pid;

	memset(one, '1', sizeof(one));
	memset(two, '2', sizeof(two));
	one[5000] = two[5000] = '\0';
	put("f", one);
	pid = fork();
	if (pid == 0)
		for (unsigned i = 0;; i++)
			if (ob_atomicfile_write(AT_FDCWD, "f",
				ob_str_n(i % 2 ? one : two, 5000), &quick,
				NULL) < 0)
				_exit(1);
	for (int i = 0; i < 300; i++) {
		ob_buf_reset(&b);
		CHECK_INT(ob_file_read_all(AT_FDCWD, "f", &b, NULL), 0);
		CHECK(ob_str_eq_z(ob_buf_str(&b), one) ||
		      ob_str_eq_z(ob_buf_str(&b), two));
	}
	CHECK_INT(waitpid(pid, NULL, WNOHANG), 0);
	CHECK_INT(kill(pid, SIGKILL), 0);
	CHECK_INT(waitpid(pid, NULL, 0), pid);
}

/* Runs one case in a directory of its own, with O_TMPFILE switched off. */
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
all_of_it_holds_with_temporary_names(void)
{
	CHECK_INT(ob_os_disable(OB_STR("tmpfile"), NULL), 0);
	in_new_directory(a_new_file_gets_exactly_its_mode);
	in_new_directory(replacing_keeps_mode_and_owner);
	in_new_directory(readers_see_the_old_file_until_commit);
	in_new_directory(abort_leaves_nothing);
	in_new_directory(a_symbolic_link_stays_and_its_target_is_replaced);
	in_new_directory(keeping_refuses_what_exists);
	in_new_directory(what_is_no_regular_file_is_refused);
	in_new_directory(no_reader_sees_half_a_file);
	in_new_directory(a_failed_write_leaves_the_old_file);
}

OB_TESTS(atomicfile) = {
	OB_TEST(a_new_file_gets_exactly_its_mode),
	OB_TEST(replacing_keeps_mode_and_owner),
	OB_TEST(readers_see_the_old_file_until_commit),
	OB_TEST(abort_leaves_nothing),
	OB_TEST(a_symbolic_link_stays_and_its_target_is_replaced),
	OB_TEST(keeping_refuses_what_exists),
	OB_TEST(what_is_no_regular_file_is_refused),
	OB_TEST(a_failed_write_leaves_the_old_file),
	OB_TEST(no_reader_sees_half_a_file),
	OB_TEST(all_of_it_holds_with_temporary_names),
	OB_TESTS_END,
};
