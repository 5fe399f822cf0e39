#include "fmt/tsv.h"

#include <errno.h>

#include "unit.h"

static void
fields_survive_escaping(void)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "a\tb\nc\\d", "a\\tb\\nc\\\\d" },
		{ "\t", "\\t" },
		{ "\\n", "\\\\n" },
		{ "\r\x01\xff", "\r\x01\xff" },
	};

	for (size_t i = 0; i < OB_COUNT(pairs); i++) {
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

		CHECK_INT(ob_tsv_escape(&b, ob_str_z(pairs[i][0])), 0);
		CHECK_STR(ob_buf_z(&b), pairs[i][1]);
		ob_buf_reset(&b);
		CHECK_INT(ob_tsv_unescape(&b, ob_str_z(pairs[i][1])), 0);
		CHECK_STR(ob_buf_z(&b), pairs[i][0]);
	}
}

static void
unknown_escapes_are_refused(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	ob_buf_add_z(&b, "kept");
	CHECK_INT(ob_tsv_unescape(&b, OB_STR("a\\x")), -EBADMSG);
	CHECK_INT(ob_tsv_unescape(&b, OB_STR("a\\")), -EBADMSG);
	CHECK_STR(ob_buf_z(&b), "kept");
}

static void
the_maximum_of_the_buffer_holds(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(3);

	CHECK_INT(ob_tsv_escape(&b, OB_STR("\t\t")), -ENOBUFS);
	ob_buf_reset(&b);
	CHECK_INT(ob_tsv_unescape(&b, OB_STR("abcd")), -ENOBUFS);
}

static void
rows_and_fields_are_split(void)
{
	struct ob_str rest = OB_STR("a\tb\\t\t\n\nlast"), row, fields[3];

	CHECK(ob_tsv_row(&rest, &row));
	CHECK_INT(ob_tsv_split(row, fields, 3), 3);
	CHECK_MEM(fields[0].p, fields[0].n, "a");
	CHECK_MEM(fields[1].p, fields[1].n, "b\\t");
	CHECK_UINT(fields[2].n, 0);
	CHECK_INT(ob_tsv_split(row, fields, 2), -ENOBUFS);
	CHECK(ob_tsv_row(&rest, &row));
	CHECK_INT(ob_tsv_split(row, fields, 3), 1);
	CHECK(ob_tsv_row(&rest, &row));
	CHECK_MEM(row.p, row.n, "last");
	CHECK(!ob_tsv_row(&rest, &row));
	rest = OB_STR("one\n");
	CHECK(ob_tsv_row(&rest, &row));
	CHECK(!ob_tsv_row(&rest, &row));
	CHECK_INT(ob_tsv_split(ob_str_n(NULL, 0), fields, 3), 1);
}

OB_TESTS(tsv) = {
	OB_TEST(fields_survive_escaping),
	OB_TEST(unknown_escapes_are_refused),
	OB_TEST(the_maximum_of_the_buffer_holds),
	OB_TEST(rows_and_fields_are_split),
	OB_TESTS_END,
};
