/*
 * From a command line to an exit code: finds the verb, parses its options,
 * acts on the house options, runs it, and is the one place that prints an
 * error and looks whether the output arrived.
 */
#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"
#include "base/trace.h"
#include "cli/applet.h"
#include "cli/diag.h"
#include "cli/help.h"
#include "cli/out.h"
#include "cli/registry.h"
#include "cli/settings.h"

#define OPTS_MAX 1024

enum { TABLE_OWN, TABLE_SHARED, TABLE_HOUSE };

const struct ob_applet *
ob_applet_find(const char *name)
{
	for (size_t i = 0; ob_applets[i] != NULL; i++) {
		const struct ob_applet *a = ob_applets[i];

		if (strcmp(a->name, name) == 0)
			return a;
		for (size_t k = 0; a->aliases != NULL && a->aliases[k]; k++)
			if (strcmp(a->aliases[k], name) == 0)
				return a;
	}
	return NULL;
}

const struct ob_verb *
ob_verb_find(const struct ob_applet *a, const char *name)
{
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

const struct ob_verb *
ob_verb_default(const struct ob_applet *a)
{
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		if (v->flags & OB_V_DEFAULT)
			return v;
	return NULL;
}

enum ob_house_kind
ob_verb_house(const struct ob_verb *v)
{
	if (v->flags & OB_V_NUL)
		return OB_HOUSE_NUL;
	if (v->flags & OB_V_ROWS)
		return OB_HOUSE_ROWS;
	if (v->flags & OB_V_JSON)
		return OB_HOUSE_JSON;
	return v->flags & OB_V_OWN_QV ? OB_HOUSE_ALL : OB_HOUSE_QV;
}

/* Prints the recorded error; the exit code. */
static int
fail(struct ob_cx *cx, int rc)
{
	int code;

	if (rc == -EPIPE)
		return OB_EX_SIGPIPE;
	if (rc == -EINTR && cx->cancel != NULL && *cx->cancel != 0)
		return OB_EX_SIGNAL + *cx->cancel;
	if (cx->error.code != rc)
		(void)ob_err_set(&cx->error, rc, "cannot go on"); /* no words */
	code = ob_exit_of(rc);
	ob_diag(cx, &cx->error, code);
	return code;
}

static int
fail_usage(struct ob_cx *cx)
{
	char storage[OB_ERR_MSG_MAX / 2];
	const struct ob_err wrong = cx->error;
	struct ob_buf see;

	ob_buf_init_fixed(&see, storage, sizeof(storage));
	ob_buf_add_z(&see, "; see '");
	ob_help_command(&see, cx->applet, cx->verb);
	ob_buf_add_z(&see, " --help'");
	/* A very long word is cut, not the way to the help. */
	(void)ob_err_msg(&cx->error, -EINVAL, "%.*s%s",
	    (int)(OB_ERR_MSG_MAX - 1 - see.n), wrong.msg, ob_buf_z(&see));
	ob_diag(cx, &cx->error, OB_EX_USAGE);
	return OB_EX_USAGE;
}

/* The output must have arrived, or the verb has failed. */
static int
finish(struct ob_cx *cx, int code)
{
	int rc = ob_stream_flush(cx->out);

	if (rc == -EPIPE)
		return OB_EX_SIGPIPE;
	if (rc < 0) {
		ob_err_set(&cx->error, rc, "cannot write to standard output");
		ob_diag(cx, &cx->error, OB_EX_IOERR);
		return code > OB_EX_NO ? code : OB_EX_IOERR;
	}
	return code;
}

static int
check_operands(
    struct ob_cx *cx, const struct ob_verb *v, const struct ob_parse *p)
{
	unsigned min = 0, max = 0;
	bool open = false;

	for (const struct ob_operand *o = v->operands; o && o->metavar; o++) {
		min += o->min;
		max += o->max;
		open |= o->max == 0;
		if ((unsigned)p->n_operands < min)
			return ob_usage(cx, "missing operand %s", o->metavar);
	}
	if (!open && (unsigned)p->n_operands > max)
		return ob_usage(
		    cx, "unexpected operand '%s'", p->operands[max]);
	return 0;
}

static int
check_required(struct ob_cx *cx, const struct ob_parse *p)
{
	for (unsigned t = 0; t < TABLE_HOUSE; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != 0; i++)
			if ((o[i].flags & OB_OPT_REQUIRED) &&
			    !(p->given[t] >> i & 1))
				return ob_usage(
				    cx, "option '--%s' is missing", o[i].name);
	}
	return 0;
}

