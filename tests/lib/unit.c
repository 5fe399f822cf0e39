/*
 * The runner of C tests; see unit.h. It stands apart from core/ (it tests it),
 * so it uses the C library directly.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#undef exit
#undef getenv
#undef printf
#undef puts
#undef stdout
#undef strtoull

#define DEADLINE_S  60
#define STATUS_FAIL 1
#define STATUS_SKIP 77

struct suite {
	const char *module;
	const struct ob_test *tests;
};

#define SUITE(module) extern const struct ob_test tests_##module[];
#include "suites.inc"
#undef SUITE

static const struct suite suites[] = {
#define SUITE(module) { #module, tests_##module },
#include "suites.inc"
#undef SUITE
};

static uint64_t random_state;

OB_PRINTF(4, 0)
static void
explain(
    const char *kind, const char *file, int line, const char *fmt, va_list args)
{
	fprintf(stderr, "# %s", kind);
	if (file != NULL)
		fprintf(stderr, " at %s:%d", file, line);
	fprintf(stderr, ": ");
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void
test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	explain("failed", file, line, fmt, args);
	va_end(args);
	_exit(STATUS_FAIL);
}

void
test_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	explain("skipped", NULL, 0, fmt, args);
	va_end(args);
	_exit(STATUS_SKIP);
}

void
test_int(const char *file, int line, const char *what, intmax_t actual,
    intmax_t expected)
{
	if (actual != expected)
		test_fail(
		    file, line, "%s is %jd, not %jd", what, actual, expected);
}

void
test_uint(const char *file, int line, const char *what, uintmax_t actual,
    uintmax_t expected)
{
	if (actual != expected)
		test_fail(
		    file, line, "%s is %ju, not %ju", what, actual, expected);
}

void
test_str(const char *file, int line, const char *what, const char *actual,
    const char *expected)
{
	if (actual == NULL || expected == NULL ? actual != expected
					       : strcmp(actual, expected) != 0)
		test_fail(file, line, "%s is\n# <%s>\n# not\n# <%s>", what,
		    actual == NULL ? "(null)" : actual,
		    expected == NULL ? "(null)" : expected);
}

void
test_mem(const char *file, int line, const char *what, const void *actual,
    size_t actual_n, const void *expected, size_t expected_n)
{
	if (actual_n != expected_n ||
	    (actual_n > 0 && memcmp(actual, expected, actual_n) != 0))
		test_fail(file, line,
		    "%s is (%zu bytes)\n# <%.*s>\n# not (%zu bytes)\n# <%.*s>",
		    what, actual_n, (int)actual_n,
		    actual == NULL ? "" : (const char *)actual, expected_n,
		    (int)expected_n, (const char *)expected);
}

/* splitmix64 */
uint64_t
test_random(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static int
remove_entry(
    const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

/*
 * A new directory in TMPDIR (else /tmp) for one case. Its name is short:
 * unix socket paths must fit into 108 bytes.
 */
static void
make_directory(char *path, size_t size)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, size, "%s/ob-XXXXXX",
	    tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
	if (mkdtemp(path) == NULL) {
		fprintf(
		    stderr, "cannot create '%s': %s\n", path, strerror(errno));
		exit(71);
	}
}

/* Ends the child when the deadline passes; returns its wait status. */
static int
await(pid_t pid, int *ret_timed_out)
{
	const struct timespec tick = { .tv_nsec = 2 * 1000 * 1000 };
	struct timespec now, start;
	int status;

	*ret_timed_out = 0;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return status;
		if (got < 0 && errno != EINTR)
			return 0xff00;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > DEADLINE_S) {
			*ret_timed_out = 1;
			kill(-pid, SIGKILL);
		}
		nanosleep(&tick, NULL);
	}
}

static int
run_case(const struct suite *s, const struct ob_test *t)
{
	char dir[256];
	int status, timed_out;
	pid_t pid;

	make_directory(dir, sizeof(dir));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		if (chdir(dir) < 0)
			_exit(71);
		t->run();
		fflush(NULL);
		exit(0); /* with the leak checker of the sanitizer */
	}
	if (pid < 0)
		return -errno;
	setpgid(pid, pid);
	status = await(pid, &timed_out);
	kill(-pid, SIGKILL); /* what a failed case left behind */
	nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);

	if (timed_out)
		fprintf(stderr, "# %s.%s: no end after %d s\n", s->module,
		    t->name, DEADLINE_S);
	else if (WIFSIGNALED(status))
		fprintf(stderr, "# %s.%s: killed by signal %d\n", s->module,
		    t->name, WTERMSIG(status));
	return WIFEXITED(status) && !timed_out ? WEXITSTATUS(status) : 99;
}

static int
matches(const struct suite *s, const struct ob_test *t, const char *pattern)
{
	char name[256];

	snprintf(name, sizeof(name), "%s.%s", s->module, t->name);
	return pattern == NULL || strstr(name, pattern) != NULL;
}

static int
run_all(const char *pattern, int in_process)
{
	int failed = 0, n = 0, skipped = 0;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		const struct suite *s = &suites[i];

		for (const struct ob_test *t = s->tests; t->name; t++) {
			int rc;

			if (!matches(s, t, pattern))
				continue;
			if (in_process) {
				t->run();
				rc = 0;
			} else {
				rc = run_case(s, t);
			}
			printf("%s %d - %s.%s%s\n",
			    rc == 0 || rc == STATUS_SKIP ? "ok" : "not ok", ++n,
			    s->module, t->name,
			    rc == STATUS_SKIP ? " # SKIP" : "");
			failed += rc != 0 && rc != STATUS_SKIP;
			skipped += rc == STATUS_SKIP;
		}
	}
	printf("1..%d\n", n);
	printf("# %d passed, %d failed, %d skipped\n", n - failed - skipped,
	    failed, skipped);
	if (n == 0)
		fprintf(stderr, "# no case matches\n");
	return n == 0 || failed > 0;
}

static void
list_all(void)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		for (const struct ob_test *t = suites[i].tests; t->name; t++)
			printf("%s.%s\n", suites[i].module, t->name);
}

int
main(int argc, char **argv)
{
	const char *pattern = NULL, *seed = getenv("OB_TEST_SEED");
	int in_process = 0, option;

	if (seed != NULL) {
		random_state = strtoull(seed, NULL, 0);
		printf("# OB_TEST_SEED=%s\n", seed);
	}
	while ((option = getopt(argc, argv, "lr:x")) != -1) {
		switch (option) {
		case 'l': list_all(); return 0;
		case 'r': pattern = optarg; break;
		case 'x': in_process = 1; break;
		default:
			fprintf(stderr, "usage: %s [-l] [-r PATTERN] [-x]\n",
			    argv[0]);
			return 64;
		}
	}
	return run_all(pattern, in_process);
}
