#include "residue.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "unit.h"

#define RUNS      1000
#define WARM_RUNS 10 /* libc's own caches fill in these */
#define FDS_MAX   256

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

OB_PRINTF(2, 3)
static bool
says(char what[RESIDUE_TEXT], const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, RESIDUE_TEXT, fmt, args);
	va_end(args);
	return true;
}

static bool
differs(const struct residue *was, const struct residue *is,
    char what[RESIDUE_TEXT])
{
	for (int fd = 0; fd < FDS_MAX; fd++)
		if (memcmp(&was->fds[fd], &is->fds[fd], sizeof(is->fds[fd])))
			return says(what, "changes descriptor %d", fd);
	for (int n = 1; n < NSIG; n++)
		if (was->actions[n].sa_handler != is->actions[n].sa_handler ||
		    was->actions[n].sa_flags != is->actions[n].sa_flags)
			return says(what, "changes what signal %d does", n);
	if (memcmp(&was->blocked, &is->blocked, sizeof(is->blocked)) != 0)
		return says(what, "changes the mask of signals");
	if (strcmp(was->cwd, is->cwd) != 0)
		return says(what, "changes the directory to '%s'", is->cwd);
	if (was->umask != is->umask)
		return says(what, "changes the umask to %o", is->umask);
	if (memcmp(was->limits, is->limits, sizeof(is->limits)) != 0)
		return says(what, "changes a resource limit");
	if (memcmp(&was->tty, &is->tty, sizeof(is->tty)) != 0)
		return says(what, "changes the terminal");
	if (was->environment != is->environment)
		return says(what, "changes the environment");
	if (is->allocated_bytes > was->allocated_bytes)
		return says(what, "loses memory: %zu after %zu",
		    is->allocated_bytes, was->allocated_bytes);
	return false;
}

void
residue_make_terminal(void)
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

bool
residue_find(
    void (*run)(void *arg, int times), void *arg, char what[RESIDUE_TEXT])
{
	static struct residue was, is; /* large */

	run(arg, WARM_RUNS);
	look(&was);
	run(arg, RUNS);
	look(&is);
	return differs(&was, &is, what);
}
