#include "fmt/json.h"

#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/num.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "fmt/base64.h"

#define FLUSH_BYTES 16384
#define LEVELS      64

void
ob_json_init(struct ob_json *j, struct ob_buf *out, unsigned indent)
{
	*j = (struct ob_json){ .out = out, .indent = indent };
}

void
ob_json_set_sink(struct ob_json *j, ob_json_sink *sink, void *ctx)
{
	j->sink = sink;
	j->sink_ctx = ctx;
}

int
ob_json_flush(struct ob_json *j)
{
	struct ob_buf *out = j->out;
	int rc;

	if (j->sink == NULL || ob_buf_err(out) < 0 || out->n == 0)
		return ob_buf_err(out);
	rc = j->sink(j->sink_ctx, out->p, out->n);
	ob_buf_truncate(out, 0);
	if (rc < 0)
		out->err = rc;
	return ob_buf_err(out);
}

int
ob_json_err(const struct ob_json *j)
{
	return ob_buf_err(j->out);
}

static void
flush_when_large(struct ob_json *j)
{
	if (j->sink != NULL && j->out->n >= FLUSH_BYTES)
		(void)ob_json_flush(j); /* sticky */
}

/*
 * The kinds of the outer 64 levels are kept to check the order of calls; what
 * is deeper is taken on trust.
 */
static bool
is_level_of(const struct ob_json *j, unsigned is_object)
{
	return j->depth > 0 && j->depth <= LEVELS &&
	       (j->objects >> (j->depth - 1) & 1) == is_object;
}

static void
line_break(struct ob_json *j)
{
	if (j->indent == 0)
		return;
	ob_buf_add_c(j->out, '\n');
	ob_buf_fill(j->out, ' ', (size_t)j->indent * j->depth);
}

/* What stands between the text so far and a new key or array element. */
static void
separate(struct ob_json *j)
{
	if (j->comma)
		ob_buf_add_c(j->out, ',');
	if (j->depth > 0)
		line_break(j);
}

static void
before_value(struct ob_json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	/* a value in an object needs a key, and a document is one value */
	OB_CHECK(!is_level_of(j, 1));
	OB_CHECK(j->depth > 0 || !j->comma);
	separate(j);
}

static void
after_value(struct ob_json *j)
{
	j->comma = true;
	flush_when_large(j);
}

static void
begin(struct ob_json *j, char open, unsigned is_object)
{
	uint64_t bit;

	before_value(j);
	ob_buf_add_c(j->out, open);
	if (j->depth < LEVELS) {
		bit = (uint64_t)1 << j->depth;
		j->objects = is_object ? j->objects | bit : j->objects & ~bit;
	}
	OB_CHECK(j->depth < UINT32_MAX);
	j->depth++;
	j->comma = false;
}

static void
end(struct ob_json *j, char close, unsigned is_object)
{
	OB_CHECK(j->depth > 0 && !j->keyed);
	OB_CHECK(!is_level_of(j, !is_object));
	j->depth--;
	if (j->comma)
		line_break(j);
	ob_buf_add_c(j->out, close);
	after_value(j);
}

void
ob_json_object_begin(struct ob_json *j)
{
	begin(j, '{', 1);
}

void
ob_json_object_end(struct ob_json *j)
{
	end(j, '}', 1);
}

void
ob_json_array_begin(struct ob_json *j)
{
	begin(j, '[', 0);
}

void
ob_json_array_end(struct ob_json *j)
{
	end(j, ']', 0);
}

static void
escape(struct ob_buf *out, unsigned char c)
{
	static const char letters[32] = {
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
	};
	char text[2] = { '\\', (char)c };

	if (c < 32 && letters[c] == 0) {
		ob_buf_printf(out, "\\u%04x", c);
		return;
	}
	if (c < 32)
		text[1] = letters[c];
	ob_buf_add(out, text, 2);
}

/* Writes the string in quotes; returns whether all of it was UTF-8. */
static bool
quoted(struct ob_buf *out, struct ob_str s)
{
	bool clean = true;
	size_t i = 0, plain = 0; /* [plain, i) is copied as it is */

	ob_buf_add_c(out, '"');
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t point = c;
		size_t length = 1;

		if (c >= 0x80)
			length =
			    ob_utf8_decode(ob_str_n(s.p + i, s.n - i), &point);
		if (c < 0x20 || c == '"' || c == '\\') {
			ob_buf_add(out, s.p + plain, i - plain);
			escape(out, c);
			plain = i + 1;
		} else if (point == OB_UTF8_INVALID) {
			ob_buf_add(out, s.p + plain, i - plain);
			ob_buf_add_z(out, OB_UTF8_REPLACEMENT);
			plain = i + length;
			clean = false;
		}
		i += length;
	}
	if (plain < s.n)
		ob_buf_add(out, s.p + plain, s.n - plain);
	ob_buf_add_c(out, '"');
	return clean;
}

static void
key_of_parts(struct ob_json *j, struct ob_str key, const char *suffix)
{
	OB_CHECK(j->depth > 0 && !j->keyed && !is_level_of(j, 0));
	separate(j);
	(void)quoted(j->out, key); /* replaced is all a key can be */
	if (*suffix != '\0') {
		if (ob_buf_err(j->out) == 0)
			ob_buf_truncate(j->out, j->out->n - 1);
		ob_buf_add_z(j->out, suffix);
		ob_buf_add_c(j->out, '"');
	}
	ob_buf_add_c(j->out, ':');
	if (j->indent > 0)
		ob_buf_add_c(j->out, ' ');
	j->keyed = true;
}

