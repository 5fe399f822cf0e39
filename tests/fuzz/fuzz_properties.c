/* The reader on any bytes: no crash, and places inside of the input. */
#include "base/check.h"
#include "fmt/properties.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 28);
	struct ob_tree tree;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	if (ob_properties_read(
		&tree, ob_str_n((const char *)data, size), &v, NULL) < 0) {
		OB_CHECK(tree.error.line > 0 && tree.error.off <= size);
		return 0;
	}
	for (uint32_t i = 0; i < v.u.table->n; i++) {
		const struct ob_val *p = &v.u.table->v[i].val;

		OB_CHECK(p->at.off <= size && p->len <= size - p->at.off);
		OB_CHECK(p->at.line > 0 && p->at.col > 0);
	}
	return 0;
}
