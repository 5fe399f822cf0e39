/*
 * envcfg: configuration from files, environment and command line, and where
 * each value comes from. The verbs; the work is done by core/conf.
 */
#include <errno.h>
#include <float.h>
#include <string.h>

#include "base/num.h"
#include "chain.h"
#include "cli/applet.h"
#include "cli/diag.h"
#include "cli/out.h"
#include "cli/registry.h"
#include "cli/settings.h"
#include "command.h"
#include "conf/origin.h"
#include "explain.h"
#include "fmt/dotenv.h"
#include "fmt/json.h"
#include "fmt/tomlwrite.h"
#include "secret.h"
#include "vars.h"

#define AT(field)   OB_OPT_AT(struct ec_opts, field)
#define TEXT_MAX    ((size_t)1 << 30)
#define CARET_BYTES 120 /* of a line that is shown with a caret */

enum ec_form { TO_ROWS, TO_JSON, TO_TOML, TO_DOTENV, TO_ENV0 };
enum ec_type {
	TYPE_ANY,
	TYPE_STRING,
	TYPE_INT,
	TYPE_FLOAT,
	TYPE_BOOL,
	TYPE_SIZE,
	TYPE_DURATION
};

static const char *const forms[] = { "rows", "json", "toml", "dotenv", "env0",
	NULL };
static const char *const types[] = { "any", "string", "int", "float", "bool",
	"size", "duration", NULL };

static const struct ob_opt get_rows[] = {
	{ "type", 0, OB_OPT_CHOICE, AT(type), .flags = OB_OPT_COMMON,
	    .metavar = "TYPE", .choices = types, .def = "any",
	    .help = "refuse a value that is none" },
	{ "default", 0, OB_OPT_STR, AT(fallback), .flags = OB_OPT_COMMON,
	    .metavar = "VALUE", .help = "what to print when it is absent" },
	{ "raw", 0, OB_OPT_FLAG, AT(raw), .help = "no newline at the end" },
	OB_OPT_END,
};

static const struct ob_opt list_rows[] = {
	{ "to", 0, OB_OPT_CHOICE, AT(to), .flags = OB_OPT_COMMON,
	    .metavar = "FORM", .choices = forms, .def = "rows",
	    .help = "rows, json, toml, dotenv or env0" },
	{ "prefix", 0, OB_OPT_STR, AT(prefix), .metavar = "P", .def = "",
	    .help = "before each variable of dotenv and env0" },
	{ "show-secrets", 0, OB_OPT_FLAG, AT(show_secrets),
	    .help = "print secret values instead of ***" },
	{ "yes", 'y', OB_OPT_FLAG, AT(sure), .help = "even on a terminal" },
	OB_OPT_END,
};

static const struct ob_opt explain_rows[] = {
	{ "all", 0, OB_OPT_FLAG, AT(all), .flags = OB_OPT_COMMON,
	    .help = "every key; so without operands" },
	{ "order", 0, OB_OPT_FLAG, AT(order), .flags = OB_OPT_COMMON,
	    .help = "the sources, lowest first, instead of keys" },
	{ "show-secrets", 0, OB_OPT_FLAG, AT(show_secrets),
	    .help = "print secret values instead of ***" },
	{ "yes", 'y', OB_OPT_FLAG, AT(sure), .help = "even on a terminal" },
	OB_OPT_END,
};

static const struct ob_opt run_rows[] = {
	{ "pure", 0, OB_OPT_FLAG, AT(pure), .flags = OB_OPT_COMMON,
	    .help = "nothing but the configuration in the environment" },
	{ "keep", 0, OB_OPT_LIST, AT(keep), .flags = OB_OPT_COMMON,
	    .metavar = "VAR", .help = "with --pure, keep this variable" },
	{ "prefix", 0, OB_OPT_STR, AT(prefix), .flags = OB_OPT_COMMON,
	    .metavar = "P", .def = "", .help = "before each variable" },
	OB_OPT_END,
};

static const struct ob_col list_cols[] = {
	{ "key", "KEY", OB_CELL_TEXT, .help = "path of the key" },
	{ "value", "VALUE", OB_CELL_TEXT, .help = "its value" },
	{ "type", "TYPE", OB_CELL_TEXT, .help = "type of the value" },
	OB_COL_END,
};

