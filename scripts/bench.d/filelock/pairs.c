/*
 * pairs RUNS COMMAND... -- COMMAND... -- ...: runs the commands in turn, RUNS
 * times each, and prints for each the medians of wall time and of CPU time, in
 * microseconds, one line a command. Commands are interleaved, so that what the
 * machine does meanwhile hits all of them.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define RUNS_MAX     10000

static double wall[COMMANDS_MAX][RUNS_MAX], cpu[COMMANDS_MAX][RUNS_MAX];

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double
cpu_us(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e6 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec);
}

static void
measure(char **argv, double *ret_wall, double *ret_cpu)
{
	double start = now_us();
	struct rusage usage;
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	wait4(pid, &status, 0, &usage);
	*ret_wall = now_us() - start;
	*ret_cpu = cpu_us(&usage);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	char **commands[COMMANDS_MAX];
	int n = 0, runs = argc > 2 ? (int)strtol(argv[1], NULL, 10) : 0;

	if (runs < 1 || runs > RUNS_MAX)
		return 64;
	commands[n++] = &argv[2];
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], ";") != 0)
			continue;
		argv[i] = NULL;
		if (n == COMMANDS_MAX || argv[i + 1] == NULL)
			return 64;
		commands[n++] = &argv[i + 1];
	}
	for (int r = 0; r < runs; r++)
		for (int i = 0; i < n; i++)
			measure(commands[i], &wall[i][r], &cpu[i][r]);
	for (int i = 0; i < n; i++) {
		qsort(wall[i], (size_t)runs, sizeof(double), by_value);
		qsort(cpu[i], (size_t)runs, sizeof(double), by_value);
		printf("%.1f %.1f\n", wall[i][runs / 2], cpu[i][runs / 2]);
	}
	return 0;
}
