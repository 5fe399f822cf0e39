#include "cli/box.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cx.h"
#include "os/file.h"
#include "os/self.h"
#include "sample.h"
#include "unit.h"

#define RUN(...) test_cx_run(&t, __VA_ARGS__, (const char *)NULL)
#define OUT      ob_buf_z(&t.out)
#define ERR      ob_buf_z(&t.err)

/* Runs a whole argv, the name of the program included. */
static int
run_as(struct test_cx *t, const char *name, const char *word)
{
	char *argv[] = { NULL, NULL, NULL };

	argv[0] = ob_arena_dup(&t->scratch, ob_str_z(name));
	argv[1] =
	    word == NULL ? NULL : ob_arena_dup(&t->scratch, ob_str_z(word));
	ob_buf_reset(&t->out);
	ob_buf_reset(&t->err);
	ob_stream_init_mem(&t->out_stream, &t->out);
	ob_stream_init_mem(&t->err_stream, &t->err);
	return ob_box_run(&t->cx,
	    name == NULL   ? 0
	    : word == NULL ? 1
			   : 2,
	    argv);
}

/* --- dispatch ----------------------------------------------------------- */

static void
the_name_of_the_program_chooses_the_applet(void)
{
	static const char *const names[] = { "alpha", "/usr/bin/alpha", "./al",
		"-alpha", "/bin/a1" };
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(names); i++) {
		CHECK_INT(run_as(&t, names[i], "secret"), 0);
		CHECK_STR(OUT, "found\n");
		CHECK_STR(t.cx.called, "alpha");
		CHECK_STR(t.cx.argv0, names[i]);
	}
	CHECK_INT(run_as(&t, "alpha", NULL), 64);
	CHECK_INT(run_as(&t, "/bin/opsbox-0.1", "beta"), 7);
	CHECK_INT(run_as(&t, "-", "beta"), 7);
	test_cx_release(&t);
}

static void
without_a_word_the_usage_is_an_error(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(run_as(&t, "opsbox", NULL), 64);
	CHECK_STR(OUT, "");
	CHECK(strncmp(ERR, "usage: opsbox APPLET", 20) == 0);
	CHECK_INT(run_as(&t, NULL, NULL), 64);
	CHECK_INT(RUN("--help"), 0);
	CHECK_STR(ERR, "");
	CHECK(strstr(OUT, "  alpha      the first sample\n") != NULL);
	CHECK_INT(RUN("help"), 0);
	CHECK(strncmp(OUT, "usage: opsbox APPLET", 20) == 0);
	t.out.max = 5;
	CHECK_INT(RUN("--help"), 74);
	CHECK_STR(ERR, "opsbox: cannot write to standard output: No buffer "
		       "space available\n");
	test_cx_release(&t);
}

static void
an_unknown_word_gets_the_nearest_name(void)
{
	static const struct {
		const char *word, *says;
	} rows[] = {
		{ "alpa", "unknown applet 'alpa' (did you mean 'alpha'?)" },
		{ "hepl", "unknown applet 'hepl' (did you mean 'help'?)" },
		{ "zzzzzz", "unknown applet 'zzzzzz'" },
		{ "", "unknown applet ''" },
		{ "a\nb", "unknown applet 'a\\nb'" },
		{ "--lits",
		    "unknown option '--lits' (did you mean '--list'?)" },
		{ "-x", "unknown option '-x'" },
	};
	struct test_cx t;

	test_cx_init(&t);
	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_buf line = OB_BUF_INIT(200);

		ob_buf_printf(
		    &line, "opsbox: %s; see 'opsbox --help'\n", rows[i].says);
		CHECK_INT(RUN(rows[i].word), 64);
		CHECK_STR(ERR, ob_buf_z(&line));
		CHECK_STR(OUT, "");
		ob_buf_release(&line);
	}
	test_cx_release(&t);
}

static void
the_version_is_one_line(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("--version"), 0);
	CHECK(strncmp(OUT, "opsbox 0.", 9) == 0);
	CHECK(strchr(OUT, '\n') == OUT + t.out.n - 1);
	CHECK(strstr(OUT, " alpha beta\n") != NULL);
	test_cx_release(&t);
}

