#include "fmt/ini.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "fmt/cursor.h"

struct ini {
	struct ob_cursor c;
	struct ob_table *root, *section;
	const char *eol; /* of the current line, before its CR */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct ini *in)
{
	while (in->c.p < in->eol && is_blank(*in->c.p))
		in->c.p++;
}

/* [p, end) without blanks at its ends. */
static struct ob_str
trimmed(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	while (end > p && is_blank(end[-1]))
		end--;
	return ob_str_n(p, (size_t)(end - p));
}

static int
fail(struct ini *in, const char *at, struct ob_str key, const char *why)
{
	return ob_cursor_fail(
	    &in->c, at, "key '%.*s' %s", OB_STR_ARG(key), why);
}

static int
add(struct ini *in, struct ob_table *table, struct ob_str key,
    const struct ob_val *v)
{
	struct ob_member m = {
		.key = key.p,
		.key_n = (uint32_t)key.n,
		.key_off = (uint32_t)(key.p - in->c.start),
		.val = *v,
	};

	if (ob_cursor_count(&in->c) < 0)
		return -EBADMSG;
	return ob_table_add(in->c.tree, table, &m, NULL) < 0
	           ? ob_cursor_nomem(&in->c)
	           : 0;
}

/* Into the table of that name below *table, which is made when missing. */
static int
enter(struct ini *in, struct ob_table **table, struct ob_str name)
{
	struct ob_member *m = ob_table_find(*table, name);
	struct ob_val v;
	int rc;

	if (m != NULL && m->val.type != OB_VAL_TABLE)
		return fail(in, name.p, name, "has a value already");
	if (m != NULL) {
		*table = m->val.u.table;
		return 0;
	}
	v = ob_val_table(ob_table_new(in->c.tree));
	if (v.u.table == NULL)
		return ob_cursor_nomem(&in->c);
	v.at = ob_cursor_pos(&in->c, name.p);
	v.src = in->c.tree->src;
	rc = add(in, *table, name, &v);
	*table = v.u.table;
	return rc;
}

/* "[a.b]"; the cursor stands at the bracket. */
static int
read_section(struct ini *in)
{
	const char *p = in->c.p + 1;
	const char *end = memchr(p, ']', (size_t)(in->eol - p));
	uint32_t depth = 0;

	if (end == NULL) {
		in->c.p = in->eol;
		return ob_cursor_expected(&in->c, "']'");
	}
	in->section = in->root;
	for (;;) {
		const char *dot = memchr(p, '.', (size_t)(end - p));
		struct ob_str name = trimmed(p, dot == NULL ? end : dot);
		int rc;

		if (name.n == 0)
			return ob_cursor_fail(
			    &in->c, p, "expected a name of a section");
		if (++depth > in->c.tree->limits.depth)
			return ob_cursor_fail(
			    &in->c, p, "section of too many parts");
		rc = enter(in, &in->section, name);
		if (rc < 0)
			return rc;
		if (dot == NULL)
			break;
		p = dot + 1;
	}
	in->c.p = end + 1;
	skip_blanks(in);
	return in->c.p == in->eol
	           ? 0
	           : ob_cursor_expected(&in->c, "the end of the line");
}

/* Between double quotes, with its escapes resolved. */
static int
unescape(struct ini *in, struct ob_str s, struct ob_str *ret)
{
	char *text = ob_arena_alloc(in->c.tree->arena, s.n);
	size_t n = 0;

	if (text == NULL)
		return ob_cursor_nomem(&in->c);
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p + i;
		char c = *at;

		if (c == '"')
			return ob_cursor_fail(
			    &in->c, at, "quote inside of quotes");
		if (c == '\\') {
			c = i + 1 < s.n ? s.p[++i] : '\0';
			if (c == '\0' || ob_z_find("\"\\nt", c) == NULL)
				return ob_cursor_fail(
				    &in->c, at, "unknown escape in value");
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		text[n++] = c;
	}
	*ret = ob_str_n(text, n);
	return 0;
}

