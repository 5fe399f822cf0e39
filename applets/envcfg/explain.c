#include "explain.h"

#include <errno.h>
#include <stdlib.h>

#include "base/vec.h"
#include "cli/exit.h"
#include "conf/origin.h"
#include "fmt/json.h"
#include "secret.h"
#include "vars.h"

#define KEYS_MAX ((size_t)1 << 24)
#define TEXT_MAX ((size_t)1 << 30)

const struct ob_col ec_explain_cols[] = {
	{ "key", "KEY", OB_CELL_TEXT, .help = "path of the key" },
	{ "value", "VALUE", OB_CELL_TEXT, .help = "its value there" },
	{ "type", "TYPE", OB_CELL_TEXT, .help = "type of the value" },
	{ "state", "STATE", OB_CELL_TEXT,
	    .help = "winner, shadowed, merged or unset" },
	{ "scope", "SCOPE", OB_CELL_TEXT, .help = "kind of the source" },
	{ "file", "FILE", OB_CELL_TEXT, .help = "file, - is standard input" },
	{ "line", "LINE", OB_CELL_U64, .help = "line of the value" },
	{ "col", "COL", OB_CELL_U64, .help = "column of the value, in bytes" },
	{ "name", "NAME", OB_CELL_TEXT, .help = "variable or option" },
	OB_COL_END,
};

static const struct ob_col order_cols[] = {
	{ "rank", "RANK", OB_CELL_U64, .help = "1 is the lowest" },
	{ "scope", "SCOPE", OB_CELL_TEXT, .help = "kind of the source" },
	{ "file", "FILE", OB_CELL_TEXT, .help = "file, - is standard input" },
	{ "name", "NAME", OB_CELL_TEXT, .help = "option" },
	OB_COL_END,
};

struct explain {
	struct ob_cx *cx;
	const struct ob_conf *conf;
	OB_VEC(struct ob_str) keys; /* what is explained, in order */
	struct ob_str below; /* a walk takes only this and what is below */
};

/* --- which keys ----------------------------------------------------------- */

static int
no_memory(struct ob_cx *cx)
{
	return ob_err_set(&cx->error, -ENOMEM, "cannot keep the keys");
}

static int
add_key(struct explain *e, struct ob_str key)
{
	struct ob_str kept = ob_str_n(ob_arena_dup(e->cx->scratch, key), key.n);

	if (kept.p == NULL || ob_vec_push(&e->keys, kept) < 0)
		return no_memory(e->cx);
	return 0;
}

static int
add_leaf(void *ctx, struct ob_str path, const struct ob_val *v)
{
	struct explain *e = ctx;
	size_t n = e->below.n;

	(void)v;
	if (n > 0 && (!ob_str_has_prefix(path, e->below) ||
			 (path.n > n && path.p[n] != '.')))
		return 0;
	return add_key(e, path);
}

/* A table stands for its leaves; 1 when no source has the key. */
static int
choose(struct explain *e, const char *key)
{
	struct ob_keypath path;
	struct ob_def *defs;
	const struct ob_val *v;
	int rc = ob_keypath_parse(
	    e->cx->scratch, ob_str_z(key), &path, &e->cx->error);

	if (rc < 0)
		return rc;
	v = ob_conf_get(e->conf, &path);
	if (v != NULL && v->type == OB_VAL_TABLE) {
		e->below = ob_str_z(key);
		rc = ob_conf_walk(e->conf, add_leaf, e);
		return rc == -ENOMEM ? no_memory(e->cx) : rc;
	}
	rc = ob_conf_defs(e->conf, &path, e->cx->scratch, &defs);
	if (rc < 0)
		return no_memory(e->cx);
	return rc == 0 ? 1 : add_key(e, ob_str_z(key));
}

/* --- rows ----------------------------------------------------------------- */

static struct ob_cell
number(uint32_t n)
{
	return n == 0 ? ob_null() : ob_u64(n);
}

static struct ob_cell
text(struct ob_str s)
{
	return s.n == 0 ? ob_null() : ob_text(s);
}

static int
write_row(struct ob_out *out, struct ob_str key, const struct ob_def *d)
{
	OB_AUTO_BUF struct ob_buf value = OB_BUF_INIT(TEXT_MAX);
	struct ob_cell cells[9];

	if (d->val->type != OB_VAL_NULL)
		(void)ec_value_text(&value, d->val); /* checked below */
	if (ob_buf_err(&value) < 0)
		return ob_buf_err(&value);
	cells[0] = ob_text(key);
	cells[1] = d->val->type == OB_VAL_NULL ? ob_null()
	                                       : ob_text(ob_buf_str(&value));
	cells[2] = ob_text_z(ob_vtype_name((enum ob_vtype)d->val->type));
	cells[3] = ob_text_z(ob_def_state_name(d->state));
	cells[4] = ob_text_z(ob_scope_name(d->origin.scope));
	cells[5] = ob_text_z(d->origin.file);
	cells[6] = number(d->origin.line);
	cells[7] = number(d->origin.col);
	cells[8] = text(d->origin.name);
	return ob_out_row(out, cells);
}

/* --- JSON: one object a key ------------------------------------------------ */

static void
json_text_or_null(struct ob_json *j, const char *key, struct ob_str s)
{
	if (s.n > 0) {
		ob_json_text(j, ob_str_z(key), s);
		return;
	}
	ob_json_key(j, ob_str_z(key));
	ob_json_null(j);
}

