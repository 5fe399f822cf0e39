/*
 * Between scan.c and the files of its variants; nobody else includes it.
 */
#ifndef OB_BASE_SCAN_VARIANT_H
#define OB_BASE_SCAN_VARIANT_H

#include "base/scan.h"

struct ob_scan {
	size_t (*set)(const char *p, size_t n, struct ob_scan_set set);
	size_t (*control)(const char *p, size_t n, struct ob_scan_set set);
	size_t (*json)(const char *p, size_t n);
};

extern const struct ob_scan ob_scan_portable;
extern const struct ob_scan ob_scan_sse2;
extern const struct ob_scan ob_scan_avx2;
extern const struct ob_scan ob_scan_neon;

#endif
