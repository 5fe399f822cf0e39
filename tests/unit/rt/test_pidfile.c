#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/file.h"
#include "rt/pidfile.h"

static const char *
content(void)
{
	static char text[64];
	int fd = open("p", O_RDONLY | O_CLOEXEC);
	ssize_t n = ob_read_full(fd, text, sizeof(text) - 1);

	CHECK(n >= 0);
	close(fd);
	text[n] = '\0';
	return text;
}

static void
the_file_holds_our_pid_until_it_is_removed(void)
{
	struct ob_pidfile p;
	char pid[32];

	CHECK_INT(ob_pidfile_open(&p, "p", 0600, NULL, NULL), 0);
	CHECK_INT(ob_pidfile_write(&p), 0);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	CHECK_STR(content(), pid);
	CHECK_INT(ob_pidfile_remove(&p), 0);
	CHECK_INT(access("p", F_OK), -1);
	CHECK_INT(ob_pidfile_remove(&p), 0);
	ob_pidfile_close(&p);
}

static void
a_second_instance_learns_who_holds_it(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_pidfile p, other = { NULL };
	int64_t holder = -1;
	char words[64];
	int status;
	pid_t pid;

	CHECK_INT(ob_pidfile_open(&p, "p", 0600, NULL, NULL), 0);
	CHECK_INT(ob_pidfile_write(&p), 0);
	snprintf(
	    words, sizeof(words), "'p' is held by process %ld", (long)getpid());
	pid = fork();
	if (pid == 0) {
		CHECK_INT(
		    ob_pidfile_open(&other, "p", 0600, &holder, &err), -EEXIST);
		CHECK_INT(holder, getppid());
		CHECK_STR(err.msg, words);
		CHECK(other.handle == NULL);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	CHECK_INT(ob_pidfile_remove(&p), 0);
}

static void
a_file_left_behind_is_taken_over(void)
{
	struct ob_pidfile p;
	char pid[32];
	int fd = open("p", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	CHECK_INT(ob_write_full(fd, "1\n", 2), 0); /* it lives, as pid 1 */
	close(fd);
	CHECK_INT(ob_pidfile_open(&p, "p", 0600, NULL, NULL), 0);
	CHECK_INT(ob_pidfile_write(&p), 0);
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	CHECK_STR(content(), pid);
	ob_pidfile_close(&p);
	CHECK_STR(content(), pid);
}

static void
a_missing_directory_is_an_error(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct ob_pidfile p;

	CHECK_INT(ob_pidfile_open(&p, "no/p", 0600, NULL, &err), -ENOENT);
	CHECK_STR(err.msg, "cannot lock 'no/p'");
}

OB_TESTS(pidfile) = {
	OB_TEST(the_file_holds_our_pid_until_it_is_removed),
	OB_TEST(a_second_instance_learns_who_holds_it),
	OB_TEST(a_file_left_behind_is_taken_over),
	OB_TEST(a_missing_directory_is_an_error),
	OB_TESTS_END,
};
