/*
 * Patterns: the input is a pattern, a newline, a text. A text without
 * magic, escaped byte for byte, matches itself.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/check.h"
#include "base/glob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
escape(struct ob_buf *b, struct ob_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '*' || text.p[i] == '?' || text.p[i] == '[' ||
		    text.p[i] == '\\')
			ob_buf_add_c(b, '\\');
		ob_buf_add_c(b, text.p[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_str text = ob_str_n((const char *)data, size), pattern;
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(2 * size);

	if (size == 0 || !ob_str_split(&text, '\n', &pattern))
		return 0;
	for (unsigned flags = 0; flags < 4; flags++)
		ob_glob_match(pattern, text, flags);
	OB_CHECK(ob_glob_match(OB_STR("*"), text, 0));
	OB_CHECK(ob_glob_match(OB_STR("**"), text, OB_GLOB_PATH));
	escape(&b, text);
	OB_CHECK(!ob_glob_has_magic(ob_buf_str(&b)));
	OB_CHECK(ob_glob_match(ob_buf_str(&b), text, 0));
	OB_CHECK(
	    ob_glob_match(ob_buf_str(&b), text, OB_GLOB_PATH | OB_GLOB_PERIOD));
	return 0;
}
