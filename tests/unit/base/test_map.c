#include "base/map.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/hash.h"
#include "base/num.h"
#include "nomem.h"
#include "unit.h"

#define MODEL_KEYS 400

static union ob_map_value
number(uint64_t u)
{
	return (union ob_map_value){ .u = u };
}

static void
an_empty_map_finds_nothing(void)
{
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, 10, 1);
	CHECK(ob_map_get(&m, OB_STR("a")) == NULL);
	CHECK(ob_map_next(&m, NULL) == NULL);
	CHECK_INT(ob_map_remove(&m, OB_STR("a"), NULL), -ENOENT);
	ob_map_release(&m);
}

static void
put_tells_new_from_replaced(void)
{
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, 10, 1);
	CHECK_INT(ob_map_put(&m, OB_STR("a"), number(1)), 1);
	CHECK_INT(ob_map_put(&m, OB_STR("a"), number(2)), 0);
	CHECK_UINT(m.n, 1);
	CHECK_UINT(ob_map_get(&m, OB_STR("a"))->value.u, 2);
	CHECK(ob_map_get(&m, OB_STR("b")) == NULL);
	ob_map_release(&m);
	CHECK_UINT(m.n, 0);
	CHECK_INT(ob_map_put(&m, OB_STR("b"), number(3)), 1);
	ob_map_release(&m);
}

static void
keys_are_any_bytes_and_may_be_empty(void)
{
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, 10, 1);
	CHECK_INT(ob_map_put(&m, ob_str_n(NULL, 0), number(1)), 1);
	CHECK_INT(ob_map_put(&m, ob_str_n("\0", 1), number(2)), 1);
	CHECK_INT(ob_map_put(&m, ob_str_n("\0\0", 2), number(3)), 1);
	CHECK_UINT(ob_map_get(&m, OB_STR(""))->value.u, 1);
	CHECK_UINT(ob_map_get(&m, ob_str_n("\0\0", 2))->value.u, 3);
	CHECK_INT(ob_map_remove(&m, OB_STR(""), NULL), 0);
	CHECK(ob_map_get(&m, OB_STR("")) == NULL);
	ob_map_release(&m);
}

static void
copied_keys_outlive_the_callers(void)
{
	char key[] = "key";
	struct ob_map copies, borrowed;

	ob_map_init(&copies, OB_MAP_COPY, 10, 1);
	ob_map_init(&borrowed, OB_MAP_BORROW, 10, 1);
	ob_map_put(&copies, ob_str_z(key), number(1));
	ob_map_put(&borrowed, ob_str_z(key), number(1));
	CHECK(ob_map_next(&borrowed, NULL)->key.p == key);
	memset(key, 'x', 3);
	CHECK_UINT(ob_map_get(&copies, OB_STR("key"))->value.u, 1);
	CHECK_MEM(ob_map_next(&copies, NULL)->key.p, (size_t)3, "key");
	ob_map_release(&copies);
	ob_map_release(&borrowed);
}

static void
the_maximum_refuses_new_keys_only(void)
{
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, 2, 1);
	CHECK_INT(ob_map_put(&m, OB_STR("a"), number(1)), 1);
	CHECK_INT(ob_map_put(&m, OB_STR("b"), number(2)), 1);
	CHECK_INT(ob_map_put(&m, OB_STR("c"), number(3)), -ENOBUFS);
	CHECK_INT(ob_map_put(&m, OB_STR("a"), number(4)), 0);
	CHECK_INT(ob_map_remove(&m, OB_STR("b"), NULL), 0);
	CHECK_INT(ob_map_put(&m, OB_STR("c"), number(5)), 1);
	CHECK_UINT(m.n, 2);
	ob_map_release(&m);
}

static void
iteration_keeps_the_order_and_allows_removal(void)
{
	const struct ob_map_entry *e = NULL;
	uint64_t want = 0;
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, 1000, 1);
	for (uint64_t i = 0; i < 100; i++) {
		char key[OB_NUM_BYTES];
		size_t n = ob_num_format_u64(key, i);

		CHECK_INT(ob_map_put(&m, ob_str_n(key, n), number(i)), 1);
	}
	while ((e = ob_map_next(&m, e)) != NULL) {
		CHECK_UINT(e->value.u, want++);
		if (e->value.u % 3 == 0) {
			union ob_map_value gone;

			CHECK_INT(ob_map_remove(&m, e->key, &gone), 0);
			CHECK_UINT(gone.u, want - 1);
		}
	}
	CHECK_UINT(want, 100);
	CHECK_UINT(m.n, 66);
	for (e = NULL, want = 0; (e = ob_map_next(&m, e)) != NULL; want++)
		CHECK_UINT(e->value.u, want / 2 * 3 + want % 2 + 1);
	ob_map_release(&m);
}

