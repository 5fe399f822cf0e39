/*
 * conformance-read FORMAT FILE...: reads each file and prints "accept FILE" or
 * "reject FILE MESSAGE", separated by tabs. TOML that is accepted is followed
 * by its value in the tagged JSON of toml-test, YAML by all its documents as a
 * JSON list. Status 0 when each file could
 * be opened, whatever the verdicts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "fmt/format.h"
#include "fmt/json.h"
#include "fmt/yaml.h"

#define FILE_MAX  ((size_t)1 << 30)
#define SHOWN_MAX 65536 /* larger files are for measuring */

static int
read_file(const char *path, struct ob_buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		(void)ob_buf_reserve(ret, (size_t)st.st_size + 65536);
	while (n > 0) {
		char *p = ob_buf_reserve(ret, 65536);

		n = p == NULL ? -1 : read(fd, p, 65536);
		if (n > 0)
			ob_buf_commit(ret, (size_t)n);
	}
	if (fd >= 0)
		(void)close(fd); /* was only read */
	return n < 0 ? -1 : 0;
}

static const char *
tag(const struct ob_val *v)
{
	struct ob_str s = ob_val_str(v);
	bool date, time;

	switch ((enum ob_vtype)v->type) {
	case OB_VAL_BOOL: return "bool";
	case OB_VAL_STRING: return "string";
	case OB_VAL_NUMBER:
		for (size_t i = 0; i < s.n; i++)
			if (strchr("-0123456789", s.p[i]) == NULL)
				return "float";
		return "integer";
	case OB_VAL_DATETIME:
		date = s.n >= 10 && s.p[4] == '-';
		time = ob_str_find(s, ':') < s.n;
		if (date && s.n > 19 && strpbrk(s.p + 19, "Z+-") != NULL &&
		    strpbrk(s.p + 19, "Z+-") < s.p + s.n)
			return "datetime";
		return date && time ? "datetime-local"
		       : date       ? "date-local"
		                    : "time-local";
	case OB_VAL_NULL:
	case OB_VAL_LIST:
	case OB_VAL_TABLE: break;
	}
	return "none";
}

/* As deep as the suite's documents, which are shallow. */
static void
write_tagged(struct ob_json *j, const struct ob_val *v)
{
	if (v->type == OB_VAL_LIST) {
		ob_json_array_begin(j);
		for (uint32_t i = 0; i < v->u.list->n; i++)
			write_tagged(j, &v->u.list->v[i]);
		ob_json_array_end(j);
		return;
	}
	ob_json_object_begin(j);
	for (uint32_t i = 0; v->type == OB_VAL_TABLE && i < v->u.table->n;
	     i++) {
		ob_json_key(j, ob_member_key(&v->u.table->v[i]));
		write_tagged(j, &v->u.table->v[i].val);
	}
	if (v->type != OB_VAL_TABLE) {
		ob_json_key(j, OB_STR("type"));
		ob_json_str(j, ob_str_z(tag(v)));
		ob_json_key(j, OB_STR("value"));
		if (v->type == OB_VAL_BOOL)
			ob_json_str(j, v->flags & OB_VAL_TRUE
					   ? OB_STR("true")
					   : OB_STR("false"));
		else
			ob_json_str(j, ob_val_str(v));
	}
	ob_json_object_end(j);
}

static int
read_value(struct ob_tree *tree, enum ob_fmt fmt, struct ob_str in,
    struct ob_val *ret, struct ob_err *err)
{
	return fmt == OB_FMT_YAML ? ob_yaml_read_all(tree, in, ret, err)
	                          : ob_fmt_read(tree, fmt, in, ret, err);
}

static int
judge(enum ob_fmt fmt, const char *path)
{
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(FILE_MAX);
	OB_AUTO_BUF struct ob_buf out = OB_BUF_INIT(FILE_MAX);
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(8 * FILE_MAX);
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_json j;
	struct ob_val v;

	if (read_file(path, &in) < 0) {
		dprintf(2, "conformance-read: cannot read '%s'\n", path);
		return -1;
	}
	ob_tree_init(&tree, &arena, NULL);
	ob_json_init(&j, &out, 0);
	if (read_value(&tree, fmt, ob_buf_str(&in), &v, &err) < 0) {
		dprintf(1, "reject\t%s\t%s\n", path, err.msg);
		return 0;
	}
	if (fmt == OB_FMT_YAML && in.n < SHOWN_MAX)
		(void)ob_json_val(&j, &v); /* a short text says it */
	else if (fmt != OB_FMT_JSON && in.n < SHOWN_MAX)
		write_tagged(&j, &v);
	dprintf(1, "accept\t%s\t%s\n", path, ob_buf_z(&out));
	return 0;
}

int
main(int argc, char **argv)
{
	int fmt = argc < 2 ? -1 : ob_fmt_by_name(ob_str_z(argv[1]));

	if (fmt < 0) {
		dprintf(2, "usage: conformance-read FORMAT FILE...\n");
		return 64;
	}
	for (int i = 2; i < argc; i++)
		if (judge((enum ob_fmt)fmt, argv[i]) < 0)
			return 66;
	return 0;
}