static void
apply_house(struct ob_cx *cx, const struct ob_house *h)
{
	if (h->json)
		cx->out_mode = OB_OUT_JSON;
	else if (h->ndjson)
		cx->out_mode = OB_OUT_NDJSON;
	else if (h->plain)
		cx->out_mode = OB_OUT_PLAIN;
	if (h->quiet > 0)
		cx->verbosity = -1;
	else if (h->verbose > 0)
		cx->verbosity = h->verbose;
	if (h->color != OB_COLOR_AUTO)
		cx->color = (enum ob_color_when)h->color;
	cx->nul_separated = h->nul;
	cx->want_header = h->header;
	cx->hide_header = h->no_header;
}

/* What files and the environment say of options that were not given. */
static int
read_settings(struct ob_cx *cx, struct ob_parse *p)
{
	struct ob_conf *conf = NULL;
	int rc;

	if (cx->applet == NULL || !ob_settings_exist(p))
		return 0;
	rc = ob_settings_open(cx->applet, cx->env, OB_SETTINGS_SYSTEM_DIR,
	    OB_SETTINGS_RUN, &conf, &cx->error);
	if (rc == 0)
		rc = ob_settings_apply(conf, p, &cx->error);
	ob_conf_free(&conf);
	return rc;
}

static int
parse_and_run(struct ob_cx *cx, const struct ob_verb *v, struct ob_parse *p,
    int argc, char **argv)
{
	const struct ob_house *house = p->table[TABLE_HOUSE].target;
	int rc;

	ob_opt_defaults(p);
	rc = ob_opt_parse(p, argc, argv, &cx->error);
	/* Asked for help, a wrong word beside it is no matter. */
	if (house->help || house->help_all)
		return finish(cx, ob_help_verb(cx, house->help_all));
	if (house->version)
		return finish(cx, ob_help_version(cx));
	apply_house(cx, house);
	if (rc == 0)
		rc = read_settings(cx, p);
	if (rc == 0)
		rc = check_operands(cx, v, p);
	if (rc == 0)
		rc = check_required(cx, p);
	if (rc < 0)
		return rc == -EINVAL ? fail_usage(cx) : fail(cx, rc);

	rc = v->run(cx, p->table[TABLE_OWN].target, p->n_operands, p->operands);
	if (rc < 0 && rc == cx->out->err)
		rc = OB_EX_OK; /* lost output: finish() has the words */
	else if (rc == -EINVAL && cx->error.code == rc && cx->error.complete)
		rc = fail_usage(cx);
	else if (rc < 0)
		rc = fail(cx, rc);
	return finish(cx, rc);
}

int
ob_verb_run(struct ob_cx *cx, const struct ob_verb *v, int argc, char **argv)
{
	_Alignas(16) unsigned char opts[OPTS_MAX];
	struct ob_house house = { 0 };
	struct ob_parse p = {
		.table = {
			[TABLE_OWN] = { v->opts, opts },
			[TABLE_SHARED] = { v->shared, opts },
			[TABLE_HOUSE] = { ob_opt_house(ob_verb_house(v)),
			    &house },
		},
		.stops_at_operand = v->flags & OB_V_COMMAND,
		.arena = cx->scratch,
	};
	int rc;

	OB_CHECK(v->opts_size <= sizeof(opts));
	memset(opts, 0, v->opts_size);
	ob_trace(.kind = OB_TRACE_VERB, .name = v->name);
	cx->verb = v;
	cx->parse = &p;
	rc = parse_and_run(cx, v, &p, argc, argv);
	cx->parse = NULL;
	return rc;
}