static const struct ob_exit_row get_exits[] = {
	{ OB_EX_NO, "the key is absent" },
	{ OB_EX_DATAERR, "malformed data" },
	{ OB_EX_NOINPUT, "a file is missing" },
	{ OB_EX_CONFIG, "well-formed but wrong: type, table against value, "
			"undefined variable" },
	{ 0, NULL },
};

static const struct ob_exit_row run_exits[] = {
	{ OB_EX_OWNFAIL, "the configuration cannot be used" },
	{ OB_EX_CANNOTRUN, "the command is not executable" },
	{ OB_EX_NOTFOUND, "the command was not found" },
	{ 0, NULL },
};

/* --- what all verbs share --------------------------------------------------- */

/* Whether a line begins with a key, in any of the formats. */
static bool
names_a_key(struct ob_str line)
{
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == '=' || c == ':')
			return i > 0;
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') ||
			memchr(" \t\"'._-{,[", c, 10) != NULL))
			return false;
	}
	return false;
}

/*
 * Whether a line, which ends at end, may show a secret: by its own words, or,
 * where a value goes on over lines, by those of the line that names the key.
 */
static bool
line_is_secret(struct ob_str text, size_t from, size_t end)
{
	for (;;) {
		struct ob_str line = ob_str_n(text.p + from, end - from);

		if (ec_is_secret(line))
			return true;
		if (from == 0 || names_a_key(line))
			return false;
		end = --from;
		while (from > 0 && text.p[from - 1] != '\n')
			from--;
	}
}

/* The line where parsing failed, and a caret below the place. */
static void
show_caret(struct ob_cx *cx, const struct ob_conf *conf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(8192);
	struct ob_str text = conf->failed.text, line;
	size_t at = conf->failed.at.off, from, col;

	if (conf->failed.at.line == 0 || cx->verbosity < 0 ||
	    cx->out_mode == OB_OUT_JSON || cx->out_mode == OB_OUT_NDJSON)
		return;
	from = at - (conf->failed.at.col - 1);
	line = ob_str_n(text.p + from, text.n - from);
	line.n = ob_str_find(line, '\n');
	col = at - from;
	if (line_is_secret(text, from, from + line.n)) {
		ob_stream_puts(cx->err, "  (the line may hold a secret)\n");
		return;
	}
	if (col > CARET_BYTES / 2) {
		size_t cut = col - CARET_BYTES / 2;

		line = ob_str_n(line.p + cut, line.n - cut);
		col -= cut;
	}
	if (line.n > CARET_BYTES)
		line.n = CARET_BYTES;
	ob_buf_add_z(&b, "  ");
	ob_diag_escape(&b, ob_str_n(line.p, col));
	at = b.n;
	ob_diag_escape(&b, ob_str_n(line.p + col, line.n - col));
	ob_buf_add_c(&b, '\n');
	ob_buf_fill(&b, ' ', at);
	ob_buf_add_z(&b, "^\n");
	(void)ob_stream_str(cx->err, ob_buf_str(&b)); /* nobody to tell */
}

/* Prints why the configuration cannot be used; the exit code. */
static int
refuse(struct ob_cx *cx, const struct ec_chain *c, int rc)
{
	/* Nothing is created here: a directory is no input. */
	int code = rc == -EISDIR ? OB_EX_NOINPUT : ob_exit_of(rc);

	ob_diag(cx, &cx->error, code);
	if (c->conf != NULL)
		show_caret(cx, c->conf);
	for (size_t i = 1; i < c->errors.n; i++)
		ob_diag(cx, &c->errors.v[i], code);
	if (c->errors.missed > 0)
		ob_warn(cx, "%zu more errors are not shown", c->errors.missed);
	return code;
}

typedef int
use_chain(struct ob_cx *cx, struct ec_chain *c, int argc, char **argv);

/*
 * Which applet's settings are meant: that of --applet, or without any source
 * that of the first operand, which is taken off then. 0 or a usage error.
 */
