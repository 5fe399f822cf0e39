/*
 * A loop over tokens with an explicit stack. `pending` holds the values whose
 * container is still open, in order; the slot on its top is the one that is
 * being read. When a container ends, its children are the slots above its own
 * and move to the arena at their exact size.
 */
#include "fmt/jsonread.h"

#include <errno.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "fmt/cursor.h"

struct frame {
	uint32_t slot; /* in pending, of the container itself */
	enum ob_vtype type;
};

struct json {
	struct ob_cursor r;
	OB_VEC(struct frame) frames;
	OB_VEC(struct ob_member) pending;
};

/* What happens next in the loop of read_document. */
enum next {
	NEXT_VALUE,
	NEXT_KEY,
	NEXT_AFTER, /* a value is complete */
	NEXT_DONE,
};

static void
skip_blanks(struct ob_cursor *r)
{
	for (; r->p < r->end; r->p++) {
		if (*r->p == '\n') {
			r->line++;
			r->line_start = r->p + 1;
		} else if (*r->p != ' ' && *r->p != '\t' && *r->p != '\r') {
			return;
		}
	}
}

static struct ob_val *
top(struct json *j)
{
	return &j->pending.v[j->pending.n - 1].val;
}

/* A new slot, for a value without a key as yet. */
static int
push_slot(struct json *j)
{
	struct ob_member *m;

	if (ob_cursor_count(&j->r) < 0)
		return -EBADMSG;
	if (ob_vec_reserve(&j->pending, 1) < 0)
		return ob_cursor_nomem(&j->r);
	m = &j->pending.v[j->pending.n++];
	*m = (struct ob_member){ .val.src = j->r.tree->src };
	return 0;
}

