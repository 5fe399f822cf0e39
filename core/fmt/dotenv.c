#include "fmt/dotenv.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "fmt/cursor.h"

#define DEPTH_MAX 16
#define VALUE_MAX ((size_t)1 << 20) /* of one value with substitutions */

struct dotenv {
	struct ob_cursor r;
	struct ob_table *table;
	ob_dotenv_lookup *lookup;
	void *ctx;
	struct ob_buf text;   /* of a value that is no slice of the input */
	bool resolve;         /* false: only look which names are defined */
	bool multiline;       /* inside double quotes */
	struct ob_str wanted; /* the name that was not defined */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_name_byte(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '.';
}

bool
ob_dotenv_is_name(struct ob_str name)
{
	if (name.n == 0 || !is_letter(name.p[0]))
		return false;
	for (size_t i = 1; i < name.n; i++)
		if (!is_name_byte(name.p[i]))
			return false;
	return true;
}

/* A CR here always has its LF behind it: check_bytes() saw to that. */
static bool
at_eol(const struct ob_cursor *r)
{
	return r->p == r->end || *r->p == '\n' || *r->p == '\r';
}

static void
skip_blanks(struct ob_cursor *r)
{
	while (r->p < r->end && is_blank(*r->p))
		r->p++;
}

static void
skip_line(struct ob_cursor *r)
{
	while (r->p < r->end && *r->p != '\n')
		r->p++;
	if (r->p < r->end) {
		r->p++;
		ob_cursor_newline(r);
	}
}

/* Moves behind one byte of a value that may span lines. */
static void
step(struct ob_cursor *r)
{
	if (*r->p++ == '\n')
		ob_cursor_newline(r);
}

/* Refuses NUL and lone CR wherever they are; the cursor ends where it began. */
static int
check_bytes(struct ob_cursor *r)
{
	struct ob_cursor begin = *r;
	size_t n = (size_t)(r->end - r->p);

	if (memchr(r->p, '\0', n) == NULL && memchr(r->p, '\r', n) == NULL)
		return 0;
	for (; r->p < r->end; step(r)) {
		if (*r->p == '\0')
			return ob_cursor_fail(r, r->p, "NUL byte");
		if (*r->p == '\r' && (r->p + 1 == r->end || r->p[1] != '\n'))
			return ob_cursor_fail(
			    r, r->p, "carriage return without a line feed");
	}
	*r = begin;
	return 0;
}

/* The name at the cursor, which moves behind it; empty when there is none. */
static struct ob_str
read_name(struct ob_cursor *r)
{
	const char *start = r->p;

	if (r->p < r->end && is_letter(*r->p))
		while (r->p < r->end && is_name_byte(*r->p))
			r->p++;
	return ob_str_n(start, (size_t)(r->p - start));
}

/* The value of a name so far: in this file, else in the layers below. */
static bool
look_up(struct dotenv *d, struct ob_str name, struct ob_str *ret)
{
	struct ob_member *m = ob_table_find(d->table, name);

	if (m != NULL) {
		*ret = ob_val_str(&m->val);
		return true;
	}
	return d->lookup != NULL && d->lookup(d->ctx, name, ret);
}

/* The operator behind the name of a substitution. */
struct subst_op {
	char kind;   /* '}' for none, '-', '+', '?' */
	bool filled; /* with ':': an empty value counts as none */
};

static int
read_operator(struct ob_cursor *r, struct subst_op *ret)
{
	struct subst_op op = { 0 };

	if (r->p < r->end && *r->p == ':') {
		op.filled = true;
		r->p++;
	}
	op.kind = r->p < r->end ? *r->p : '\0';
	if (op.kind != '-' && op.kind != '+' && op.kind != '?' &&
	    (op.kind != '}' || op.filled))
		return ob_cursor_expected(
		    r, op.filled ? "'-', '+' or '?'" : "'}' after name");
	if (op.kind != '}')
		r->p++;
	*ret = op;
	return 0;
}

static int substitute(struct dotenv *d, unsigned depth, struct ob_buf *out);

/*
 * A word up to its '}', which stays. out NULL: the word is not used, so what
 * it names need not exist. Depth is bounded by DEPTH_MAX.
 */
static int
read_word(struct dotenv *d, unsigned depth, struct ob_buf *out)
{
	struct ob_cursor *r = &d->r;

	while (r->p < r->end && *r->p != '}') {
		if (!d->multiline && at_eol(r))
			break;
		if (*r->p == '$' && r->end - r->p > 1 && r->p[1] == '{') {
			int rc = substitute(d, depth + 1, out);

			if (rc < 0)
				return rc;
			continue;
		}
		if (out != NULL)
			ob_buf_add_c(out, *r->p);
		step(r);
	}
	if (r->p == r->end || *r->p != '}')
		return ob_cursor_expected(r, "'}'");
	return 0;
}

/* Records an error of what the file says, not of how: -EDOM. */
static int
undefined(struct dotenv *d, const struct ob_cursor *at, struct ob_str name,
    struct ob_str why)
{
	struct ob_cursor r = *at;

