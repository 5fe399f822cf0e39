/*
 * libfyaml's events to a tree of values. Its tokens keep their place in the
 * input, so plain texts are slices of it here, too.
 */
#include "fmt/yaml.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/bsd.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "fmt/cursor.h"
#include "fmt/yaml_libc.h"
#include "fmt/yamlscalar.h"

#define DEPTH_MAX   10000u
#define ALIAS_MAX   1000000u /* nodes that aliases stand for */
#define HEAP_BASE   ((size_t)16 << 20)
#define HEAP_FACTOR 64 /* bytes of libfyaml for each of the input */
#define ANCHORS_MAX ((size_t)1 << 24)

/* A list or table that is still open. */
struct frame {
	struct ob_val v;
	struct ob_str anchor;     /* empty = none */
	uint32_t nodes_before;    /* of the tree, when it was opened */
	struct ob_member pending; /* a key that waits for its value */
	bool has_key;
};

struct anchor {
	struct ob_val v;
	uint32_t nodes;
};

struct yaml {
	struct ob_cursor c; /* its line follows the events */
	struct ob_list *documents;
	OB_VEC(struct frame) frames;
	OB_VEC(struct anchor) anchors;
	struct ob_map names; /* of anchors, to indices */
	uint32_t alias_nodes;
};

/* --- places ------------------------------------------------------------------ */

/* Moves the cursor to an offset at or behind it. */
static void
advance(struct ob_cursor *c, size_t off)
{
	const char *to = c->start + off, *lf;

	if (to > c->end)
		to = c->end;
	while (c->p < to &&
	       (lf = memchr(c->p, '\n', (size_t)(to - c->p))) != NULL) {
		c->p = lf + 1;
		ob_cursor_newline(c);
	}
	if (c->p < to)
		c->p = to;
}

/* Place and length of an event's token. */
static void
set_place(struct yaml *y, struct fy_event *e, struct ob_val *v)
{
	const struct fy_mark *start = fy_event_start_mark(e);
	const struct fy_mark *end = fy_event_end_mark(e);

	if (start != NULL)
		advance(&y->c, start->input_pos);
	v->at = ob_cursor_pos(&y->c, y->c.p);
	v->src = y->c.tree->src;
	if (start != NULL && end != NULL && end->input_pos > start->input_pos)
		v->len = (uint32_t)(end->input_pos - start->input_pos);
}

static int
fail(struct yaml *y, const char *why)
{
	return ob_cursor_fail(&y->c, y->c.p, "%s", why);
}

/* At a value that may be complete long since. */
static int
fail_at(struct yaml *y, const struct ob_val *v, const char *why)
{
	y->c.tree->error = v->at;
	return ob_err_msg(
	    y->c.err, -EBADMSG, "%u:%u: %s", v->at.line, v->at.col, why);
}

/* --- texts ------------------------------------------------------------------- */

/* The text of a token: a slice of the input, or a copy. */
static int
text_of(struct yaml *y, struct fy_token *token, struct ob_str *ret)
{
	size_t n = 0;
	const char *p = token == NULL ? NULL : fy_token_get_text(token, &n);
	char *copy;

	*ret = ob_str_n(p == NULL ? "" : p, p == NULL ? 0 : n);
	if (p == NULL || (p >= y->c.start && p + n <= y->c.end))
		return 0;
	copy = ob_arena_dup(y->c.tree->arena, *ret);
	if (copy == NULL)
		return ob_cursor_nomem(&y->c);
	ret->p = copy;
	return 0;
}

enum tag { TAG_NONE, TAG_STR, TAG_OTHER, TAG_CORE };

