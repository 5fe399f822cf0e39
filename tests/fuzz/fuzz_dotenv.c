/*
 * The .env reader on any bytes: what it accepts, the writer must write so that
 * the reader gives the same names and values again.
 */
#include "base/check.h"
#include "fmt/dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
some_are_defined(void *ctx, struct ob_str name, struct ob_str *ret)
{
	(void)ctx;
	*ret = OB_STR("below");
	return name.n % 2 == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 28);
	OB_AUTO_BUF struct ob_buf out = OB_BUF_INIT((size_t)1 << 28);
	struct ob_tree tree;
	struct ob_val v, again;

	ob_tree_init(&tree, &arena, NULL);
	if (ob_dotenv_read(&tree, ob_str_n((const char *)data, size),
		some_are_defined, NULL, &v, NULL) < 0)
		return 0;
	for (uint32_t i = 0; i < v.u.table->n; i++) {
		const struct ob_member *m = &v.u.table->v[i];

		OB_CHECK(ob_dotenv_write(
			     &out, ob_member_key(m), ob_val_str(&m->val)) == 0);
	}
	OB_CHECK(ob_dotenv_read(
		     &tree, ob_buf_str(&out), NULL, NULL, &again, NULL) == 0);
	OB_CHECK(again.u.table->n == v.u.table->n);
	for (uint32_t i = 0; i < v.u.table->n; i++) {
		const struct ob_member *a = &v.u.table->v[i];
		const struct ob_member *b = &again.u.table->v[i];

		OB_CHECK(ob_str_eq(ob_member_key(a), ob_member_key(b)));
		OB_CHECK(ob_str_eq(ob_val_str(&a->val), ob_val_str(&b->val)));
	}
	return 0;
}
