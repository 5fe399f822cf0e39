#include "cli/opt.h"

#include <errno.h>
#include <float.h>
#include <limits.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"
#include "base/str.h"
#include "cli/cx.h"

#define ROWS_MAX   64
#define VALUES_MAX 4096
#define WORD_MAX   80

/* A row that a word of the command line names. */
struct match {
	unsigned table, row;
	const struct ob_opt *opt; /* NULL = none */
	bool negated;
};

struct words {
	struct ob_parse *p;
	int argc, at;
	char **argv;
	struct ob_err *err;
};

bool
ob_opt_takes_value(const struct ob_opt *row)
{
	return row->kind != OB_OPT_FLAG && row->kind != OB_OPT_COUNT &&
	       row->kind != OB_OPT_SET;
}

static bool
is_named(const struct ob_opt *o, struct ob_str name)
{
	return (o->name != NULL && ob_str_eq_z(name, o->name)) ||
	       (o->alias != NULL && ob_str_eq_z(name, o->alias));
}

static struct match
find_long(const struct ob_parse *p, struct ob_str name)
{
	bool is_no = ob_str_has_prefix(name, OB_STR("no-"));

	for (unsigned t = 0; t < OB_OPT_TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != 0; i++) {
			if (is_named(&o[i], name))
				return (struct match){ t, i, &o[i], false };
			if (is_no && (o[i].flags & OB_OPT_NEGATABLE) &&
			    is_named(&o[i], ob_str_n(name.p + 3, name.n - 3)))
				return (struct match){ t, i, &o[i], true };
		}
	}
	return (struct match){ 0 };
}

static struct match
find_letter(const struct ob_parse *p, char letter)
{
	for (unsigned t = 0; t < OB_OPT_TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != 0; i++)
			if (o[i].letter == letter ||
			    (o[i].alias_letter == letter && letter != '\0'))
				return (struct match){ t, i, &o[i], false };
	}
	return (struct match){ 0 };
}

/* The option nearest to a name; word is room for its first letters. */
static const char *
nearest_long(const struct ob_parse *p, struct ob_str name, char word[WORD_MAX])
{
	size_t used = name.n < WORD_MAX ? name.n : WORD_MAX - 1;
	struct ob_nearest n;

	if (used > 0)
		memcpy(word, name.p, used);
	word[used] = '\0';
	ob_nearest_init(&n, word);
	for (unsigned t = 0; t < OB_OPT_TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (; o != NULL && o->kind != 0; o++)
			if (o->name != NULL && !(o->flags & OB_OPT_HIDDEN))
				ob_nearest_add(&n, o->name);
	}
	return ob_nearest_get(&n);
}

/* "--limit" or "-n", as errors name a row. */
static const char *
dashed(char out[WORD_MAX], const struct ob_opt *o)
{
	if (o->name != NULL)
		(void)snprintf(out, WORD_MAX, "--%.60s", o->name); /* fits */
	else
		(void)snprintf(out, WORD_MAX, "-%c", o->letter);
	return out;
}

/* "option '--limit'" */
static void
describe(char out[WORD_MAX], const struct ob_opt *o)
{
	char name[WORD_MAX];

	(void)snprintf(out, WORD_MAX, "option '%.64s'", dashed(name, o));
}

/* --- values ----------------------------------------------------------- */

static int
refuse_range(struct ob_err *err, const struct ob_opt *o, const char *what,
    const char *value)
{
	if (o->min == 0 && o->max == 0)
		return ob_err_msg(err, -EINVAL,
		    "%s: '%s' is not a whole number in range", what, value);
	if (o->min > o->max)
		return ob_err_msg(err, -EINVAL,
		    "%s: '%s' is not a whole number of at least %lld", what,
		    value, (long long)o->min);
	return ob_err_msg(err, -EINVAL,
	    "%s: '%s' is not a whole number from %lld to %lld", what, value,
	    (long long)o->min, (long long)o->max);
}

