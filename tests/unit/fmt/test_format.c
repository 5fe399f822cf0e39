#include "fmt/format.h"

#include <errno.h>

#include "unit.h"

static void
formats_have_names(void)
{
	for (int i = 0; i < OB_FMT_COUNT; i++) {
		const char *name = ob_fmt_name((enum ob_fmt)i);

		CHECK_INT(ob_fmt_by_name(ob_str_z(name)), i);
	}
	CHECK_INT(ob_fmt_by_name(OB_STR("jso")), -EINVAL);
	CHECK_INT(ob_fmt_by_name(OB_STR("")), -EINVAL);
}

static void
paths_tell_their_format(void)
{
	static const struct {
		const char *path;
		int fmt;
	} cases[] = {
		{ "a.json", OB_FMT_JSON },
		{ "/x.env/y.json", OB_FMT_JSON },
		{ "a.toml", OB_FMT_TOML },
		{ "a.yaml", OB_FMT_YAML },
		{ "a.yml", OB_FMT_YAML },
		{ "a.ini", OB_FMT_INI },
		{ "a.properties", OB_FMT_PROPERTIES },
		{ ".env", OB_FMT_DOTENV },
		{ "d/.env", OB_FMT_DOTENV },
		{ ".env.local", OB_FMT_DOTENV },
		{ "prod.env", OB_FMT_DOTENV },
		{ ".envrc", -EINVAL },
		{ "json", -EINVAL },
		{ "a.json/b", -EINVAL },
		{ "", -EINVAL },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++)
		CHECK_INT(
		    ob_fmt_by_path(ob_str_z(cases[i].path)), cases[i].fmt);
}

static void
reads_each_format(void)
{
	static const char *const inputs[] = {
		[OB_FMT_JSON] = "{\"k\":\"v\"}",
		[OB_FMT_TOML] = "k = 'v'",
		[OB_FMT_TOML_1_1] = "k = 'v'",
		[OB_FMT_YAML] = "k: v",
		[OB_FMT_INI] = "k=v",
		[OB_FMT_PROPERTIES] = "k=v",
		[OB_FMT_DOTENV] = "k=v",
	};

	for (int i = 0; i < OB_FMT_COUNT; i++) {
		OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(10000);
		struct ob_err err = OB_ERR_INIT;
		struct ob_tree tree;
		struct ob_val v;

		ob_tree_init(&tree, &a, NULL);
		if (ob_fmt_read(&tree, (enum ob_fmt)i, ob_str_z(inputs[i]), &v,
			NULL) == -ENOTSUP)
			continue;
		CHECK_INT(ob_fmt_read(&tree, (enum ob_fmt)i,
			      ob_str_z(inputs[i]), &v, NULL),
		    0);
		CHECK(
		    ob_str_eq_z(ob_val_str(ob_val_get(&v, OB_STR("k"))), "v"));
		CHECK_INT(
		    ob_fmt_read(&tree, (enum ob_fmt)i, OB_STR("{\0"), &v, &err),
		    -EBADMSG);
		CHECK(err.msg[0] != '\0');
	}
}

OB_TESTS(format) = {
	OB_TEST(formats_have_names),
	OB_TEST(paths_tell_their_format),
	OB_TEST(reads_each_format),
	OB_TESTS_END,
};
