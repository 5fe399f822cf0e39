#include "cli/cache.h"

#include <errno.h>

#include "unit.h"

/* A handle is an int: how often it was closed. */
static void
close_int(void *handle)
{
	++*(int *)handle;
}

static void
what_is_put_is_taken_once(void)
{
	struct ob_cache cache = { 0 };
	int a = 0, b = 0;

	CHECK(ob_cache_take(&cache, "a") == NULL);
	CHECK_INT(ob_cache_put(&cache, "a", &a, close_int), 0);
	CHECK_INT(ob_cache_put(&cache, "b", &b, close_int), 0);
	CHECK(ob_cache_take(&cache, "A") == NULL);
	CHECK(ob_cache_take(&cache, "a") == &a);
	CHECK(ob_cache_take(&cache, "a") == NULL);
	CHECK(ob_cache_take(&cache, "b") == &b);
	CHECK_UINT(cache.n, 0);
	CHECK_INT(a, 0);
}

static void
the_one_put_longest_ago_makes_room(void)
{
	int handles[OB_CACHE_MAX + 1] = { 0 };
	struct ob_cache cache = { 0 };

	for (int i = 0; i < OB_CACHE_MAX; i++) {
		char key[] = { (char)('a' + i), '\0' };

		CHECK_INT(ob_cache_put(&cache, key, &handles[i], close_int), 0);
	}
	/* Used again, "a" is the latest. */
	CHECK(ob_cache_take(&cache, "a") == &handles[0]);
	CHECK_INT(ob_cache_put(&cache, "a", &handles[0], close_int), 0);
	CHECK_INT(
	    ob_cache_put(&cache, "z", &handles[OB_CACHE_MAX], close_int), 0);
	CHECK_UINT(cache.n, OB_CACHE_MAX);
	CHECK_INT(handles[0], 0);
	CHECK_INT(handles[1], 1);
	CHECK_INT(handles[2], 0);
	ob_cache_empty(&cache);
	CHECK_UINT(cache.n, 0);
	for (int i = 0; i <= OB_CACHE_MAX; i++)
		CHECK_INT(handles[i], 1);
	ob_cache_empty(&cache);
}

static void
a_handle_of_the_same_key_is_replaced(void)
{
	struct ob_cache cache = { 0 };
	int a = 0, b = 0;

	CHECK_INT(ob_cache_put(&cache, "k", &a, close_int), 0);
	CHECK_INT(ob_cache_put(&cache, "k", &b, close_int), 0);
	CHECK_INT(a, 1);
	CHECK_UINT(cache.n, 1);
	CHECK(ob_cache_take(&cache, "k") == &b);
}

static void
without_a_cache_the_handle_stays_with_the_caller(void)
{
	int a = 0;

	CHECK(ob_cache_take(NULL, "k") == NULL);
	CHECK_INT(ob_cache_put(NULL, "k", &a, close_int), -ENOTSUP);
	CHECK_INT(a, 0);
	ob_cache_empty(NULL);
}

OB_TESTS(cache) = {
	OB_TEST(what_is_put_is_taken_once),
	OB_TEST(the_one_put_longest_ago_makes_room),
	OB_TEST(a_handle_of_the_same_key_is_replaced),
	OB_TEST(without_a_cache_the_handle_stays_with_the_caller),
	OB_TESTS_END,
};
