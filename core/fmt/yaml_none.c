/* What a build without libfyaml says of YAML. */
#include <errno.h>

#include "fmt/yaml.h"

static int
not_built_in(struct ob_err *err)
{
	return ob_err_msg(err, -ENOTSUP, "YAML is not built in");
}

int
ob_yaml_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	(void)tree;
	(void)input;
	(void)ret;
	return not_built_in(err);
}

int
ob_yaml_read_all(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	(void)tree;
	(void)input;
	(void)ret;
	return not_built_in(err);
}
