#include "cli/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/check.h"
#include "base/path.h"
#include "conf/merge.h"
#include "conf/origin.h"

#define KEY_BYTES    64
#define PREFIX_BYTES 64
#define TABLES       2 /* own and shared; house options are no settings */

/* --- names ------------------------------------------------------------------ */

static void
key_of(const struct ob_opt *row, char key[KEY_BYTES])
{
	size_t n = strlen(row->name);

	OB_CHECK(n < KEY_BYTES);
	for (size_t i = 0; i <= n; i++)
		key[i] = row->name[i] == '-' ? '_' : row->name[i];
}

/* "OPSBOX_APPLET_" */
static void
prefix_of(const struct ob_applet *a, char prefix[PREFIX_BYTES])
{
	size_t n = strlen("OPSBOX_");

	OB_CHECK(n + strlen(a->name) + 2 <= PREFIX_BYTES);
	memcpy(prefix, "OPSBOX_", n);
	for (const char *p = a->name; *p != '\0'; p++)
		prefix[n++] = *p == '-'                ? '_'
		              : *p >= 'a' && *p <= 'z' ? (char)(*p - 32)
		                                       : *p;
	prefix[n++] = '_';
	prefix[n] = '\0';
}

/* Whether an earlier verb, or an earlier row, has the same name. */
static bool
is_known(const struct ob_applet *a, const struct ob_verb *before,
    const struct ob_opt *row)
{
	for (const struct ob_verb *v = a->verbs; v != before; v++) {
		const struct ob_opt *const tables[TABLES] = { v->opts,
			v->shared };

		for (int t = 0; t < TABLES; t++)
			for (const struct ob_opt *o = tables[t];
			     o != NULL && o->kind != OB_OPT_NONE; o++)
				if ((o->flags & OB_OPT_SETTING) != 0 &&
				    strcmp(o->name, row->name) == 0)
					return true;
	}
	return false;
}

int
ob_settings_walk(const struct ob_applet *a,
    int (*fn)(void *ctx, const char *key, const struct ob_opt *row), void *ctx)
{
	char key[KEY_BYTES];

	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++) {
		const struct ob_opt *const tables[TABLES] = { v->opts,
			v->shared };

		for (int t = 0; t < TABLES; t++) {
			const struct ob_opt *o = tables[t];

			for (; o != NULL && o->kind != OB_OPT_NONE; o++) {
				int rc;

				if ((o->flags & OB_OPT_SETTING) == 0 ||
				    is_known(a, v, o))
					continue;
				key_of(o, key);
				rc = fn(ctx, key, o);
				if (rc != 0)
					return rc;
			}
		}
	}
	return 0;
}

bool
ob_settings_exist(const struct ob_parse *p)
{
	for (int t = 0; t < TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (; o != NULL && o->kind != OB_OPT_NONE; o++)
			if ((o->flags & OB_OPT_SETTING) != 0)
				return true;
	}
	return false;
}

/* --- reading ------------------------------------------------------------------ */

struct search {
	struct ob_str key;
	bool found;
	struct ob_nearest near;
};

static int
compare_key(void *ctx, const char *key, const struct ob_opt *row)
{
	struct search *s = ctx;

	/* names of rows outlive the search, keys do not */
	ob_nearest_add(&s->near, row->name);
	s->found |= ob_str_eq_z(s->key, key);
	return s->found;
}

/* Every key of a file is a setting of some verb. */
static int
check_keys(
    const struct ob_applet *a, const struct ob_conf *conf, struct ob_err *err)
{
	const struct ob_conf_source *s = &conf->sources.v[conf->sources.n - 1];
	const struct ob_table *t = s->root.u.table;

	for (uint32_t i = 0; i < t->n; i++) {
		struct search search = { .key = ob_member_key(&t->v[i]) };
		char word[KEY_BYTES];
		const char *best;
		size_t n =
		    search.key.n < KEY_BYTES - 1 ? search.key.n : KEY_BYTES - 1;

		memcpy(word, search.key.p, n);
		word[n] = '\0';
		ob_nearest_init(&search.near, word);
		if (ob_settings_walk(a, compare_key, &search) != 0)
			continue;
		best = ob_nearest_get(&search.near);
		(void)ob_err_msg(err, -EDOM,
		    "%s:%u:%u: '%.*s' is no setting of %s", s->file,
		    t->v[i].val.at.line, t->v[i].val.at.col,
		    OB_STR_ARG(search.key), a->name);
		if (best != NULL)
			ob_err_hint(err, "did you mean '%s'?", best);
		return -EDOM;
	}
	return 0;
}

