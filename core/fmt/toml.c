/*
 * One pass over lines; values by an explicit stack. What the standard forbids
 * about extending tables is decided by how a table came to be, which its
 * member's flags say:
 *
 *	none            made on the way by [a.b]; [a] may still define it
 *	DEFINED         by its own [header] or [[header]]
 *	DOTTED          by a dotted key; dotted keys may add to it, no header
 *	CLOSED          inline table or list: nothing may be added
 *	MANY            list made by [[header]], which adds to it
 */
#include "fmt/toml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "fmt/cursor.h"
#include "fmt/tomlscalar.h"

#define DEPTH_MAX 10000

#define DEFINED 0x10u
#define DOTTED  0x20u
#define CLOSED  0x40u
#define MANY    0x80u

/* Where a value goes: into a list, or into a table under a key. */
struct place {
	struct ob_list *list;
	struct ob_table *table;
	struct ob_str key;
	const char *key_at;
};

/* A list or inline table that is still open. */
struct frame {
	struct ob_val v;
	struct place to;
};

struct toml {
	struct ob_cursor c;
	enum ob_toml_version version;
	uint32_t depth_max;
	struct ob_table *root, *section;
	OB_VEC(struct frame) frames;
};

/* What happens next in read_value. */
enum next {
	NEXT_VALUE,
	NEXT_AFTER,
	NEXT_DONE,
};

/* --- places and errors ------------------------------------------------------ */

/* Makes the line of p the current one, for an error at p. */
static void
locate(struct ob_cursor *c, const char *p)
{
	const char *line = c->line_start, *lf;

	if (p < line) {
		line = c->start;
		c->line = 1;
	}
	while ((lf = memchr(line, '\n', (size_t)(p - line))) != NULL) {
		line = lf + 1;
		c->line++;
	}
	c->line_start = line;
	if (c->line == 1 && c->end - c->start >= 3 &&
	    memcmp(c->start, "\xef\xbb\xbf", 3) == 0)
		c->line_start = c->start + 3;
}

static int
fail_at(struct toml *t, const char *p, const char *why)
{
	locate(&t->c, p);
	return ob_cursor_fail(&t->c, p, "%s", why);
}

static int
fail_key(struct toml *t, const char *at, struct ob_str key, const char *why,
    const struct ob_member *first)
{
	locate(&t->c, at);
	return ob_cursor_fail(&t->c, at, "key '%.*s' %s, line %u",
	    OB_STR_ARG(key), why, first->val.at.line);
}

static char
peek(const struct toml *t)
{
	return t->c.p < t->c.end ? *t->c.p : '\0';
}

/* --- blanks and comments ------------------------------------------------------ */

static void
skip_blanks(struct ob_cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
}

/* Control characters but tab may stand nowhere. */
static bool
is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static int
skip_comment(struct toml *t)
{
	struct ob_cursor *c = &t->c;

	if (peek(t) != '#')
		return 0;
	for (; c->p < c->end && *c->p != '\n'; c->p++)
		if (is_control(*c->p) &&
		    (*c->p != '\r' || c->p + 1 == c->end || c->p[1] != '\n'))
			return fail_at(
			    t, c->p, "control character in a comment");
	return 0;
}

/* LF or CRLF; false when there is none. */
static bool
take_newline(struct ob_cursor *c)
{
	if (c->end - c->p > 1 && c->p[0] == '\r' && c->p[1] == '\n')
		c->p++;
	if (c->p == c->end || *c->p != '\n')
		return false;
	c->p++;
	ob_cursor_newline(c);
	return true;
}

/* Blanks, comments and line ends. */
static int
skip_lines(struct toml *t)
{
	do {
		int rc;

		skip_blanks(&t->c);
		rc = skip_comment(t);
		if (rc < 0)
			return rc;
	} while (take_newline(&t->c));
	return 0;
}

static int
end_of_line(struct toml *t)
{
	int rc;

	skip_blanks(&t->c);
	rc = skip_comment(t);
	if (rc < 0)
		return rc;
	if (t->c.p == t->c.end || take_newline(&t->c))
		return 0;
	return ob_cursor_expected(&t->c, "the end of the line");
}

