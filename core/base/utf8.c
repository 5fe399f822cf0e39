#include "base/utf8.h"

size_t
ob_utf8_decode(struct ob_str s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = s.n == 0 ? 0x80 : (unsigned char)s.p[0];
	size_t n = lead < 0x80   ? 1
	           : lead < 0xc0 ? 0
	           : lead < 0xe0 ? 2
	           : lead < 0xf0 ? 3
	           : lead < 0xf8 ? 4
	                         : 0;
	uint32_t c = lead;

	if (n == 0 || n > s.n)
		return 0;
	if (n > 1)
		c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret = c;
	return n;
}

size_t
ob_utf8_columns(struct ob_str s)
{
	size_t columns = 0;

	while (s.n > 0) {
		uint32_t c;
		size_t n = ob_utf8_decode(s, &c);

		n += n == 0;
		s = ob_str_n(s.p + n, s.n - n);
		columns++;
	}
	return columns;
}
