#include "vars.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bsd.h"
#include "base/map.h"
#include "conf/origin.h"
#include "fmt/json.h"

#define VARS_MAX   ((size_t)1 << 24)
#define VALUE_MAX  ((size_t)1 << 30)
#define NAME_BYTES ((size_t)1 << 20)

struct collector {
	const struct ob_conf *conf;
	struct ob_str prefix;
	struct ob_arena *arena;
	struct ec_vars *vars;
	struct ob_map names; /* to the index of the variable */
	struct ob_buf name;  /* being made */
	struct ob_err *err;
};

int
ec_value_text(struct ob_buf *out, const struct ob_val *v)
{
	struct ob_json j;
	int rc;

	if (v->type == OB_VAL_STRING || v->type == OB_VAL_NUMBER ||
	    v->type == OB_VAL_DATETIME)
		return ob_buf_add_str(out, ob_val_str(v));
	ob_json_init(&j, out, 0);
	rc = ob_json_val(&j, v);
	return rc < 0 ? rc : ob_buf_err(out);
}

static bool
is_name(struct ob_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') ||
		              (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (i == 0 || c < '0' || c > '9'))
			return false;
	}
	return s.n > 0;
}

/* Whether the key is a variable's name as it stood in its source. */
static bool
keeps_its_name(const struct collector *c, const struct ob_keypath *path,
    const struct ob_val *v)
{
	enum ob_scope scope = ob_conf_origin(c->conf, v).scope;

	return path->n == 1 &&
	       (scope == OB_SCOPE_DOTENV || scope == OB_SCOPE_ENV) &&
	       c->conf->opts.env_prefix == NULL;
}

static void
make_name(const struct collector *c, const struct ob_keypath *path,
    const struct ob_val *v, struct ob_buf *out)
{
	bool as_is = keeps_its_name(c, path, v);

	ob_buf_add_str(out, c->prefix);
	for (size_t i = 0; i < path->n; i++) {
		struct ob_str key = path->v[i].key;

		if (i > 0)
			ob_buf_add_z(out, "__");
		for (size_t k = 0; k < key.n; k++) {
			char b = key.p[k];

			if (!as_is && b >= 'a' && b <= 'z')
				b = (char)(b - ('a' - 'A'));
			ob_buf_add_c(out, !as_is && b == '-' ? '_' : b);
		}
	}
}

static int
no_memory(struct ob_err *err)
{
	return ob_err_set(err, -ENOMEM, "cannot keep the variables");
}

static int
make_value(struct collector *c, struct ob_str path, const struct ob_val *v,
    struct ob_str *ret)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(VALUE_MAX);
	char *copy;

	if (v->type == OB_VAL_STRING || v->type == OB_VAL_NUMBER) {
		*ret = ob_val_str(v);
	} else {
		if (ec_value_text(&text, v) < 0)
			return no_memory(c->err);
		copy = ob_arena_dup(c->arena, ob_buf_str(&text));
		if (copy == NULL)
			return no_memory(c->err);
		*ret = ob_str_n(copy, text.n);
	}
	if (ob_str_find(*ret, '\0') < ret->n)
		return ob_err_msg(c->err, -EBADMSG,
		    "cannot put '%.*s' into a variable: its value holds a NUL",
		    OB_STR_ARG(path));
	return 0;
}

static int
add_var(struct collector *c, struct ob_str name, struct ob_str path,
    const struct ob_val *v)
{
	struct ec_var var = { .name = ob_arena_dup(c->arena, name) };
	char *kept = ob_arena_dup(c->arena, path);
	struct ob_map_entry *other = ob_map_get(&c->names, name);
	int rc;

	if (var.name == NULL || kept == NULL)
		return no_memory(c->err);
	if (other != NULL)
		return ob_err_msg(c->err, -EDOM,
		    "keys '%.*s' and '%.*s' make the same variable '%s'",
		    OB_STR_ARG(c->vars->list.v[other->value.u].path),
		    OB_STR_ARG(path), var.name);
	var.path = ob_str_n(kept, path.n);
	rc = make_value(c, path, v, &var.value);
	if (rc < 0)
		return rc;
	rc = ob_map_put(&c->names, ob_str_z(var.name),
	    (union ob_map_value){ .u = c->vars->list.n });
	if (rc < 0 || ob_vec_push(&c->vars->list, var) < 0)
		return no_memory(c->err);
	return 0;
}

static int
visit(void *ctx, struct ob_str path, const struct ob_val *v)
{
	struct collector *c = ctx;
	struct ob_keypath keys;
	struct ob_str kept;
	int rc = ob_keypath_parse(c->arena, path, &keys, c->err);

	if (rc < 0)
		return rc;
	ob_buf_reset(&c->name);
	make_name(c, &keys, v, &c->name);
	if (ob_buf_err(&c->name) < 0)
		return no_memory(c->err);
	if (is_name(ob_buf_str(&c->name)) ||
	    (keeps_its_name(c, &keys, v) && c->name.n > 0))
		return add_var(c, ob_buf_str(&c->name), path, v);
	kept = ob_str_n(ob_arena_dup(c->arena, path), path.n);
	if (kept.p == NULL || ob_vec_push(&c->vars->skipped, kept) < 0)
		return no_memory(c->err);
	return 0;
}

int
ec_vars_collect(const struct ob_conf *conf, const char *prefix,
    struct ob_arena *arena, struct ec_vars *ret, struct ob_err *err)
{
	struct collector c = {
		.conf = conf,
		.prefix = ob_str_z(prefix),
		.arena = arena,
		.vars = ret,
		.name = OB_BUF_INIT(NAME_BYTES),
		.err = err,
	};
	uint64_t seed;
	int rc;

	*ret =
	    (struct ec_vars){ .list.max = VARS_MAX, .skipped.max = VARS_MAX };
	arc4random_buf(&seed, sizeof(seed));
	ob_map_init(&c.names, OB_MAP_BORROW, VARS_MAX, seed);
	rc = ob_conf_walk(conf, visit, &c);
	ob_map_release(&c.names);
	ob_buf_release(&c.name);
	if (rc == -ENOMEM)
		return no_memory(err);
	return rc;
}

void
ec_vars_release(struct ec_vars *vars)
{
	ob_vec_release(&vars->list);
	ob_vec_release(&vars->skipped);
}