/* --- strings ------------------------------------------------------------------ */

static int
hex_digits(struct toml *t, const char *p, int n, uint32_t *ret)
{
	uint32_t v = 0;

	for (int i = 0; i < n; i++) {
		char c = t->c.end - p > i ? p[i] : '\0';

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint32_t)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			v = v << 4 | (uint32_t)((c | 32) - 'a' + 10);
		else
			return fail_at(
			    t, p - 2, "escape needs more hexadecimal digits");
	}
	*ret = v;
	return n;
}

/* The escape at p: bytes used, or an error. */
static int
read_escape(struct toml *t, const char *p, char **dst)
{
	static const char letters[] = "btnfr\"\\", bytes[] = "\b\t\n\f\r\"\\";
	char c = t->c.end - p > 1 ? p[1] : '\0';
	const char *letter = c == '\0' ? NULL : ob_z_find(letters, c);
	bool newer = t->version >= OB_TOML_1_1;
	uint32_t point;
	size_t length;
	int n;

	if (letter != NULL || (newer && c == 'e')) {
		*(*dst)++ = letter == NULL ? '\x1b' : bytes[letter - letters];
		return 2;
	}
	n = c == 'u' ? 4 : c == 'U' ? 8 : newer && c == 'x' ? 2 : 0;
	if (n == 0)
		return fail_at(t, p, "unknown escape in string");
	n = hex_digits(t, p + 2, n, &point);
	if (n < 0)
		return n;
	length = ob_utf8_encode(*dst, point);
	if (length == 0)
		return fail_at(t, p, "escape is no Unicode character");
	*dst += length;
	return n + 2;
}

/* A backslash at the end of a line: the bytes to skip, or 0. */
static size_t
line_joint(const char *p, const char *end)
{
	const char *q = p + 1;
	bool newline = false;

	for (; q < end; q++) {
		if (*q == '\n')
			newline = true;
		else if (*q == '\r' ? q + 1 == end || q[1] != '\n'
				    : *q != ' ' && *q != '\t')
			break;
	}
	return newline ? (size_t)(q - p) : 0;
}

/* Resolves the escapes of [p, end); \U needs 10 bytes for at most 4. */
static int
unescape(struct toml *t, const char *p, const char *end, bool many_lines,
    struct ob_str *ret)
{
	char *text = ob_arena_alloc(t->c.tree->arena, (size_t)(end - p) + 1);
	char *dst = text;

	if (text == NULL)
		return ob_cursor_nomem(&t->c);
	while (p < end) {
		size_t skip;
		int n;

		if (*p != '\\') {
			*dst++ = *p++;
			continue;
		}
		skip = many_lines ? line_joint(p, end) : 0;
		if (skip > 0) {
			p += skip;
			continue;
		}
		n = read_escape(t, p, &dst);
		if (n < 0)
			return n;
		p += n;
	}
	*ret = ob_str_n(text, (size_t)(dst - text));
	return 0;
}

/* A string on one line; the cursor stands at its quote. */
static int
read_line_string(struct toml *t, char quote, struct ob_str *ret)
{
	struct ob_cursor *c = &t->c;
	const char *start = c->p + 1, *p = start;
	bool escaped = false;

	for (; p < c->end && *p != quote; p++) {
		if (*p == '\n')
			break;
		if (is_control(*p))
			return fail_at(t, p, "control character in string");
		if (*p == '\\' && quote == '"') {
			escaped = true;
			p += c->end - p > 1 && !is_control(p[1]);
		}
	}
	if (p >= c->end || *p != quote)
		return fail_at(t, c->p, "string without end");
	c->p = p + 1;
	*ret = ob_str_n(start, (size_t)(p - start));
	return escaped ? unescape(t, start, p, false, ret) : 0;
}

/*
 * A string in three quotes. A newline right behind them is not part of it; up
 * to two more quotes may stand before the closing ones.
 */