	(void)ob_cursor_fail(&r, r.p, "'%.*s' %.*s", OB_STR_ARG(name),
	    OB_STR_ARG(why)); /* -EDOM instead */
	if (r.err != NULL)
		r.err->code = -EDOM;
	d->wanted = name;
	return -EDOM;
}

/* The word of a "?", which is the message of the failure. */
static int
demand(struct dotenv *d, unsigned depth, const struct ob_cursor *at,
    struct ob_str name)
{
	OB_AUTO_BUF struct ob_buf why = OB_BUF_INIT(OB_ERR_MSG_MAX);
	int rc = read_word(d, depth, &why);

	if (rc < 0)
		return rc;
	if (why.n == 0)
		ob_buf_add_z(&why, "is required");
	return undefined(d, at, name, ob_buf_str(&why));
}

/* The cursor stands at "${" and moves behind the '}'. */
static int
substitute(struct dotenv *d, unsigned depth, struct ob_buf *out)
{
	struct ob_cursor *r = &d->r, at = *r;
	struct ob_str name, value = ob_str_n(NULL, 0);
	struct subst_op op = { 0 };
	bool set, use_word;
	int rc;

	if (depth > DEPTH_MAX)
		return ob_cursor_fail(
		    r, r->p, "substitutions nested deeper than %u", DEPTH_MAX);
	r->p += 2;
	name = read_name(r);
	if (name.n == 0)
		return ob_cursor_expected(r, "a name after '${'");
	rc = read_operator(r, &op);
	if (rc < 0)
		return rc;

	set = out != NULL && look_up(d, name, &value);
	if (op.filled && value.n == 0)
		set = false;
	if (out != NULL && !set && op.kind == '}')
		return undefined(d, &at, name, OB_STR("is not defined"));
	if (out != NULL && !set && op.kind == '?')
		return demand(d, depth, &at, name);
	use_word = op.kind == '+' ? set : op.kind == '-' && !set;
	if (op.kind != '}')
		rc = read_word(d, depth, use_word ? out : NULL);
	if (rc < 0)
		return rc;
	if (set && op.kind != '+')
		ob_buf_add_str(out, value);
	r->p++;
	return 0;
}

/* The text that was put together becomes the value. */
static int
keep_text(struct dotenv *d, struct ob_str *ret)
{
	char *copy;

	if (ob_buf_err(&d->text) == -ENOBUFS)
		return ob_cursor_fail(
		    &d->r, d->r.p, "value longer than %zu bytes", VALUE_MAX);
	copy = ob_arena_dup(d->r.tree->arena, ob_buf_str(&d->text));
	if (copy == NULL || ob_buf_err(&d->text) < 0)
		return ob_cursor_nomem(&d->r);
	*ret = ob_str_n(copy, d->text.n);
	return 0;
}

static int
read_single(struct dotenv *d, struct ob_str *ret)
{
	struct ob_cursor *r = &d->r, opening = *r;

	r->p++;
	while (r->p < r->end && *r->p != '\'')
		step(r);
	if (r->p == r->end)
		return ob_cursor_fail(
		    &opening, opening.p, "single quote without end");
	*ret = ob_str_n(opening.p + 1, (size_t)(r->p - opening.p - 1));
	r->p++;
	return 0;
}

/* The cursor stands at a backslash and moves behind what it escapes. */
static int
read_escape(struct dotenv *d)
{
	static const char letters[] = "nrt\\\"$", bytes[] = "\n\r\t\\\"$";
	struct ob_cursor *r = &d->r;
	char c = r->end - r->p > 1 ? r->p[1] : '\0';
	const char *letter = c == '\0' ? NULL : ob_z_find(letters, c);
	char utf8[4];
	uint32_t point;
	int n;

	if (letter != NULL) {
		ob_buf_add_c(&d->text, bytes[letter - letters]);
		r->p += 2;
		return 0;
	}
	if (c != 'u' || ob_cursor_hex4(r, r->p + 2) < 0) {
		ob_buf_add_c(&d->text, '\\');
		r->p++;
		return 0;
	}
	n = ob_cursor_unicode(r, r->p + 1, &point);
	if (n < 0)
		return n;
	if (point == 0)
		return ob_cursor_fail(r, r->p, "NUL cannot be in a variable");
	ob_buf_add(&d->text, utf8, ob_utf8_encode(utf8, point));
	r->p += n + 1;
	return 0;
}

/* One escape, substitution or run of plain bytes between double quotes. */
static int
read_piece(struct dotenv *d)
{
	struct ob_cursor *r = &d->r;
	const char *start = r->p;

	if (*r->p == '\\')
		return read_escape(d);
	if (*r->p == '$' && r->end - r->p > 1 && r->p[1] == '{')
		return substitute(d, 0, d->resolve ? &d->text : NULL);
	do
		step(r);
	while (r->p < r->end && *r->p != '"' && *r->p != '\\' && *r->p != '$');
	ob_buf_add(&d->text, start, (size_t)(r->p - start));
	return 0;
}

static int
read_double(struct dotenv *d, struct ob_str *ret)
{
	struct ob_cursor *r = &d->r, opening = *r;
	int rc = 0;

	ob_buf_reset(&d->text);
	d->multiline = true;
	r->p++;
	while (rc == 0 && r->p < r->end && *r->p != '"')
		rc = read_piece(d);
	d->multiline = false;
	if (rc < 0)
		return rc;
	if (r->p == r->end)
		return ob_cursor_fail(
		    &opening, opening.p, "double quote without end");
	r->p++;
	return keep_text(d, ret);
}

static int
read_bare(struct dotenv *d, struct ob_str *ret)
{
	struct ob_cursor *r = &d->r;
	const char *start = r->p, *piece = r->p, *end;
	bool substituted = false;

	ob_buf_reset(&d->text);
	while (!at_eol(r)) {
		int rc;

		if (*r->p == '#' && r->p > start && is_blank(r->p[-1]))
			break;
		if (*r->p != '$' || r->end - r->p < 2 || r->p[1] != '{') {
			r->p++;
			continue;
		}
		ob_buf_add(&d->text, piece, (size_t)(r->p - piece));
		rc = substitute(d, 0, d->resolve ? &d->text : NULL);
		if (rc < 0)
			return rc;
		substituted = true;
		piece = r->p;
	}
	for (end = r->p; end > piece && is_blank(end[-1]);)
		end--;
	r->p = end;
	if (!substituted) {
		*ret = ob_str_n(start, (size_t)(end - start));
		return 0;
	}
	ob_buf_add(&d->text, piece, (size_t)(end - piece));
	return keep_text(d, ret);
}

/* Behind the '=' and its blanks. */
static int
read_value(struct dotenv *d, struct ob_val *v)
{
	struct ob_cursor *r = &d->r;
	struct ob_str text = ob_str_n(r->p, 0);
	int rc = 0;

	v->at = ob_cursor_pos(r, r->p);
	if (!at_eol(r)) {
		if (*r->p == '\'')
			rc = read_single(d, &text);
		else if (*r->p == '"')
			rc = read_double(d, &text);
		else if (*r->p != '#' || r->p[-1] == '=')
			rc = read_bare(d, &text);
	}
	if (rc < 0)
		return rc;
	v->u.text = text.p;
	v->n = (uint32_t)text.n;
	v->len = (uint32_t)(r->p - r->start) - v->at.off;
	return 0;
}

/* The name of an assignment, behind "export" if that is there. */
static int
read_assigned_name(struct ob_cursor *r, struct ob_str *ret)
{
	struct ob_str name = read_name(r);

	if (name.n == 0)
		return ob_cursor_expected(r, "a name or a comment");
	if (ob_str_eq_z(name, "export") && r->p < r->end && is_blank(*r->p)) {
		skip_blanks(r);
		if (r->p == r->end || *r->p != '=') {
			name = read_name(r);
			if (name.n == 0)
				return ob_cursor_expected(
				    r, "a name after 'export'");
		}
	}
	*ret = name;
	return 0;
}

static int
read_assignment(struct dotenv *d)
{
	struct ob_cursor *r = &d->r;
	struct ob_member m = { .val.type = OB_VAL_STRING,
		.val.src = r->tree->src };
	struct ob_str name = { 0 };
	int rc = read_assigned_name(r, &name);

	if (rc < 0)
		return rc;
	m.key = name.p;
	m.key_n = (uint32_t)name.n;
	m.key_off = (uint32_t)(name.p - r->start);
	skip_blanks(r);
	if (r->p == r->end || *r->p != '=')
		return ob_cursor_expected(r, "'=' after name");
	r->p++;
	skip_blanks(r);
	if (ob_cursor_count(r) < 0)
		return -EBADMSG;
	rc = read_value(d, &m.val);
	if (rc < 0)
		return rc;
	if (ob_table_add(r->tree, d->table, &m, NULL) < 0)
		return ob_cursor_nomem(r);

	skip_blanks(r);
	if (!at_eol(r) && (*r->p != '#' || !is_blank(r->p[-1])))
		return ob_cursor_expected(r, "the end of the line");
	return 0;
}

static int
read_file(struct dotenv *d)
{
	struct ob_cursor *r = &d->r;
	int rc = check_bytes(r);

	if (rc < 0)
		return rc;
	d->table = ob_table_new(r->tree);
	if (d->table == NULL)
		return ob_cursor_nomem(r);
	for (; rc == 0 && r->p < r->end; skip_line(r)) {
		skip_blanks(r);
		if (!at_eol(r) && *r->p != '#')
			rc = read_assignment(d);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/*
 * When a name is not defined: does a later line define it? Then the message
 * says so. Reads the file once more without resolving anything.
 */
static void
explain_forward(struct dotenv *d, struct ob_str input)
{
	struct ob_tree *tree = d->r.tree;
	struct ob_pos failed = tree->error;
	struct dotenv again = { 0 };
	struct ob_member *m = NULL;

	if (ob_cursor_init(&again.r, tree, input, NULL) == 0) {
		ob_buf_init(&again.text, VALUE_MAX);
		(void)read_file(&again); /* what was read so far will do */
		ob_buf_release(&again.text);
		if (again.table != NULL)
			m = ob_table_find(again.table, d->wanted);
	}
	tree->error = failed;
	if (m == NULL || m->key_off < failed.off || d->r.err == NULL)
		return;
	(void)ob_err_msg(d->r.err, -EDOM,
	    "%u:%u: '%.*s' is used before line %u defines it", failed.line,
	    failed.col, OB_STR_ARG(d->wanted), m->val.at.line);
}

int
ob_dotenv_read(struct ob_tree *tree, struct ob_str input,
    ob_dotenv_lookup *lookup, void *ctx, struct ob_val *ret, struct ob_err *err)
{
	struct dotenv d = {
		.lookup = lookup,
		.ctx = ctx,
		.text = OB_BUF_INIT(VALUE_MAX),
		.resolve = true,
	};
	int rc = ob_cursor_init(&d.r, tree, input, err);

	if (rc == 0)
		rc = read_file(&d);
	if (rc == -EDOM)
		explain_forward(&d, input);
	ob_buf_release(&d.text);
	if (rc < 0)
		return rc;
	*ret = ob_val_table(d.table);
	ret->src = tree->src;
	ret->at = (struct ob_pos){ .line = 1, .col = 1 };
	ret->len = (uint32_t)input.n;
	return 0;
}

/* Single quotes protect everything but these two. */
static bool
is_single_quotable(struct ob_str value)
{
	return ob_str_find(value, '\'') == value.n &&
	       ob_str_find(value, '\r') == value.n;
}

int
ob_dotenv_write(struct ob_buf *out, struct ob_str name, struct ob_str value)
{
	char quote = is_single_quotable(value) ? '\'' : '"';

	if (!ob_dotenv_is_name(name) || ob_str_find(value, '\0') < value.n)
		return -EINVAL;
	ob_buf_add_str(out, name);
	ob_buf_add_c(out, '=');
	ob_buf_add_c(out, quote);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (quote == '"' &&
		    (c == '"' || c == '\\' || c == '$' || c == '\r'))
			ob_buf_add_c(out, '\\');
		ob_buf_add_c(out, quote == '"' && c == '\r' ? 'r' : c);
	}
	ob_buf_add_c(out, quote);
	ob_buf_add_c(out, '\n');
	return ob_buf_err(out);
}
