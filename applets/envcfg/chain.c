#include "chain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "cli/settings.h"
#include "os/file.h"

#define AT(field) OB_OPT_AT(struct ec_opts, field)
#define INPUT_MAX ((size_t)1 << 30)

/* How an option becomes a source; kept in the min field of its row. */
enum how {
	HOW_FILE,
	HOW_ENV_FILE,
	HOW_DEFAULT,
	HOW_SET,
	HOW_SET_JSON,
	HOW_SET_FILE,
	HOW_UNSET,
};

const struct ob_opt ec_source_rows[] = {
	{ "file", 0, OB_OPT_LIST, AT(sources), .min = HOW_FILE,
	    .flags = OB_OPT_COMMON, .metavar = "[FMT:]F[?]",
	    .help = "read a file; with ? it may be missing, - is stdin" },
	{ "env-file", 0, OB_OPT_LIST, AT(sources), .min = HOW_ENV_FILE,
	    .flags = OB_OPT_COMMON, .metavar = "F[?]",
	    .help = "read a .env file; later ones win" },
	{ "env-prefix", 0, OB_OPT_STR, AT(env_prefix), .flags = OB_OPT_COMMON,
	    .metavar = "P", .help = "variables PKEY are keys; P_A__B is a.b" },
	{ "env-sep", 0, OB_OPT_STR, AT(env_sep), .metavar = "TEXT", .def = "__",
	    .help = "what nests in names of variables" },
	{ "env-override", 0, OB_OPT_FLAG, AT(dotenv_wins),
	    .help = ".env files beat the environment" },
	{ "set", 0, OB_OPT_LIST, AT(sources), .min = HOW_SET,
	    .flags = OB_OPT_COMMON, .metavar = "K=V",
	    .help = "set a key, above everything else" },
	{ "set-json", 0, OB_OPT_LIST, AT(sources), .min = HOW_SET_JSON,
	    .metavar = "K=JSON", .help = "set a key to a JSON value" },
	{ "set-file", 0, OB_OPT_LIST, AT(sources), .min = HOW_SET_FILE,
	    .metavar = "K=PATH", .help = "set a key to the text of a file" },
	{ "unset", 0, OB_OPT_LIST, AT(sources), .min = HOW_UNSET,
	    .metavar = "K", .help = "remove a key" },
	{ "default", 0, OB_OPT_LIST, AT(sources), .min = HOW_DEFAULT,
	    .metavar = "K=V", .help = "set a key, below everything else" },
	{ "applet", 0, OB_OPT_STR, AT(applet), .metavar = "NAME",
	    .help = "the settings of an applet, instead of sources" },
	OB_OPT_END,
};

/* Bytes that must live as long as the conf, from the scratch arena. */
static int
keep(struct ec_chain *c, const struct ob_buf *b, struct ob_str *ret,
    struct ob_err *err)
{
	char *p = ob_arena_dup(c->scratch, ob_buf_str(b));

	if (p == NULL)
		return ob_err_set(err, -ENOMEM, "cannot keep the input");
	*ret = ob_str_n(p, b->n);
	return 0;
}

static int
add_stdin(struct ec_chain *c, enum ob_scope scope, int fmt, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(INPUT_MAX);
	struct ob_str text;
	int rc;

	if (fmt < 0)
		return ob_err_msg(err, -EINVAL,
		    "option '--file': standard input needs a format, "
		    "for example json:-");
	rc = ob_reader_all(c->in, INPUT_MAX, &b);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot read standard input");
	rc = keep(c, &b, &text, err);
	if (rc < 0)
		return rc;
	return ob_conf_add_text(
	    c->conf, scope, "-", text, (enum ob_fmt)fmt, err);
}

/* [FMT:]PATH[?] */
static int
add_file(struct ec_chain *c, enum ob_scope scope, int fmt, const char *spec,
    struct ob_err *err)
{
	size_t colon = ob_str_find(ob_str_z(spec), ':');
	char *path;
	size_t n;

	if (scope == OB_SCOPE_FILE && spec[colon] == ':') {
		int named = ob_fmt_by_name(ob_str_n(spec, colon));

		if (named >= 0) {
			fmt = named;
			spec += colon + 1;
		}
	}
	if (strcmp(spec, "-") == 0)
		return add_stdin(c, scope, fmt, err);
	path = ob_arena_dup(c->scratch, ob_str_z(spec));
	if (path == NULL)
		return ob_err_set(err, -ENOMEM, "cannot keep a path");
	n = strlen(path);
	if (n > 1 && path[n - 1] == '?')
		path[--n] = '\0';
	if (n == 0)
		return ob_err_msg(err, -EINVAL,
		    "option '--%s': the path is empty",
		    scope == OB_SCOPE_FILE ? "file" : "env-file");
	return ob_conf_add_file(c->conf, scope, c->cwd_fd, path, fmt,
	    spec[n] == '?' ? OB_CONF_OPTIONAL : 0, err);
}

