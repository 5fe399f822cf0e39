/*
 * Times as text: RFC 3339 in UTC. Pure: time is a parameter.
 */
#ifndef OB_BASE_TIMEFMT_H
#define OB_BASE_TIMEFMT_H

#include <stddef.h>
#include <stdint.h>

#define OB_TIME_BYTES 40

/*
 * Writes 2023-11-14T22:13:20.123456789Z, without the fraction when it is 0, and
 * a NUL, into OB_TIME_BYTES at dst; returns the length. ns counts from the
 * epoch. The calendar is the proleptic Gregorian one (H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms").
 */
size_t ob_time_format_utc(char *dst, int64_t ns);

#endif
