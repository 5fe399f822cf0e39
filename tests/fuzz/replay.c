/*
 * Runs a fuzz target over its corpus, without a fuzzer: every file of the
 * directory as it is, every prefix of it, and a fixed number of changes drawn
 * from a fixed seed, so that a run finds the same things each time. Each input
 * is an allocation of its exact size, which makes a read past its end visible
 * to the sanitizer. Fails when the directory is missing or empty. An input that
 * crashes is written to crash-<file of the corpus> in the working directory.
 *
 *	fuzz-NAME CORPUS-DIRECTORY
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef printf

#define INPUT_MAX  (1u << 20)
#define PREFIX_MAX 400        /* prefixes of one file, evenly spread */
#define CHANGES    300        /* changes of one file */
#define WORK_BYTES (4u << 20) /* bytes that one file may cost, twice */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern void
__sanitizer_set_death_callback(void (*)(void)) __attribute__((weak));

static uint64_t random_state;
static unsigned long runs;

/* What runs now, for the last words of a crash. */
static const char *current_file;
static const uint8_t *current;
static size_t current_size;

/* splitmix64 */
static uint64_t
next_random(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static void
keep_current(void)
{
	char path[300];
	const char *slash = strrchr(current_file, '/');
	FILE *f;

	snprintf(path, sizeof(path), "crash-%s",
	    slash == NULL ? current_file : slash + 1);
	f = fopen(path, "wb");
	if (f == NULL)
		return;
	(void)fwrite(current, 1, current_size, f); /* the process is dying */
	(void)fclose(f);
	fprintf(stderr, "# the input is in '%s'\n", path);
}

static void
on_abort(int signal)
{
	keep_current();
	(void)raise(signal); /* SA_RESETHAND: the default action */
}

static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);

	if (exact == NULL)
		abort();
	if (size > 0)
		memcpy(exact, data, size);
	current = exact;
	current_size = size;
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	runs++;
}

/* One to four bytes set, removed, doubled or exchanged. */
static size_t
change(uint8_t *data, size_t size)
{
	static const uint8_t hot[] = "\0\xff\x80\n\t \"'\\{}[]()<>,:;=#$-0";
	unsigned steps = 1 + (unsigned)(next_random() % 4);

	while (steps-- > 0 && size > 0) {
		size_t at = (size_t)(next_random() % size);

		switch (next_random() % 4) {
		case 0: data[at] ^= (uint8_t)(1u << (next_random() % 8)); break;
		case 1: data[at] = hot[next_random() % sizeof(hot)]; break;
		case 2:
			memmove(data + at, data + at + 1, size - at - 1);
			size--;
			break;
		case 3:
			memmove(data + at + 1, data + at, size - at);
			size++;
			break;
		}
	}
	return size;
}

static void
replay(const uint8_t *data, size_t size)
{
	size_t step = size / PREFIX_MAX + 1;
	size_t most = size > 0 ? WORK_BYTES / size : 0;
	uint8_t *copy = malloc(size + 8);

	if (copy == NULL)
		abort();
	run(data, size);
	for (size_t n = 0; n < size && n / step < most; n += step)
		run(data, n);
	random_state = size;
	for (size_t i = 0; i < CHANGES && i < most; i++) {
		memcpy(copy, data, size);
		run(copy, change(copy, size));
	}
	free(copy);
}

static int
replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(INPUT_MAX);
	size_t size;

	if (f == NULL || data == NULL) {
		fprintf(
		    stderr, "cannot read '%s': %s\n", path, strerror(errno));
		if (f != NULL)
			fclose(f);
		free(data);
		return -1;
	}
	size = fread(data, 1, INPUT_MAX, f);
	fclose(f);
	current_file = path;
	replay(data, size);
	free(data);
	return 0;
}

/* The number of files replayed, or -1. */
static int
replay_directory(const char *path)
{
	char file[4096];
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort), done = 0;

	if (n < 0) {
		fprintf(
		    stderr, "cannot read '%s': %s\n", path, strerror(errno));
		return -1;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && done >= 0)
			done = replay_file(file) < 0 ? -1 : done + 1;
		free(entries[i]);
	}
	free(entries);
	return done;
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_abort,
		.sa_flags = SA_RESETHAND };
	int files = 0;

	sigaction(SIGABRT, &action, NULL);
	if (__sanitizer_set_death_callback != NULL)
		__sanitizer_set_death_callback(keep_current);
	if (argc == 2)
		files = replay_directory(argv[1]);
	if (files <= 0) {
		fprintf(stderr, "usage: %s CORPUS-DIRECTORY (not empty)\n",
		    argv[0]);
		return 1;
	}
	printf("%d files, %lu inputs\n", files, runs);
	return 0;
}