/* Splits K=V at the first '=' outside of double quotes. */
static int
split_pair(const struct ob_opt_value *o, struct ob_str *ret_key,
    struct ob_str *ret_value, struct ob_err *err)
{
	struct ob_str s = ob_str_z(o->value);
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == '\\' && quoted && i + 1 < s.n)
			i++;
		if (s.p[i] != '=' || quoted)
			continue;
		*ret_key = ob_str_n(s.p, i);
		*ret_value = ob_str_n(s.p + i + 1, s.n - i - 1);
		return 0;
	}
	return ob_err_msg(err, -EINVAL, "option '--%s': '%s' is not %s",
	    o->opt->name, o->value, o->opt->metavar);
}

static int
add_text_file(struct ec_chain *c, const char *name, struct ob_str key,
    struct ob_str path, struct ob_err *err)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(INPUT_MAX);
	struct ob_str text;
	struct ob_val v;
	int rc = ob_file_read_all(c->cwd_fd, path.p, &b, err);

	if (rc < 0)
		return rc;
	rc = keep(c, &b, &text, err);
	if (rc < 0)
		return rc;
	v = ob_val_string(text);
	return ob_conf_add_value(c->conf, OB_SCOPE_CLI, name, key, &v, err);
}

static int
add_pair(struct ec_chain *c, enum how how, const struct ob_opt_value *o,
    struct ob_err *err)
{
	char *name = ob_arena_printf(c->scratch, "--%s", o->opt->name);
	struct ob_str key, value;
	struct ob_val v;
	int rc = split_pair(o, &key, &value, err);

	if (rc < 0)
		return rc;
	if (name == NULL)
		return ob_err_set(err, -ENOMEM, "cannot keep options");
	if (how == HOW_SET_JSON)
		return ob_conf_add_json(
		    c->conf, OB_SCOPE_CLI, name, key, value, err);
	if (how == HOW_SET_FILE)
		return add_text_file(c, name, key, value, err);
	v = ob_val_string(value);
	return ob_conf_add_value(c->conf,
	    how == HOW_DEFAULT ? OB_SCOPE_DEFAULT : OB_SCOPE_CLI, name, key, &v,
	    err);
}

static int
add_source(struct ec_chain *c, const struct ob_opt_value *o, struct ob_err *err)
{
	struct ob_val null = { .type = OB_VAL_NULL };
	enum how how = (enum how)o->opt->min;

	switch (how) {
	case HOW_FILE: return add_file(c, OB_SCOPE_FILE, -1, o->value, err);
	case HOW_ENV_FILE:
		return add_file(
		    c, OB_SCOPE_DOTENV, OB_FMT_DOTENV, o->value, err);
	case HOW_DEFAULT:
	case HOW_SET:
	case HOW_SET_JSON:
	case HOW_SET_FILE: return add_pair(c, how, o, err);
	case HOW_UNSET:
		return ob_conf_add_value(c->conf, OB_SCOPE_CLI, "--unset",
		    ob_str_z(o->value), &null, err);
	}
	return 0;
}

bool
ec_has_sources(const struct ec_opts *o)
{
	return o->sources.n > 0 || o->env_prefix != NULL;
}

int
ec_chain_open(struct ec_chain *c, struct ob_err *err)
{
	const struct ec_opts *o = c->opts;
	struct ob_conf_opts opts = {
		.env = c->env,
		.env_prefix = o->env_prefix,
		.env_sep = o->env_sep,
		.dotenv_wins = o->dotenv_wins,
	};
	int rc;

	if (c->applet != NULL)
		return ob_settings_open(c->applet, c->env,
		    OB_SETTINGS_SYSTEM_DIR, OB_SETTINGS_EXPLAIN, &c->conf, err);
	rc = ob_conf_new(&c->conf, &opts);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot start");
	if (o->env_prefix != NULL && *o->env_prefix == '\0')
		return ob_err_msg(
		    err, -EINVAL, "option '--env-prefix': it is empty");
	for (size_t i = 0; i < o->sources.n; i++) {
		rc = add_source(c, &o->sources.v[i], err);
		if (rc < 0)
			return rc;
	}
	rc = ob_conf_add_env(c->conf, err);
	if (rc == 0)
		rc = ob_conf_build(c->conf, &c->errors);
	if (rc < 0 && c->errors.n > 0 && err != NULL)
		*err = c->errors.v[0];
	return rc;
}
