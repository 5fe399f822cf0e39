/*
 * The TOML reader on any bytes: what it accepts, the writer must write so that
 * the reader accepts it again, and what is written of that is the same text.
 */
#include <errno.h>

#include "base/check.h"
#include "fmt/toml.h"
#include "fmt/tomlwrite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
rewrite(struct ob_str in, enum ob_toml_version version, struct ob_buf *out)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 28);
	struct ob_tree tree;
	struct ob_val v;

	ob_tree_init(&tree, &arena, NULL);
	if (ob_toml_read(&tree, in, version, &v, NULL) < 0)
		return -1;
	OB_CHECK(ob_toml_write(out, &v) == 0);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_BUF struct ob_buf once = OB_BUF_INIT((size_t)1 << 28);
	OB_AUTO_BUF struct ob_buf twice = OB_BUF_INIT((size_t)1 << 28);
	OB_AUTO_BUF struct ob_buf thrice = OB_BUF_INIT((size_t)1 << 28);

	if (rewrite(ob_str_n((const char *)data, size),
		size % 2 == 0 ? OB_TOML_1_0 : OB_TOML_1_1, &once) < 0)
		return 0;
	OB_CHECK(rewrite(ob_buf_str(&once), OB_TOML_1_0, &twice) == 0);
	OB_CHECK(rewrite(ob_buf_str(&twice), OB_TOML_1_0, &thrice) == 0);
	OB_CHECK(ob_str_eq(ob_buf_str(&twice), ob_buf_str(&thrice)));
	return 0;
}
