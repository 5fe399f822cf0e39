/*
 * The option parser on any words: lines of the input are the words of a command
 * line, the first byte chooses the rules. What it accepts must lie in the
 * ranges of the table and account for every word; words are never changed.
 */
#include <errno.h>

#include "base/check.h"
#include "cli/opt.h"

#define WORDS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct opts {
	bool tree, keep;
	int count, fd, mode, color;
	const char *name;
	int64_t number, at_least, wait_ns;
	uint64_t limit, size;
	double ratio;
	struct ob_opt_values items;
};

#define AT(field) OB_OPT_AT(struct opts, field)

static const char *const modes[] = { "fast", "safe", NULL };

static const struct ob_opt rows[] = {
	{ "tree", 't', OB_OPT_FLAG, AT(tree), .flags = OB_OPT_NEGATABLE },
	{ "keep", 'k', OB_OPT_FLAG, AT(keep), .group = 1 },
	{ NULL, 'd', OB_OPT_FLAG, AT(keep), .group = 1 },
	{ "more", 'm', OB_OPT_COUNT, AT(count) },
	{ "name", 'n', OB_OPT_STR, AT(name), .alias = "label",
	    .alias_letter = 'N' },
	{ "number", 'i', OB_OPT_INT, AT(number), .min = -5, .max = 5 },
	{ "at-least", 'a', OB_OPT_INT, AT(at_least), .min = 3, .def = "3" },
	{ "limit", 'l', OB_OPT_UINT, AT(limit), .min = 1, .max = 9,
	    .def = "7" },
	{ "fd", 'f', OB_OPT_FD, AT(fd) },
	{ "ratio", 'r', OB_OPT_FLOAT, AT(ratio), .min = 0, .max = 1 },
	{ "size", 's', OB_OPT_SIZE, AT(size), .max = 1 << 20 },
	{ "wait", 'w', OB_OPT_DURATION, AT(wait_ns) },
	{ "mode", 'o', OB_OPT_CHOICE, AT(mode), .choices = modes },
	{ "item", 'I', OB_OPT_LIST, AT(items) },
	{ "other", 'O', OB_OPT_LIST, AT(items) },
	{ "end", 'e', OB_OPT_FLAG, AT(tree), .flags = OB_OPT_LAST },
	{ "red", '1', OB_OPT_SET, AT(color), .min = 3 },
	{ "blue", '2', OB_OPT_SET, AT(color), .min = 4 },
	OB_OPT_END,
};

/* The words of the input in the arena, NULL-terminated; their number. */
static int
split(struct ob_arena *arena, struct ob_str text, char **words)
{
	struct ob_str word;
	int n = 0;

	while (n < WORDS_MAX && ob_str_split(&text, '\n', &word)) {
		words[n] = ob_arena_dup(arena, word);
		OB_CHECK(words[n] != NULL);
		n++;
	}
	words[n] = NULL;
	return n;
}

static void
check_ranges(const struct opts *o)
{
	OB_CHECK(o->number >= -5 && o->number <= 5);
	OB_CHECK(o->at_least >= 3);
	OB_CHECK(o->limit >= 1 && o->limit <= 9);
	OB_CHECK(o->fd >= 0 && o->count >= 0);
	OB_CHECK(o->ratio >= 0 && o->ratio <= 1);
	OB_CHECK(o->size <= 1 << 20);
	OB_CHECK(o->mode == 0 || o->mode == 1);
	OB_CHECK(o->color == 0 || o->color == 3 || o->color == 4);
	for (size_t i = 0; i < o->items.n; i++)
		OB_CHECK(o->items.v[i].value != NULL &&
			 o->items.v[i].opt->kind == OB_OPT_LIST);
}

/* Operands are words of the command line, in its order. */
static void
check_operands(const struct ob_parse *p, int argc, char **argv)
{
	int at = 0;

	OB_CHECK(p->n_operands <= argc);
	OB_CHECK(p->operands[p->n_operands] == NULL);
	for (int i = 0; i < p->n_operands; i++) {
		while (at < argc && argv[at] != p->operands[i])
			at++;
		OB_CHECK(at < argc);
		at++;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 26);
	struct ob_err err = OB_ERR_INIT;
	char *words[WORDS_MAX + 1];
	struct ob_house house = { 0 };
	struct opts o = { 0 };
	struct ob_parse p = {
		.table = { { rows, &o }, { NULL, NULL },
		    { ob_opt_house(OB_HOUSE_NUL), &house } },
		.arena = &arena,
	};
	int argc, rc;

	if (size == 0)
		return 0;
	p.stops_at_operand = data[0] & 1;
	argc = split(&arena, ob_str_n((const char *)data + 1, size - 1), words);
	ob_opt_defaults(&p);
	rc = ob_opt_parse(&p, argc, words, &err);
	if (rc < 0) {
		OB_CHECK(rc == -EINVAL && err.code == rc && err.msg[0] != '\0');
		return 0;
	}
	check_ranges(&o);
	check_operands(&p, argc, words);
	return 0;
}