/* Whether the value of the option (or cluster) is the word behind it. */
static bool
takes_next_word(const struct ob_applet *a, const char *word)
{
	const struct ob_opt *o;

	if (word[1] == '-') {
		o = ob_help_find_option(a, word);
		return o != NULL && ob_opt_takes_value(o) &&
		       ob_z_find(word, '=') == NULL;
	}
	for (const char *c = word + 1; *c != '\0'; c++) {
		const char letter[] = { '-', *c, '\0' };

		o = ob_help_find_option(a, letter);
		if (o != NULL && ob_opt_takes_value(o))
			return c[1] == '\0';
	}
	return false;
}

/* The index of the first operand of argv, by all options of the applet. */
static int
first_operand(const struct ob_applet *a, int argc, char **argv)
{
	int i = 1;

	while (i < argc) {
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			return i;
		if (strcmp(argv[i], "--") == 0)
			return argc;
		i += 1 + takes_next_word(a, argv[i]);
	}
	return argc;
}

static int
unknown_verb(struct ob_cx *cx, const struct ob_applet *a, const char *word)
{
	struct ob_nearest near;
	const char *best;

	ob_nearest_init(&near, word);
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		if (!(v->flags & OB_V_HIDDEN))
			ob_nearest_add(&near, v->name);
	best = ob_nearest_get(&near);
	if (best != NULL)
		ob_usage(
		    cx, "unknown verb '%s' (did you mean '%s'?)", word, best);
	else
		ob_usage(cx, "unknown verb '%s'", word);
	return fail_usage(cx);
}

static int
dispatch(struct ob_cx *cx, const struct ob_applet *a, int argc, char **argv)
{
	const struct ob_verb *v, *fallback = ob_verb_default(a);
	int at;
	char **words;

	v = argc > 1 ? ob_verb_find(a, argv[1]) : fallback;
	if (v == NULL && argc < 2) {
		ob_help_applet(cx, a, cx->err);
		return OB_EX_USAGE;
	}
	if (argc > 1 && v != NULL)
		return ob_verb_run(cx, v, argc - 2, argv + 2);
	if (argc > 1 && ob_help_is_word(argv[1]))
		return finish(cx, ob_help_applet(cx, a, cx->out));
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return finish(cx, ob_help_version(cx));

	/* Options before the verb move behind it; the words of a command stay
	 * where they are. */
	at = argc;
	if (fallback == NULL || !(fallback->flags & OB_V_COMMAND))
		at = first_operand(a, argc, argv);
	v = at < argc ? ob_verb_find(a, argv[at]) : NULL;
	if (v == NULL && fallback != NULL)
		return ob_verb_run(cx, fallback, argc - 1, argv + 1);
	if (at >= argc) {
		ob_usage(cx, "missing verb after '%s'", argv[1]);
		return fail_usage(cx);
	}
	if (v == NULL)
		return unknown_verb(cx, a, argv[at]);
	words = ob_arena_array(cx->scratch, (size_t)argc, sizeof(*words));
	if (words == NULL)
		return fail(cx, -ENOMEM);
	memcpy(words, argv + 1, (size_t)(at - 1) * sizeof(*words));
	memcpy(words + at - 1, argv + at + 1,
	    (size_t)(argc - at) * sizeof(*words));
	return ob_verb_run(cx, v, argc - 2, words);
}

int
ob_applet_run(
    struct ob_cx *cx, const struct ob_applet *a, int argc, char **argv)
{
	int code;

	cx->applet = a;
	cx->called = a->name;
	ob_trace(.kind = OB_TRACE_START, .name = a->name);
	code = a->run != NULL ? a->run(cx, argc, argv)
	                      : dispatch(cx, a, argc, argv);
	(void)ob_stream_flush(cx->err); /* nobody to tell */
	ob_trace(.kind = OB_TRACE_EXIT, .value = code);
	return code;
}

int
ob_applet_dispatch(struct ob_cx *cx, int argc, char **argv)
{
	return dispatch(cx, cx->applet, argc, argv);
}
