/*
 * The formats by name, and reading any of them into a tree of values.
 *
 * A new format is one reader module and one row of the table in format.c.
 */
#ifndef OB_FMT_FORMAT_H
#define OB_FMT_FORMAT_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

enum ob_fmt {
	OB_FMT_JSON,       /* fmt/jsonread.h */
	OB_FMT_TOML,       /* fmt/toml.h, version 1.0 */
	OB_FMT_TOML_1_1,   /* version 1.1 */
	OB_FMT_YAML,       /* fmt/yaml.h; -ENOTSUP where it is not built in */
	OB_FMT_INI,        /* fmt/ini.h */
	OB_FMT_PROPERTIES, /* fmt/properties.h */
	OB_FMT_DOTENV,     /* fmt/dotenv.h; nothing but the file is looked up */
	OB_FMT_COUNT
};

/* "json", "toml", "toml1.1", "yaml", "ini", "properties", "dotenv" */
const char *ob_fmt_name(enum ob_fmt fmt);

/* By name, or -EINVAL. */
int ob_fmt_by_name(struct ob_str name);

/*
 * By the end of the file name: .json, .toml, .yaml, .yml, .ini, .properties; .env,
 * or a name that begins so.
 * -EINVAL for any other.
 */
int ob_fmt_by_path(struct ob_str path);

/* As the reader of the format does; the input must outlive the tree. */
int ob_fmt_read(struct ob_tree *tree, enum ob_fmt fmt, struct ob_str input,
    struct ob_val *ret, struct ob_err *err);

#endif
