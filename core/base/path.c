#include "base/path.h"

#include <errno.h>

/* Without slashes at the end, but "/" for a path of slashes alone. */
static struct ob_str
without_last_slashes(struct ob_str path)
{
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path;
}

/* Bytes up to and with the last slash. */
static size_t
up_to_last_slash(struct ob_str path)
{
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return n;
}

struct ob_str
ob_path_base(struct ob_str path)
{
	size_t at;

	if (path.n == 0)
		return OB_STR(".");
	path = without_last_slashes(path);
	if (path.n == 1)
		return path;
	at = up_to_last_slash(path);
	return ob_str_n(path.p + at, path.n - at);
}

struct ob_str
ob_path_dir(struct ob_str path)
{
	size_t at;

	path = without_last_slashes(path);
	at = up_to_last_slash(path);
	if (at == 0)
		return OB_STR(".");
	return without_last_slashes(ob_str_n(path.p, at));
}

bool
ob_path_next(struct ob_str *rest, struct ob_str *ret_name)
{
	struct ob_str name;

	while (ob_str_split(rest, '/', &name)) {
		if (name.n > 0) {
			*ret_name = name;
			return true;
		}
	}
	return false;
}

int
ob_path_join(struct ob_buf *b, struct ob_str dir, struct ob_str name)
{
	if (dir.n > 0 && !ob_path_is_absolute(name)) {
		ob_buf_add_str(b, dir);
		if (dir.p[dir.n - 1] != '/')
			ob_buf_add_c(b, '/');
	}
	return ob_buf_add_str(b, name);
}

/* Appends name behind a slash where one is needed; `start` is the path's. */
static void
add_name(struct ob_buf *b, size_t start, struct ob_str name)
{
	if (b->n > start && b->p[b->n - 1] != '/')
		ob_buf_add_c(b, '/');
	ob_buf_add_str(b, name);
}

int
ob_path_normalize(struct ob_buf *b, struct ob_str path)
{
	size_t start = b->n, root = start, kept = 0;
	struct ob_str name;

	if (ob_path_is_absolute(path)) {
		ob_buf_add_c(b, '/');
		root++;
	}
	while (ob_buf_err(b) == 0 && ob_path_next(&path, &name)) {
		if (ob_str_eq_z(name, "."))
			continue;
		if (!ob_str_eq_z(name, "..")) {
			add_name(b, start, name);
			kept++;
		} else if (kept > 0) {
			struct ob_str built =
			    ob_str_n(b->p + root, b->n - root);
			size_t cut = up_to_last_slash(built);

			ob_buf_truncate(b, root + (cut > 0 ? cut - 1 : 0));
			kept--;
		} else if (root == start) {
			add_name(b, start, name);
		}
	}
	if (b->n == start)
		ob_buf_add_c(b, '.');
	return ob_buf_err(b);
}

/* Takes what both paths begin with. */
static void
skip_common(struct ob_str *a, struct ob_str *b)
{
	struct ob_str a_next = *a, b_next = *b, a_name, b_name;

	while (ob_path_next(&a_next, &a_name) &&
	       ob_path_next(&b_next, &b_name) && ob_str_eq(a_name, b_name)) {
		*a = a_next;
		*b = b_next;
	}
}

int
ob_path_relative(struct ob_buf *b, struct ob_str from, struct ob_str to)
{
	size_t start = b->n;
	struct ob_str name;

	if (ob_path_is_absolute(from) != ob_path_is_absolute(to))
		return -EINVAL;
	if (ob_str_eq_z(from, "."))
		from = OB_STR("");
	if (ob_str_eq_z(to, "."))
		to = OB_STR("");
	skip_common(&from, &to);
	while (ob_path_next(&from, &name)) {
		if (ob_str_eq_z(name, "..")) {
			ob_buf_truncate(b, start);
			return -EINVAL;
		}
		add_name(b, start, OB_STR(".."));
	}
	while (ob_path_next(&to, &name))
		add_name(b, start, name);
	if (b->n == start)
		ob_buf_add_c(b, '.');
	return ob_buf_err(b);
}