static int
read_text(struct ini *in, struct ob_str raw, struct ob_str *ret)
{
	char quote = raw.n > 0 ? raw.p[0] : '\0';

	*ret = raw;
	if (quote != '"' && quote != '\'')
		return 0;
	if (raw.n < 2 || raw.p[raw.n - 1] != quote)
		return ob_cursor_fail(&in->c, raw.p, "quote without end");
	*ret = ob_str_n(raw.p + 1, raw.n - 2);
	if (quote == '"')
		return ob_str_find(*ret, '\\') < ret->n ||
		               ob_str_find(*ret, '"') < ret->n
		           ? unescape(in, *ret, ret)
		           : 0;
	return ob_str_find(*ret, '\'') < ret->n
	           ? ob_cursor_fail(&in->c, raw.p, "quote inside of quotes")
	           : 0;
}

/* One more element of the list of that key. */
static int
add_element(struct ini *in, struct ob_str key, const struct ob_val *v)
{
	struct ob_member *m = ob_table_find(in->section, key);
	struct ob_val list;
	int rc;

	if (m != NULL && m->val.type != OB_VAL_LIST)
		return fail(in, key.p, key, "is no list");
	if (m == NULL) {
		list = ob_val_list(ob_list_new(in->c.tree));
		if (list.u.list == NULL)
			return ob_cursor_nomem(&in->c);
		list.at = v->at;
		list.src = v->src;
		rc = add(in, in->section, key, &list);
		if (rc < 0)
			return rc;
		m = ob_table_find(in->section, key);
	}
	if (ob_cursor_count(&in->c) < 0)
		return -EBADMSG;
	return ob_list_add(in->c.tree, m->val.u.list, v) < 0
	           ? ob_cursor_nomem(&in->c)
	           : 0;
}

static int
read_pair(struct ini *in)
{
	struct ob_val v = { .type = OB_VAL_STRING, .src = in->c.tree->src };
	const char *mark = in->c.p;
	struct ob_str key, raw, text;
	struct ob_member *m;
	int rc;

	while (mark < in->eol && *mark != '=' && *mark != ':')
		mark++;
	key = trimmed(in->c.p, mark);
	if (mark == in->eol) {
		in->c.p = mark;
		return ob_cursor_expected(&in->c, "'=' or ':' after key");
	}
	raw = trimmed(mark + 1, in->eol);
	v.at = ob_cursor_pos(&in->c, raw.p);
	v.len = (uint32_t)raw.n;
	rc = read_text(in, raw, &text);
	if (rc < 0)
		return rc;
	v.u.text = text.p;
	v.n = (uint32_t)text.n;
	if (ob_str_has_suffix(key, OB_STR("[]"))) {
		key = trimmed(key.p, key.p + key.n - 2);
		if (key.n > 0)
			return add_element(in, key, &v);
	}
	if (key.n == 0)
		return ob_cursor_expected(&in->c, "a key");
	m = ob_table_find(in->section, key);
	if (m != NULL && m->val.type != OB_VAL_STRING)
		return fail(in, key.p, key,
		    m->val.type == OB_VAL_LIST ? "is a list already"
					       : "is a section already");
	return add(in, in->section, key, &v);
}

static int
read_line(struct ini *in)
{
	struct ob_cursor *c = &in->c;
	const char *lf = memchr(c->p, '\n', (size_t)(c->end - c->p));
	const char *next = lf == NULL ? c->end : lf + 1, *nul;
	int rc = 0;

	in->eol = lf == NULL ? c->end : lf;
	if (lf != NULL && lf > c->p && lf[-1] == '\r')
		in->eol--;
	nul = in->eol > c->p ? memchr(c->p, '\0', (size_t)(in->eol - c->p))
	                     : NULL;
	if (nul != NULL)
		return ob_cursor_fail(c, nul, "NUL byte");
	skip_blanks(in);
	if (c->p < in->eol && *c->p == '[')
		rc = read_section(in);
	else if (c->p < in->eol && *c->p != ';' && *c->p != '#')
		rc = read_pair(in);
	if (rc < 0)
		return rc;
	c->p = next;
	ob_cursor_newline(c);
	return 0;
}

int
ob_ini_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	struct ini in = { .root = NULL };
	int rc = ob_cursor_init(&in.c, tree, input, err);

	if (rc < 0)
		return rc;
	in.root = in.section = ob_table_new(tree);
	if (in.root == NULL)
		return ob_cursor_nomem(&in.c);
	while (in.c.p < in.c.end) {
		rc = read_line(&in);
		if (rc < 0)
			return rc;
	}
	*ret = ob_val_table(in.root);
	ret->src = tree->src;
	ret->at = (struct ob_pos){ .line = 1, .col = 1 };
	ret->len = (uint32_t)input.n;
	return 0;
}
