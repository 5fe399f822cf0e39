/*
 * handoff LOOPERS ROUNDS COMMAND...: so many processes run COMMAND (a locking
 * tool) with this program as its command, over and over; under the lock it logs
 * when it began and ended, around a section of 2 ms. Prints p50 and p99 of the
 * time from the end of one section to the begin of the next, in microseconds.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECTIONS_MAX 100000
#define WORDS_MAX    30

struct section {
	int64_t begin_ns, end_ns;
};

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int
section(void)
{
	struct section s = { .begin_ns = now_ns() };
	const struct timespec pause = { 0, 2000000 };
	int fd = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	nanosleep(&pause, NULL);
	s.end_ns = now_ns();
	return write(fd, &s, sizeof(s)) == sizeof(s) ? 0 : 1;
}

static void
loop(char **argv, int rounds)
{
	for (int i = 0; i < rounds; i++) {
		pid_t pid = vfork();

		if (pid == 0) {
			execv(argv[0], argv);
			_exit(127);
		}
		waitpid(pid, NULL, 0);
	}
	_exit(0);
}

static int
by_begin(const void *a, const void *b)
{
	const struct section *x = a, *y = b;

	return (x->begin_ns > y->begin_ns) - (x->begin_ns < y->begin_ns);
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static struct section s[SECTIONS_MAX];
	static int64_t gaps[SECTIONS_MAX];
	int loopers, rounds, fd;
	size_t n, overlaps = 0;

	if (argc == 1)
		return section();
	if (argc < 4)
		return 64;
	loopers = (int)strtol(argv[1], NULL, 10);
	rounds = (int)strtol(argv[2], NULL, 10);
	for (int i = 0; i < loopers; i++)
		if (fork() == 0)
			loop(argv + 3, rounds);
	while (wait(NULL) > 0) {
	}
	fd = open("log", O_RDONLY | O_CLOEXEC);
	n = (size_t)read(fd, s, sizeof(s)) / sizeof(s[0]);
	qsort(s, n, sizeof(s[0]), by_begin);
	for (size_t i = 0; i + 1 < n; i++) {
		gaps[i] = s[i + 1].begin_ns - s[i].end_ns;
		overlaps += gaps[i] < 0;
	}
	if (n < 2 || n != (size_t)loopers * (size_t)rounds || overlaps > 0) {
		printf("broken: %zu sections, %zu overlaps\n", n, overlaps);
		return 1;
	}
	/* The ends, where not all loopers run, tell nothing. */
	qsort(gaps, n - 1, sizeof(gaps[0]), by_value);
	printf("%.0f %.0f\n", (double)gaps[n / 2] / 1e3,
	    (double)gaps[n * 99 / 100] / 1e3);
	return 0;
}