static int
add_file(struct ob_conf *conf, const struct ob_applet *a, enum ob_scope scope,
    const char *dir, const char *below, struct ob_err *err)
{
	char *path =
	    ob_arena_printf(&conf->arena, "%s%s/%s.toml", dir, below, a->name);
	int rc;

	if (path == NULL)
		return ob_err_set(err, -ENOMEM, "cannot read settings");
	rc = ob_conf_add_file(
	    conf, scope, AT_FDCWD, path, OB_FMT_TOML, OB_CONF_OPTIONAL, err);
	/* HOME may be a file, or of somebody else */
	if (rc == -ENOTDIR || (rc == -EACCES && scope == OB_SCOPE_USER)) {
		if (err != NULL)
			ob_err_reset(err);
		return 0;
	}
	return rc <= 0 ? rc : check_keys(a, conf, err);
}

struct defaults {
	struct ob_conf *conf;
	struct ob_err *err;
};

static int
add_default(void *ctx, const char *key, const struct ob_opt *row)
{
	struct defaults *d = ctx;
	struct ob_val v = { .type = OB_VAL_NULL };
	char *kept = ob_arena_dup(&d->conf->arena, ob_str_z(key));
	char *name = ob_arena_printf(&d->conf->arena, "--%s", row->name);

	if (kept == NULL || name == NULL)
		return ob_err_set(d->err, -ENOMEM, "cannot keep settings");
	if (row->def != NULL)
		v = ob_val_string(ob_str_z(row->def));
	else if (row->kind == OB_OPT_FLAG)
		v = (struct ob_val){ .type = OB_VAL_BOOL };
	return ob_conf_add_value(
	    d->conf, OB_SCOPE_DEFAULT, name, ob_str_z(kept), &v, d->err);
}

static int
add_sources(struct ob_conf *conf, const struct ob_applet *a,
    const char *system_dir, enum ob_settings_for use, struct ob_err *err)
{
	const char *config =
	    ob_env_get_filled(conf->opts.env, "XDG_CONFIG_HOME");
	const char *home = ob_env_get_filled(conf->opts.env, "HOME");
	struct defaults d = { conf, err };
	int rc = 0;

	if (use == OB_SETTINGS_EXPLAIN)
		rc = ob_settings_walk(a, add_default, &d);
	if (rc == 0)
		rc = add_file(conf, a, OB_SCOPE_SYSTEM, system_dir, "", err);
	/* relative ones are ignored, as the XDG specification says */
	if (rc == 0 && config != NULL && *config == '/')
		rc = add_file(conf, a, OB_SCOPE_USER, config, "/opsbox", err);
	else if (rc == 0 && home != NULL && *home == '/')
		rc = add_file(
		    conf, a, OB_SCOPE_USER, home, "/.config/opsbox", err);
	return rc < 0 ? rc : ob_conf_add_env(conf, err);
}

int
ob_settings_open(const struct ob_applet *a, struct ob_env env,
    const char *system_dir, enum ob_settings_for use, struct ob_conf **ret,
    struct ob_err *err)
{
	struct ob_conf_opts opts = { .env = env };
	struct ob_errlist *errors;
	char prefix[PREFIX_BYTES];
	int rc = ob_conf_new(ret, &opts);

	if (rc < 0)
		return ob_err_set(err, rc, "cannot read settings");
	prefix_of(a, prefix);
	(*ret)->opts.env_prefix =
	    ob_arena_dup(&(*ret)->arena, ob_str_z(prefix));
	errors = ob_arena_zalloc(&(*ret)->arena, sizeof(*errors));
	if ((*ret)->opts.env_prefix == NULL || errors == NULL)
		return ob_err_set(err, -ENOMEM, "cannot read settings");
	rc = add_sources(*ret, a, system_dir, use, err);
	if (rc < 0)
		return rc;
	rc = ob_conf_build(*ret, errors);
	if (rc < 0 && err != NULL)
		*err = errors->v[0];
	return rc;
}

/* --- applying ------------------------------------------------------------------ */

