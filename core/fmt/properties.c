#include "fmt/properties.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "fmt/cursor.h"

struct properties {
	struct ob_cursor c;
	struct ob_table *table;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f';
}

static bool
at_eol(const struct ob_cursor *c)
{
	return c->p == c->end || *c->p == '\n' || *c->p == '\r';
}

static void
skip_blanks(struct ob_cursor *c)
{
	while (c->p < c->end && is_blank(*c->p))
		c->p++;
}

/* LF, CR or CRLF, when the cursor stands at one. */
static void
skip_eol(struct ob_cursor *c)
{
	if (c->p == c->end)
		return;
	if (*c->p == '\r' && c->end - c->p > 1 && c->p[1] == '\n')
		c->p++;
	c->p++;
	ob_cursor_newline(c);
}

/*
 * A backslash before the end of a line: moves to the first byte of the next
 * one that counts.
 */
static bool
skip_joint(struct ob_cursor *c)
{
	struct ob_cursor next = *c;

	if (*c->p != '\\')
		return false;
	next.p++;
	if (!at_eol(&next))
		return false;
	skip_eol(&next);
	skip_blanks(&next);
	*c = next;
	return true;
}

/* One escape at the cursor, to *dst. */
static int
read_escape(struct ob_cursor *c, char **dst)
{
	static const char letters[] = "tnrf", bytes[] = "\t\n\r\f";
	char what = c->p[1];
	const char *letter = ob_z_find(letters, what);
	uint32_t point;
	int n;

	if (what != 'u') {
		*(*dst)++ = letter == NULL ? what : bytes[letter - letters];
		c->p += 2;
		return 0;
	}
	n = ob_cursor_unicode(c, c->p + 1, &point);
	if (n < 0)
		return n;
	if (point == 0)
		return ob_cursor_fail(c, c->p, "NUL in text");
	*dst += ob_utf8_encode(*dst, point);
	c->p += n + 1;
	return 0;
}

static bool
ends_key(char c)
{
	return c == '=' || c == ':' || is_blank(c);
}

/* The bytes up to the end of the line that starts at p, joined ones too. */
static size_t
line_bytes(const struct ob_cursor *c, const char *p)
{
	const char *start = p;

	for (; p < c->end && *p != '\n' && *p != '\r'; p++) {
		if (*p != '\\' || c->end - p < 2)
			continue;
		p++;
		if (*p == '\r' && c->end - p > 1 && p[1] == '\n')
			p++;
	}
	return (size_t)(p - start);
}

/*
 * A text in which something is escaped or joined: the cursor stands at its
 * first backslash. Nothing that is resolved is longer than its source.
 */
static int
read_escaped(
    struct properties *p, const char *start, bool is_key, struct ob_str *ret)
{
	struct ob_cursor *c = &p->c;
	size_t plain = (size_t)(c->p - start);
	char *text = ob_arena_alloc(c->tree->arena, line_bytes(c, start));
	char *dst;

	if (text == NULL)
		return ob_cursor_nomem(c);
	memcpy(text, start, plain);
	dst = text + plain;
	while (!at_eol(c) && !(is_key && ends_key(*c->p))) {
		if (*c->p == '\\' && !skip_joint(c)) {
			int rc = read_escape(c, &dst);

			if (rc < 0)
				return rc;
		} else if (!at_eol(c) && *c->p != '\\' &&
			   !(is_key && ends_key(*c->p))) {
			*dst++ = *c->p++;
		}
	}
	*ret = ob_str_n(text, (size_t)(dst - text));
	return 0;
}

/* Key or value, up to where it ends. */
static int
read_text(struct properties *p, bool is_key, struct ob_str *ret)
{
	struct ob_cursor *c = &p->c;
	const char *start = c->p;

	for (; !at_eol(c) && !(is_key && ends_key(*c->p)); c->p++)
		if (*c->p == '\\')
			return read_escaped(p, start, is_key, ret);
	*ret = ob_str_n(start, (size_t)(c->p - start));
	return 0;
}

/* Blanks, and line ends with a backslash before them. */
static void
skip_gap(struct ob_cursor *c)
{
	do
		skip_blanks(c);
	while (c->p < c->end && skip_joint(c));
}

static int
read_pair(struct properties *p)
{
	struct ob_cursor *c = &p->c;
	struct ob_member m = { .val.type = OB_VAL_STRING,
		.val.src = c->tree->src };
	struct ob_str text;
	int rc;

	m.key_off = (uint32_t)(c->p - c->start);
	rc = read_text(p, true, &text);
	if (rc < 0)
		return rc;
	m.key = text.p;
	m.key_n = (uint32_t)text.n;
	skip_gap(c);
	if (c->p < c->end && (*c->p == '=' || *c->p == ':')) {
		c->p++;
		skip_gap(c);
	}
	if (ob_cursor_count(c) < 0)
		return -EBADMSG;
	m.val.at = ob_cursor_pos(c, c->p);
	rc = read_text(p, false, &text);
	if (rc < 0)
		return rc;
	m.val.u.text = text.p;
	m.val.n = (uint32_t)text.n;
	m.val.len = (uint32_t)(c->p - c->start) - m.val.at.off;
	return ob_table_add(c->tree, p->table, &m, NULL) < 0
	           ? ob_cursor_nomem(c)
	           : 0;
}

static int
read_file(struct properties *p)
{
	struct ob_cursor *c = &p->c;

	while (c->p < c->end) {
		int rc = 0;

		skip_blanks(c);
		if (c->p < c->end && (*c->p == '#' || *c->p == '!'))
			while (!at_eol(c))
				c->p++;
		else if (!at_eol(c))
			rc = read_pair(p);
		if (rc < 0)
			return rc;
		skip_eol(c);
	}
	return 0;
}

/* Where the input holds a NUL there is no text to read. */
static int
check_bytes(struct ob_cursor *c)
{
	struct ob_cursor at = *c;
	const char *nul = memchr(c->p, '\0', (size_t)(c->end - c->p));

	if (nul == NULL)
		return 0;
	while (at.p < nul) {
		if (at_eol(&at))
			skip_eol(&at);
		else
			at.p++;
	}
	return ob_cursor_fail(&at, nul, "NUL byte");
}

int
ob_properties_read(struct ob_tree *tree, struct ob_str input,
    struct ob_val *ret, struct ob_err *err)
{
	struct properties p = { .table = NULL };
	int rc = ob_cursor_init(&p.c, tree, input, err);

	if (rc == 0)
		rc = check_bytes(&p.c);
	if (rc < 0)
		return rc;
	p.table = ob_table_new(tree);
	rc = p.table == NULL ? ob_cursor_nomem(&p.c) : read_file(&p);
	if (rc < 0)
		return rc;
	*ret = ob_val_table(p.table);
	ret->src = tree->src;
	ret->at = (struct ob_pos){ .line = 1, .col = 1 };
	ret->len = (uint32_t)input.n;
	return 0;
}
