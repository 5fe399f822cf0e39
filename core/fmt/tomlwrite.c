/*
 * Two loops with a stack each instead of recursion: one over sections, one
 * over the values of a list.
 */
#include "fmt/tomlwrite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"

#define PATH_BYTES ((size_t)1 << 24) /* of the keys of one header */

/* A list or inline table that is being written. */
struct level {
	const struct ob_val *v;
	uint32_t next;
	bool any; /* a child was written: a comma comes first */
};

/* A table whose sections are being written. */
struct section {
	const struct ob_table *t;
	const struct ob_list *list; /* of [[sections]], or NULL */
	uint32_t next;              /* member of t, or element of list */
	size_t path_bytes;          /* of the path to it */
};

struct writer {
	struct ob_buf *out;
	struct ob_buf path;
	OB_VEC(struct level) levels;
	OB_VEC(struct section) sections;
};

static int
write_string(struct ob_buf *out, struct ob_str s)
{
	static const char letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";

	if (!ob_utf8_is_valid(s))
		return -EILSEQ;
	ob_buf_add_c(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *known = c == '\0' ? NULL : ob_z_find(bytes, c);

		if (known != NULL) {
			ob_buf_add_c(out, '\\');
			ob_buf_add_c(out, letters[known - bytes]);
		} else if ((unsigned char)c < 0x20 || c == 0x7f) {
			ob_buf_printf(out, "\\u%04x", (unsigned)c);
		} else {
			ob_buf_add_c(out, c);
		}
	}
	return ob_buf_add_c(out, '"');
}

static int
write_key(struct ob_buf *out, struct ob_str key)
{
	bool bare = key.n > 0;

	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		bare &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		        (c >= '0' && c <= '9') || c == '_' || c == '-';
	}
	return bare ? ob_buf_add_str(out, key) : write_string(out, key);
}

static bool
is_left_out(const struct ob_val *v)
{
	return v->type == OB_VAL_NULL || (v->flags & OB_VAL_SHADOWED) != 0;
}

/* A list whose elements can be [[sections]]. */
static bool
is_list_of_tables(const struct ob_val *v)
{
	if (v->type != OB_VAL_LIST || v->u.list->n == 0)
		return false;
	for (uint32_t i = 0; i < v->u.list->n; i++)
		if (v->u.list->v[i].type != OB_VAL_TABLE)
			return false;
	return true;
}

static bool
is_section(const struct ob_val *v)
{
	return v->type == OB_VAL_TABLE || is_list_of_tables(v);
}

/* --- values --------------------------------------------------------------- */

static int
write_scalar(struct ob_buf *out, const struct ob_val *v)
{
	switch ((enum ob_vtype)v->type) {
	case OB_VAL_BOOL:
		return ob_buf_add_z(
		    out, v->flags & OB_VAL_TRUE ? "true" : "false");
	case OB_VAL_NUMBER:
	case OB_VAL_DATETIME: return ob_buf_add_str(out, ob_val_str(v));
	case OB_VAL_STRING: return write_string(out, ob_val_str(v));
	case OB_VAL_NULL:
	case OB_VAL_LIST:
	case OB_VAL_TABLE: break;
	}
	return -EINVAL;
}

/* The next child of a container, with what stands before it; NULL: the end. */
static const struct ob_val *
next_child(struct ob_buf *out, struct level *l, int *ret)
{
	const struct ob_table *t = l->v->u.table;
	const struct ob_member *m = NULL;
	const struct ob_val *v;

	if (l->v->type == OB_VAL_LIST) {
		if (l->next == l->v->u.list->n)
			return NULL;
		v = &l->v->u.list->v[l->next++];
	} else {
		while (l->next < t->n && is_left_out(&t->v[l->next].val))
			l->next++;
		if (l->next == t->n)
			return NULL;
		m = &t->v[l->next++];
		v = &m->val;
	}
	if (l->any)
		ob_buf_add_z(out, ", ");
	l->any = true;
	if (m != NULL) {
		*ret = write_key(out, ob_member_key(m));
		ob_buf_add_z(out, " = ");
	}
	return v;
}

static int
write_value(struct writer *w, const struct ob_val *v)
{
	int rc = 0;

	w->levels.n = 0;
	do {
		if (v == NULL) {
			struct level *l = &w->levels.v[--w->levels.n];

			rc = ob_buf_add_c(
			    w->out, l->v->type == OB_VAL_LIST ? ']' : '}');
		} else if (v->type < OB_VAL_LIST) {
			rc = write_scalar(w->out, v);
		} else {
			struct level opened = { v, 0, false };

			ob_buf_add_c(
			    w->out, v->type == OB_VAL_LIST ? '[' : '{');
			rc = ob_vec_push(&w->levels, opened);
		}
		if (rc == 0 && w->levels.n > 0)
			v = next_child(
			    w->out, &w->levels.v[w->levels.n - 1], &rc);
	} while (rc == 0 && w->levels.n > 0);
	return rc;
}

