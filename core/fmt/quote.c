#include "fmt/quote.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"

/* Single quotes; a quote inside is written as `quote`, a backslash likewise. */
static void
single(struct ob_buf *out, struct ob_str s, const char *quote,
    const char *backslash)
{
	ob_buf_add_c(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			ob_buf_add_z(out, quote);
		else if (s.p[i] == '\\')
			ob_buf_add_z(out, backslash);
		else
			ob_buf_add_c(out, s.p[i]);
	}
	ob_buf_add_c(out, '\'');
}

/*
 * PowerShell takes the four typographic single quotes, U+2018 to U+201B, for
 * quotes too; each is doubled like the plain one.
 */
static void
powershell(struct ob_buf *out, struct ob_str s)
{
	ob_buf_add_c(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		struct ob_str c = ob_str_n(s.p + i, 1);

		if (s.n - i >= 3 && memcmp(s.p + i, "\xe2\x80", 2) == 0 &&
		    (s.p[i + 2] & 0xfc) == (0x98 & 0xfc))
			c.n = 3;
		if (c.n == 3 || *c.p == '\'')
			ob_buf_add_str(out, c);
		ob_buf_add_str(out, c);
		i += c.n - 1;
	}
	ob_buf_add_c(out, '\'');
}

/* One hash more than the longest run of them behind a quote of the text. */
static void
raw_string(struct ob_buf *out, struct ob_str s)
{
	size_t hashes = 1;

	for (size_t i = 0; i < s.n; i++) {
		size_t run = 0;

		if (s.p[i] != '\'')
			continue;
		while (i + 1 < s.n && s.p[i + 1] == '#') {
			run++;
			i++;
		}
		if (run >= hashes)
			hashes = run + 1;
	}
	ob_buf_add_c(out, 'r');
	ob_buf_fill(out, '#', hashes);
	ob_buf_add_c(out, '\'');
	ob_buf_add_str(out, s);
	ob_buf_add_c(out, '\'');
	ob_buf_fill(out, '#', hashes);
}

int
ob_quote(struct ob_buf *out, enum ob_quote_style style, struct ob_str text)
{
	if (ob_str_find(text, '\0') < text.n)
		return -EINVAL;
	switch (style) {
	case OB_QUOTE_SH: single(out, text, "'\\''", "\\"); break;
	case OB_QUOTE_FISH: single(out, text, "\\'", "\\\\"); break;
	case OB_QUOTE_PWSH:
		if (!ob_utf8_is_valid(text))
			return -EILSEQ;
		powershell(out, text);
		break;
	case OB_QUOTE_NU:
		if (!ob_utf8_is_valid(text))
			return -EILSEQ;
		raw_string(out, text);
		break;
	}
	return ob_buf_err(out);
}