/* What a tag asks for: TAG_CORE is a type that the core schema finds itself. */
static int
tag_of(struct yaml *y, struct fy_token *token, enum tag *ret)
{
	static const char *const core[] = { "null", "bool", "int", "float" };
	struct ob_str prefix = OB_STR("tag:yaml.org,2002:"), text;
	int rc = text_of(y, token, &text);

	*ret = token == NULL ? TAG_NONE : TAG_OTHER;
	if (rc < 0 || !ob_str_has_prefix(text, prefix))
		return rc;
	text = ob_str_n(text.p + prefix.n, text.n - prefix.n);
	if (ob_str_eq_z(text, "str"))
		*ret = TAG_STR;
	for (size_t i = 0; i < OB_COUNT(core); i++)
		if (ob_str_eq_z(text, core[i]))
			*ret = TAG_CORE;
	return 0;
}

/* --- nodes ------------------------------------------------------------------- */

static int
count(struct yaml *y)
{
	return ob_cursor_count(&y->c);
}

static int
put_key(struct yaml *y, struct frame *f, const struct ob_val *v)
{
	static const char *const words[] = { "false", "true" };
	struct ob_str key = ob_val_str(v);

	if (v->type >= OB_VAL_LIST)
		return fail_at(y, v, "a key must be a scalar");
	if (v->type == OB_VAL_BOOL)
		key = ob_str_z(words[(v->flags & OB_VAL_TRUE) != 0]);
	if (ob_table_find(f->v.u.table, key) != NULL)
		return fail_at(y, v, "a key that is defined already");
	f->pending = (struct ob_member){
		.key = key.p, .key_n = (uint32_t)key.n, .key_off = v->at.off
	};
	f->has_key = true;
	return 0;
}

/* A complete value goes where the innermost open one wants it. */
static int
put(struct yaml *y, const struct ob_val *v)
{
	struct frame *f;
	int rc;

	if (y->frames.n == 0) {
		rc = ob_list_add(y->c.tree, y->documents, v);
		return rc < 0 ? ob_cursor_nomem(&y->c) : 0;
	}
	f = &y->frames.v[y->frames.n - 1];
	if (f->v.type == OB_VAL_LIST) {
		rc = ob_list_add(y->c.tree, f->v.u.list, v);
	} else if (!f->has_key) {
		return put_key(y, f, v);
	} else {
		f->pending.val = *v;
		f->has_key = false;
		rc = ob_table_add(y->c.tree, f->v.u.table, &f->pending, NULL);
	}
	return rc < 0 ? ob_cursor_nomem(&y->c) : 0;
}

static int
set_anchor(
    struct yaml *y, struct ob_str name, const struct ob_val *v, uint32_t nodes)
{
	struct anchor a = { *v, nodes };
	union ob_map_value index = { .u = y->anchors.n };

	if (name.n == 0)
		return 0;
	if (ob_vec_push(&y->anchors, a) < 0 ||
	    ob_map_put(&y->names, name, index) < 0)
		return ob_cursor_nomem(&y->c);
	return 0;
}

static int
read_alias(struct yaml *y, struct fy_event *e)
{
	struct ob_map_entry *entry;
	const struct anchor *a;
	struct ob_str name;
	struct ob_val v = { .type = OB_VAL_NULL };
	int rc;

	set_place(y, e, &v);
	rc = text_of(y, e->alias.anchor, &name);
	if (rc < 0)
		return rc;
	entry = ob_map_get(&y->names, name);
	if (entry == NULL)
		return ob_cursor_fail(&y->c, y->c.p,
		    "alias '%.*s' has no complete anchor before it",
		    OB_STR_ARG(name));
	a = &y->anchors.v[entry->value.u];
	if (a->nodes > ALIAS_MAX - y->alias_nodes)
		return ob_cursor_fail(&y->c, y->c.p,
		    "node limit: aliases stand for more than %u values",
		    ALIAS_MAX);
	y->alias_nodes += a->nodes;
	for (uint32_t i = 0; i < a->nodes; i++)
		if (count(y) < 0)
			return -EBADMSG;
	return put(y, &a->v);
}

