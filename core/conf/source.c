#include "conf/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "conf/keypath.h"
#include "fmt/dotenv.h"
#include "fmt/jsonread.h"
#include "os/file.h"

#define SOURCES_MAX UINT16_MAX
#define TEXT_MAX    ((size_t)1 << 30)
#define ARENA_MAX   ((size_t)16 << 30)

const char *
ob_scope_name(enum ob_scope scope)
{
	static const char *const names[OB_SCOPE_COUNT] = {
		[OB_SCOPE_DEFAULT] = "default",
		[OB_SCOPE_SYSTEM] = "system",
		[OB_SCOPE_USER] = "user",
		[OB_SCOPE_PROJECT] = "project",
		[OB_SCOPE_FILE] = "file",
		[OB_SCOPE_REMOTE] = "remote",
		[OB_SCOPE_SECRET] = "secret",
		[OB_SCOPE_DOTENV] = "dotenv",
		[OB_SCOPE_ENV] = "env",
		[OB_SCOPE_CLI] = "cli",
	};

	return names[scope];
}

int
ob_conf_new(struct ob_conf **ret, const struct ob_conf_opts *opts)
{
	struct ob_conf *conf = calloc(1, sizeof(*conf));

	if (conf == NULL)
		return -ENOMEM;
	conf->opts = *opts;
	if (conf->opts.env_sep == NULL)
		conf->opts.env_sep = "__";
	ob_arena_init(&conf->arena, ARENA_MAX);
	conf->sources.max = SOURCES_MAX;
	conf->texts.max = SOURCES_MAX;
	*ret = conf;
	return 0;
}

void
ob_conf_free(struct ob_conf **conf)
{
	struct ob_conf *c = conf == NULL ? NULL : *conf;

	if (c == NULL)
		return;
	for (size_t i = 0; i < c->texts.n; i++)
		free(c->texts.v[i]);
	ob_vec_release(&c->texts);
	ob_vec_release(&c->sources);
	ob_arena_release(&c->arena);
	free(c);
	*conf = NULL;
}

static int
no_memory(struct ob_err *err)
{
	return ob_err_set(err, -ENOMEM, "cannot keep the configuration");
}

/* A tree whose nodes carry the number of the source that comes next. */
static void
init_tree(struct ob_conf *conf, struct ob_tree *tree)
{
	ob_tree_init(tree, &conf->arena, NULL);
	tree->src = (uint16_t)conf->sources.n;
}

static int
push_source(struct ob_conf *conf, const struct ob_conf_source *source,
    struct ob_err *err)
{
	int rc = ob_vec_push(&conf->sources, *source);

	if (rc == -ENOBUFS)
		return ob_err_msg(err, -EDOM,
		    "more than %u sources of configuration", SOURCES_MAX);
	return rc < 0 ? no_memory(err) : 0;
}

/* Keys of a variable's name. */
struct parts {
	struct ob_str *v;
	size_t n;
};

/* How often sep stands in name; SIZE_MAX when a part would be empty. */
static size_t
count_separators(struct ob_str name, struct ob_str sep)
{
	size_t n = 0, from = 0;

	for (size_t i = 0; sep.n > 0 && i + sep.n <= name.n; i++) {
		if (memcmp(name.p + i, sep.p, sep.n) != 0)
			continue;
		if (i == from || i + sep.n == name.n)
			return SIZE_MAX;
		n++;
		from = i + sep.n;
		i = from - 1;
	}
	return n;
}

/*
 * Splits what follows the prefix: DB__PORT into db and port. An empty part
 * (A____B), or too many, leave the name in one piece. -ENOMEM.
 */
static int
split_name(struct ob_conf *conf, struct ob_str name, struct parts *ret)
{
	struct ob_str sep = ob_str_z(conf->opts.env_sep);
	size_t separators = count_separators(name, sep), from = 0;
	char *lower = ob_arena_dup(&conf->arena, name);

	if (separators >= OB_KEYPATH_MAX)
		separators = 0;
	ret->n = 0;
	ret->v =
	    ob_arena_array(&conf->arena, separators + 1, sizeof(ret->v[0]));
	if (lower == NULL || ret->v == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < name.n; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] += 'a' - 'A';
	for (size_t i = 0; ret->n < separators; i++) {
		if (memcmp(name.p + i, sep.p, sep.n) != 0)
			continue;
		ret->v[ret->n++] = ob_str_n(lower + from, i - from);
		from = i + sep.n;
		i = from - 1;
	}
	ret->v[ret->n++] = ob_str_n(lower + from, name.n - from);
	return 0;
}