/* --- sections --------------------------------------------------------------- */

/* All members of a table that are no sections, a line each. */
static int
write_members(struct writer *w, const struct ob_table *t, bool *ret_any)
{
	*ret_any = false;
	for (uint32_t i = 0; i < t->n; i++) {
		const struct ob_member *m = &t->v[i];
		int rc;

		if (is_left_out(&m->val) || is_section(&m->val))
			continue;
		*ret_any = true;
		rc = write_key(w->out, ob_member_key(m));
		ob_buf_add_z(w->out, " = ");
		if (rc == 0)
			rc = write_value(w, &m->val);
		if (rc == 0)
			rc = ob_buf_add_c(w->out, '\n');
		if (rc < 0)
			return rc;
	}
	return 0;
}

static bool
has_sections(const struct ob_table *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (!is_left_out(&t->v[i].val) && is_section(&t->v[i].val))
			return true;
	return false;
}

/*
 * The header of a table and its values; a table that has nothing but sections
 * needs no header.
 */
static int
write_section(struct writer *w, const struct ob_table *t, const char *brackets)
{
	size_t before = w->out->n, header;
	bool any;
	int rc;

	if (before > 0)
		ob_buf_add_c(w->out, '\n');
	ob_buf_add(w->out, brackets, strlen(brackets) / 2);
	ob_buf_add_str(w->out, ob_buf_str(&w->path));
	ob_buf_add_z(w->out, brackets + strlen(brackets) / 2);
	ob_buf_add_c(w->out, '\n');
	header = w->out->n;
	rc = write_members(w, t, &any);
	if (rc < 0 || ob_buf_err(w->out) < 0)
		return rc < 0 ? rc : ob_buf_err(w->out);
	if (!any && w->out->n == header && brackets[1] != '[' &&
	    has_sections(t))
		ob_buf_truncate(w->out, before);
	return 0;
}

static int
enter(struct writer *w, const struct ob_val *v)
{
	struct section s = { .path_bytes = w->path.n };
	int rc = 0;

	if (v->type == OB_VAL_TABLE) {
		s.t = v->u.table;
		rc = write_section(w, s.t, "[]");
	} else {
		s.list = v->u.list;
	}
	return rc < 0 ? rc : ob_vec_push(&w->sections, s);
}

/* One step of the innermost section: its next child, or its end. */
static int
step(struct writer *w)
{
	struct section *s = &w->sections.v[w->sections.n - 1];
	const struct ob_member *m;
	struct section element;
	int rc;

	ob_buf_truncate(&w->path, s->path_bytes);
	if (s->list != NULL && s->next < s->list->n) {
		element = (struct section){ s->list->v[s->next++].u.table, NULL,
			0, s->path_bytes };
		rc = write_section(w, element.t, "[[]]");
		return rc < 0 ? rc : ob_vec_push(&w->sections, element);
	}
	while (s->list == NULL && s->next < s->t->n) {
		m = &s->t->v[s->next++];
		if (is_left_out(&m->val) || !is_section(&m->val))
			continue;
		if (w->path.n > 0)
			ob_buf_add_c(&w->path, '.');
		rc = write_key(&w->path, ob_member_key(m));
		return rc < 0 ? rc : enter(w, &m->val);
	}
	w->sections.n--;
	return 0;
}

int
ob_toml_write(struct ob_buf *out, const struct ob_val *v)
{
	struct writer w = {
		.out = out,
		.path = OB_BUF_INIT(PATH_BYTES),
		.levels.max = UINT32_MAX,
		.sections.max = UINT32_MAX,
	};
	struct section root = { .t = v->u.table };
	bool any;
	int rc;

	if (v->type != OB_VAL_TABLE)
		return -EINVAL;
	rc = write_members(&w, root.t, &any);
	if (rc == 0)
		rc = ob_vec_push(&w.sections, root);
	while (rc == 0 && w.sections.n > 0)
		rc = step(&w);
	ob_buf_release(&w.path);
	ob_vec_release(&w.levels);
	ob_vec_release(&w.sections);
	return rc < 0 ? rc : ob_buf_err(out);
}
