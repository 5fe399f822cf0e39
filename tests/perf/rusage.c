/*
 * Runs a command with an empty environment and without address randomisation,
 * and prints what the kernel counted: minor faults and the largest resident
 * size in KiB.
 *
 *	rusage COMMAND [ARGUMENT...]
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>

int
main(int argc, char **argv)
{
	char *env[] = { "LC_ALL=C", NULL };
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		return 64;
	(void)personality(ADDR_NO_RANDOMIZE); /* else the figures vary more */
	/* Not fork: copies of our own pages would be counted. */
	if (posix_spawn_file_actions_init(&actions) != 0 ||
	    posix_spawn_file_actions_addopen(
		&actions, 1, "/dev/null", O_WRONLY, 0) != 0 ||
	    posix_spawn(&pid, argv[1], &actions, NULL, argv + 1, env) != 0 ||
	    wait4(pid, &status, 0, &usage) != pid)
		return 71;
	printf("%ld %ld\n", usage.ru_minflt, usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 70;
}