static int
read_scalar(struct yaml *y, struct fy_event *e)
{
	struct fy_token *token = e->scalar.value;
	struct ob_val v = { .type = OB_VAL_STRING };
	struct ob_str text, anchor = OB_STR("");
	enum tag tag = TAG_NONE;
	bool plain;
	int rc;

	set_place(y, e, &v);
	rc = text_of(y, token, &text);
	if (rc == 0)
		rc = text_of(y, e->scalar.anchor, &anchor);
	if (rc == 0)
		rc = tag_of(y, e->scalar.tag, &tag);
	if (rc == 0)
		rc = count(y);
	if (rc < 0)
		return rc;
	plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
	v.u.text = text.p;
	v.n = (uint32_t)text.n;
	if ((tag == TAG_CORE || (tag == TAG_NONE && plain)) &&
	    !ob_yaml_plain(y->c.tree, text, &v))
		return ob_cursor_nomem(&y->c);
	rc = set_anchor(y, anchor, &v, 1);
	return rc < 0 ? rc : put(y, &v);
}

static int
open_frame(struct yaml *y, struct fy_event *e, struct fy_token *anchor,
    enum ob_vtype type)
{
	struct frame f = { .nodes_before = y->c.tree->nodes };
	uint32_t depth = y->c.tree->limits.depth;
	int rc;

	set_place(y, e, &f.v);
	if (y->frames.n >= (depth < DEPTH_MAX ? depth : DEPTH_MAX))
		return fail(y, "values nested too deep");
	rc = text_of(y, anchor, &f.anchor);
	if (rc == 0)
		rc = count(y);
	if (rc < 0)
		return rc;
	f.v.type = (uint8_t)type;
	if (type == OB_VAL_LIST)
		f.v.u.list = ob_list_new(y->c.tree);
	else
		f.v.u.table = ob_table_new(y->c.tree);
	/* either pointer: both members are one */
	if (f.v.u.list == NULL || ob_vec_push(&y->frames, f) < 0)
		return ob_cursor_nomem(&y->c);
	return 0;
}

static int
close_frame(struct yaml *y, struct fy_event *e)
{
	struct frame f = y->frames.v[--y->frames.n];
	const struct fy_mark *end = fy_event_end_mark(e);
	int rc;

	if (end != NULL && end->input_pos > f.v.at.off)
		f.v.len = (uint32_t)(end->input_pos - f.v.at.off);
	rc = set_anchor(y, f.anchor, &f.v, y->c.tree->nodes - f.nodes_before);
	return rc < 0 ? rc : put(y, &f.v);
}

static int
read_event(struct yaml *y, struct fy_event *e)
{
	switch (e->type) {
	case FYET_SCALAR: return read_scalar(y, e);
	case FYET_ALIAS: return read_alias(y, e);
	case FYET_SEQUENCE_START:
		return open_frame(y, e, e->sequence_start.anchor, OB_VAL_LIST);
	case FYET_MAPPING_START:
		return open_frame(y, e, e->mapping_start.anchor, OB_VAL_TABLE);
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END: return close_frame(y, e);
	case FYET_DOCUMENT_START: /* anchors end with their document */
		ob_map_release(&y->names);
		y->anchors.n = 0;
		return 0;
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END: break;
	}
	return 0;
}

/* --- the parser ---------------------------------------------------------------- */

/* What libfyaml found wrong first, at its place. */
static int
syntax_error(struct yaml *y, struct fy_diag *diag)
{
	void *at = NULL;
	struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
	struct ob_cursor c = y->c;

	if (e == NULL)
		return fail(y, "no YAML");
	c.p = c.line_start = c.start;
	c.line = 1;
	while (e->line > (int)c.line && c.p < c.end) {
		const char *lf = memchr(c.p, '\n', (size_t)(c.end - c.p));

		c.p = lf == NULL ? c.end : lf + 1;
		ob_cursor_newline(&c);
	}
	for (int i = 1; i < e->column && c.p < c.end && *c.p != '\n'; i++)
		c.p++;
	return ob_cursor_fail(&c, c.p, "%s", e->msg);
}