static int
choose_applet(struct ob_cx *cx, struct ec_chain *c, int *argc, char ***argv)
{
	const struct ec_opts *o = c->opts;

	if (o->applet != NULL) {
		c->applet = ob_applet_find(o->applet);
		if (c->applet == NULL)
			return ob_usage(
			    cx, "there is no applet '%s'", o->applet);
		return ec_has_sources(o)
		           ? ob_usage(cx,
				 "option '--applet' and sources exclude each "
				 "other")
		           : 0;
	}
	if (*argc == 0 || ec_has_sources(o) ||
	    (cx->verb->flags & OB_V_COMMAND) != 0)
		return 0;
	c->applet = ob_applet_find(**argv);
	if (c->applet != NULL) {
		++*argv;
		--*argc;
	}
	return 0;
}

/* Opens the chain, uses it, closes it. */
static int
with_chain(struct ob_cx *cx, const struct ec_opts *o, int argc, char **argv,
    use_chain *use)
{
	struct ec_chain *c = ob_arena_zalloc(cx->scratch, sizeof(*c));
	int rc;

	if (c == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot start");
	c->opts = o;
	c->env = cx->env;
	c->cwd_fd = cx->cwd_fd;
	c->in = cx->in;
	c->scratch = cx->scratch;
	rc = choose_applet(cx, c, &argc, &argv);
	if (rc < 0)
		return rc;
	rc = ec_chain_open(c, &cx->error);
	if (rc == 0)
		rc = use(cx, c, argc, argv);
	else if (rc != -EINVAL)
		rc = refuse(cx, c, rc);
	ob_conf_free(&c->conf);
	return rc;
}

/* Keys that make no variable are named once. */
static void
warn_skipped(struct ob_cx *cx, const struct ec_vars *vars)
{
	struct ob_str first;

	if (vars->skipped.n == 0)
		return;
	first = vars->skipped.v[0];
	if (vars->skipped.n == 1)
		ob_warn(cx, "key '%.*s' makes no name of a variable, skipped",
		    OB_STR_ARG(first));
	else
		ob_warn(cx,
		    "key '%.*s' and %zu more make no name of a variable, "
		    "skipped",
		    OB_STR_ARG(first), vars->skipped.n - 1);
}

/* A secret setting is one whatever its name is. */
static int
mask_setting(void *ctx, const char *key, const struct ob_opt *row)
{
	struct ob_conf *conf = ctx;

	if ((row->flags & OB_OPT_SECRET) == 0)
		return 0;
	ec_mask_key(&conf->root, ob_str_z(key));
	for (size_t i = 0; i < conf->sources.n; i++)
		ec_mask_key(&conf->sources.v[i].root, ob_str_z(key));
	return 0;
}

/* Masks what is secret in the merged tree and in all sources. */
static int
mask_secrets(struct ec_chain *c)
{
	struct ob_conf *conf = c->conf;
	int rc;

	if (c->opts->show_secrets)
		return 0;
	rc = ec_mask(&conf->root);
	for (size_t i = 0; i < conf->sources.n && rc == 0; i++)
		rc = ec_mask(&conf->sources.v[i].root);
	if (rc == 0 && c->applet != NULL)
		rc = ob_settings_walk(c->applet, mask_setting, conf);
	return rc;
}

/* Secrets go to a terminal only with -y. */
static int
check_secrets(struct ob_cx *cx, const struct ec_opts *o)
{
	if (!o->show_secrets || o->sure || !ob_cx_out_is_tty(cx))
		return 0;
	return ob_usage(cx, "option '--show-secrets' needs '-y' on a terminal");
}

/* --- get -------------------------------------------------------------------- */

static bool
is_of_type(struct ob_str s, const struct ob_val *v, enum ec_type type)
{
	uint64_t u;
	int64_t i;
	double f;

	if (v->type >= OB_VAL_LIST)
		return type == TYPE_ANY;
	switch (type) {
	case TYPE_ANY: return true;
	case TYPE_STRING: return v->type == OB_VAL_STRING;
	case TYPE_INT: return ob_num_i64(s, INT64_MIN, INT64_MAX, &i) == 0;
	case TYPE_FLOAT: return ob_num_f64(s, -DBL_MAX, DBL_MAX, &f) == 0;
	case TYPE_BOOL:
		return ob_str_eq_z(s, "true") || ob_str_eq_z(s, "false");
	case TYPE_SIZE: return ob_num_size(s, 0, UINT64_MAX, &u) == 0;
	case TYPE_DURATION: return ob_num_duration(s, OB_NS_PER_S, &i) == 0;
	}
	return false;
}

static int
wrong_type(struct ob_cx *cx, const struct ec_opts *o,
    const struct ob_conf *conf, const struct ob_val *v, const char *key)
{
	OB_AUTO_BUF struct ob_buf where = OB_BUF_INIT(OB_ERR_MSG_MAX);

	ob_origin_text(&where, ob_conf_origin(conf, v));
	return ob_err_msg(&cx->error, -EDOM, "'%s' from %s is not of type %s",
	    key, ob_buf_z(&where), types[o->type]);
}

static int
get_value(struct ob_cx *cx, struct ec_chain *c, int argc, char **argv)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	bool is_json =
	    cx->out_mode == OB_OUT_JSON || cx->out_mode == OB_OUT_NDJSON;
	const struct ec_opts *o = c->opts;
	struct ob_val fallback = ob_val_string(ob_str_z(o->fallback));
	const struct ob_val *v;
	struct ob_keypath path;
	struct ob_json j;
	int rc;

	if (argc != 1)
		return ob_usage(cx,
		    argc == 0 ? "missing operand KEY" : "more than one KEY");
	rc =
	    ob_keypath_parse(cx->scratch, ob_str_z(argv[0]), &path, &cx->error);
	if (rc < 0)
		return rc;
	v = ob_conf_get(c->conf, &path);
	if (v == NULL && o->fallback == NULL)
		return OB_EX_NO;
	if (v == NULL)
		v = &fallback;
	rc = ec_value_text(&b, v);
	if (rc < 0)
		return rc;
	if (v != &fallback &&
	    !is_of_type(ob_buf_str(&b), v, (enum ec_type)o->type))
		return wrong_type(cx, o, c->conf, v, argv[0]);
	if (is_json) {
		ob_buf_reset(&b);
		ob_json_init(&j, &b, 0);
		rc = ob_json_val(&j, v);
	}
	if (!o->raw || is_json)
		ob_buf_add_c(&b, cx->nul_separated ? '\0' : '\n');
	if (rc == 0)
		rc = ob_buf_err(&b);
	(void)ob_stream_str(cx->out, ob_buf_str(&b)); /* sticky */
	return rc;
}