static int
set_int(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	bool any = o->min == 0 && o->max == 0;
	int64_t i;

	if (ob_num_i64(ob_str_z(value), any ? INT64_MIN : o->min,
		any || o->min > o->max ? INT64_MAX : o->max, &i) < 0)
		return refuse_range(err, o, what, value);
	*(int64_t *)field = i;
	return 0;
}

static int
set_uint(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	bool any = o->min == 0 && o->max == 0;
	uint64_t u;

	if (ob_num_u64(ob_str_z(value), any ? 0 : (uint64_t)o->min,
		any || o->min > o->max ? UINT64_MAX : (uint64_t)o->max, &u) < 0)
		return refuse_range(err, o, what, value);
	*(uint64_t *)field = u;
	return 0;
}

static int
set_fd(const struct ob_opt *o, void *field, const char *what, const char *value,
    struct ob_err *err)
{
	int64_t i;

	(void)o;
	if (ob_num_i64(ob_str_z(value), 0, INT_MAX, &i) < 0)
		return ob_err_msg(err, -EINVAL,
		    "%s: '%s' is not a file descriptor number", what, value);
	*(int *)field = (int)i;
	return 0;
}

static int
set_float(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	bool any = o->min == 0 && o->max == 0;
	double f;

	if (ob_num_f64(ob_str_z(value), any ? -DBL_MAX : (double)o->min,
		any ? DBL_MAX : (double)o->max, &f) < 0)
		return any ? ob_err_msg(err, -EINVAL,
				 "%s: '%s' is not a number", what, value)
		           : ob_err_msg(err, -EINVAL,
				 "%s: '%s' is not a number from %lld to %lld",
				 what, value, (long long)o->min,
				 (long long)o->max);
	*(double *)field = f;
	return 0;
}

static int
set_size(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	uint64_t max = o->max == 0 ? UINT64_MAX : (uint64_t)o->max;
	uint64_t bytes;
	int rc = ob_num_size(ob_str_z(value), (uint64_t)o->min, max, &bytes);

	if (rc == -ERANGE)
		return ob_err_msg(
		    err, -EINVAL, "%s: '%s' is out of range", what, value);
	if (rc < 0)
		return ob_err_msg(err, -EINVAL,
		    "%s: '%s' is not a size such as 4096, 64K, 16M or 1G", what,
		    value);
	*(uint64_t *)field = bytes;
	return 0;
}

static int
set_duration(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	int64_t ns;
	int rc = ob_num_duration(ob_str_z(value), OB_NS_PER_S, &ns);

	if (rc == 0 && (o->min != 0 || o->max != 0) &&
	    (ns < o->min || ns > o->max))
		rc = -ERANGE;
	if (rc == -ERANGE)
		return ob_err_msg(
		    err, -EINVAL, "%s: '%s' is out of range", what, value);
	if (rc < 0)
		return ob_err_msg(err, -EINVAL,
		    "%s: '%s' is not a duration such as 250ms, 5s, 2m or 1h",
		    what, value);
	*(int64_t *)field = ns;
	return 0;
}

static int
set_choice(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_err *err)
{
	char storage[300];
	struct ob_buf names;

	ob_buf_init_fixed(&names, storage, sizeof(storage));
	for (int i = 0; o->choices[i] != NULL; i++) {
		if (strcmp(o->choices[i], value) == 0) {
			*(int *)field = i;
			return 0;
		}
		ob_buf_printf(
		    &names, "%s%s", i == 0 ? "" : ", ", o->choices[i]);
	}
	return ob_err_msg(err, -EINVAL, "%s: '%s' is not one of: %s", what,
	    value, ob_buf_z(&names));
}

