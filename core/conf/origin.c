#include "conf/origin.h"

#include <errno.h>

#include "base/check.h"

struct ob_origin
ob_conf_origin(const struct ob_conf *conf, const struct ob_val *v)
{
	const struct ob_conf_source *s;
	struct ob_origin o;

	OB_CHECK(v->src < conf->sources.n);
	s = &conf->sources.v[v->src];
	o = (struct ob_origin){ .scope = s->scope, .file = s->file };
	if (s->file != NULL) {
		o.line = v->at.line;
		o.col = v->at.col;
	} else if (s->n_names == 1) {
		o.name = s->names[0];
	} else if (v->type != OB_VAL_TABLE && v->at.off < s->n_names) {
		o.name = s->names[v->at.off];
	}
	return o;
}

/*
 * The value at the path in one source; a null above it counts, since it
 * removes what is below.
 */
static const struct ob_val *
find(const struct ob_val *root, const struct ob_keypath *path)
{
	for (size_t n = 1; n <= path->n; n++) {
		struct ob_keypath part = { path->v, n };
		const struct ob_val *v = ob_keypath_find(root, &part);

		if (v == NULL || n == path->n || v->type == OB_VAL_NULL)
			return v;
	}
	return root;
}

int
ob_conf_defs(const struct ob_conf *conf, const struct ob_keypath *path,
    struct ob_arena *arena, struct ob_def **ret)
{
	struct ob_def *defs =
	    ob_arena_array(arena, conf->sources.n, sizeof(*defs));
	bool decided = false;
	int n = 0;

	if (defs == NULL)
		return -ENOMEM;
	for (size_t i = conf->sources.n; i-- > 0;) {
		const struct ob_conf_source *s =
		    &conf->sources.v[conf->order[i]];
		const struct ob_val *v = find(&s->root, path);
		enum ob_def_state state = OB_DEF_WINNER;

		if (v == NULL)
			continue;
		if (decided)
			state = OB_DEF_SHADOWED;
		else if (v->type == OB_VAL_NULL)
			state = OB_DEF_UNSET;
		else if (v->type == OB_VAL_TABLE)
			state = OB_DEF_MERGED;
		decided |= state != OB_DEF_MERGED;
		defs[n++] =
		    (struct ob_def){ ob_conf_origin(conf, v), v, state };
	}
	*ret = defs;
	return n;
}

const char *
ob_def_state_name(enum ob_def_state state)
{
	static const char *const names[] = {
		[OB_DEF_WINNER] = "winner",
		[OB_DEF_MERGED] = "merged",
		[OB_DEF_UNSET] = "unset",
		[OB_DEF_SHADOWED] = "shadowed",
	};

	return names[state];
}

int
ob_origin_text(struct ob_buf *out, struct ob_origin o)
{
	if (o.file != NULL)
		return ob_buf_printf(out, "%s:%u:%u", o.file, o.line, o.col);
	if (o.name.n == 0)
		return ob_buf_add_z(out, ob_scope_name(o.scope));
	return ob_buf_printf(out, "%s %.*s",
	    o.scope == OB_SCOPE_ENV ? "variable" : "option",
	    OB_STR_ARG(o.name));
}
