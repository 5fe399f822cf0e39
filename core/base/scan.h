/*
 * Finding the next byte that a parser or writer must look at.
 *
 * Most bytes of a text mean nothing to its reader. These functions skip them
 * 8, 16 or 32 at a time and return the index of the first byte that matters,
 * or n when there is none. No byte outside [p, p + n) is read.
 */
#ifndef OB_BASE_SCAN_H
#define OB_BASE_SCAN_H

#include <stddef.h>

#include "base/variant.h"

/* Up to four bytes to look for; repeat one to have fewer. */
struct ob_scan_set {
	unsigned char c[4];
};

/* TSV: what ends a field or needs an escape. */
#define OB_SCAN_TSV ((struct ob_scan_set){ { '\t', '\n', '\\', '\\' } })

/* The first byte of the set. */
size_t ob_scan_set(const char *p, size_t n, struct ob_scan_set set);

/* The first byte of the set, or control byte below 0x20. */
size_t ob_scan_control(const char *p, size_t n, struct ob_scan_set set);

/* The end of plain text in a JSON string: '"', '\', or below 0x20. */
size_t ob_scan_json(const char *p, size_t n);

/*
 * Takes portable, sse2, avx2 or neon from now on; -ENOTSUP for what is not
 * compiled for this architecture. See base/variant.h. There is no AVX-512
 * variant: texts are rarely long enough for it to matter.
 */
int ob_scan_use(enum ob_variant v);

#endif