/*
 * Puts the value at the end of the parts, with tables on the way. 0, -ENOMEM,
 * -EEXIST when the key has a value, -ENOTDIR when it nests below a value or
 * would hide a table.
 */
static int
insert(struct ob_tree *tree, struct ob_table *t, const struct ob_str *keys,
    size_t n, const struct ob_val *v)
{
	for (size_t i = 0; i < n; i++) {
		struct ob_member *m = ob_table_find(t, keys[i]);
		struct ob_member add = { .key = keys[i].p,
			.key_n = (uint32_t)keys[i].n,
			.val = *v };
		bool last = i == n - 1;

		if (m != NULL && (m->val.type == OB_VAL_TABLE) == last)
			return -ENOTDIR;
		if (m != NULL && last)
			return -EEXIST;
		if (m == NULL && !last) {
			add.val = ob_val_table(ob_table_new(tree));
			add.val.src = v->src;
			if (add.val.u.table == NULL)
				return -ENOMEM;
		}
		if (m == NULL && ob_table_add(tree, t, &add, &m) < 0)
			return -ENOMEM;
		if (!last)
			t = m->val.u.table;
	}
	return 0;
}

/* A variable into the table, by opts.env_prefix or as it is. */
static int
insert_variable(struct ob_conf *conf, struct ob_tree *tree, struct ob_table *t,
    struct ob_str name, const struct ob_val *v, struct ob_err *err)
{
	struct ob_str prefix = ob_str_z(conf->opts.env_prefix);
	struct parts parts = { &name, 1 };
	int rc = 0;

	if (prefix.n > 0 && name.n > prefix.n &&
	    ob_str_has_prefix(name, prefix))
		rc = split_name(conf,
		    ob_str_n(name.p + prefix.n, name.n - prefix.n), &parts);
	if (rc == 0)
		rc = insert(tree, t, parts.v, parts.n, v);
	if (rc == -ENOTDIR)
		return ob_err_msg(err, -EDOM,
		    "variable '%.*s' makes a key both a value and a table",
		    OB_STR_ARG(name));
	if (rc == -ENOMEM)
		return no_memory(err);
	return rc;
}

/* The .env table with its names mapped to keys. */
static int
map_dotenv(struct ob_conf *conf, struct ob_tree *tree, struct ob_val *root,
    struct ob_err *err)
{
	struct ob_table *mapped = ob_table_new(tree);
	const struct ob_table *t = root->u.table;

	if (mapped == NULL)
		return no_memory(err);
	for (uint32_t i = 0; i < t->n; i++) {
		int rc;

		if ((t->v[i].val.flags & OB_VAL_SHADOWED) != 0)
			continue;
		rc = insert_variable(conf, tree, mapped,
		    ob_member_key(&t->v[i]), &t->v[i].val, err);
		if (rc < 0 && rc != -EEXIST)
			return rc;
	}
	root->u.table = mapped;
	return 0;
}

/* A variable of the .env files so far, the last one first, or of opts.env. */
static bool
look_up(void *ctx, struct ob_str name, struct ob_str *ret)
{
	const struct ob_conf *conf = ctx;
	char z[1024];
	const char *value;

	for (size_t i = conf->sources.n; i-- > 0;) {
		const struct ob_conf_source *s = &conf->sources.v[i];
		const struct ob_val *v;

		if (s->scope != OB_SCOPE_DOTENV)
			continue;
		v = ob_val_get(&s->root, name);
		if (v != NULL && v->type == OB_VAL_STRING) {
			*ret = ob_val_str(v);
			return true;
		}
	}
	if (name.n >= sizeof(z))
		return false;
	memcpy(z, name.p, name.n);
	z[name.n] = '\0';
	value = ob_env_get(conf->opts.env, z);
	if (value != NULL)
		*ret = ob_str_z(value);
	return value != NULL;
}

