/*
 * UTF-8: decoding moves forward, agrees with the validator, and encodes back
 * to the same bytes; a repaired text is valid.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_str s = ob_str_n((const char *)data, size), rest = s;
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(3 * size);
	size_t valid = ob_utf8_valid_prefix(s), first_bad = s.n;

	while (rest.n > 0) {
		size_t at = s.n - rest.n;
		char bytes[4];
		uint32_t cp = 0;
		size_t n = ob_utf8_decode(rest, &cp);

		OB_CHECK(n >= 1 && n <= rest.n);
		if (cp == OB_UTF8_INVALID) {
			first_bad = at < first_bad ? at : first_bad;
		} else {
			OB_CHECK(ob_utf8_encode(bytes, cp) == n);
			OB_CHECK(memcmp(bytes, rest.p, n) == 0);
		}
		rest = ob_str_n(rest.p + n, rest.n - n);
	}
	OB_CHECK(first_bad == valid);
	OB_CHECK(ob_utf8_repair(&b, s) == 0);
	OB_CHECK(ob_utf8_is_valid(ob_buf_str(&b)));
	OB_CHECK(valid < s.n || b.n == s.n);
	OB_CHECK(ob_utf8_columns(s) <= 2 * s.n);
	return 0;
}