static int
read_lines_string(struct toml *t, char quote, struct ob_str *ret)
{
	struct ob_cursor *c = &t->c;
	const char *opening = c->p, *start, *p;
	bool escaped = false;

	c->p += 3;
	(void)take_newline(c); /* there need be none */
	start = c->p;
	for (p = start; c->end - p >= 3; p++) {
		if (*p == quote && p[1] == quote && p[2] == quote)
			break;
		if (is_control(*p) && *p != '\n' &&
		    (*p != '\r' || p[1] != '\n'))
			return fail_at(t, p, "control character in string");
		if (*p == '\\' && quote == '"') {
			escaped = true;
			p += !is_control(p[1]);
		}
	}
	if (c->end - p < 3)
		return fail_at(t, opening, "string without end");
	for (int i = 0; i < 2 && c->end - p > 3 && p[3] == quote; i++)
		p++;
	c->p = p + 3;
	locate(c, c->p);
	*ret = ob_str_n(start, (size_t)(p - start));
	return escaped ? unescape(t, start, p, true, ret) : 0;
}

static int
read_string(struct toml *t, struct ob_str *ret)
{
	char quote = *t->c.p;

	if (t->c.end - t->c.p >= 3 && t->c.p[1] == quote && t->c.p[2] == quote)
		return read_lines_string(t, quote, ret);
	return read_line_string(t, quote, ret);
}

/* --- keys ---------------------------------------------------------------------- */

static bool
is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* One part of a key, with the blanks behind it. */
static int
read_key_part(struct toml *t, struct ob_str *ret)
{
	const char *start = t->c.p;
	char quote = peek(t);
	int rc = 0;

	if (quote == '"' || quote == '\'') {
		if (t->c.end - start >= 3 && start[1] == quote &&
		    start[2] == quote)
			return fail_at(t, start, "a key may not span lines");
		rc = read_line_string(t, quote, ret);
	} else {
		while (t->c.p < t->c.end && is_bare(*t->c.p))
			t->c.p++;
		*ret = ob_str_n(start, (size_t)(t->c.p - start));
		if (ret->n == 0)
			return ob_cursor_expected(&t->c, "a key");
	}
	skip_blanks(&t->c);
	return rc;
}

static int
add_member(struct toml *t, struct ob_table *table, struct ob_str key,
    const char *key_at, const struct ob_val *v)
{
	struct ob_member m = {
		.key = key.p,
		.key_n = (uint32_t)key.n,
		.key_off = (uint32_t)(key_at - t->c.start),
		.val = *v,
	};

	if (ob_table_add(t->c.tree, table, &m, NULL) < 0)
		return ob_cursor_nomem(&t->c);
	return 0;
}

/* A new table under a key; *ret_table becomes it. */
static int
add_table(struct toml *t, struct ob_table **ret_table, struct ob_str key,
    const char *key_at, uint8_t flags)
{
	struct ob_val v = ob_val_table(ob_table_new(t->c.tree));
	int rc;

	if (v.u.table == NULL)
		return ob_cursor_nomem(&t->c);
	if (ob_cursor_count(&t->c) < 0)
		return -EBADMSG;
	v.at = ob_cursor_pos(&t->c, key_at);
	v.src = t->c.tree->src;
	v.flags = flags;
	rc = add_member(t, *ret_table, key, key_at, &v);
	*ret_table = v.u.table;
	return rc;
}

/* Into the table of one part of a dotted key, which is made when missing. */
static int
enter_dotted(
    struct toml *t, struct ob_table **table, struct ob_str key, const char *at)
{
	struct ob_member *m = ob_table_find(*table, key);

	if (m == NULL)
		return add_table(t, table, key, at, DOTTED);
	if (m->val.type != OB_VAL_TABLE)
		return fail_key(t, at, key, "has a value already", m);
	if ((m->val.flags & DOTTED) == 0 || (m->val.flags & CLOSED) != 0)
		return fail_key(t, at, key, "is a table that is complete", m);
	*table = m->val.u.table;
	return 0;
}