static int
parse(struct ob_conf *conf, struct ob_tree *tree, enum ob_fmt fmt,
    struct ob_str text, struct ob_val *ret, struct ob_err *err)
{
	if (fmt == OB_FMT_DOTENV)
		return ob_dotenv_read(tree, text, look_up, conf, ret, err);
	return ob_fmt_read(tree, fmt, text, ret, err);
}

int
ob_conf_add_text(struct ob_conf *conf, enum ob_scope scope, const char *file,
    struct ob_str text, enum ob_fmt fmt, struct ob_err *err)
{
	struct ob_conf_source source = { .scope = scope, .text = text };
	struct ob_err why = OB_ERR_INIT;
	struct ob_tree tree;
	int rc;

	init_tree(conf, &tree);
	rc = parse(conf, &tree, fmt, text, &source.root, &why);
	if (rc == -EBADMSG || rc == -EDOM) {
		conf->failed.text = text;
		conf->failed.at = tree.error;
		return ob_err_msg(
		    err, rc, "cannot parse '%s': %s", file, why.msg);
	}
	if (rc == -ENOTSUP)
		return ob_err_msg(
		    err, rc, "cannot read '%s': %s", file, why.msg);
	if (rc < 0)
		return no_memory(err);
	if (source.root.type == OB_VAL_NULL) {
		/* an empty document is an empty table */
		source.root = ob_val_table(ob_table_new(&tree));
		if (source.root.u.table == NULL)
			return no_memory(err);
	}
	if (source.root.type != OB_VAL_TABLE)
		return ob_err_msg(err, -EDOM,
		    "cannot use '%s': it holds a %s, not a table", file,
		    ob_vtype_name((enum ob_vtype)source.root.type));
	if (fmt == OB_FMT_DOTENV && conf->opts.env_prefix != NULL)
		rc = map_dotenv(conf, &tree, &source.root, err);
	if (rc < 0)
		return rc;
	source.duplicates = tree.duplicates;
	source.file = ob_arena_dup(&conf->arena, ob_str_z(file));
	if (source.file == NULL)
		return no_memory(err);
	rc = push_source(conf, &source, err);
	return rc < 0 ? rc : 1;
}

/* The bytes of a regular file, kept by the conf. */
static int
read_file(struct ob_conf *conf, int dir_fd, const char *path,
    struct ob_str *ret, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(TEXT_MAX);
	size_t n;
	int rc;

	fd = ob_open_regular(dir_fd, path, O_RDONLY, 0, err);
	if (fd == -EINVAL && err != NULL)
		err->code = -EBADMSG; /* the words stay: not a regular file */
	if (fd < 0)
		return fd == -EINVAL ? -EBADMSG : fd;
	rc = ob_fd_read_all(fd, &text);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot read '%s'", path);
	if (ob_vec_reserve(&conf->texts, 1) < 0)
		return no_memory(err);
	n = text.n;
	conf->texts.v[conf->texts.n] = ob_buf_steal(&text);
	if (conf->texts.v[conf->texts.n] == NULL)
		return no_memory(err);
	*ret = ob_str_n(conf->texts.v[conf->texts.n++], n);
	return 0;
}

int
ob_conf_add_file(struct ob_conf *conf, enum ob_scope scope, int dir_fd,
    const char *path, int fmt, unsigned flags, struct ob_err *err)
{
	struct ob_str text;
	int rc;

	if (fmt < 0)
		fmt = ob_fmt_by_path(ob_str_z(path));
	if (fmt < 0) {
		rc = ob_err_msg(
		    err, -EINVAL, "cannot tell the format of '%s'", path);
		ob_err_hint(
		    err, "write FORMAT:%s, for example json:%s", path, path);
		return rc;
	}
	rc = read_file(conf, dir_fd, path, &text, err);
	if (rc == -ENOENT && (flags & OB_CONF_OPTIONAL) != 0) {
		if (err != NULL)
			ob_err_reset(err);
		return 0;
	}
	if (rc < 0)
		return rc;
	return ob_conf_add_text(conf, scope, path, text, (enum ob_fmt)fmt, err);
}

