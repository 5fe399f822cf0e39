#include "conf/keypath.h"

#include <errno.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"

static bool
is_bare(char c)
{
	return c != '\0' && ob_z_find(".[]\" \t\r\n", c) == NULL;
}

static int
fail(struct ob_str text, const char *why, struct ob_err *err)
{
	return ob_err_msg(err, -EINVAL, "cannot understand key '%.*s': %s",
	    OB_STR_ARG(text), why);
}

/* The end of the segment at the start of rest; 0 when it is not closed. */
static size_t
quoted_end(struct ob_str rest)
{
	for (size_t i = 1; i < rest.n; i++) {
		if (rest.p[i] == '"')
			return i + 1;
		if (rest.p[i] == '\\')
			i++;
	}
	return 0;
}

/* Between the quotes, without the backslashes; NULL text: out of memory. */
static struct ob_str
unquote(struct ob_arena *arena, struct ob_str s)
{
	char *text;
	size_t n = 0;

	if (ob_str_find(s, '\\') == s.n)
		return s;
	text = ob_arena_alloc(arena, s.n);
	for (size_t i = 0; text != NULL && i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		text[n++] = s.p[i];
	}
	return ob_str_n(text, n);
}

/* Takes one segment off *rest. */
static int
next_segment(struct ob_arena *arena, struct ob_str text, struct ob_str *rest,
    struct ob_keyseg *ret, struct ob_err *err)
{
	size_t end = 0;

	*ret = (struct ob_keyseg){ 0 };
	if (rest->n > 0 && *rest->p == '[') {
		uint64_t index;

		end = ob_str_find(*rest, ']') + 1;
		if (end > rest->n || ob_num_u64(ob_str_n(rest->p + 1, end - 2),
					 0, UINT32_MAX, &index) < 0)
			return fail(text, "[ needs a number and ]", err);
		ret->is_index = true;
		ret->index = (uint32_t)index;
	} else if (rest->n > 0 && *rest->p == '"') {
		end = quoted_end(*rest);
		if (end == 0)
			return fail(text, "quote without end", err);
		ret->key = unquote(arena, ob_str_n(rest->p + 1, end - 2));
		if (ret->key.p == NULL)
			return ob_err_set(err, -ENOMEM, "cannot keep a key");
	} else {
		while (end < rest->n && is_bare(rest->p[end]))
			end++;
		if (end == 0)
			return fail(text, "a part of it is empty", err);
		ret->key = ob_str_n(rest->p, end);
	}
	*rest = ob_str_n(rest->p + end, rest->n - end);
	return 0;
}

/* No path has more parts than this: each but the first has its mark. */
static size_t
parts_at_most(struct ob_str text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '.' || text.p[i] == '[';
	return n < OB_KEYPATH_MAX ? n : OB_KEYPATH_MAX;
}

int
ob_keypath_parse(struct ob_arena *arena, struct ob_str text,
    struct ob_keypath *ret, struct ob_err *err)
{
	size_t n = 0, max = parts_at_most(text);
	struct ob_keyseg *found = ob_arena_array(arena, max, sizeof(*found));
	struct ob_str rest = text;
	int rc;

	if (found == NULL)
		return ob_err_set(err, -ENOMEM, "cannot keep a key");
	while (rest.n > 0) {
		if (n == max)
			return fail(text, "it has too many parts", err);
		rc = next_segment(arena, text, &rest, &found[n++], err);
		if (rc < 0)
			return rc;
		if (rest.n == 0 || *rest.p == '[')
			continue;
		if (*rest.p != '.' || rest.n == 1)
			return fail(text, "'.' and a key must follow", err);
		rest = ob_str_n(rest.p + 1, rest.n - 1);
		if (*rest.p == '[')
			return fail(text, "a part of it is empty", err);
	}
	*ret = (struct ob_keypath){ found, n };
	return 0;
}

int
ob_keypath_add_key(struct ob_buf *path, struct ob_str key)
{
	size_t bare = 0;

	while (bare < key.n && is_bare(key.p[bare]))
		bare++;
	if (path->n > 0)
		ob_buf_add_c(path, '.');
	if (bare == key.n && key.n > 0)
		return ob_buf_add_str(path, key);
	ob_buf_add_c(path, '"');
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] == '"' || key.p[i] == '\\')
			ob_buf_add_c(path, '\\');
		ob_buf_add_c(path, key.p[i]);
	}
	return ob_buf_add_c(path, '"');
}

int
ob_keypath_add_index(struct ob_buf *path, uint32_t index)
{
	return ob_buf_printf(path, "[%u]", index);
}

const struct ob_val *
ob_keypath_find(const struct ob_val *root, const struct ob_keypath *path)
{
	const struct ob_val *v = root;

	for (size_t i = 0; v != NULL && i < path->n; i++) {
		const struct ob_keyseg *s = &path->v[i];

		if (!s->is_index)
			v = ob_val_get(v, s->key);
		else if (v->type == OB_VAL_LIST && s->index < v->u.list->n)
			v = &v->u.list->v[s->index];
		else
			v = NULL;
	}
	return v;
}