static int
set_list(const struct ob_opt *o, void *field, const char *what,
    const char *value, struct ob_arena *arena, struct ob_err *err)
{
	struct ob_opt_values *list = field;
	size_t n = list->n;

	/* Capacity is the next power of two, so growth needs no field. */
	if (n >= VALUES_MAX)
		return ob_err_msg(err, -EINVAL,
		    "%s was given more than %d times", what, VALUES_MAX);
	if ((n & (n - 1)) == 0) {
		struct ob_opt_value *v =
		    ob_arena_array(arena, n == 0 ? 1 : n * 2, sizeof(*v));

		if (v == NULL)
			return ob_err_set(err, -ENOMEM, "cannot keep options");
		if (n > 0)
			memcpy(v, list->v, n * sizeof(*v));
		list->v = v;
	}
	list->v[list->n++] = (struct ob_opt_value){ o, value };
	return 0;
}

static int
set_flag(void *field, const char *what, const char *value, struct ob_err *err)
{
	static const char *const yes[] = { "1", "true", "yes", "on" };
	static const char *const no[] = { "0", "false", "no", "off" };

	for (size_t i = 0; i < OB_COUNT(yes); i++) {
		bool is_yes = strcmp(value, yes[i]) == 0;

		if (is_yes || strcmp(value, no[i]) == 0) {
			*(bool *)field = is_yes;
			return 0;
		}
	}
	return ob_err_msg(
	    err, -EINVAL, "%s: '%s' is not true or false", what, value);
}

int
ob_opt_set(const struct ob_opt *row, void *target, const char *what,
    const char *value, struct ob_arena *arena, struct ob_err *err)
{
	void *field = (char *)target + row->offset;

	switch ((enum ob_opt_kind)row->kind) {
	case OB_OPT_FLAG: return set_flag(field, what, value, err);
	case OB_OPT_COUNT:
	case OB_OPT_SET: break;
	case OB_OPT_STR:
	case OB_OPT_PATH: *(const char **)field = value; return 0;
	case OB_OPT_INT: return set_int(row, field, what, value, err);
	case OB_OPT_UINT: return set_uint(row, field, what, value, err);
	case OB_OPT_FD: return set_fd(row, field, what, value, err);
	case OB_OPT_FLOAT: return set_float(row, field, what, value, err);
	case OB_OPT_SIZE: return set_size(row, field, what, value, err);
	case OB_OPT_DURATION: return set_duration(row, field, what, value, err);
	case OB_OPT_CHOICE: return set_choice(row, field, what, value, err);
	case OB_OPT_LIST: return set_list(row, field, what, value, arena, err);
	case OB_OPT_NONE: break;
	}
	OB_BUG("option of this kind takes no value");
}

/* --- the command line --------------------------------------------------- */

/* Options that exclude each other: names the one that was there first. */
static int
check_group(struct words *w, const struct match *m)
{
	char first[WORD_MAX], second[WORD_MAX];

	for (unsigned t = 0; m->opt->group != 0 && t < OB_OPT_TABLES; t++) {
		const struct ob_opt *o = w->p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != 0; i++)
			if (o[i].group == m->opt->group && &o[i] != m->opt &&
			    (w->p->given[t] >> i & 1))
				return ob_err_msg(w->err, -EINVAL,
				    "options '%s' and '%s' exclude each other",
				    dashed(first, &o[i]),
				    dashed(second, m->opt));
	}
	return 0;
}

static int
apply(struct words *w, const struct match *m, const char *value)
{
	const struct ob_opt *o = m->opt;
	void *field = (char *)w->p->table[m->table].target + o->offset;
	char what[WORD_MAX];
	int rc = check_group(w, m);

	if (rc < 0)
		return rc;
	w->p->given[m->table] |= UINT64_C(1) << m->row;
	if (o->kind == OB_OPT_FLAG) {
		*(bool *)field = !m->negated;
		return 0;
	}
	if (o->kind == OB_OPT_COUNT) {
		*(int *)field += 1;
		return 0;
	}
	if (o->kind == OB_OPT_SET) {
		*(int *)field = (int)o->min;
		return 0;
	}
	describe(what, o);
	OB_CHECK(value != NULL); /* parse_long, parse_letters: it takes one */
	return ob_opt_set(
	    o, w->p->table[m->table].target, what, value, w->p->arena, w->err);
}

