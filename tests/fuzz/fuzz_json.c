/*
 * The JSON reader on any bytes: what it accepts, the writer must write so that
 * the reader accepts it again, to the same text.
 */
#include "base/check.h"
#include "fmt/json.h"
#include "fmt/jsonread.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
rewrite(struct ob_str in, struct ob_buf *out)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 28);
	struct ob_tree tree;
	struct ob_json j;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	if (ob_json_read(&tree, in, &v, NULL) < 0)
		return -1;
	ob_json_init(&j, out, 0);
	OB_CHECK(ob_json_val(&j, &v) == 0);
	OB_CHECK(ob_json_err(&j) == 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_BUF struct ob_buf once = OB_BUF_INIT((size_t)1 << 28);
	OB_AUTO_BUF struct ob_buf twice = OB_BUF_INIT((size_t)1 << 28);

	if (rewrite(ob_str_n((const char *)data, size), &once) < 0)
		return 0;
	OB_CHECK(rewrite(ob_buf_str(&once), &twice) == 0);
	OB_CHECK(ob_str_eq(ob_buf_str(&once), ob_buf_str(&twice)));
	return 0;
}
