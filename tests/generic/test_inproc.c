/*
 * Holds verbs of class OB_INPROC to their promise: the shell runs them as
 * functions of its own process, so they leave nothing behind in it.
 *
 * For the applet named by OB_APPLET every such verb has at least one line in
 * tests/e2e/<applet>/inproc.args: words as for a shell ('...' quotes; `#` starts
 * a remark), beginning with the verb, that ends with 0 or 1. Each line runs
 * 1000 times in this process; descriptors, allocated memory, signal
 * dispositions and mask, working directory, umask, limits, environment and the
 * terminal of standard input are then what they were. The lines work on what
 * inproc.prepare, a bash script beside the file, makes in the empty working
 * directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/registry.h"
#include "cx.h"
#include "unit.h"

#undef getenv

#define RUNS      1000
#define WARM_RUNS 10 /* libc's own caches fill in these */
#define FDS_MAX   256
#define WORDS_MAX 32
#define LINES_MAX 200

extern size_t
__sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* What a verb could leave behind. */
struct residue {
	struct {
		dev_t dev;
		ino_t ino;
		int open, flags;
	} fds[FDS_MAX];
	size_t allocated_bytes;
	struct sigaction actions[NSIG];
	sigset_t blocked;
	char cwd[4096];
	mode_t umask;
	struct rlimit limits[RLIM_NLIMITS];
	struct termios tty;
	char **environment;
};

/*
 * Exact with the sanitizer. glibc counts what its thread cache holds as in use,
 * so there a loss is at least half of the smallest chunk in each run.
 */
static size_t
allocated_bytes(void)
{
	if (__sanitizer_get_current_allocated_bytes != NULL)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks / (16 * RUNS);
}

static void
look(struct residue *r)
{
	struct stat st;

	memset(r, 0, sizeof(*r));
	for (int fd = 0; fd < FDS_MAX; fd++) {
		if (fstat(fd, &st) < 0)
			continue;
		r->fds[fd].open = 1;
		r->fds[fd].dev = st.st_dev;
		r->fds[fd].ino = st.st_ino;
		r->fds[fd].flags = fcntl(fd, F_GETFL);
	}
	for (int n = 1; n < NSIG; n++)
		(void)sigaction(
		    n, NULL, &r->actions[n]); /* some do not exist */
	sigprocmask(SIG_SETMASK, NULL, &r->blocked);
	CHECK(getcwd(r->cwd, sizeof(r->cwd)) != NULL);
	r->umask = umask(0);
	umask(r->umask);
	for (int i = 0; i < (int)RLIM_NLIMITS; i++)
		(void)getrlimit((__rlimit_resource_t)i, &r->limits[i]);
	CHECK_INT(tcgetattr(0, &r->tty), 0);
	r->environment = environ;
	r->allocated_bytes = allocated_bytes();
}

static void
compare(const char *line, const struct residue *was, const struct residue *is)
{
	for (int fd = 0; fd < FDS_MAX; fd++)
		if (memcmp(&was->fds[fd], &is->fds[fd], sizeof(is->fds[fd])))
			FAIL("'%s' changes descriptor %d", line, fd);
	for (int n = 1; n < NSIG; n++)
		if (was->actions[n].sa_handler != is->actions[n].sa_handler ||
		    was->actions[n].sa_flags != is->actions[n].sa_flags)
			FAIL("'%s' changes what signal %d does", line, n);
	if (memcmp(&was->blocked, &is->blocked, sizeof(is->blocked)) != 0)
		FAIL("'%s' changes the mask of signals", line);
	if (strcmp(was->cwd, is->cwd) != 0)
		FAIL("'%s' changes the directory to '%s'", line, is->cwd);
	if (was->umask != is->umask)
		FAIL("'%s' changes the umask to %o", line, is->umask);
	if (memcmp(was->limits, is->limits, sizeof(is->limits)) != 0)
		FAIL("'%s' changes a resource limit", line);
	if (memcmp(&was->tty, &is->tty, sizeof(is->tty)) != 0)
		FAIL("'%s' changes the terminal", line);
	if (was->environment != is->environment)
		FAIL("'%s' changes the environment", line);
	if (is->allocated_bytes > was->allocated_bytes)
		FAIL("'%s' loses memory: %zu after %zu", line,
		    is->allocated_bytes, was->allocated_bytes);
}

