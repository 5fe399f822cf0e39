/*
 * CRC32C in portable C: eight bytes a step, one table each ("slicing by 8",
 * M. Kounavis and F. Berry, Intel, 2005).
 *
 * Row k of the table maps a byte value to its remainder after k more zero
 * bytes. That map is linear, so the eight powers of two of each row are given
 * and the preprocessor makes the other entries as sums (exclusive or) of them.
 */
#include "base/hash_variant.h"

#include <string.h>

#define NIBBLE(x, a, b, c, d) \
	(x), (x) ^ (a), (x) ^ (b), (x) ^ (b) ^ (a), (x) ^ (c), \
	    (x) ^ (c) ^ (a), (x) ^ (c) ^ (b), (x) ^ (c) ^ (b) ^ (a), \
	    (x) ^ (d), (x) ^ (d) ^ (a), (x) ^ (d) ^ (b), \
	    (x) ^ (d) ^ (b) ^ (a), (x) ^ (d) ^ (c), (x) ^ (d) ^ (c) ^ (a), \
	    (x) ^ (d) ^ (c) ^ (b), (x) ^ (d) ^ (c) ^ (b) ^ (a)

#define QUARTER(x, a, b, c, d, e, f) \
	NIBBLE(x, a, b, c, d), NIBBLE((x) ^ (e), a, b, c, d), \
	    NIBBLE((x) ^ (f), a, b, c, d), NIBBLE((x) ^ (e) ^ (f), a, b, c, d)

#define BYTES(a, b, c, d, e, f, g, h) \
	QUARTER(0u, a, b, c, d, e, f), QUARTER(0u ^ (g), a, b, c, d, e, f), \
	    QUARTER(0u ^ (h), a, b, c, d, e, f), \
	    QUARTER(0u ^ (g) ^ (h), a, b, c, d, e, f)

static const uint32_t table[8][256] = {
	{ BYTES(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf, 0x105ec76f,
	    0x20bd8ede, 0x417b1dbc, 0x82f63b78) },
	{ BYTES(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8, 0x3fc5f181,
	    0x7f8be302, 0xff17c604, 0xfbc3faf9) },
	{ BYTES(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5, 0x70a27d8a,
	    0xe144fb14, 0xc76580d9, 0x8b277743) },
	{ BYTES(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6, 0xe964b13d,
	    0xd725148b, 0xaba65fe7, 0x52a0c93f) },
	{ BYTES(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91, 0x8f2261d3,
	    0x1ba8b557, 0x37516aae, 0x6ea2d55c) },
	{ BYTES(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f, 0xc00c303e,
	    0x85f4168d, 0x0e045beb, 0x1c08b7d6) },
	{ BYTES(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53, 0x9c5bfaa6,
	    0x3d5b83bd, 0x7ab7077a, 0xf56e0ef4) },
	{ BYTES(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da, 0x847609b4,
	    0x0d006599, 0x1a00cb32, 0x34019664) },
};

uint32_t
ob_crc32c_portable(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *p = data;

	crc = ~crc;
	for (; n >= 8; p += 8, n -= 8) {
		uint64_t v;

		memcpy(&v, p, 8);
		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
			v = __builtin_bswap64(v);
		v ^= crc;
		crc = table[7][v & 255] ^ table[6][v >> 8 & 255] ^
		      table[5][v >> 16 & 255] ^ table[4][v >> 24 & 255] ^
		      table[3][v >> 32 & 255] ^ table[2][v >> 40 & 255] ^
		      table[1][v >> 48 & 255] ^ table[0][v >> 56];
	}
	for (; n > 0; p++, n--)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 255];
	return ~crc;
}
