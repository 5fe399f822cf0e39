#include "cx.h"

#include <fcntl.h>
#include <stdarg.h>
#include <string.h>

#include "cli/box.h"
#include "unit.h"

#define BYTES_MAX ((size_t)64 << 20)
#define WORDS_MAX 64

static int64_t
now_ns(void)
{
	return TEST_NOW_NS;
}

static void
random_bytes(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)p)[i] = (unsigned char)test_random();
}

static const struct ob_source fixed_source = {
	.real_ns = now_ns,
	.mono_ns = now_ns,
	.random = random_bytes,
};

void
test_cx_init(struct test_cx *t)
{
	memset(t, 0, sizeof(*t));
	ob_buf_init(&t->out, BYTES_MAX);
	ob_buf_init(&t->err, BYTES_MAX);
	ob_arena_init(&t->scratch, BYTES_MAX);
	ob_reader_init_mem(&t->in, OB_STR(""));
	t->cx = (struct ob_cx){
		.in = &t->in,
		.out = &t->out_stream,
		.err = &t->err_stream,
		.cwd_fd = AT_FDCWD,
		.in_tty = OB_TTY_NO,
		.out_tty = OB_TTY_NO,
		.err_tty = OB_TTY_NO,
		.argv0 = "opsbox",
		.scratch = &t->scratch,
		.source = &fixed_source,
	};
}

void
test_cx_release(struct test_cx *t)
{
	ob_buf_release(&t->out);
	ob_buf_release(&t->err);
	ob_arena_release(&t->scratch);
	ob_reader_release(&t->in);
}

void
test_cx_input(struct test_cx *t, const char *text)
{
	ob_reader_init_mem(&t->in, ob_str_z(text));
}

/* Forgets what the last run left in the context. */
static void
start(struct test_cx *t)
{
	ob_buf_reset(&t->out);
	ob_buf_reset(&t->err);
	ob_arena_reset(&t->scratch);
	ob_stream_init_mem(&t->out_stream, &t->out);
	ob_stream_init_mem(&t->err_stream, &t->err);
	ob_err_reset(&t->cx.error);
	t->cx.out_mode = OB_OUT_TABLE;
	t->cx.color = OB_COLOR_AUTO;
	t->cx.verbosity = 0;
	t->cx.applet = NULL;
	t->cx.verb = NULL;
}

/* Verbs may write into their words, so each is a copy. */
static int
collect(struct test_cx *t, const char *first, va_list args, char **words)
{
	int n = 0;

	for (const char *w = first; w != NULL; w = va_arg(args, const char *)) {
		CHECK(n < WORDS_MAX);
		words[n] = ob_arena_dup(&t->scratch, ob_str_z(w));
		CHECK(words[n] != NULL);
		n++;
	}
	words[n] = NULL;
	return n;
}

int
test_cx_run(struct test_cx *t, const char *word, ...)
{
	char *words[WORDS_MAX + 2];
	va_list args;
	int n;

	start(t);
	words[0] = ob_arena_dup(&t->scratch, OB_STR("opsbox"));
	va_start(args, word);
	n = collect(t, word, args, words + 1);
	va_end(args);
	return ob_box_run(&t->cx, n + 1, words);
}

int
test_cx_run_words(struct test_cx *t, const char *const *words, int n)
{
	char *copies[WORDS_MAX + 2];

	CHECK(n < WORDS_MAX);
	start(t);
	copies[0] = ob_arena_dup(&t->scratch, OB_STR("opsbox"));
	for (int i = 0; i < n; i++) {
		copies[i + 1] = ob_arena_dup(&t->scratch, ob_str_z(words[i]));
		CHECK(copies[i + 1] != NULL);
	}
	copies[n + 1] = NULL;
	return ob_box_run(&t->cx, n + 1, copies);
}

int
test_cx_verb(struct test_cx *t, const struct ob_verb *v, ...)
{
	static const struct ob_applet applet = { .name = "test" };
	char *words[WORDS_MAX + 1];
	const char *first;
	va_list args;
	int n;

	start(t);
	t->cx.applet = &applet;
	t->cx.called = applet.name;
	va_start(args, v);
	first = va_arg(args, const char *);
	n = collect(t, first, args, words);
	va_end(args);
	return ob_verb_run(&t->cx, v, n, words);
}
