#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>

#include "nomem.h"
#include "unit.h"

static void
appends_bytes_text_and_numbers(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1000);

	CHECK_STR(ob_buf_z(&b), "");
	CHECK_INT(ob_buf_add(&b, "ab\0c", 4), 0);
	CHECK_BYTES(b.p, b.n, "ab\0c", 4);
	ob_buf_reset(&b);
	ob_buf_add_z(&b, "x=");
	ob_buf_printf(&b, "%d%s", 42, "!");
	ob_buf_add_c(&b, ';');
	ob_buf_fill(&b, '-', 3);
	ob_buf_add_str(&b, OB_STR("end"));
	CHECK_INT(ob_buf_err(&b), 0);
	CHECK_STR(ob_buf_z(&b), "x=42!;---end");
	ob_buf_drop(&b, 2);
	ob_buf_truncate(&b, 3);
	CHECK_STR(ob_buf_z(&b), "42!");
}

static void
the_maximum_is_a_sticky_error(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(8);

	CHECK_INT(ob_buf_add_z(&b, "12345678"), 0);
	CHECK_INT(ob_buf_add_c(&b, '9'), -ENOBUFS);
	CHECK_INT(ob_buf_add(&b, NULL, 0), -ENOBUFS);
	CHECK_INT(ob_buf_printf(&b, "%d", 1), -ENOBUFS);
	CHECK(ob_buf_reserve(&b, 0) == NULL);
	CHECK_STR(ob_buf_z(&b), "12345678");
	CHECK(ob_buf_steal(&b) == NULL);
	ob_buf_reset(&b);
	CHECK_INT(ob_buf_add_c(&b, '9'), 0);
	CHECK_INT(ob_buf_fill(&b, 'x', SIZE_MAX), -ENOBUFS);
}

static void
printf_past_the_maximum_appends_nothing(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4);

	CHECK_INT(ob_buf_printf(&b, "%s", "12345"), -ENOBUFS);
	CHECK_UINT(b.n, 0);
}

static void
reserve_and_commit_write_in_place(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);
	char *p = ob_buf_reserve(&b, 100000);

	CHECK(p != NULL);
	memset(p, 'z', 100000);
	ob_buf_commit(&b, 100000);
	CHECK_UINT(b.n, 100000);
	CHECK_INT(b.p[99999], 'z');
	CHECK_INT(b.p[100000], '\0');
}

static void
steal_hands_over_a_string_and_empties(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);
	char *p = ob_buf_steal(&b);

	CHECK_STR(p, "");
	free(p);
	ob_buf_add_z(&b, "mine");
	p = ob_buf_steal(&b);
	CHECK_STR(p, "mine");
	CHECK_UINT(b.n, 0);
	free(p);
}

static void
drop_and_truncate_of_nothing_are_allowed(void)
{
	OB_AUTO_BUF struct ob_buf b;

	ob_buf_init(&b, 100);
	ob_buf_drop(&b, 0);
	ob_buf_truncate(&b, 0);
	ob_buf_reset(&b);
	CHECK_STR(ob_buf_z(&b), "");
}

static void
no_maximum_is_too_large(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(SIZE_MAX);

	CHECK_INT(ob_buf_fill(&b, 'x', SIZE_MAX), -ENOBUFS);
}

static void
out_of_memory_keeps_what_is_there(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(SIZE_MAX);

	CHECK_INT(ob_buf_add_z(&b, "kept"), 0);
	no_more_memory();
	CHECK(ob_buf_reserve(&b, SIZE_MAX / 2 + 1) == NULL);
	CHECK_INT(ob_buf_err(&b), -ENOMEM);
	CHECK_STR(ob_buf_z(&b), "kept");
}

static void
fixed_storage_is_filled_and_never_left(void)
{
	char storage[8];
	struct ob_buf b;

	ob_buf_init_fixed(&b, storage, sizeof(storage));
	CHECK_STR(ob_buf_z(&b), "");
	CHECK_INT(ob_buf_printf(&b, "%d", 1234), 0);
	CHECK_INT(ob_buf_add_z(&b, "567"), 0);
	CHECK(b.p == storage);
	CHECK_STR(storage, "1234567");
	CHECK_INT(ob_buf_add_c(&b, '8'), -ENOBUFS);
	CHECK_STR(storage, "1234567");

	ob_buf_reset(&b);
	CHECK_INT(ob_buf_printf(&b, "%s", "12345678"), -ENOBUFS);
	CHECK_UINT(b.n, 0);
	ob_buf_reset(&b);
	CHECK(ob_buf_reserve(&b, 8) == NULL);
	ob_buf_reset(&b);
	CHECK(ob_buf_reserve(&b, 7) == storage);
	ob_buf_init_fixed(&b, storage, 1);
	CHECK_INT(ob_buf_add_z(&b, ""), 0);
	CHECK_INT(ob_buf_add_c(&b, '1'), -ENOBUFS);
}

OB_TESTS(buf) = {
	OB_TEST(appends_bytes_text_and_numbers),
	OB_TEST(the_maximum_is_a_sticky_error),
	OB_TEST(printf_past_the_maximum_appends_nothing),
	OB_TEST(reserve_and_commit_write_in_place),
	OB_TEST(steal_hands_over_a_string_and_empties),
	OB_TEST(drop_and_truncate_of_nothing_are_allowed),
	OB_TEST(no_maximum_is_too_large),
	OB_TEST(out_of_memory_keeps_what_is_there),
	OB_TEST(fixed_storage_is_filled_and_never_left),
	OB_TESTS_END,
};