static int
missing_value(struct words *w, const struct ob_opt *o)
{
	char what[WORD_MAX];

	describe(what, o);
	return ob_err_msg(w->err, -EINVAL, "%s needs a value%s%s", what,
	    o->metavar == NULL ? "" : " ",
	    o->metavar == NULL ? "" : o->metavar);
}

/* The word behind `--`, with or without "=value". */
static int
parse_long(struct words *w, const char *word)
{
	struct ob_str whole = ob_str_z(word);
	struct ob_str name = ob_str_n(word, ob_str_find(whole, '='));
	struct match m = find_long(w->p, whole);
	const char *value = NULL, *near;
	char room[WORD_MAX];

	if (m.opt == NULL) {
		m = find_long(w->p, name);
		if (name.n < whole.n)
			value = word + name.n + 1;
	}
	if (m.opt == NULL) {
		near = nearest_long(w->p, name, room);
		return near == NULL
		           ? ob_err_msg(w->err, -EINVAL,
				 "unknown option '--%.*s'", OB_STR_ARG(name))
		           : ob_err_msg(w->err, -EINVAL,
				 "unknown option '--%.*s' (did you mean '--%s'?)",
				 OB_STR_ARG(name), near);
	}
	if (!ob_opt_takes_value(m.opt) && value != NULL)
		return ob_err_msg(w->err, -EINVAL,
		    "option '--%.*s' takes no value", OB_STR_ARG(name));
	if (ob_opt_takes_value(m.opt) && value == NULL) {
		if (w->at >= w->argc)
			return missing_value(w, m.opt);
		value = w->argv[w->at++];
	}
	return apply(w, &m, value);
}

/* A cluster of letters behind `-`; 1 = the last one ended the options. */
static int
parse_letters(struct words *w, const char *letters)
{
	for (const char *c = letters; *c != '\0'; c++) {
		struct match m = find_letter(w->p, *c);
		const char *value = NULL;
		int rc;

		if (m.opt == NULL)
			return ob_err_msg(
			    w->err, -EINVAL, "unknown option '-%c'", *c);
		if (ob_opt_takes_value(m.opt)) {
			if (c[1] != '\0')
				value = c + 1;
			else if (w->at < w->argc)
				value = w->argv[w->at++];
			else
				return missing_value(w, m.opt);
		}
		rc = apply(w, &m, value);
		if (rc < 0)
			return rc;
		if (m.opt->flags & OB_OPT_LAST)
			return 1;
		if (value != NULL)
			break;
	}
	return 0;
}

int
ob_opt_parse(struct ob_parse *p, int argc, char **argv, struct ob_err *err)
{
	struct words w = { .p = p, .argc = argc, .argv = argv, .err = err };

	p->operands =
	    ob_arena_array(p->arena, (size_t)argc + 1, sizeof(*p->operands));
	if (p->operands == NULL)
		return ob_err_set(err, -ENOMEM, "cannot keep operands");
	p->n_operands = 0;
	p->saw_dashes = false;

	while (w.at < argc) {
		char *word = argv[w.at++];
		int rc;

		if (word[0] != '-' || word[1] == '\0') {
			p->operands[p->n_operands++] = word;
			if (p->stops_at_operand)
				break;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			p->saw_dashes = true;
			p->dashes_at = p->n_operands;
			break;
		}
		rc = word[1] == '-' ? parse_long(&w, word + 2)
		                    : parse_letters(&w, word + 1);
		if (rc < 0)
			return rc;
		if (rc > 0)
			break;
	}
	while (w.at < argc)
		p->operands[p->n_operands++] = argv[w.at++];
	p->operands[p->n_operands] = NULL;
	return 0;
}

void
ob_opt_defaults(struct ob_parse *p)
{
	for (unsigned t = 0; t < OB_OPT_TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != 0; i++) {
			OB_CHECK(i < ROWS_MAX);
			if (o[i].def != NULL)
				OB_CHECK(ob_opt_set(&o[i], p->table[t].target,
					     "default", o[i].def, p->arena,
					     NULL) == 0);
		}
	}
}

