#include "fmt/format.h"

#include <errno.h>

#include "fmt/dotenv.h"
#include "fmt/ini.h"
#include "fmt/jsonread.h"
#include "fmt/properties.h"
#include "fmt/toml.h"
#include "fmt/yaml.h"

static int
read_dotenv(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	return ob_dotenv_read(tree, input, NULL, NULL, ret, err);
}

static int
read_toml(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	return ob_toml_read(tree, input, OB_TOML_1_0, ret, err);
}

static int
read_toml_1_1(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err)
{
	return ob_toml_read(tree, input, OB_TOML_1_1, ret, err);
}

static const struct {
	const char *name;
	const char *suffix; /* of file names; NULL = never guessed */
	int (*read)(struct ob_tree *tree, struct ob_str input,
	    struct ob_val *ret, struct ob_err *err);
} formats[OB_FMT_COUNT] = {
	[OB_FMT_JSON] = { "json", ".json", ob_json_read },
	[OB_FMT_TOML] = { "toml", ".toml", read_toml },
	[OB_FMT_TOML_1_1] = { "toml1.1", NULL, read_toml_1_1 },
	[OB_FMT_YAML] = { "yaml", ".yaml", ob_yaml_read },
	[OB_FMT_INI] = { "ini", ".ini", ob_ini_read },
	[OB_FMT_PROPERTIES] = { "properties", ".properties",
	    ob_properties_read },
	[OB_FMT_DOTENV] = { "dotenv", ".env", read_dotenv },
};

const char *
ob_fmt_name(enum ob_fmt fmt)
{
	return formats[fmt].name;
}

int
ob_fmt_by_name(struct ob_str name)
{
	for (int i = 0; i < OB_FMT_COUNT; i++)
		if (ob_str_eq_z(name, formats[i].name))
			return i;
	return -EINVAL;
}

int
ob_fmt_by_path(struct ob_str path)
{
	struct ob_str base = path;

	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '/')
			base = ob_str_n(path.p + i + 1, path.n - i - 1);
	if (ob_str_has_prefix(base, OB_STR(".env")) &&
	    (base.n == 4 || base.p[4] == '.'))
		return OB_FMT_DOTENV;
	if (ob_str_has_suffix(base, OB_STR(".yml")))
		return OB_FMT_YAML;
	for (int i = 0; i < OB_FMT_COUNT; i++)
		if (formats[i].suffix != NULL &&
		    ob_str_has_suffix(base, ob_str_z(formats[i].suffix)))
			return i;
	return -EINVAL;
}

int
ob_fmt_read(struct ob_tree *tree, enum ob_fmt fmt, struct ob_str input,
    struct ob_val *ret, struct ob_err *err)
{
	return formats[fmt].read(tree, input, ret, err);
}