/* Into the table of one part of a [header] but the last. */
static int
enter_header(
    struct toml *t, struct ob_table **table, struct ob_str key, const char *at)
{
	struct ob_member *m = ob_table_find(*table, key);

	if (m == NULL)
		return add_table(t, table, key, at, 0);
	if ((m->val.flags & CLOSED) != 0)
		return fail_key(t, at, key, "is complete already", m);
	if (m->val.type == OB_VAL_TABLE)
		*table = m->val.u.table;
	else if ((m->val.flags & MANY) != 0)
		*table = m->val.u.list->v[m->val.u.list->n - 1].u.table;
	else
		return fail_key(t, at, key, "has a value already", m);
	return 0;
}

/* Reads a key up to its last part, which is not looked up. */
static int
read_key(struct toml *t, struct ob_table *from,
    int (*enter)(
	struct toml *, struct ob_table **, struct ob_str, const char *),
    struct place *ret)
{
	uint32_t depth = 0;

	*ret = (struct place){ .table = from };
	for (;;) {
		int rc;

		ret->key_at = t->c.p;
		rc = read_key_part(t, &ret->key);
		if (rc < 0)
			return rc;
		if (peek(t) != '.')
			return 0;
		if (++depth >= t->depth_max)
			return fail_at(t, t->c.p, "key of too many parts");
		t->c.p++;
		skip_blanks(&t->c);
		rc = enter(t, &ret->table, ret->key, ret->key_at);
		if (rc < 0)
			return rc;
	}
}

/* --- values --------------------------------------------------------------------- */

static int
put(struct toml *t, const struct place *to, const struct ob_val *v)
{
	struct ob_member *m;

	if (to->list != NULL)
		return ob_list_add(t->c.tree, to->list, v) < 0
		           ? ob_cursor_nomem(&t->c)
		           : 0;
	m = ob_table_find(to->table, to->key);
	if (m != NULL)
		return fail_key(
		    t, to->key_at, to->key, "is defined already", m);
	return add_member(t, to->table, to->key, to->key_at, v);
}

static int
open_frame(struct toml *t, struct ob_val *v, const struct place *to)
{
	struct frame f = { *v, *to };

	if (t->frames.n >= t->depth_max)
		return fail_at(t, t->c.p, "values nested too deep");
	f.v.flags = CLOSED;
	if (*t->c.p == '[')
		f.v.u.list = ob_list_new(t->c.tree);
	else
		f.v.u.table = ob_table_new(t->c.tree);
	f.v.type = *t->c.p == '[' ? OB_VAL_LIST : OB_VAL_TABLE;
	/* either pointer: both members are one */
	if (f.v.u.list == NULL || ob_vec_push(&t->frames, f) < 0)
		return ob_cursor_nomem(&t->c);
	t->c.p++;
	return 0;
}

/* Closes the innermost frame; the cursor stands at its bracket. */
static int
close_frame(struct toml *t)
{
	struct frame f = t->frames.v[--t->frames.n];
	int rc;

	t->c.p++;
	f.v.len = (uint32_t)(t->c.p - t->c.start) - f.v.at.off;
	rc = put(t, &f.to, &f.v);
	return rc < 0 ? rc : NEXT_AFTER;
}

/* What may stand between the parts of a list or inline table. */
static int
skip_inside(struct toml *t, const struct frame *f)
{
	if (f->v.type == OB_VAL_LIST || t->version >= OB_TOML_1_1)
		return skip_lines(t);
	skip_blanks(&t->c);
	return 0;
}