static void
discard(struct fy_diag *diag, void *user, const char *p, size_t n)
{
	(void)diag;
	(void)user;
	(void)p;
	(void)n;
}

static int
read_events(struct yaml *y, struct fy_parser *parser, struct fy_diag *diag)
{
	for (;;) {
		struct fy_event *e = fy_parser_parse(parser);
		int rc;

		if (e == NULL)
			return fy_parser_get_stream_error(parser) ||
			               fy_diag_got_error(diag)
			           ? syntax_error(y, diag)
			           : 0;
		rc = read_event(y, e);
		fy_parser_event_free(parser, e);
		if (rc < 0)
			return rc;
	}
}

static int
parse(struct yaml *y)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {
		.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 |
		         FYPCF_JSON_NONE | FYPCF_DISABLE_DEPTH_LIMIT,
	};
	size_t n = (size_t)(y->c.end - y->c.start);
	struct fy_parser *parser;
	int rc;

	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	diag_cfg.output_fn = discard;
	cfg.diag = fy_diag_create(&diag_cfg);
	if (cfg.diag == NULL)
		return ob_cursor_nomem(&y->c);
	fy_diag_set_collect_errors(cfg.diag, true);
	parser = fy_parser_create(&cfg);
	rc = parser == NULL || fy_parser_set_string(parser, y->c.start, n) != 0
	         ? ob_cursor_nomem(&y->c)
	         : read_events(y, parser, cfg.diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(cfg.diag);
	return rc;
}

static int
check_utf8(struct ob_cursor *c)
{
	struct ob_str input = ob_str_n(c->start, (size_t)(c->end - c->start));
	size_t valid = ob_utf8_valid_prefix(input);

	if (valid == input.n)
		return 0;
	advance(c, valid);
	return ob_cursor_fail(
	    c, c->p, "byte 0x%02x is not UTF-8", (unsigned char)*c->p);
}

int
ob_yaml_read_all(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	struct yaml y = {
		.frames.max = DEPTH_MAX,
		.anchors.max = ANCHORS_MAX,
	};
	struct ob_fy_heap heap;
	uint64_t seed;
	int rc = ob_cursor_init(&y.c, tree, input, err);

	if (rc == 0)
		rc = check_utf8(&y.c);
	if (rc < 0)
		return rc;
	y.documents = ob_list_new(tree);
	if (y.documents == NULL)
		return ob_cursor_nomem(&y.c);
	arc4random_buf(&seed, sizeof(seed));
	ob_map_init(&y.names, OB_MAP_BORROW, ANCHORS_MAX, seed);
	if (input.n > 0) {
		/* one token a byte, at worst; tokens go when they are read */
		ob_fy_heap_enter(&heap, HEAP_BASE + input.n * HEAP_FACTOR);
		rc = parse(&y);
		if (heap.full)
			rc = fail(&y, "node limit: too much is open at once");
		else if (heap.failed)
			rc = ob_cursor_nomem(&y.c);
		ob_fy_heap_leave(&heap);
	}
	ob_map_release(&y.names);
	ob_vec_release(&y.frames);
	ob_vec_release(&y.anchors);
	if (rc < 0)
		return rc;
	*ret = ob_val_list(y.documents);
	ret->src = tree->src;
	return 0;
}

int
ob_yaml_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	struct ob_val all;
	int rc = ob_yaml_read_all(tree, input, &all, err);

	if (rc < 0)
		return rc;
	if (all.u.list->n > 1) {
		tree->error = all.u.list->v[1].at;
		return ob_err_msg(err, -EBADMSG,
		    "%u:%u: more than one document", tree->error.line,
		    tree->error.col);
	}
	*ret = all.u.list->n == 1 ? all.u.list->v[0] : all;
	if (all.u.list->n == 0)
		ret->type = OB_VAL_NULL;
	return 0;
}