/* The escape behind the backslash at p: bytes used with it, or an error. */
static int
one_escape(struct ob_cursor *r, const char *p, char **dst)
{
	static const char plain[256] = {
		['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t',
	};
	unsigned char c = p + 1 < r->end ? (unsigned char)p[1] : 0;
	uint32_t point;
	int n;

	if (plain[c] != 0) {
		*(*dst)++ = plain[c];
		return 2;
	}
	if (c != 'u')
		return ob_cursor_fail(r, p, "unknown escape in string");
	n = ob_cursor_unicode(r, p + 1, &point);
	if (n < 0)
		return n;
	*dst += ob_utf8_encode(*dst, point);
	return n + 1;
}

/*
 * Copies the text of [p, end), which holds escapes, into the arena. The result
 * is never longer than its source.
 */
static int
unescape(struct json *j, const char *p, const char *end, struct ob_str *ret)
{
	char *text = ob_arena_alloc(j->r.tree->arena, (size_t)(end - p));
	char *dst = text;

	if (text == NULL)
		return ob_cursor_nomem(&j->r);
	while (p < end) {
		int n;

		if (*p != '\\') {
			*dst++ = *p++;
			continue;
		}
		n = one_escape(&j->r, p, &dst);
		if (n < 0)
			return n;
		p += n;
	}
	*ret = ob_str_n(text, (size_t)(dst - text));
	return 0;
}

/* What may stand in a string and needs no second look: ASCII text. */
static bool
is_plain(char c)
{
	return (signed char)c >= 0x20 && c != '"' && c != '\\';
}

/* Names the first byte from start on that is not UTF-8. */
static int
not_utf8(struct ob_cursor *r, const char *start)
{
	const char *p = start + ob_utf8_valid_prefix(
				    ob_str_n(start, (size_t)(r->end - start)));

	return ob_cursor_fail(
	    r, p, "byte 0x%02x is not UTF-8", (unsigned char)*p);
}

/*
 * The cursor stands at the opening quote and moves behind the closing one.
 * Copies only when something is escaped.
 */
static int
read_string(struct json *j, struct ob_str *ret)
{
	struct ob_cursor *r = &j->r;
	const char *start = r->p + 1, *p = start;
	bool escaped = false;

	for (;;) {
		uint32_t point;

		while (p < r->end && is_plain(*p))
			p++;
		if (p == r->end)
			return ob_cursor_fail(r, r->p, "string without end");
		if (*p == '"')
			break;
		if (*p == '\\') {
			escaped = true;
			p++;
			if (p < r->end && (*p == '"' || *p == '\\'))
				p++;
			continue;
		}
		if ((unsigned char)*p < 0x20)
			return ob_cursor_fail(
			    r, p, "control character 0x%02x in string", *p);
		p += ob_utf8_decode(ob_str_n(p, (size_t)(r->end - p)), &point);
		if (point == OB_UTF8_INVALID)
			return not_utf8(r, start);
	}
	r->p = p + 1;
	*ret = ob_str_n(start, (size_t)(p - start));
	return escaped ? unescape(j, start, p, ret) : 0;
}

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* [-] (0 | 1-9 digits) [. digits] [e [+-] digits] */
static int
read_number(struct json *j, struct ob_val *v)
{
	struct ob_cursor *r = &j->r;
	const char *start = r->p, *p = start, *digits;

	if (*p == '-')
		p++;
	digits = p;
	p = skip_digits(p, r->end);
	if (p == digits)
		goto no_digit;
	if (*digits == '0' && p - digits > 1)
		return ob_cursor_fail(r, start, "number with a leading zero");
	if (p < r->end && *p == '.') {
		digits = ++p;
		p = skip_digits(p, r->end);
		if (p == digits)
			goto no_digit;
	}
	if (p < r->end && (*p | 32) == 'e') {
		p++;
		if (p < r->end && (*p == '+' || *p == '-'))
			p++;
		digits = p;
		p = skip_digits(p, r->end);
		if (p == digits)
			goto no_digit;
	}
	v->type = OB_VAL_NUMBER;
	v->u.text = start;
	v->n = (uint32_t)(p - start);
	r->p = p;
	return 0;

no_digit:
	r->p = p;
	return ob_cursor_expected(r, "a digit");
}

static int
read_word(struct json *j, struct ob_val *v)
{
	static const struct {
		struct ob_str word;
		uint8_t type, flags;
	} words[] = {
		{ { "null", 4 }, OB_VAL_NULL, 0 },
		{ { "true", 4 }, OB_VAL_BOOL, OB_VAL_TRUE },
		{ { "false", 5 }, OB_VAL_BOOL, 0 },
	};
	struct ob_cursor *r = &j->r;
	struct ob_str rest = ob_str_n(r->p, (size_t)(r->end - r->p));

	for (size_t i = 0; i < OB_COUNT(words); i++) {
		if (!ob_str_has_prefix(rest, words[i].word))
			continue;
		v->type = words[i].type;
		v->flags = words[i].flags;
		r->p += words[i].word.n;
		return 0;
	}
	return ob_cursor_expected(r, "a value");
}

static int
open_container(struct json *j, enum ob_vtype type)
{
	struct frame f = { (uint32_t)j->pending.n - 1, type };
	uint32_t depth = j->r.tree->limits.depth;

	if (j->frames.n >= depth)
		return ob_cursor_fail(
		    &j->r, j->r.p, "nested deeper than %u levels", depth);
	top(j)->type = (uint8_t)type;
	j->r.p++;
	return ob_vec_push(&j->frames, f) < 0 ? ob_cursor_nomem(&j->r) : 0;
}

/* The n values at src become the elements of a list. */
static int
fill_list(
    struct json *j, struct ob_val *v, const struct ob_member *src, uint32_t n)
{
	struct ob_tree *tree = j->r.tree;

	v->u.list = ob_list_new(tree);
	if (v->u.list == NULL)
		return -ENOMEM;
	v->u.list->v = ob_arena_array(tree->arena, n, sizeof(*v));
	if (v->u.list->v == NULL)
		return -ENOMEM;
	v->u.list->n = v->u.list->cap = n;
	for (uint32_t i = 0; i < n; i++)
		v->u.list->v[i] = src[i].val;
	return 0;
}

static int
fill_table(
    struct json *j, struct ob_val *v, const struct ob_member *src, uint32_t n)
{
	struct ob_tree *tree = j->r.tree;
	struct ob_member *members;

	v->u.table = ob_table_new(tree);
	members = ob_arena_array(tree->arena, n, sizeof(*members));
	if (v->u.table == NULL || members == NULL)
		return -ENOMEM;
	if (n > 0)
		memcpy(members, src, n * sizeof(*members));
	return ob_table_fill(tree, v->u.table, members, n);
}

/* The cursor stands at the closing bracket of the innermost container. */
static int
close_container(struct json *j)
{
	struct frame f = j->frames.v[--j->frames.n];
	struct ob_member *slot = &j->pending.v[f.slot];
	uint32_t n = (uint32_t)j->pending.n - f.slot - 1;
	int rc;

	rc = f.type == OB_VAL_LIST ? fill_list(j, &slot->val, slot + 1, n)
	                           : fill_table(j, &slot->val, slot + 1, n);
	if (rc < 0)
		return ob_cursor_nomem(&j->r);
	j->pending.n = f.slot + 1;
	j->r.p++;
	return NEXT_AFTER;
}

/* A value into the slot on top; the cursor stands at its first byte. */
static int
read_value(struct json *j)
{
	struct ob_cursor *r = &j->r;
	struct ob_val *v = top(j);
	struct ob_str text;
	int rc;

	v->at = ob_cursor_pos(r, r->p);
	switch (r->p < r->end ? *r->p : '\0') {
	case '{':
		rc = open_container(j, OB_VAL_TABLE);
		return rc < 0 ? rc : NEXT_KEY;
	case '[':
		rc = open_container(j, OB_VAL_LIST);
		return rc < 0 ? rc : NEXT_VALUE;
	case '"':
		rc = read_string(j, &text);
		if (rc < 0)
			return rc;
		v->type = OB_VAL_STRING;
		v->u.text = text.p;
		v->n = (uint32_t)text.n;
		return NEXT_AFTER;
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': rc = read_number(j, v); return rc < 0 ? rc : NEXT_AFTER;
	default: rc = read_word(j, v); return rc < 0 ? rc : NEXT_AFTER;
	}
}

static int
read_key(struct json *j)
{
	struct ob_cursor *r = &j->r;
	struct ob_str key;
	struct ob_member *m;
	uint32_t off = (uint32_t)(r->p - r->start);
	int rc;

	if (r->p == r->end || *r->p != '"')
		return ob_cursor_expected(r, "a key in double quotes");
	rc = read_string(j, &key);
	if (rc < 0)
		return rc;
	rc = push_slot(j);
	if (rc < 0)
		return rc;
	m = &j->pending.v[j->pending.n - 1];
	m->key = key.p;
	m->key_n = (uint32_t)key.n;
	m->key_off = off;

	skip_blanks(r);
	if (r->p == r->end || *r->p != ':')
		return ob_cursor_expected(r, "':' after key");
	r->p++;
	skip_blanks(r);
	return read_value(j);
}

/* The first child of a container that was just opened, or its end. */
static int
first_child(struct json *j, enum next kind)
{
	char close = kind == NEXT_KEY ? '}' : ']';
	int rc;

	skip_blanks(&j->r);
	if (j->r.p < j->r.end && *j->r.p == close)
		return close_container(j);
	if (kind == NEXT_KEY)
		return read_key(j);
	rc = push_slot(j);
	return rc < 0 ? rc : read_value(j);
}

/* Behind a complete value: a comma and the next child, or an end. */
static int
next_child(struct json *j)
{
	struct ob_cursor *r = &j->r;
	struct ob_val *v = top(j);
	enum ob_vtype in;
	int rc;

	v->len = (uint32_t)(r->p - r->start) - v->at.off;
	skip_blanks(r);
	if (j->frames.n == 0)
		return r->p == r->end ? NEXT_DONE
		                      : ob_cursor_expected(r, "the end");
	in = j->frames.v[j->frames.n - 1].type;
	if (r->p < r->end && *r->p == (in == OB_VAL_LIST ? ']' : '}'))
		return close_container(j);
	if (r->p == r->end || *r->p != ',')
		return ob_cursor_expected(
		    r, in == OB_VAL_LIST ? "',' or ']'" : "',' or '}'");
	r->p++;
	skip_blanks(r);
	if (in == OB_VAL_TABLE)
		return read_key(j);
	rc = push_slot(j);
	return rc < 0 ? rc : read_value(j);
}

static int
read_document(struct json *j, struct ob_val *ret)
{
	int next;

	skip_blanks(&j->r);
	next = push_slot(j);
	if (next < 0)
		return next;
	next = read_value(j);
	while (next >= 0 && next != NEXT_DONE)
		next = next == NEXT_AFTER ? next_child(j)
		                          : first_child(j, (enum next)next);
	if (next < 0)
		return next;
	*ret = j->pending.v[0].val;
	return 0;
}

int
ob_json_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	struct json j = {
		.frames.max = tree->limits.depth,
		.pending.max = tree->limits.nodes,
	};
	int rc = ob_cursor_init(&j.r, tree, input, err);

	if (rc == 0)
		rc = read_document(&j, ret);
	ob_vec_release(&j.frames);
	ob_vec_release(&j.pending);
	return rc;
}
