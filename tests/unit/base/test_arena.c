#include "base/arena.h"

#include <stdint.h>

#include "nomem.h"
#include "unit.h"

static void
memory_is_aligned_and_apart(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	char *last = NULL;

	for (size_t n = 1; n <= 500; n++) {
		char *p = ob_arena_alloc(&a, n);

		CHECK(p != NULL);
		CHECK_UINT((uintptr_t)p % 16, 0);
		memset(p, (int)n, n);
		if (last != NULL)
			CHECK_INT(*last, (char)(n - 1));
		last = p;
	}
	CHECK(ob_arena_alloc(&a, 0) != NULL);
	CHECK(!a.failed);
}

static void
the_maximum_fails_until_reset(void)
{
	OB_AUTO_ARENA struct ob_arena a;

	ob_arena_init(&a, 10000);
	CHECK(ob_arena_alloc(&a, 10001) == NULL);
	CHECK(a.failed);
	CHECK(ob_arena_alloc(&a, 6000) != NULL);
	CHECK(ob_arena_alloc(&a, 6000) == NULL);
	CHECK(ob_arena_zalloc(&a, 6000) == NULL);
	CHECK(ob_arena_dup(&a, ob_str_n("", SIZE_MAX)) == NULL);
	CHECK(ob_arena_printf(&a, "%5000d", 1) == NULL);
	ob_arena_reset(&a);
	CHECK(!a.failed);
	CHECK(ob_arena_alloc(&a, 4000) != NULL);
	CHECK(a.total_bytes <= 10000);
}

static void
a_product_that_overflows_fails(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(SIZE_MAX);

	CHECK(ob_arena_array(&a, SIZE_MAX / 2, 3) == NULL);
	CHECK(a.failed);
	CHECK(ob_arena_array(&a, 100, 8) != NULL);
	CHECK(ob_arena_alloc(&a, SIZE_MAX) == NULL);
}

static void
zalloc_is_zero_even_after_reset(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);

	for (int round = 0; round < 3; round++) {
		unsigned char *p = ob_arena_zalloc(&a, 1000);

		CHECK(p != NULL);
		for (size_t i = 0; i < 1000; i++)
			CHECK_UINT(p[i], 0);
		memset(p, 0xff, 1000);
		ob_arena_reset(&a);
	}
}

static void
reset_keeps_one_block_and_release_none(void)
{
	struct ob_arena a;

	ob_arena_init(&a, 1 << 24);
	ob_arena_reset(&a);
	for (int i = 0; i < 100; i++)
		CHECK(ob_arena_alloc(&a, 50000) != NULL);
	ob_arena_reset(&a);
	CHECK(a.head != NULL);
	CHECK(a.total_bytes <= 1 << 20);
	ob_arena_release(&a);
	CHECK(a.head == NULL);
	CHECK_UINT(a.total_bytes, 0);
	CHECK_UINT(a.max_bytes, 1 << 24);
	CHECK(ob_arena_alloc(&a, 1) != NULL);
	ob_arena_release(&a);
}

static void
texts_are_copied_with_their_nul(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	char source[] = "text";
	char *copy = ob_arena_dup(&a, ob_str_n(source, 3));

	source[0] = 'X';
	CHECK_STR(copy, "tex");
	CHECK_STR(ob_arena_dup(&a, ob_str_n(NULL, 0)), "");
	CHECK_STR(ob_arena_printf(&a, "%s=%d", "n", 42), "n=42");
}

static void
out_of_memory_is_null(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 24);

	no_more_memory();
	CHECK(ob_arena_alloc(&a, 1 << 22) == NULL);
	CHECK(a.failed);
}

OB_TESTS(arena) = {
	OB_TEST(memory_is_aligned_and_apart),
	OB_TEST(the_maximum_fails_until_reset),
	OB_TEST(a_product_that_overflows_fails),
	OB_TEST(zalloc_is_zero_even_after_reset),
	OB_TEST(reset_keeps_one_block_and_release_none),
	OB_TEST(texts_are_copied_with_their_nul),
	OB_TEST(out_of_memory_is_null),
	OB_TESTS_END,
};
