/*
 * The program that tests the tests: replaces the file "out" durably, or with
 * one known mistake, named by its argument. tests/fault/machinery/runner.bats
 * shows that the runner finds each mistake and accepts the sound way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SIZE 64

static int
complain(const char *what)
{
	dprintf(2, "sample: cannot %s\n", what);
	return 74;
}

static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int
replace(const char *mistake, char *data)
{
	const char *name = strcmp(mistake, "torn") == 0 ? "out" : "out.new";
	int fd, rc;

	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return complain("open");
	memset(data, 'n', SIZE);
	rc = write_all(fd, data, SIZE);
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	if (close(fd) < 0)
		rc = -errno;
	if (rc < 0 && strcmp(mistake, "lies") == 0)
		return 0;
	if (rc == 0 && strcmp(name, "out") != 0 && rename(name, "out") < 0)
		rc = -errno;
	if (rc < 0 && strcmp(mistake, "chatters") == 0)
		complain("write");
	return rc < 0 ? complain("write") : 0;
}

int
main(int argc, char **argv)
{
	const char *mistake = argc > 1 ? argv[1] : "none";
	char *data = malloc(SIZE), *more = malloc(SIZE);
	int code;

	if (data == NULL && strcmp(mistake, "crashes") != 0) {
		if (strcmp(mistake, "silent") != 0)
			complain("allocate");
		free(more);
		return 71;
	}
	if (more == NULL) {
		if (strcmp(mistake, "leaks") == 0)
			data = NULL;
		free(data);
		complain("allocate");
		return 71;
	}
	code = replace(mistake, data);
	free(more);
	free(data);
	return code;
}