bool
ob_opt_is_given(const struct ob_parse *p, unsigned t, size_t offset)
{
	const struct ob_opt *o = p->table[t].rows;

	for (unsigned i = 0; o != NULL && o[i].kind != 0; i++)
		if (o[i].offset == offset && (p->given[t] >> i & 1))
			return true;
	return false;
}

/* --- house options ------------------------------------------------------ */

static const char *const color_names[] = { "auto", "always", "never", NULL };

#define HOUSE(field) OB_OPT_AT(struct ob_house, field)

/* Sorted so that each kind of verb uses a tail of the table. */
static const struct ob_opt house_rows[] = {
	{ "null", '0', OB_OPT_FLAG, HOUSE(nul),
	    .help = "NUL instead of newline, in and out" },
	{ "ndjson", 0, OB_OPT_FLAG, HOUSE(ndjson), .group = 255,
	    .help = "one JSON object a line" },
	{ "plain", 0, OB_OPT_FLAG, HOUSE(plain), .group = 255,
	    .help = "tab-separated values, raw units" },
	{ "header", 0, OB_OPT_FLAG, HOUSE(header),
	    .help = "a heading above --plain rows" },
	{ "no-header", 0, OB_OPT_FLAG, HOUSE(no_header),
	    .help = "no heading above a table" },
	{ "json", 0, OB_OPT_FLAG, HOUSE(json), .group = 255,
	    .help = "one JSON document", .flags = OB_OPT_COMMON },
	{ "quiet", 'q', OB_OPT_COUNT, HOUSE(quiet),
	    .help = "no notes and no progress" },
	{ "verbose", 'v', OB_OPT_COUNT, HOUSE(verbose),
	    .help = "say more; repeat for details" },
	{ "color", 0, OB_OPT_CHOICE, HOUSE(color), .metavar = "WHEN",
	    .choices = color_names, .help = "auto, always or never" },
	{ "help", 'h', OB_OPT_FLAG, HOUSE(help), .flags = OB_OPT_COMMON,
	    .help = "show this help; --help=all for all options" },
	{ "help=all", 0, OB_OPT_FLAG, HOUSE(help_all), .flags = OB_OPT_HIDDEN },
	{ "version", 0, OB_OPT_FLAG, HOUSE(version), .help = "show version" },
	OB_OPT_END,
};

enum {
	HOUSE_NUL = 0,
	HOUSE_ROWS = 1,
	HOUSE_JSON = 5,
	HOUSE_QV = 6,
	HOUSE_ALL = 8,
};

const struct ob_opt *
ob_opt_house(enum ob_house_kind kind)
{
	static const unsigned first[] = {
		[OB_HOUSE_NUL] = HOUSE_NUL,
		[OB_HOUSE_ROWS] = HOUSE_ROWS,
		[OB_HOUSE_JSON] = HOUSE_JSON,
		[OB_HOUSE_QV] = HOUSE_QV,
		[OB_HOUSE_ALL] = HOUSE_ALL,
	};

	return &house_rows[first[kind]];
}

/* --- the nearest name --------------------------------------------------- */

void
ob_nearest_init(struct ob_nearest *n, const char *word)
{
	*n = (struct ob_nearest){ .word = word, .distance = UINT_MAX };
}

void
ob_nearest_add(struct ob_nearest *n, const char *candidate)
{
	unsigned d = ob_str_distance(ob_str_z(n->word), ob_str_z(candidate));

	if (d < n->distance) {
		n->distance = d;
		n->best = candidate;
	}
}

/* Near enough: one slip in three letters, at least one. */
const char *
ob_nearest_get(const struct ob_nearest *n)
{
	size_t len = strlen(n->word);

	return n->best != NULL && n->distance <= 1 + len / 4 &&
	               n->distance < len
	           ? n->best
	           : NULL;
}