/* Splits in place; quotes keep blanks. The number of words. */
static int
split(char *line, const char **words)
{
	char *to = line, *p = line;
	int n = 0;

	for (;;) {
		int quoted = 0;

		p += strspn(p, " \t\n");
		if (*p == '\0' || *p == '#')
			return n;
		CHECK(n < WORDS_MAX);
		words[n++] = to;
		for (; *p != '\0' && (quoted || !strchr(" \t\n", *p)); p++) {
			if (*p == '\'')
				quoted = !quoted;
			else
				*to++ = *p;
		}
		if (*p != '\0')
			p++;
		*to++ = '\0';
	}
}

/* Standard input becomes a terminal of our own. */
static void
make_terminal(void)
{
	char name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;

	CHECK(master >= 0);
	CHECK_INT(grantpt(master), 0);
	CHECK_INT(unlockpt(master), 0);
	CHECK_INT(ptsname_r(master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(slave >= 0);
	CHECK_INT(dup2(slave, 0), 0);
	close(slave);
}

static void
prepare(const char *script)
{
	int status;
	pid_t pid;

	if (access(script, R_OK) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		execlp("bash", "bash", "-e", script, (char *)NULL);
		_exit(127);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	if (status != 0)
		FAIL("'%s' fails", script);
}

/* The context and its streams, which grow with what is written, are ours. */
static void
run_times(const char *line, const char *const *words, int n, int times)
{
	static const char *vars[] = { "HOME=.", "PATH=/usr/bin:/bin",
		"XDG_CONFIG_HOME=config", "XDG_STATE_HOME=state",
		"XDG_RUNTIME_DIR=run", "TZ=UTC", NULL };
	struct test_cx t;

	test_cx_init(&t);
	t.cx.env = (struct ob_env){ vars };
	for (int i = 0; i < times; i++) {
		int code = test_cx_run_words(&t, words, n);

		if (code != 0 && code != 1)
			FAIL("'%s' ends with %d: %s", line, code,
			    ob_buf_z(&t.err));
	}
	test_cx_release(&t);
}

static void
repeat(const char *line, const char *const *words, int n)
{
	static struct residue was, is; /* large */

	run_times(line, words, n, WARM_RUNS);
	look(&was);
	run_times(line, words, n, RUNS);
	look(&is);
	compare(line, &was, &is);
}

static void
mark_seen(const struct ob_applet *a, const char *verb, char *seen)
{
	for (int i = 0; a != NULL && a->verbs[i].name != NULL; i++)
		if (strcmp(a->verbs[i].name, verb) == 0)
			seen[i] = 1;
}

static void
run_lines(const struct ob_applet *a, FILE *f, char *seen)
{
	char *line = NULL, *copy;
	const char *words[WORDS_MAX + 1];
	size_t size = 0;

	words[0] = a == NULL ? NULL : a->name;
	while (getline(&line, &size, f) >= 0) {
		int n, first = a != NULL;

		line[strcspn(line, "\n")] = '\0';
		copy = strdup(line);
		CHECK(copy != NULL);
		n = split(copy, words + first);
		if (n > 0) {
			mark_seen(a, words[first], seen);
			repeat(line, words, n + first);
		}
		free(copy);
	}
	free(line);
}

static void
inproc_verbs_leave_nothing_behind(void)
{
	const char *source = getenv("OB_SOURCE"), *name = getenv("OB_APPLET");
	const struct ob_applet *a;
	char path[4096], seen[LINES_MAX] = { 0 };
	FILE *f;

	if (source == NULL || name == NULL)
		FAIL("OB_SOURCE and OB_APPLET are not set (run by ctest)");
	a = ob_applet_find(name); /* NULL: opsbox itself */
	snprintf(
	    path, sizeof(path), "%s/tests/e2e/%s/inproc.prepare", source, name);
	prepare(path);
	make_terminal();

	snprintf(
	    path, sizeof(path), "%s/tests/e2e/%s/inproc.args", source, name);
	f = fopen(path, "re");
	if (f != NULL) {
		run_lines(a, f, seen);
		fclose(f);
	}
	for (int i = 0; a != NULL && a->verbs[i].name != NULL; i++)
		if ((a->verbs[i].flags & OB_INPROC) && !seen[i])
			FAIL("verb '%s %s' has no line in '%s'", name,
			    a->verbs[i].name, path);
}

OB_TESTS(inproc) = {
	OB_TEST(inproc_verbs_leave_nothing_behind),
	OB_TESTS_END,
};
