#include "base/path.h"

#include <errno.h>

#include "unit.h"

static void
base_and_dir_are_those_of_posix(void)
{
	static const struct {
		const char *path, *base, *dir;
	} rows[] = {
		{ "", ".", "." },
		{ ".", ".", "." },
		{ "..", "..", "." },
		{ "a", "a", "." },
		{ "a/", "a", "." },
		{ "a/b", "b", "a" },
		{ "a/b/", "b", "a" },
		{ "a//b//", "b", "a" },
		{ "/", "/", "/" },
		{ "//", "/", "/" },
		{ "/a", "a", "/" },
		{ "//a", "a", "/" },
		{ "/a/b", "b", "/a" },
	};

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		struct ob_str base = ob_path_base(ob_str_z(rows[i].path));
		struct ob_str dir = ob_path_dir(ob_str_z(rows[i].path));

		CHECK_MEM(base.p, base.n, rows[i].base);
		CHECK_MEM(dir.p, dir.n, rows[i].dir);
	}
}

static void
next_walks_the_components(void)
{
	struct ob_str rest = OB_STR("//a/b//c/"), name = { NULL, 0 };

	CHECK(ob_path_next(&rest, &name));
	CHECK_MEM(name.p, name.n, "a");
	CHECK(ob_path_next(&rest, &name));
	CHECK_MEM(name.p, name.n, "b");
	CHECK(ob_path_next(&rest, &name));
	CHECK_MEM(name.p, name.n, "c");
	CHECK(!ob_path_next(&rest, &name));
	CHECK_MEM(name.p, name.n, "c");
}

static void
join_puts_one_slash(void)
{
	static const struct {
		const char *dir, *name, *want;
	} rows[] = {
		{ "a", "b", "a/b" },
		{ "a/", "b", "a/b" },
		{ "/", "b", "/b" },
		{ "", "b", "b" },
		{ "a", "/b", "/b" },
		{ "a", "", "a/" },
	};
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		ob_buf_reset(&b);
		CHECK_INT(ob_path_join(&b, ob_str_z(rows[i].dir),
			      ob_str_z(rows[i].name)),
		    0);
		CHECK_STR(ob_buf_z(&b), rows[i].want);
	}
}

static void
normalize_removes_what_says_nothing(void)
{
	static const struct {
		const char *path, *want;
	} rows[] = {
		{ "", "." },
		{ ".", "." },
		{ "./", "." },
		{ "/", "/" },
		{ "///", "/" },
		{ "/.", "/" },
		{ "/..", "/" },
		{ "/../a", "/a" },
		{ "a", "a" },
		{ "a/", "a" },
		{ "./a//b/./c/", "a/b/c" },
		{ "a/..", "." },
		{ "a/../b", "b" },
		{ "a/b/../c", "a/c" },
		{ "/a/b/../..", "/" },
		{ "/a/../../b", "/b" },
		{ "..", ".." },
		{ "../a/..", ".." },
		{ "../../a", "../../a" },
		{ "a/../..", ".." },
		{ "a/../../b/..", ".." },
		{ "...", "..." },
		{ "a/...", "a/..." },
	};
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		ob_buf_reset(&b);
		CHECK_INT(ob_path_normalize(&b, ob_str_z(rows[i].path)), 0);
		CHECK_STR(ob_buf_z(&b), rows[i].want);
		/* Behind other text, and once more, it is the same. */
		ob_buf_reset(&b);
		ob_buf_add_z(&b, "x");
		ob_path_normalize(&b, ob_str_z(rows[i].want));
		CHECK_STR(ob_buf_z(&b) + 1, rows[i].want);
	}
}

static void
relative_leads_from_one_to_the_other(void)
{
	static const struct {
		const char *from, *to, *want;
	} rows[] = {
		{ "/a/b", "/a/b", "." },
		{ "/a/b", "/a/c/d", "../c/d" },
		{ "/a/b", "/a", ".." },
		{ "/", "/a", "a" },
		{ "/a", "/", ".." },
		{ "/ab", "/a", "../a" },
		{ "a", "b", "../b" },
		{ ".", "b/c", "b/c" },
		{ "b/c", ".", "../.." },
		{ "../a", "../b", "../b" },
		{ "a", "../b", "../../b" },
	};
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	for (size_t i = 0; i < OB_COUNT(rows); i++) {
		ob_buf_reset(&b);
		CHECK_INT(ob_path_relative(
			      &b, ob_str_z(rows[i].from), ob_str_z(rows[i].to)),
		    0);
		CHECK_STR(ob_buf_z(&b), rows[i].want);
	}
}

static void
relative_refuses_what_only_the_file_system_knows(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	CHECK_INT(ob_path_relative(&b, OB_STR("/a"), OB_STR("a")), -EINVAL);
	CHECK_INT(ob_path_relative(&b, OB_STR("a"), OB_STR("/a")), -EINVAL);
	CHECK_INT(ob_path_relative(&b, OB_STR("../a"), OB_STR("b")), -EINVAL);
	CHECK_INT(
	    ob_path_relative(&b, OB_STR("../../a"), OB_STR("../b")), -EINVAL);
	CHECK_UINT(b.n, 0);
}

static void
the_maximum_of_the_buffer_is_an_error(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(3);

	CHECK_INT(ob_path_join(&b, OB_STR("ab"), OB_STR("c")), -ENOBUFS);
	ob_buf_reset(&b);
	CHECK_INT(ob_path_normalize(&b, OB_STR("a/b/../c")), 0);
	ob_buf_reset(&b);
	CHECK_INT(ob_path_normalize(&b, OB_STR("ab/cd/..")), -ENOBUFS);
	ob_buf_reset(&b);
	CHECK_INT(ob_path_relative(&b, OB_STR("/a/b"), OB_STR("/c")), -ENOBUFS);
}

OB_TESTS(path) = {
	OB_TEST(base_and_dir_are_those_of_posix),
	OB_TEST(next_walks_the_components),
	OB_TEST(join_puts_one_slash),
	OB_TEST(normalize_removes_what_says_nothing),
	OB_TEST(relative_leads_from_one_to_the_other),
	OB_TEST(relative_refuses_what_only_the_file_system_knows),
	OB_TEST(the_maximum_of_the_buffer_is_an_error),
	OB_TESTS_END,
};