/* The next child of the innermost frame: its place, or the frame's end. */
static int
next_child(struct toml *t, struct place *ret, bool may_end)
{
	struct frame *f = &t->frames.v[t->frames.n - 1];
	bool is_list = f->v.type == OB_VAL_LIST;
	int rc = skip_inside(t, f);

	if (rc < 0)
		return rc;
	if (may_end && peek(t) == (is_list ? ']' : '}'))
		return close_frame(t);
	if (is_list) {
		*ret = (struct place){ .list = f->v.u.list };
		return NEXT_VALUE;
	}
	rc = read_key(t, f->v.u.table, enter_dotted, ret);
	if (rc < 0)
		return rc;
	if (peek(t) != '=')
		return ob_cursor_expected(&t->c, "'=' after key");
	t->c.p++;
	skip_blanks(&t->c);
	return NEXT_VALUE;
}

/* Behind a complete value. */
static int
after_value(struct toml *t, struct place *ret)
{
	struct frame *f;
	bool is_list;
	int rc;

	if (t->frames.n == 0)
		return NEXT_DONE;
	f = &t->frames.v[t->frames.n - 1];
	is_list = f->v.type == OB_VAL_LIST;
	rc = skip_inside(t, f);
	if (rc < 0)
		return rc;
	if (peek(t) == (is_list ? ']' : '}'))
		return close_frame(t);
	if (peek(t) != ',')
		return ob_cursor_expected(
		    &t->c, is_list ? "',' or ']'" : "',' or '}'");
	t->c.p++;
	return next_child(t, ret, is_list || t->version >= OB_TOML_1_1);
}

static int
read_scalar(struct toml *t, struct ob_val *v)
{
	struct ob_cursor *c = &t->c;
	struct ob_str text = ob_str_n(c->p, (size_t)(c->end - c->p));
	const char *why;
	bool nomem;

	if (*c->p == '"' || *c->p == '\'') {
		int rc = read_string(t, &text);

		v->type = OB_VAL_STRING;
		v->u.text = text.p;
		v->n = (uint32_t)text.n;
		return rc;
	}
	text.n = ob_toml_word(text);
	if (text.n == 0)
		return ob_cursor_expected(c, "a value");
	why = ob_toml_scalar(c->tree, text, t->version, v, &nomem);
	if (why != NULL)
		return ob_cursor_fail(c, c->p, "%s", why);
	if (nomem)
		return ob_cursor_nomem(c);
	c->p += text.n;
	return 0;
}

/* One value, brackets opened or a scalar. */
static int
begin_value(struct toml *t, struct place *to)
{
	struct ob_cursor *c = &t->c;
	struct ob_val v = { .src = c->tree->src };
	int rc;

	if (c->p == c->end)
		return ob_cursor_expected(c, "a value");
	if (ob_cursor_count(c) < 0)
		return -EBADMSG;
	v.at = ob_cursor_pos(c, c->p);
	if (*c->p == '[' || *c->p == '{') {
		rc = open_frame(t, &v, to);
		return rc < 0 ? rc : next_child(t, to, true);
	}
	rc = read_scalar(t, &v);
	if (rc < 0)
		return rc;
	v.len = (uint32_t)(c->p - c->start) - v.at.off;
	rc = put(t, to, &v);
	return rc < 0 ? rc : NEXT_AFTER;
}

static int
read_value(struct toml *t, struct place *to)
{
	int next = NEXT_VALUE;

	while (next >= 0 && next != NEXT_DONE)
		next = next == NEXT_VALUE ? begin_value(t, to)
		                          : after_value(t, to);
	return next < 0 ? next : 0;
}

/* --- lines ------------------------------------------------------------------------ */

static int
read_pair(struct toml *t)
{
	struct place to;
	int rc = read_key(t, t->section, enter_dotted, &to);

	if (rc < 0)
		return rc;
	if (peek(t) != '=')
		return ob_cursor_expected(&t->c, "'=' after key");
	t->c.p++;
	skip_blanks(&t->c);
	return read_value(t, &to);
}

/* [a.b]: the table that it defines becomes the section. */
static int
define_table(struct toml *t, const struct place *to)
{
	struct ob_member *m = ob_table_find(to->table, to->key);

	t->section = to->table;
	if (m == NULL)
		return add_table(t, &t->section, to->key, to->key_at, DEFINED);
	if (m->val.type != OB_VAL_TABLE ||
	    (m->val.flags & (DEFINED | DOTTED | CLOSED)) != 0)
		return fail_key(
		    t, to->key_at, to->key, "is defined already", m);
	m->val.flags |= DEFINED;
	m->val.at = ob_cursor_pos(&t->c, to->key_at);
	t->section = m->val.u.table;
	return 0;
}

