/*
 * The examples of FORMAT.md are what the code reads and writes.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "holder.h"
#include "os/file.h"
#include "record.h"
#include "unit.h"

/* The lines between ``` of the nth example. */
static struct ob_str
example(const struct ob_buf *text, int n)
{
	const char *at = text->p, *end;

	for (int i = 0; i < 2 * n; i++)
		at = strstr(at, "\n```") + 4;
	at = strstr(at, "\n```\n") + 5;
	end = strstr(at, "```");
	CHECK(end != NULL);
	return ob_str_n(at, (size_t)(end - at));
}

static void
examples_of_the_format_are_read(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(1 << 20);
	const char *source = secure_getenv("OB_SOURCE");
	struct fl_holder h;
	char path[4096];

	if (source == NULL)
		SKIP("OB_SOURCE does not name the tree");
	snprintf(path, sizeof(path), "%s/applets/filelock/FORMAT.md", source);
	CHECK_INT(ob_file_read_all(AT_FDCWD, path, &text, NULL), 0);
	CHECK_INT(fl_sum_check(ob_str_trim(example(&text, 0))), 0);
	CHECK_INT(fl_marker_parse(example(&text, 1), &a, &h), 0);
	CHECK_INT(h.pid, 4711);
	CHECK(ob_str_eq_z(h.host, "build1"));
	CHECK_INT(h.kind, FL_KIND_DOTLOCK);
}

OB_TESTS(fl_format) = {
	OB_TEST(examples_of_the_format_are_read),
	OB_TESTS_END,
};
