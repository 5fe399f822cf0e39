#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "os/self.h"
#include "unit.h"

static void
the_path_is_absolute_and_leads_to_a_program(void)
{
	struct ob_buf path = OB_BUF_INIT(PATH_MAX);
	struct stat st;

	if (ob_self_path(&path) == -ENOTSUP)
		SKIP("this system cannot tell");
	CHECK(path.n > 1 && path.p[0] == '/');
	CHECK_INT(stat(path.p, &st), 0);
	CHECK(S_ISREG(st.st_mode) && (st.st_mode & S_IXUSR));
	ob_buf_release(&path);
}

static void
the_path_is_appended(void)
{
	struct ob_buf path = OB_BUF_INIT(PATH_MAX + 1);

	ob_buf_add_c(&path, '>');
	if (ob_self_path(&path) == -ENOTSUP)
		CHECK_STR(ob_buf_z(&path), ">");
	else
		CHECK(path.n > 2 && path.p[1] == '/');
	ob_buf_release(&path);
}

static void
a_buffer_that_is_too_small_is_refused(void)
{
	struct ob_buf path = OB_BUF_INIT(3);
	int rc = ob_self_path(&path);

	CHECK(rc == -ENOTSUP || rc == -ENOBUFS);
	CHECK_UINT(path.n, 0);
	ob_buf_release(&path);
}

OB_TESTS(self_path) = {
	OB_TEST(the_path_is_absolute_and_leads_to_a_program),
	OB_TEST(the_path_is_appended),
	OB_TEST(a_buffer_that_is_too_small_is_refused),
	OB_TESTS_END,
};
