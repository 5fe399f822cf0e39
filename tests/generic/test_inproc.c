/*
 * Holds verbs of class OB_INPROC to their promise: the shell runs them as
 * functions of its own process, so they leave nothing behind in it.
 *
 * For the applet named by OB_APPLET every such verb has at least one line in
 * tests/e2e/<applet>/inproc.args: words as for a shell ('...' quotes; `#` starts
 * a remark), beginning with the verb, that ends with 0 or 1. Each line runs
 * 1000 times in this process and leaves no residue (residue.h). The lines work
 * on what inproc.prepare, a bash script beside the file, makes in the empty
 * working directory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/registry.h"
#include "cx.h"
#include "residue.h"
#include "unit.h"

#undef getenv

#define WORDS_MAX 32
#define LINES_MAX 200

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

struct job {
	const char *line;
	const char *const *words;
	int n;
};

/* The context and its streams, which grow with what is written, are ours. */
static void
run_times(void *arg, int times)
{
	const struct job *job = arg;
	static const char *vars[] = { "HOME=.", "PATH=/usr/bin:/bin",
		"XDG_CONFIG_HOME=config", "XDG_STATE_HOME=state",
		"XDG_RUNTIME_DIR=run", "TZ=UTC", NULL };
	struct test_cx t;

	test_cx_init(&t);
	t.cx.env = (struct ob_env){ vars };
	for (int i = 0; i < times; i++) {
		int code = test_cx_run_words(&t, job->words, job->n);

		if (code != 0 && code != 1)
			FAIL("'%s' ends with %d: %s", job->line, code,
			    ob_buf_z(&t.err));
	}
	test_cx_release(&t);
}

static void
repeat(const char *line, const char *const *words, int n)
{
	struct job job = { line, words, n };
	char what[RESIDUE_TEXT];

	if (residue_find(run_times, &job, what))
		FAIL("'%s' %s", line, what);
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
	residue_make_terminal();

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
