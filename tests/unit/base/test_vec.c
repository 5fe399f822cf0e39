#include "base/vec.h"

#include <errno.h>
#include <stdint.h>

#include "nomem.h"
#include "unit.h"

static void
push_keeps_all_items(void)
{
	OB_VEC(int) v = { .max = 1000 };

	for (int i = 0; i < 1000; i++)
		CHECK_INT(ob_vec_push(&v, i), 0);
	for (size_t i = 0; i < v.n; i++)
		CHECK_INT(v.v[i], i);
	ob_vec_release(&v);
	CHECK(v.v == NULL);
	CHECK_UINT(v.n, 0);
	CHECK_INT(ob_vec_push(&v, 1), 0);
	ob_vec_release(&v);
}

static void
the_maximum_refuses_and_keeps(void)
{
	OB_VEC(int) v = { .max = 3 };

	CHECK_INT(ob_vec_push(&v, 1), 0);
	CHECK_INT(ob_vec_push(&v, 2), 0);
	CHECK_INT(ob_vec_reserve(&v, 2), -ENOBUFS);
	CHECK_INT(ob_vec_reserve(&v, 4), -ENOBUFS);
	CHECK_INT(ob_vec_reserve(&v, SIZE_MAX), -ENOBUFS);
	CHECK_INT(ob_vec_reserve(&v, 1), 0);
	CHECK_INT(ob_vec_push(&v, 3), 0);
	CHECK_UINT(v.n, 3);
	CHECK_INT(v.v[2], 3);
	ob_vec_release(&v);
}

static void
reserve_makes_room_at_once(void)
{
	OB_VEC(char) v = { .max = SIZE_MAX };

	CHECK_INT(ob_vec_reserve(&v, 100), 0);
	CHECK(v.cap >= 100);
	ob_vec_release(&v);
}

static void
out_of_memory_keeps_the_items(void)
{
	OB_VEC(uint64_t) v = { .max = SIZE_MAX };

	CHECK_INT(ob_vec_push(&v, 42u), 0);
	no_more_memory();
	CHECK_INT(ob_vec_reserve(&v, SIZE_MAX / 2), -ENOMEM);
	for (int rc = 0; rc == 0;) {
		rc = ob_vec_push(&v, 42u);
		CHECK(rc == 0 || rc == -ENOMEM);
	}
	for (size_t i = 0; i < v.n; i++)
		CHECK_UINT(v.v[i], 42);
	ob_vec_release(&v);
}

OB_TESTS(vec) = {
	OB_TEST(push_keeps_all_items),
	OB_TEST(the_maximum_refuses_and_keeps),
	OB_TEST(reserve_makes_room_at_once),
	OB_TEST(out_of_memory_keeps_the_items),
	OB_TESTS_END,
};