/* Without a prefix only what a .env file defines may be overridden. */
static bool
is_wanted(const struct ob_conf *conf, struct ob_str name)
{
	struct ob_str prefix = ob_str_z(conf->opts.env_prefix);

	if (prefix.n > 0 && name.n > prefix.n &&
	    ob_str_has_prefix(name, prefix))
		return true;
	for (size_t i = 0; i < conf->sources.n; i++)
		if (conf->sources.v[i].scope == OB_SCOPE_DOTENV &&
		    ob_val_get(&conf->sources.v[i].root, name) != NULL)
			return true;
	return false;
}

int
ob_conf_add_env(struct ob_conf *conf, struct ob_err *err)
{
	struct ob_conf_source source = { .scope = OB_SCOPE_ENV };
	const char *const *vars = conf->opts.env.vars;
	struct ob_tree tree;
	uint32_t n = 0;

	while (vars != NULL && vars[n] != NULL && n < UINT32_MAX)
		n++;
	init_tree(conf, &tree);
	source.n_names = n;
	source.names = ob_arena_array(&conf->arena, n, sizeof(source.names[0]));
	if (source.names != NULL && n > 0)
		memset(source.names, 0, n * sizeof(source.names[0]));
	source.root = ob_val_table(ob_table_new(&tree));
	source.root.src = tree.src;
	if (source.names == NULL || source.root.u.table == NULL)
		return no_memory(err);

	for (uint32_t i = 0; i < n; i++) {
		struct ob_str value = ob_str_z(vars[i]), name;
		struct ob_val v;
		int rc;

		if (!ob_str_split(&value, '=', &name) || value.p == NULL ||
		    !is_wanted(conf, name))
			continue;
		v = ob_val_string(value);
		v.src = tree.src;
		v.at.off = i;
		source.names[i] = name;
		rc = insert_variable(
		    conf, &tree, source.root.u.table, name, &v, err);
		if (rc < 0 && rc != -EEXIST)
			return rc;
	}
	return push_source(conf, &source, err);
}

int
ob_conf_add_value(struct ob_conf *conf, enum ob_scope scope, const char *name,
    struct ob_str key, const struct ob_val *value, struct ob_err *err)
{
	struct ob_conf_source source = { .scope = scope };
	struct ob_str keys[OB_KEYPATH_MAX];
	struct ob_val v = *value;
	struct ob_keypath path;
	struct ob_tree tree;
	int rc = ob_keypath_parse(&conf->arena, key, &path, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < path.n; i++) {
		if (path.v[i].is_index)
			return ob_err_msg(err, -EINVAL,
			    "cannot set '%.*s': give the whole list",
			    OB_STR_ARG(key));
		keys[i] = path.v[i].key;
	}
	if (path.n == 0)
		return ob_err_msg(err, -EINVAL, "cannot set an empty key");
	init_tree(conf, &tree);
	v.src = tree.src;
	v.at = (struct ob_pos){ 0 };
	source.names = ob_arena_alloc(&conf->arena, sizeof(source.names[0]));
	source.root = ob_val_table(ob_table_new(&tree));
	source.root.src = tree.src;
	if (source.names == NULL || source.root.u.table == NULL ||
	    insert(&tree, source.root.u.table, keys, path.n, &v) < 0)
		return no_memory(err);
	source.names[0] = ob_str_z(name);
	source.n_names = 1;
	return push_source(conf, &source, err);
}

int
ob_conf_add_json(struct ob_conf *conf, enum ob_scope scope, const char *name,
    struct ob_str key, struct ob_str json, struct ob_err *err)
{
	struct ob_err why = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v;
	int rc;

	init_tree(conf, &tree);
	rc = ob_json_read(&tree, json, &v, &why);
	if (rc == -EBADMSG)
		return ob_err_msg(
		    err, rc, "cannot parse the JSON of %s: %s", name, why.msg);
	if (rc < 0)
		return no_memory(err);
	return ob_conf_add_value(conf, scope, name, key, &v, err);
}