static int
get_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	return with_chain(cx, opts, argc, argv, get_value);
}

/* --- list ------------------------------------------------------------------- */

static int
write_row(void *ctx, struct ob_str path, const struct ob_val *v)
{
	OB_AUTO_BUF struct ob_buf value = OB_BUF_INIT(TEXT_MAX);
	int rc = ec_value_text(&value, v);

	if (rc < 0)
		return rc;
	return ob_out_row(
	    ctx, (struct ob_cell[]){ ob_text(path), ob_text(ob_buf_str(&value)),
		     ob_text_z(ob_vtype_name((enum ob_vtype)v->type)) });
}

static int
list_as_rows(struct ob_cx *cx, const struct ob_conf *conf)
{
	struct ob_out out;
	int rc = ob_out_begin(&out, cx, list_cols, OB_OUT_ROWS);

	if (rc < 0)
		return rc;
	return ob_out_end(&out, ob_conf_walk(conf, write_row, &out));
}

static int
write_to_stream(void *ctx, const char *p, size_t n)
{
	return ob_stream_write(ctx, p, n);
}

static int
list_as_json(struct ob_cx *cx, const struct ob_conf *conf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	struct ob_json j;
	int rc;

	ob_json_init(&j, &b, 2);
	ob_json_set_sink(&j, write_to_stream, cx->out);
	rc = ob_json_val(&j, &conf->root);
	if (rc < 0)
		return rc;
	ob_json_newline(&j);
	return ob_json_flush(&j);
}

