#include "fmt/base64.h"

#include <errno.h>

#include "unit.h"

static void
encodes_and_decodes_the_vectors_of_rfc_4648(void)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfb\xef", "//777w==" },
	};

	for (size_t i = 0; i < OB_COUNT(pairs); i++) {
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

		CHECK_INT(ob_base64_encode(&b, ob_str_z(pairs[i][0])), 0);
		CHECK_STR(ob_buf_z(&b), pairs[i][1]);
		ob_buf_reset(&b);
		CHECK_INT(ob_base64_decode(&b, ob_str_z(pairs[i][1])), 0);
		CHECK_STR(ob_buf_z(&b), pairs[i][0]);
	}
}

static void
random_bytes_survive_both_ways(void)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(1000);
	OB_AUTO_BUF struct ob_buf back = OB_BUF_INIT(1000);
	char bytes[256];

	for (size_t n = 0; n < sizeof(bytes); n++) {
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)test_random();
		ob_buf_reset(&text);
		ob_buf_reset(&back);
		CHECK_INT(ob_base64_encode(&text, ob_str_n(bytes, n)), 0);
		CHECK_INT(ob_base64_decode(&back, ob_buf_str(&text)), 0);
		CHECK_BYTES(back.p, back.n, bytes, n);
	}
}

static void
refuses_what_is_not_canonical(void)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg=Z",
		"====", "Zh==", "Zm9=", "Zm8 ", "Zm8\n", "Zm-_",
		"Zg==Zg==", "=" };
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	ob_buf_add_z(&b, "kept");
	for (size_t i = 0; i < OB_COUNT(bad); i++) {
		CHECK_INT(ob_base64_decode(&b, ob_str_z(bad[i])), -EBADMSG);
		CHECK_STR(ob_buf_z(&b), "kept");
	}
}

static void
the_maximum_of_the_buffer_holds(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(3);

	CHECK_INT(ob_base64_encode(&b, OB_STR("f")), -ENOBUFS);
	ob_buf_reset(&b);
	CHECK_INT(ob_base64_decode(&b, OB_STR("Zm9vYmFy")), -ENOBUFS);
}

OB_TESTS(base64) = {
	OB_TEST(encodes_and_decodes_the_vectors_of_rfc_4648),
	OB_TEST(random_bytes_survive_both_ways),
	OB_TEST(refuses_what_is_not_canonical),
	OB_TEST(the_maximum_of_the_buffer_holds),
	OB_TESTS_END,
};
