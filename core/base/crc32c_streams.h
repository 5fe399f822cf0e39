/*
 * CRC32C by an instruction for eight bytes, in three streams; included by the
 * variant files, which define STEP1(crc, byte) and STEP8(crc, word) first.
 *
 * The instruction takes three cycles but one can start in each, so three
 * neighbouring parts are summed at once. The remainder of a part is then moved
 * over the length of the part behind it, which is a linear map of 32 bits, one
 * table row for each four of them (the method of M. Adler's crc32c.c, from
 * V. Gopal and others, "Fast CRC Computation for iSCSI Polynomial Using CRC32
 * Instruction", Intel, 2011). Two sizes of parts: three long ones make up a
 * page of 4 KiB but for 16 bytes.
 */
#ifndef OB_BASE_CRC32C_STREAMS_H
#define OB_BASE_CRC32C_STREAMS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LONG_BYTES  ((size_t)1360)
#define SHORT_BYTES ((size_t)168)

/* The 16 sums of four remainders. */
#define NIBBLE(a, b, c, d) \
	0, (a), (b), (b) ^ (a), (c), (c) ^ (a), (c) ^ (b), (c) ^ (b) ^ (a), \
	    (d), (d) ^ (a), (d) ^ (b), (d) ^ (b) ^ (a), (d) ^ (c), \
	    (d) ^ (c) ^ (a), (d) ^ (c) ^ (b), (d) ^ (c) ^ (b) ^ (a)

/* Row j: the value of bits 4j to 4j+3 after LONG_BYTES zero bytes. */
static const uint32_t long_shift[8][16] = {
	{ NIBBLE(0x79113270, 0xf22264e0, 0xe1a8bf31, 0xc6bd0893) },
	{ NIBBLE(0x889667d7, 0x14c0b95f, 0x298172be, 0x5302e57c) },
	{ NIBBLE(0xa605caf8, 0x49e7e301, 0x93cfc602, 0x2273faf5) },
	{ NIBBLE(0x44e7f5ea, 0x89cfebd4, 0x1673a159, 0x2ce742b2) },
	{ NIBBLE(0x59ce8564, 0xb39d0ac8, 0x62d66361, 0xc5acc6c2) },
	{ NIBBLE(0x8eb5fb75, 0x1887801b, 0x310f0036, 0x621e006c) },
	{ NIBBLE(0xc43c00d8, 0x8d947741, 0x1ec49873, 0x3d8930e6) },
	{ NIBBLE(0x7b1261cc, 0xf624c398, 0xe9a5f1c1, 0xd6a79573) },
};

static const uint32_t short_shift[8][16] = {
	{ NIBBLE(0xdaece73e, 0xb035b88d, 0x658707eb, 0xcb0e0fd6) },
	{ NIBBLE(0x93f0695d, 0x220ca44b, 0x44194896, 0x8832912c) },
	{ NIBBLE(0x158954a9, 0x2b12a952, 0x562552a4, 0xac4aa548) },
	{ NIBBLE(0x5d793c61, 0xbaf278c2, 0x70088775, 0xe0110eea) },
	{ NIBBLE(0xc5ce6b25, 0x8e70a0bb, 0x190d3787, 0x321a6f0e) },
	{ NIBBLE(0x6434de1c, 0xc869bc38, 0x953f0e81, 0x2f926bf3) },
	{ NIBBLE(0x5f24d7e6, 0xbe49afcc, 0x797f2969, 0xf2fe52d2) },
	{ NIBBLE(0xe010d355, 0xc5cdd05b, 0x8e77d647, 0x1903da7f) },
};

static inline uint32_t
shift(const uint32_t rows[8][16], uint32_t crc)
{
	uint32_t sum = 0;

	for (unsigned j = 0; j < 8; j++)
		sum ^= rows[j][crc >> (4 * j) & 15];
	return sum;
}

static inline uint64_t
load8(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* Sums three parts of `part` bytes, a multiple of 8, behind crc. */
static inline uint32_t
three_parts(uint32_t crc, const unsigned char *p, size_t part,
    const uint32_t rows[8][16])
{
	uint32_t second = 0, third = 0;

	for (size_t i = 0; i < part; i += 8) {
		crc = STEP8(crc, load8(p + i));
		second = STEP8(second, load8(p + part + i));
		third = STEP8(third, load8(p + 2 * part + i));
	}
	crc = shift(rows, crc) ^ second;
	return shift(rows, crc) ^ third;
}

static inline uint32_t
crc32c_streams(uint32_t crc, const void *data, size_t n)
{
	const unsigned char *p = data;

	crc = ~crc;
	for (; n >= 3 * LONG_BYTES; n -= 3 * LONG_BYTES) {
		crc = three_parts(crc, p, LONG_BYTES, long_shift);
		p += 3 * LONG_BYTES;
	}
	for (; n >= 3 * SHORT_BYTES; n -= 3 * SHORT_BYTES) {
		crc = three_parts(crc, p, SHORT_BYTES, short_shift);
		p += 3 * SHORT_BYTES;
	}
	for (; n >= 8; n -= 8) {
		crc = STEP8(crc, load8(p));
		p += 8;
	}
	for (; n > 0; n--)
		crc = STEP1(crc, *p++);
	return ~crc;
}

#endif