static void
applets_are_listed_in_every_form(void)
{
	struct test_cx t;

	test_cx_init(&t);
	CHECK_INT(RUN("--list"), 0);
	CHECK_STR(OUT, "alpha\nbeta\n");
	CHECK_INT(RUN("--list", "--plain"), 0);
	CHECK_STR(OUT, "alpha\nbeta\n");
	CHECK_INT(RUN("--list", "--ndjson"), 0);
	CHECK_STR(OUT,
	    "{\"name\":\"alpha\",\"summary\":\"the first sample\",\"verbs\":"
	    "[\"list\",\"get\",\"fail\",\"run\",\"need\"]}\n"
	    "{\"name\":\"beta\",\"summary\":\"the second sample\",\"verbs\":"
	    "[\"show\",\"other\"]}\n");
	CHECK_INT(RUN("--list", "--json"), 0);
	CHECK(strncmp(OUT, "[\n  {\"name\":\"alpha\"", 19) == 0);
	CHECK_INT(RUN("--list", "x"), 64);
	test_cx_release(&t);
}

/* --- links -------------------------------------------------------------- */

static bool
is_symlink(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool
is_here(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void
write_file(const char *path, const char *text)
{
	OB_AUTO_CLOSE int fd =
	    ob_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0644);

	CHECK(fd >= 0);
	CHECK_INT(ob_write_full(fd, text, strlen(text)), 0);
}

/* The path of this program; skips where the system cannot tell. */
static void
self_path(char path[PATH_MAX + 1])
{
	struct ob_buf b = OB_BUF_INIT(PATH_MAX);

	if (ob_self_path(&b) < 0)
		SKIP("no path of the own program here");
	CHECK(b.n <= PATH_MAX);
	memcpy(path, b.p, b.n + 1);
	ob_buf_release(&b);
}

static void
install_makes_a_symbolic_link_for_each_applet(void)
{
	char self[PATH_MAX + 1], real[PATH_MAX + 1];
	struct test_cx t;

	self_path(self);
	test_cx_init(&t);
	CHECK_INT(mkdir("bin", 0755), 0);
	/* Twice: what is there already is left alone. */
	for (int i = 0; i < 2; i++) {
		CHECK_INT(RUN("--install", "-s", "bin"), 0);
		CHECK_STR(ERR, "");
		CHECK(is_symlink("bin/alpha") && is_symlink("bin/beta"));
		CHECK(realpath("bin/beta", real) != NULL);
		CHECK_STR(real, self);
		CHECK(!is_here("bin/al"));
	}
	CHECK_INT(unlink("bin/alpha"), 0);
	CHECK_INT(RUN("--install", "--symbolic", "bin"), 0);
	CHECK(is_symlink("bin/alpha"));
	CHECK_INT(RUN("--uninstall", "bin"), 0);
	CHECK(!is_here("bin/alpha") && !is_here("bin/beta"));
	CHECK_INT(RUN("--uninstall", "bin"), 0);
	test_cx_release(&t);
}

static void
install_makes_hard_links_or_says_why_not(void)
{
	char self[PATH_MAX + 1];
	struct stat own, here, linked;
	struct test_cx t;

	self_path(self);
	test_cx_init(&t);
	CHECK_INT(stat(self, &own), 0);
	CHECK_INT(stat(".", &here), 0);
	if (own.st_dev != here.st_dev) {
		CHECK_INT(RUN("--install", "."), 71);
		CHECK_STR(ERR,
		    "opsbox: cannot create './alpha': Invalid cross-device "
		    "link\nhint: '-s' makes symbolic links\n");
		test_cx_release(&t);
		return;
	}
	for (int i = 0; i < 2; i++) {
		CHECK_INT(RUN("--install", "."), 0);
		CHECK_INT(lstat("alpha", &linked), 0);
		CHECK_UINT(linked.st_ino, own.st_ino);
	}
	/* Another kind of link takes its place only by force. */
	CHECK_INT(RUN("--install", "-s", "."), 73);
	CHECK_STR(ERR, "opsbox: cannot create './alpha': File exists\n"
		       "hint: '--force' replaces it\n");
	CHECK_INT(RUN("--install", "-s", "--force", "."), 0);
	CHECK(is_symlink("alpha") && is_symlink("beta"));
	CHECK_INT(RUN("--install", "--force", "."), 0);
	CHECK(!is_symlink("alpha") && !is_symlink("beta"));
	CHECK_INT(RUN("--uninstall", "."), 0);
	CHECK(!is_here("alpha") && !is_here("beta"));
	test_cx_release(&t);
}

static void
foreign_files_are_kept(void)
{
	char self[PATH_MAX + 1];
	struct test_cx t;

	self_path(self);
	test_cx_init(&t);
	write_file("beta", "mine");
	CHECK_INT(symlink("/nowhere/opsbox", "alpha"), 0);
	CHECK_INT(RUN("--uninstall", "."), 0);
	CHECK(is_here("alpha") && is_here("beta"));
	CHECK_INT(RUN("--install", "-s", "."), 73);
	CHECK_STR(ERR, "opsbox: cannot create './alpha': File exists\n"
		       "hint: '--force' replaces it\n");
	CHECK(!is_symlink("beta"));
	CHECK_INT(RUN("--install", "-s", "--force", "."), 0);
	CHECK(is_symlink("alpha") && is_symlink("beta"));
	CHECK_INT(RUN("--uninstall", "."), 0);
	CHECK(!is_here("alpha") && !is_here("beta"));
	test_cx_release(&t);
}

static void
a_directory_is_never_replaced(void)
{
	char self[PATH_MAX + 1];
	struct test_cx t;

	self_path(self);
	test_cx_init(&t);
	CHECK_INT(mkdir("alpha", 0755), 0);
	CHECK_INT(RUN("--install", "-s", "--force", "."), 73);
	CHECK_STR(ERR, "opsbox: cannot replace './alpha': Is a directory\n");
	CHECK(!is_symlink("alpha"));
	CHECK_INT(rmdir("alpha"), 0);
	test_cx_release(&t);
}

/* In a child that is not root: the code of "WORD [-s] bin", or 1 when it says
 * something else. */
static int
as_nobody(struct test_cx *t, const char *word, const char *says)
{
	bool install = strcmp(word, "--install") == 0;
	pid_t pid = fork();
	int status, code;

	if (pid == 0) {
		if (geteuid() == 0 && seteuid(65534) < 0)
			_exit(2);
		code = test_cx_run(t, word, install ? "-s" : "bin",
		    install ? "bin" : NULL, (const char *)NULL);
		_exit(strcmp(ob_buf_z(&t->err), says) == 0 ? code : 1);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
links_need_a_directory_that_can_be_written(void)
{
	char self[PATH_MAX + 1];
	struct test_cx t;

	self_path(self);
	test_cx_init(&t);
	CHECK_INT(RUN("--install", "-s"), 64);
	CHECK_STR(ERR, "opsbox: missing operand DIR; see 'opsbox --install "
		       "--help'\n");
	CHECK_INT(RUN("--install", "-s", "none"), 66);
	CHECK_STR(ERR, "opsbox: cannot open directory 'none': No such file or "
		       "directory\n");
	CHECK_INT(RUN("--uninstall", "none"), 66);
	write_file("file", "");
	CHECK_INT(RUN("--install", "-s", "file"), 66);
	CHECK_INT(mkdir("bin", 0755), 0);
	CHECK_INT(RUN("--install", "-s", "bin"), 0);
	CHECK_INT(unlink("bin/beta"), 0);
	CHECK_INT(chmod("bin", 0555), 0);
	CHECK_INT(chmod(".", 0755), 0);
	CHECK_INT(as_nobody(&t, "--install",
		      "opsbox: cannot create 'bin/beta': Permission denied\n"),
	    77);
	CHECK_INT(as_nobody(&t, "--uninstall",
		      "opsbox: cannot remove 'bin/alpha': Permission denied\n"),
	    77);
	test_cx_release(&t);
}

OB_TESTS(box) = {
	OB_TEST(the_name_of_the_program_chooses_the_applet),
	OB_TEST(without_a_word_the_usage_is_an_error),
	OB_TEST(an_unknown_word_gets_the_nearest_name),
	OB_TEST(the_version_is_one_line),
	OB_TEST(applets_are_listed_in_every_form),
	OB_TEST(install_makes_a_symbolic_link_for_each_applet),
	OB_TEST(install_makes_hard_links_or_says_why_not),
	OB_TEST(foreign_files_are_kept),
	OB_TEST(a_directory_is_never_replaced),
	OB_TEST(links_need_a_directory_that_can_be_written),
	OB_TESTS_END,
};