static void
json_number_or_null(struct ob_json *j, const char *key, uint32_t n)
{
	ob_json_key(j, ob_str_z(key));
	if (n > 0)
		ob_json_u64(j, n);
	else
		ob_json_null(j);
}

static void
json_origin(struct ob_json *j, const struct ob_origin *o)
{
	ob_json_key(j, OB_STR("origin"));
	ob_json_object_begin(j);
	ob_json_key(j, OB_STR("scope"));
	ob_json_str(j, ob_str_z(ob_scope_name(o->scope)));
	json_text_or_null(j, "file", ob_str_z(o->file));
	json_number_or_null(j, "line", o->line);
	json_number_or_null(j, "col", o->col);
	json_text_or_null(j, "name", o->name);
	ob_json_object_end(j);
}

/* The first definition decides; the others are what it hides. */
static int
write_object(
    struct ob_json *j, struct ob_str key, const struct ob_def *defs, int n)
{
	int rc;

	ob_json_object_begin(j);
	ob_json_text(j, OB_STR("key"), key);
	ob_json_key(j, OB_STR("value"));
	rc = ob_json_val(j, defs[0].val);
	ob_json_key(j, OB_STR("type"));
	ob_json_str(
	    j, ob_str_z(ob_vtype_name((enum ob_vtype)defs[0].val->type)));
	ob_json_key(j, OB_STR("state"));
	ob_json_str(j, ob_str_z(ob_def_state_name(defs[0].state)));
	ob_json_key(j, OB_STR("secret"));
	ob_json_bool(j, ec_is_secret(key));
	json_origin(j, &defs[0].origin);
	ob_json_key(j, OB_STR("shadowed"));
	ob_json_array_begin(j);
	for (int i = 1; i < n && rc == 0; i++) {
		ob_json_object_begin(j);
		ob_json_key(j, OB_STR("value"));
		rc = ob_json_val(j, defs[i].val);
		json_origin(j, &defs[i].origin);
		ob_json_object_end(j);
	}
	ob_json_array_end(j);
	ob_json_object_end(j);
	return rc;
}

static int
write_to_stream(void *ctx, const char *p, size_t n)
{
	return ob_stream_write(ctx, p, n);
}

static int
defs_of(struct explain *e, struct ob_str key, struct ob_def **ret)
{
	struct ob_keypath path;
	int rc = ob_keypath_parse(e->cx->scratch, key, &path, &e->cx->error);

	if (rc < 0)
		return rc;
	rc = ob_conf_defs(e->conf, &path, e->cx->scratch, ret);
	return rc < 0 ? no_memory(e->cx) : rc;
}

static int
write_json(struct explain *e)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	bool lines = e->cx->out_mode == OB_OUT_NDJSON;
	struct ob_def *defs;
	struct ob_json j;
	int rc = 0;

	ob_json_init(&j, &b, 0);
	ob_json_set_sink(&j, write_to_stream, e->cx->out);
	if (!lines)
		ob_json_array_begin(&j);
	for (size_t i = 0; i < e->keys.n && rc >= 0; i++) {
		int n = defs_of(e, e->keys.v[i], &defs);

		rc = n < 0 ? n : write_object(&j, e->keys.v[i], defs, n);
		if (lines)
			ob_json_newline(&j);
	}
	if (!lines)
		ob_json_array_end(&j);
	if (!lines)
		ob_json_newline(&j);
	(void)ob_json_flush(&j); /* sticky in cx->out */
	return rc;
}

static int
write_rows(struct explain *e)
{
	struct ob_out out;
	struct ob_def *defs;
	int rc = ob_out_begin(&out, e->cx, ec_explain_cols, OB_OUT_ROWS);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < e->keys.n && rc >= 0; i++) {
		int n = defs_of(e, e->keys.v[i], &defs);

		rc = n < 0 ? n : 0;
		for (int k = 0; k < n && rc >= 0; k++)
			rc = write_row(&out, e->keys.v[i], &defs[k]);
	}
	return ob_out_end(&out, rc);
}

int
ec_explain(
    struct ob_cx *cx, const struct ob_conf *conf, int n_keys, char **keys)
{
	struct explain e = {
		.cx = cx,
		.conf = conf,
		.keys.max = KEYS_MAX,
	};
	bool is_json =
	    cx->out_mode == OB_OUT_JSON || cx->out_mode == OB_OUT_NDJSON;
	int rc = 0, code = OB_EX_OK;

	if (n_keys == 0)
		rc = ob_conf_walk(conf, add_leaf, &e);
	for (int i = 0; i < n_keys && rc >= 0; i++) {
		rc = choose(&e, keys[i]);
		if (rc > 0)
			code = OB_EX_NO;
	}
	if (rc >= 0)
		rc = is_json ? write_json(&e) : write_rows(&e);
	ob_vec_release(&e.keys);
	return rc < 0 ? rc : code;
}

int
ec_explain_order(struct ob_cx *cx, const struct ob_conf *conf)
{
	struct ob_out out;
	int rc = ob_out_begin(&out, cx, order_cols, OB_OUT_ROWS);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < conf->sources.n && rc >= 0; i++) {
		const struct ob_conf_source *s =
		    &conf->sources.v[conf->order[i]];
		struct ob_str name = ob_str_n(NULL, 0);

		if (s->scope != OB_SCOPE_ENV && s->n_names == 1)
			name = s->names[0];
		rc = ob_out_row(&out, (struct ob_cell[]){ ob_u64(i + 1),
					  ob_text_z(ob_scope_name(s->scope)),
					  ob_text_z(s->file), text(name) });
	}
	return ob_out_end(&out, rc);
}