static int
list_as_toml(struct ob_cx *cx, const struct ob_conf *conf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	int rc = ob_toml_write(&b, &conf->root);

	if (rc == -EINVAL)
		return ob_err_msg(&cx->error, -EDOM,
		    "cannot write TOML: a list holds a null");
	if (rc < 0)
		return ob_err_set(&cx->error, rc, "cannot write TOML");
	return ob_stream_str(cx->out, ob_buf_str(&b));
}

static int
list_as_vars(
    struct ob_cx *cx, const struct ec_opts *o, const struct ob_conf *conf)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	struct ec_vars vars;
	int rc =
	    ec_vars_collect(conf, o->prefix, cx->scratch, &vars, &cx->error);

	for (size_t i = 0; rc == 0 && i < vars.list.n; i++) {
		const struct ec_var *var = &vars.list.v[i];

		if (o->to == TO_DOTENV) {
			rc = ob_dotenv_write(
			    &b, ob_str_z(var->name), var->value);
			continue;
		}
		ob_buf_printf(&b, "%s=", var->name);
		ob_buf_add_str(&b, var->value);
		rc = ob_buf_add_c(&b, '\0');
	}
	if (rc == 0)
		(void)ob_stream_str(cx->out, ob_buf_str(&b)); /* sticky */
	warn_skipped(cx, &vars);
	ec_vars_release(&vars);
	return rc;
}

static int
list_values(struct ob_cx *cx, struct ec_chain *c, int argc, char **argv)
{
	const struct ec_opts *o = c->opts;
	struct ob_conf *conf = c->conf;
	int rc = mask_secrets(c);

	if (argc > 0)
		return ob_usage(cx, "unexpected operand '%s'", argv[0]);
	if (rc < 0)
		return rc;
	switch ((enum ec_form)o->to) {
	case TO_ROWS: return list_as_rows(cx, conf);
	case TO_JSON: return list_as_json(cx, conf);
	case TO_TOML: return list_as_toml(cx, conf);
	case TO_DOTENV:
	case TO_ENV0: return list_as_vars(cx, o, conf);
	}
	return 0;
}

static int
list_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct ec_opts *o = opts;
	int rc = check_secrets(cx, o);

	if (rc == 0 && o->to != TO_ROWS && cx->out_mode != OB_OUT_TABLE)
		rc = ob_usage(cx,
		    "option '--to' and the form of rows exclude each other");
	return rc < 0 ? rc : with_chain(cx, o, argc, argv, list_values);
}

/* --- explain ---------------------------------------------------------------- */

#define SETTINGS_MAX 256

struct settings {
	struct ob_arena *arena;
	char *keys[SETTINGS_MAX];
	int n;
};

static int
add_setting(void *ctx, const char *key, const struct ob_opt *row)
{
	struct settings *s = ctx;

	(void)row;
	if (s->n == SETTINGS_MAX)
		return -ENOBUFS;
	s->keys[s->n] = ob_arena_dup(s->arena, ob_str_z(key));
	return s->keys[s->n++] == NULL ? -ENOMEM : 0;
}

static int
explain_values(struct ob_cx *cx, struct ec_chain *c, int argc, char **argv)
{
	struct settings s = { .arena = cx->scratch };
	int rc = mask_secrets(c);

	if (rc < 0)
		return rc;
	if (argc > 0 && (c->opts->all || c->opts->order))
		return ob_usage(cx, "option '--%s' takes no keys",
		    c->opts->all ? "all" : "order");
	if (c->opts->order)
		return ec_explain_order(cx, c->conf);
	if (c->applet == NULL || argc > 0)
		return ec_explain(cx, c->conf, argc, argv);
	rc = ob_settings_walk(c->applet, add_setting, &s);
	if (rc < 0)
		return ob_err_set(&cx->error, rc, "cannot keep settings");
	return s.n == 0 ? 0 : ec_explain(cx, c->conf, s.n, s.keys);
}

static int
explain_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct ec_opts *o = opts;
	int rc = check_secrets(cx, o);

	return rc < 0 ? rc : with_chain(cx, o, argc, argv, explain_values);
}

/* --- run -------------------------------------------------------------------- */