/* Whether the command line has decided what the row would. */
static bool
is_decided(const struct ob_parse *p, int table, const struct ob_opt *row)
{
	for (int t = 0; t < TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (unsigned i = 0; o != NULL && o[i].kind != OB_OPT_NONE;
		     i++) {
			bool same =
			    (t == table && o[i].offset == row->offset) ||
			    (row->group != 0 && o[i].group == row->group);

			if (same && (p->given[t] >> i & 1) != 0)
				return true;
		}
	}
	return false;
}

struct setting {
	const struct ob_conf *conf;
	struct ob_parse *p;
	void *target;
	const struct ob_opt *row;
	struct ob_err *err;
};

/* The text of a value as the option would have it; NULL: no text. */
static const char *
text_of(const struct setting *s, const struct ob_val *v)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT((size_t)1 << 20);
	struct ob_str text = ob_val_str(v);
	const char *file = ob_conf_origin(s->conf, v).file;

	if (v->type == OB_VAL_BOOL)
		text =
		    v->flags & OB_VAL_TRUE ? OB_STR("true") : OB_STR("false");
	else if (v->type != OB_VAL_NUMBER && v->type != OB_VAL_STRING)
		return NULL;
	if (ob_str_find(text, '\0') < text.n)
		return NULL;
	if (s->row->kind == OB_OPT_PATH && file != NULL)
		ob_path_join(&b, ob_path_dir(ob_str_z(file)), text);
	else
		ob_buf_add_str(&b, text);
	return ob_buf_err(&b) < 0 ? NULL
	                          : ob_arena_dup(s->p->arena, ob_buf_str(&b));
}

static int
refuse(const struct setting *s, const char *where, const struct ob_err *why)
{
	struct ob_err *err = s->err;

	if (err == NULL)
		return -EDOM;
	if (why == NULL || (s->row->flags & OB_OPT_SECRET) != 0)
		return ob_err_msg(err, -EDOM,
		    "%s: setting '%s' has a value of another type", where,
		    s->row->name);
	*err = *why;
	err->code = -EDOM;
	return -EDOM;
}

static int
set_one(const struct setting *s, const struct ob_val *v, const char *where)
{
	struct ob_err why = OB_ERR_INIT;
	const char *text = text_of(s, v);
	bool on;
	int rc;

	if (text == NULL)
		return refuse(s, where, NULL);
	if (s->row->kind == OB_OPT_SET) {
		struct ob_opt flag = *s->row;

		flag.kind = OB_OPT_FLAG;
		flag.offset = 0;
		rc = ob_opt_set(&flag, &on, where, text, s->p->arena, &why);
		if (rc == 0 && on)
			*(int *)((char *)s->target + s->row->offset) =
			    (int)s->row->min;
	} else {
		rc = ob_opt_set(
		    s->row, s->target, where, text, s->p->arena, &why);
	}
	return rc < 0 ? refuse(s, where, &why) : 0;
}

static int
set(const struct setting *s, const struct ob_val *v)
{
	char storage[OB_ERR_MSG_MAX];
	struct ob_buf where;
	int rc = 0;

	ob_buf_init_fixed(&where, storage, sizeof(storage));
	ob_origin_text(&where, ob_conf_origin(s->conf, v));
	if (s->row->kind != OB_OPT_LIST || v->type != OB_VAL_LIST)
		return set_one(s, v, ob_buf_z(&where));
	for (uint32_t i = 0; i < v->u.list->n && rc == 0; i++)
		rc = set_one(s, &v->u.list->v[i], ob_buf_z(&where));
	return rc;
}

int
ob_settings_apply(
    const struct ob_conf *conf, struct ob_parse *p, struct ob_err *err)
{
	char key[KEY_BYTES];

	for (int t = 0; t < TABLES; t++) {
		const struct ob_opt *o = p->table[t].rows;

		for (; o != NULL && o->kind != OB_OPT_NONE; o++) {
			struct setting s = { conf, p, p->table[t].target, o,
				err };
			const struct ob_val *v;
			int rc;

			if ((o->flags & OB_OPT_SETTING) == 0 ||
			    is_decided(p, t, o))
				continue;
			OB_CHECK(o->kind != OB_OPT_COUNT);
			key_of(o, key);
			v = ob_val_get(&conf->root, ob_str_z(key));
			if (v == NULL || v->type == OB_VAL_NULL)
				continue;
			rc = set(&s, v);
			if (rc < 0)
				return rc;
		}
	}
	return 0;
}
