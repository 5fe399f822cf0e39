#include "fmt/quote.h"

#include <errno.h>

#include "unit.h"

static void
each_style_quotes_in_its_own_way(void)
{
	static const struct {
		const char *text, *sh, *fish, *pwsh, *nu;
	} cases[] = {
		{ "", "''", "''", "''", "r#''#" },
		{ "a b", "'a b'", "'a b'", "'a b'", "r#'a b'#" },
		{ "it's", "'it'\\''s'", "'it\\'s'", "'it''s'", "r#'it's'#" },
		{ "\\", "'\\'", "'\\\\'", "'\\'", "r#'\\'#" },
		{ "'#", "''\\''#'", "'\\'#'", "'''#'", "r##''#'##" },
		{ "'##'#", "''\\''##'\\''#'", "'\\'##\\'#'", "'''##''#'",
		    "r###''##'#'###" },
		{ "\n$x`!\"", "'\n$x`!\"'", "'\n$x`!\"'", "'\n$x`!\"'",
		    "r#'\n$x`!\"'#" },
		{ "\xe2\x80\x99\xe2\x80\x9c", "'\xe2\x80\x99\xe2\x80\x9c'",
		    "'\xe2\x80\x99\xe2\x80\x9c'",
		    "'\xe2\x80\x99\xe2\x80\x99\xe2\x80\x9c'",
		    "r#'\xe2\x80\x99\xe2\x80\x9c'#" },
	};

	for (size_t i = 0; i < OB_COUNT(cases); i++) {
		const char *const expected[] = { cases[i].sh, cases[i].fish,
			cases[i].pwsh, cases[i].nu };

		for (unsigned s = OB_QUOTE_SH; s <= OB_QUOTE_NU; s++) {
			OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

			CHECK_INT(ob_quote(&b, (enum ob_quote_style)s,
				      ob_str_z(cases[i].text)),
			    0);
			CHECK_STR(ob_buf_z(&b), expected[s]);
		}
	}
}

static void
what_no_shell_can_carry_is_refused(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(100);

	CHECK_INT(ob_quote(&b, OB_QUOTE_SH, OB_STR("a\0b")), -EINVAL);
	CHECK_INT(ob_quote(&b, OB_QUOTE_PWSH, OB_STR("\xff")), -EILSEQ);
	CHECK_INT(ob_quote(&b, OB_QUOTE_NU, OB_STR("\xff")), -EILSEQ);
	CHECK_UINT(b.n, 0);
	CHECK_INT(ob_quote(&b, OB_QUOTE_SH, OB_STR("\xff")), 0);
	CHECK_STR(ob_buf_z(&b), "'\xff'");
}

static void
the_maximum_of_the_buffer_holds(void)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(4);

	CHECK_INT(ob_quote(&b, OB_QUOTE_SH, OB_STR("''")), -ENOBUFS);
}

OB_TESTS(quote) = {
	OB_TEST(each_style_quotes_in_its_own_way),
	OB_TEST(what_no_shell_can_carry_is_refused),
	OB_TEST(the_maximum_of_the_buffer_holds),
	OB_TESTS_END,
};