static int
run_command(struct ob_cx *cx, struct ec_chain *c, int argc, char **argv)
{
	const struct ec_opts *o = c->opts;
	struct ec_vars vars;
	struct ec_command command = {
		.argv = argv,
		.env = cx->env,
		.vars = &vars,
		.pure = o->pure,
		.keep = &o->keep,
		.arena = cx->scratch,
	};
	int code = OB_EX_OWNFAIL;
	int rc =
	    ec_vars_collect(c->conf, o->prefix, cx->scratch, &vars, &cx->error);

	(void)argc;
	if (rc == 0) {
		warn_skipped(cx, &vars);
		(void)ob_stream_flush(cx->err); /* exec would lose it */
		rc = ec_command_exec(&command, &code, &cx->error);
	}
	ec_vars_release(&vars);
	ob_diag(cx, &cx->error, code == OB_EX_OWNFAIL ? ob_exit_of(rc) : code);
	return code;
}

static int
run_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	int rc = with_chain(cx, opts, argc, argv, run_command);

	/* What refuse() has printed; the command's own codes are above 125. */
	return rc > OB_EX_NO && rc < OB_EX_OWNFAIL ? OB_EX_OWNFAIL : rc;
}

/* --- verbs ------------------------------------------------------------------ */

static const struct ob_operand key_operand[] = {
	{ "APPLET", 0, 1, "without sources: its settings are meant" },
	{ "KEY", 1, 1, "a path such as db.port, a.\"x.y\" or list[2]" },
	{ NULL },
};

static const struct ob_operand keys_operand[] = {
	{ "APPLET", 0, 1, "without sources: its settings are meant" },
	{ "KEY", 0, 0, "keys; a table stands for all below it" },
	{ NULL },
};

static const struct ob_operand applet_operand[] = {
	{ "APPLET", 0, 1, "without sources: its settings are meant" },
	{ NULL },
};

static const struct ob_operand command_operand[] = {
	{ "COMMAND", 1, 0, "the command and its arguments" },
	{ NULL },
};

static const struct ob_verb verbs[] = {
	{ .name = "get",
	    .summary = "print one value",
	    .flags = OB_INPROC | OB_V_NUL,
	    .opts = get_rows,
	    .shared = ec_source_rows,
	    .opts_size = sizeof(struct ec_opts),
	    .operands = key_operand,
	    .examples = { "envcfg get --env-file .env DB_HOST",
		"envcfg get --file a.json --env-prefix APP_ db.port" },
	    .exits = get_exits,
	    .run = get_run },
	{ .name = "list",
	    .summary = "print every key and value",
	    .flags = OB_INPROC | OB_V_ROWS,
	    .opts = list_rows,
	    .shared = ec_source_rows,
	    .opts_size = sizeof(struct ec_opts),
	    .operands = applet_operand,
	    .cols = list_cols,
	    .examples = { "envcfg list --env-file .env",
		"envcfg list --file a.json --set db.port=1 --to json" },
	    .exits = get_exits + 1,
	    .run = list_run },
	{ .name = "explain",
	    .summary = "print where values come from and what they hide",
	    .flags = OB_INPROC | OB_V_ROWS,
	    .opts = explain_rows,
	    .shared = ec_source_rows,
	    .opts_size = sizeof(struct ec_opts),
	    .operands = keys_operand,
	    .cols = ec_explain_cols,
	    .examples = { "envcfg explain --file a.json --env-prefix APP_ db.port",
		"envcfg explain psmon" },
	    .exits = get_exits,
	    .run = explain_run },
	{ .name = "run",
	    .summary = "run a command with the configuration as environment",
	    .flags = OB_FORK | OB_V_COMMAND,
	    .opts = run_rows,
	    .shared = ec_source_rows,
	    .opts_size = sizeof(struct ec_opts),
	    .operands = command_operand,
	    .examples = { "envcfg run --env-file .env -- make test",
		"envcfg run --pure --file a.json --prefix APP_ -- ./server" },
	    .exits = run_exits,
	    .run = run_run },
	OB_VERBS_END,
};

const struct ob_applet envcfg_applet = {
	.name = "envcfg",
	.summary = "configuration from files, environment and options",
	.verbs = verbs,
};
