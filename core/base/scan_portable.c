/*
 * Byte-scan in plain C, eight bytes in a word.
 *
 * (w - 01..01) & ~w & 80..80 marks zero bytes of w. A borrow can mark a byte
 * above a zero one wrongly, never below, so the lowest mark is right; the same
 * holds for "less than 0x20" (both: "Bit Twiddling Hacks", S. E. Anderson).
 */
#include "base/scan_variant.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static inline uint64_t
zero_bytes(uint64_t w)
{
	return (w - EACH(1)) & ~w & EACH(0x80);
}

static inline uint64_t
control_bytes(uint64_t w)
{
	return (w - EACH(0x20)) & ~w & EACH(0x80);
}

static inline bool
is_hit(unsigned char c, struct ob_scan_set set, int n, bool control)
{
	bool hit = control && c < 0x20;

	for (int i = 0; i < n; i++)
		hit |= c == set.c[i];
	return hit;
}

/* The body of all three; set_n and control are constants in each. */
static inline size_t
scan(const char *p, size_t n, struct ob_scan_set set, int set_n, bool control)
{
	size_t i = 0;

	for (; n - i >= 8; i += 8) {
		uint64_t w, hits;

		memcpy(&w, p + i, 8);
		if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
			w = __builtin_bswap64(w);
		hits = control ? control_bytes(w) : 0;
		for (int k = 0; k < set_n; k++)
			hits |= zero_bytes(w ^ EACH(set.c[k]));
		if (hits != 0)
			return i + (size_t)__builtin_ctzll(hits) / 8;
	}
	while (i < n && !is_hit((unsigned char)p[i], set, set_n, control))
		i++;
	return i;
}

static size_t
scan_set(const char *p, size_t n, struct ob_scan_set set)
{
	return scan(p, n, set, 4, false);
}

static size_t
scan_control(const char *p, size_t n, struct ob_scan_set set)
{
	return scan(p, n, set, 4, true);
}

static size_t
scan_json(const char *p, size_t n)
{
	return scan(p, n, (struct ob_scan_set){ { '"', '\\' } }, 2, true);
}

const struct ob_scan ob_scan_portable = {
	.set = scan_set,
	.control = scan_control,
	.json = scan_json,
};