/* [[a.b]]: one more table in the list, which becomes the section. */
static int
extend_list(struct toml *t, const struct place *to)
{
	struct ob_member *m = ob_table_find(to->table, to->key);
	struct ob_val v = { .src = t->c.tree->src, .flags = MANY };
	int rc;

	if (m != NULL && (m->val.flags & MANY) == 0)
		return fail_key(
		    t, to->key_at, to->key, "is defined already", m);
	v.at = ob_cursor_pos(&t->c, to->key_at);
	if (m == NULL) {
		v.type = OB_VAL_LIST;
		v.u.list = ob_list_new(t->c.tree);
		if (v.u.list == NULL)
			return ob_cursor_nomem(&t->c);
		rc = add_member(t, to->table, to->key, to->key_at, &v);
		if (rc < 0)
			return rc;
		m = ob_table_find(to->table, to->key);
	}
	if (ob_cursor_count(&t->c) < 0)
		return -EBADMSG;
	v.type = OB_VAL_TABLE;
	v.flags = DEFINED;
	v.u.table = ob_table_new(t->c.tree);
	if (v.u.table == NULL || ob_list_add(t->c.tree, m->val.u.list, &v) < 0)
		return ob_cursor_nomem(&t->c);
	t->section = v.u.table;
	return 0;
}

static int
read_header(struct toml *t)
{
	bool many = t->c.end - t->c.p > 1 && t->c.p[1] == '[';
	struct place to;
	int rc;

	t->c.p += many ? 2 : 1;
	skip_blanks(&t->c);
	rc = read_key(t, t->root, enter_header, &to);
	if (rc < 0)
		return rc;
	if (peek(t) != ']' ||
	    (many && (t->c.end - t->c.p < 2 || t->c.p[1] != ']')))
		return ob_cursor_expected(
		    &t->c, many ? "']]' after key" : "']' after key");
	t->c.p += many ? 2 : 1;
	return many ? extend_list(t, &to) : define_table(t, &to);
}

static int
read_document(struct toml *t)
{
	struct ob_cursor *c = &t->c;
	struct ob_str rest = ob_str_n(c->p, (size_t)(c->end - c->p));
	size_t valid = ob_utf8_valid_prefix(rest);

	if (valid < rest.n) {
		locate(c, rest.p + valid);
		return ob_cursor_fail(c, rest.p + valid,
		    "byte 0x%02x is not UTF-8", (unsigned char)rest.p[valid]);
	}
	for (;;) {
		int rc = skip_lines(t);

		if (rc < 0)
			return rc;
		if (c->p == c->end)
			return 0;
		rc = *c->p == '[' ? read_header(t) : read_pair(t);
		if (rc == 0)
			rc = end_of_line(t);
		if (rc < 0)
			return rc;
	}
}

int
ob_toml_read(struct ob_tree *tree, struct ob_str input,
    enum ob_toml_version version, struct ob_val *ret, struct ob_err *err)
{
	struct toml t = { .version = version, .frames.max = DEPTH_MAX };
	int rc = ob_cursor_init(&t.c, tree, input, err);

	if (rc < 0)
		return rc;
	t.depth_max =
	    tree->limits.depth < DEPTH_MAX ? tree->limits.depth : DEPTH_MAX;
	t.root = t.section = ob_table_new(tree);
	rc = t.root == NULL ? ob_cursor_nomem(&t.c) : read_document(&t);
	ob_vec_release(&t.frames);
	if (rc < 0)
		return rc;
	*ret = ob_val_table(t.root);
	ret->src = tree->src;
	ret->at = (struct ob_pos){ .line = 1, .col = 1 };
	ret->len = (uint32_t)input.n;
	return 0;
}
