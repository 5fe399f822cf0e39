#include "secret.h"

#include <stdlib.h>

#include "base/vec.h"

/* A list or table whose children wait, and whether it is secret itself. */
struct container {
	struct ob_val *v;
	bool secret;
};

struct containers {
	struct container *v;
	size_t n, cap, max;
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_word_byte(char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
stands_at(struct ob_str text, size_t at, struct ob_str word)
{
	if (text.n - at < word.n)
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (lower(text.p[at + i]) != word.p[i])
			return false;
	return true;
}

bool
ec_is_secret(struct ob_str text)
{
	static const char *const words[] = { "password", "passwd", "token",
		"secret", "credential" };

	for (size_t at = 0; at < text.n; at++) {
		for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
			if (stands_at(text, at, ob_str_z(words[w])))
				return true;
		if (stands_at(text, at, OB_STR("_key")) &&
		    (at + 4 == text.n || !is_word_byte(text.p[at + 4])))
			return true;
	}
	return false;
}

static void
hide(struct ob_val *v)
{
	struct ob_val masked = ob_val_string(OB_STR(EC_SECRET_MASK));

	if (v->type == OB_VAL_NULL)
		return;
	masked.at = v->at;
	masked.len = v->len;
	masked.src = v->src;
	masked.flags = v->flags;
	*v = masked;
}

/* Masks one value, or keeps its children for later. */
static int
mask(struct ob_val *v, bool secret, struct containers *later)
{
	struct container c = { v, secret };

	if (v->type >= OB_VAL_LIST)
		return ob_vec_push(later, c);
	if (secret)
		hide(v);
	return 0;
}

static int
mask_children(struct container c, struct containers *later)
{
	struct ob_table *t = c.v->u.table;
	struct ob_list *l = c.v->u.list;
	int rc = 0;

	if (c.v->type == OB_VAL_LIST) {
		for (uint32_t i = 0; i < l->n && rc == 0; i++)
			rc = mask(&l->v[i], c.secret, later);
		return rc;
	}
	for (uint32_t i = 0; i < t->n && rc == 0; i++)
		rc = mask(&t->v[i].val,
		    c.secret || ec_is_secret(ob_member_key(&t->v[i])), later);
	return rc;
}

int
ec_mask(struct ob_val *root)
{
	struct containers later = { .max = UINT32_MAX };
	int rc = mask(root, false, &later);

	while (rc == 0 && later.n > 0)
		rc = mask_children(later.v[--later.n], &later);
	ob_vec_release(&later);
	return rc;
}

void
ec_mask_key(struct ob_val *table, struct ob_str key)
{
	struct ob_member *m = ob_table_find(table->u.table, key);

	if (m != NULL)
		hide(&m->val);
}
