/*
 * The YAML reader on any bytes: no crash, errors have a place, and what it
 * accepts can be written as JSON, aliases and all.
 */
#include <errno.h>

#include "base/check.h"
#include "fmt/json.h"
#include "fmt/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT((size_t)1 << 28);
	OB_AUTO_BUF struct ob_buf out = OB_BUF_INIT((size_t)1 << 28);
	struct ob_tree tree;
	struct ob_json j;
	struct ob_val v;
	int rc;

	ob_tree_init(&tree, &arena, NULL);
	rc = ob_yaml_read_all(
	    &tree, ob_str_n((const char *)data, size), &v, NULL);
	if (rc < 0) {
		OB_CHECK(rc != -EBADMSG ||
			 (tree.error.line > 0 && tree.error.off <= size));
		return 0;
	}
	ob_json_init(&j, &out, 0);
	OB_CHECK(ob_json_val(&j, &v) == 0);
	return 0;
}