static void
equal_hashes_of_different_keys_are_told_apart(void)
{
	struct ob_map m;
	struct ob_map_entry *e;

	ob_map_init(&m, OB_MAP_BORROW, 10, 1);
	ob_map_put(&m, OB_STR("a"), number(1));
	e = ob_map_get(&m, OB_STR("a"));
	/* As if "a" hashed like "b": its bytes decide. */
	e->hash = ob_hash64("b", 1, 1);
	m.slots[e->hash & (m.slots_n - 1)] = 1;
	CHECK(ob_map_get(&m, OB_STR("b")) == NULL);
	ob_map_release(&m);
}

/* Random puts, gets and removals against a plain array. */
static void
it_does_what_an_array_does(void)
{
	uint64_t values[MODEL_KEYS];
	bool present[MODEL_KEYS] = { false };
	size_t n = 0;
	struct ob_map m;

	ob_map_init(&m, OB_MAP_COPY, MODEL_KEYS, test_random());
	for (int step = 0; step < 50000; step++) {
		size_t k = (size_t)(test_random() % MODEL_KEYS);
		uint64_t v = test_random();
		struct ob_str key = ob_str_n((const char *)&k, sizeof(k));
		struct ob_map_entry *e = ob_map_get(&m, key);

		CHECK_INT(e != NULL, present[k]);
		if (e != NULL)
			CHECK_UINT(e->value.u, values[k]);
		if (v % 5 < (step / 5000 % 2 ? 1 : 3)) {
			CHECK_INT(ob_map_put(&m, key, number(v)), !present[k]);
			n += !present[k];
			values[k] = v;
			present[k] = true;
		} else {
			CHECK_INT(ob_map_remove(&m, key, NULL),
			    present[k] ? 0 : -ENOENT);
			n -= present[k];
			present[k] = false;
		}
		CHECK_UINT(m.n, n);
	}
	CHECK(m.cap <= 1024);
	ob_map_release(&m);
}

/* Puts the numbers from *i on until that fails. */
static int
put_until_refused(struct ob_map *m, uint64_t *i)
{
	for (;; ++*i) {
		int rc = ob_map_put(
		    m, ob_str_n((const char *)i, sizeof(*i)), number(*i));

		if (rc != 1)
			return rc;
	}
}

static void
out_of_memory_changes_nothing(void)
{
	OB_AUTO_FREE char *big = calloc(1, 1 << 20);
	struct ob_map m;
	uint64_t i = 0;

	CHECK(big != NULL);
	ob_map_init(&m, OB_MAP_COPY, 1 << 20, 1);
	no_more_memory();
	CHECK_INT(ob_map_put(&m, ob_str_n(big, 1 << 20), number(0)), -ENOMEM);
	CHECK_INT(put_until_refused(&m, &i), -ENOMEM);
	CHECK_UINT(m.n, i);
	while (i-- > 0) {
		struct ob_map_entry *e =
		    ob_map_get(&m, ob_str_n((const char *)&i, sizeof(i)));

		CHECK(e != NULL && e->value.u == i);
	}
	ob_map_release(&m);
}

OB_TESTS(map) = {
	OB_TEST(an_empty_map_finds_nothing),
	OB_TEST(put_tells_new_from_replaced),
	OB_TEST(keys_are_any_bytes_and_may_be_empty),
	OB_TEST(copied_keys_outlive_the_callers),
	OB_TEST(the_maximum_refuses_new_keys_only),
	OB_TEST(iteration_keeps_the_order_and_allows_removal),
	OB_TEST(equal_hashes_of_different_keys_are_told_apart),
	OB_TEST(it_does_what_an_array_does),
	OB_TEST(out_of_memory_changes_nothing),
	OB_TESTS_END,
};