void
ob_json_key(struct ob_json *j, struct ob_str key)
{
	key_of_parts(j, key, "");
}

void
ob_json_str(struct ob_json *j, struct ob_str text)
{
	before_value(j);
	(void)quoted(j->out, text); /* replacing is the contract */
	after_value(j);
}

void
ob_json_raw(struct ob_json *j, struct ob_str json)
{
	before_value(j);
	ob_buf_add_str(j->out, json);
	after_value(j);
}

void
ob_json_i64(struct ob_json *j, int64_t value)
{
	char text[OB_NUM_BYTES];

	ob_json_raw(j, ob_str_n(text, ob_num_format_i64(text, value)));
}

void
ob_json_u64(struct ob_json *j, uint64_t value)
{
	char text[OB_NUM_BYTES];

	ob_json_raw(j, ob_str_n(text, ob_num_format_u64(text, value)));
}

void
ob_json_f64(struct ob_json *j, double value)
{
	char text[OB_NUM_BYTES];

	if (!isfinite(value)) {
		ob_json_null(j);
		return;
	}
	ob_json_raw(j, ob_str_n(text, ob_num_format_f64(text, value)));
}

void
ob_json_bool(struct ob_json *j, bool value)
{
	ob_json_raw(j, value ? OB_STR("true") : OB_STR("false"));
}

void
ob_json_null(struct ob_json *j)
{
	ob_json_raw(j, OB_STR("null"));
}

static void
b64_member(struct ob_json *j, struct ob_str key, struct ob_str bytes)
{
	key_of_parts(j, key, "_b64");
	before_value(j);
	ob_buf_add_c(j->out, '"');
	ob_base64_encode(j->out, bytes);
	ob_buf_add_c(j->out, '"');
	after_value(j);
}

void
ob_json_text(struct ob_json *j, struct ob_str key, struct ob_str bytes)
{
	bool clean;

	ob_json_key(j, key);
	before_value(j);
	clean = quoted(j->out, bytes);
	after_value(j);
	if (!clean)
		b64_member(j, key, bytes);
}

void
ob_json_payload(struct ob_json *j, struct ob_str key, struct ob_str bytes)
{
	if (!ob_utf8_is_valid(bytes)) {
		b64_member(j, key, bytes);
		return;
	}
	ob_json_key(j, key);
	ob_json_str(j, bytes);
}

/* inf and nan, which other formats know as numbers */
static bool
is_word(struct ob_str number)
{
	return number.n > 0 && number.p[number.n - 1] >= 'a';
}

static void
scalar(struct ob_json *j, const struct ob_val *v)
{
	switch ((enum ob_vtype)v->type) {
	case OB_VAL_NULL: ob_json_null(j); return;
	case OB_VAL_BOOL: ob_json_bool(j, v->flags & OB_VAL_TRUE); return;
	case OB_VAL_NUMBER:
		if (is_word(ob_val_str(v)))
			ob_json_str(j, ob_val_str(v));
		else
			ob_json_raw(j, ob_val_str(v));
		return;
	case OB_VAL_STRING:
	case OB_VAL_DATETIME: ob_json_str(j, ob_val_str(v)); return;
	case OB_VAL_LIST:
	case OB_VAL_TABLE: break;
	}
	OB_BUG("a container is no scalar");
}

/* A container that is being written, and how many children are done. */
struct level {
	const struct ob_val *v;
	uint32_t done;
};

/* The next child to write, its key written; NULL at the end. */
static const struct ob_val *
next_child(struct ob_json *j, struct level *l)
{
	const struct ob_table *t = l->v->u.table;

	if (l->v->type == OB_VAL_LIST)
		return l->done < l->v->u.list->n ? &l->v->u.list->v[l->done++]
		                                 : NULL;
	while (l->done < t->n) {
		const struct ob_member *m = &t->v[l->done++];

		if ((m->val.flags & OB_VAL_SHADOWED) != 0)
			continue;
		ob_json_key(j, ob_member_key(m));
		return &m->val;
	}
	return NULL;
}

int
ob_json_val(struct ob_json *j, const struct ob_val *v)
{
	OB_VEC(struct level) stack = { .max = UINT32_MAX };
	int rc = 0;

	OB_CHECK(v != NULL); /* below, that is the end of a level */
	do {
		struct level *l;

		if (v == NULL) {
			l = &stack.v[--stack.n];
			if (l->v->type == OB_VAL_LIST)
				ob_json_array_end(j);
			else
				ob_json_object_end(j);
		} else if (v->type < OB_VAL_LIST) {
			scalar(j, v);
		} else {
			struct level opened = { v, 0 };

			rc = ob_vec_push(&stack, opened);
			if (rc < 0)
				break;
			if (v->type == OB_VAL_LIST)
				ob_json_array_begin(j);
			else
				ob_json_object_begin(j);
		}
		if (stack.n > 0)
			v = next_child(j, &stack.v[stack.n - 1]);
	} while (stack.n > 0);
	ob_vec_release(&stack);
	return rc;
}

void
ob_json_newline(struct ob_json *j)
{
	OB_CHECK(j->depth == 0 && j->comma);
	ob_buf_add_c(j->out, '\n');
	j->comma = false;
	flush_when_large(j);
}
