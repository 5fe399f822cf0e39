#include "conf/merge.h"

#include <errno.h>
#include <stdlib.h>

#include "conf/origin.h"

#define PATH_MAX_BYTES ((size_t)1 << 20)

/* A pair of tables of which one goes into the other. */
struct pair {
	struct ob_table *dst;
	const struct ob_table *src;
};

struct merge {
	struct ob_conf *conf;
	struct ob_tree tree;
	struct ob_errlist *errors;
	OB_VEC(struct pair) todo;
	int rc; /* 0, -EDOM after a conflict, -ENOMEM */
};

static struct ob_err *
new_error(struct ob_errlist *errors)
{
	if (errors->n < OB_ERRLIST_MAX)
		return &errors->v[errors->n++];
	errors->missed++;
	return NULL;
}

static bool
is_removed(const struct ob_val *v)
{
	return v->type == OB_VAL_NULL;
}

static void
conflict(struct merge *m, struct ob_str key, const struct ob_val *low,
    const struct ob_val *high)
{
	OB_AUTO_BUF struct ob_buf where = OB_BUF_INIT(OB_ERR_MSG_MAX);

	ob_origin_text(&where, ob_conf_origin(m->conf, high));
	ob_buf_add_z(&where, " and a ");
	ob_buf_add_z(&where, ob_vtype_name((enum ob_vtype)low->type));
	ob_buf_add_z(&where, " in ");
	ob_origin_text(&where, ob_conf_origin(m->conf, low));
	(void)ob_err_msg(new_error(m->errors), -EDOM,
	    "cannot merge '%.*s': it is a %s in %s", OB_STR_ARG(key),
	    ob_vtype_name((enum ob_vtype)high->type),
	    ob_buf_z(&where)); /* kept in m->rc */
	m->rc = -EDOM;
}

/* A table is copied, since what is merged into it must not change its source. */
static int
copy_table(struct merge *m, struct ob_val *v)
{
	struct pair p = { ob_table_new(&m->tree), v->u.table };

	if (p.dst == NULL || ob_vec_push(&m->todo, p) < 0)
		return -ENOMEM;
	v->u.table = p.dst;
	return 0;
}

static int
add_member(struct merge *m, struct ob_table *dst, const struct ob_member *src)
{
	struct ob_member copy = *src;

	if (is_removed(&src->val))
		return 0;
	if (src->val.type == OB_VAL_TABLE && copy_table(m, &copy.val) < 0)
		return -ENOMEM;
	return ob_table_add(&m->tree, dst, &copy, NULL);
}

static int
merge_member(struct merge *m, struct ob_val *low, const struct ob_member *src)
{
	const struct ob_val *high = &src->val;
	struct pair p;

	if (is_removed(high)) {
		*low = *high;
		low->flags |= OB_VAL_SHADOWED; /* not written, not walked */
		return 0;
	}
	if (!is_removed(low) &&
	    (low->type == OB_VAL_TABLE) != (high->type == OB_VAL_TABLE)) {
		conflict(m, ob_member_key(src), low, high);
		return 0;
	}
	if (high->type != OB_VAL_TABLE) {
		*low = *high;
		return 0;
	}
	if (is_removed(low)) {
		*low = *high;
		return copy_table(m, low);
	}
	p = (struct pair){ low->u.table, high->u.table };
	return ob_vec_push(&m->todo, p);
}

static int
merge_tables(struct merge *m, struct pair p)
{
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < p.src->n; i++) {
		const struct ob_member *src = &p.src->v[i];
		struct ob_member *dst;

		if ((src->val.flags & OB_VAL_SHADOWED) != 0)
			continue;
		dst = ob_table_find(p.dst, ob_member_key(src));
		if (dst == NULL)
			rc = add_member(m, p.dst, src);
		else
			rc = merge_member(m, &dst->val, src);
	}
	return rc;
}

/* The scope at that rank, 0 the lowest. */
static enum ob_scope
scope_at(const struct ob_conf *conf, int rank)
{
	if (conf->opts.dotenv_wins && rank == OB_SCOPE_DOTENV)
		return OB_SCOPE_ENV;
	if (conf->opts.dotenv_wins && rank == OB_SCOPE_ENV)
		return OB_SCOPE_DOTENV;
	return (enum ob_scope)rank;
}

/* Sources by scope, and by their addition within it. */
static int
order_sources(struct ob_conf *conf)
{
	size_t n = 0;

	conf->order = ob_arena_array(
	    &conf->arena, conf->sources.n, sizeof(conf->order[0]));
	if (conf->order == NULL)
		return -ENOMEM;
	for (int rank = 0; rank < OB_SCOPE_COUNT; rank++)
		for (size_t i = 0; i < conf->sources.n; i++)
			if (conf->sources.v[i].scope == scope_at(conf, rank))
				conf->order[n++] = (uint16_t)i;
	return 0;
}

static int
merge_sources(struct merge *m)
{
	struct ob_conf *conf = m->conf;
	int rc = order_sources(conf);

	conf->root = ob_val_table(ob_table_new(&m->tree));
	if (rc < 0 || conf->root.u.table == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < conf->sources.n; i++) {
		struct ob_conf_source *s = &conf->sources.v[conf->order[i]];
		struct pair p = { conf->root.u.table, s->root.u.table };

		rc = ob_vec_push(&m->todo, p);
		while (rc == 0 && m->todo.n > 0)
			rc = merge_tables(m, m->todo.v[--m->todo.n]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
ob_conf_build(struct ob_conf *conf, struct ob_errlist *errors)
{
	struct merge m = {
		.conf = conf,
		.errors = errors,
		.todo.max = UINT32_MAX,
	};

	errors->n = errors->missed = 0;
	ob_tree_init(&m.tree, &conf->arena, NULL);
	if (merge_sources(&m) < 0)
		m.rc = ob_err_set(new_error(errors), -ENOMEM,
		    "cannot merge the configuration");
	ob_vec_release(&m.todo);
	return m.rc;
}

const struct ob_val *
ob_conf_get(const struct ob_conf *conf, const struct ob_keypath *path)
{
	const struct ob_val *v = ob_keypath_find(&conf->root, path);

	return v == NULL || is_removed(v) ? NULL : v;
}

/* A table being walked. */
struct level {
	const struct ob_table *t;
	uint32_t next;
	size_t path_bytes; /* of the path to the table */
};

int
ob_conf_walk(const struct ob_conf *conf, ob_conf_visit *fn, void *ctx)
{
	OB_AUTO_BUF struct ob_buf path = OB_BUF_INIT(PATH_MAX_BYTES);
	OB_VEC(struct level) stack = { .max = UINT32_MAX };
	struct level root = { conf->root.u.table, 0, 0 };
	int rc = ob_vec_push(&stack, root);

	while (rc == 0 && stack.n > 0) {
		struct level *l = &stack.v[stack.n - 1];
		const struct ob_member *m;

		ob_buf_truncate(&path, l->path_bytes);
		if (l->next == l->t->n) {
			stack.n--;
			continue;
		}
		m = &l->t->v[l->next++];
		if ((m->val.flags & OB_VAL_SHADOWED) != 0)
			continue;
		rc = ob_keypath_add_key(&path, ob_member_key(m));
		if (rc < 0)
			break;
		if (m->val.type == OB_VAL_TABLE && m->val.u.table->n > 0) {
			struct level below = { m->val.u.table, 0, path.n };

			rc = ob_vec_push(&stack, below);
		} else {
			rc = fn(ctx, ob_buf_str(&path), &m->val);
		}
	}
	ob_vec_release(&stack);
	return rc;
}
