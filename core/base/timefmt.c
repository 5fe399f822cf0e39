#include "base/timefmt.h"

#include <stdio.h>

#include "base/num.h"

#define DAY_S     86400
#define ERA_DAYS  146097 /* 400 years */
#define EPOCH_DAY 719468 /* from 0000-03-01 to 1970-01-01 */

size_t
ob_time_format_utc(char *dst, int64_t ns)
{
	int64_t part = ns % OB_NS_PER_S;
	int64_t s = ns / OB_NS_PER_S, day, second, era, doe, yoe, doy, mp;
	int n;

	if (part < 0) {
		part += OB_NS_PER_S;
		s--;
	}
	day = s / DAY_S;
	second = s % DAY_S;
	if (second < 0) {
		second += DAY_S;
		day--;
	}
	/* Years begin in March, so that the leap day is the last one. */
	day += EPOCH_DAY;
	era = day / ERA_DAYS;
	doe = day % ERA_DAYS;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	n = snprintf(dst, OB_TIME_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d",
	    (int)(yoe + era * 400 + (mp >= 10)),
	    (int)(mp < 10 ? mp + 3 : mp - 9),
	    (int)(doy - (153 * mp + 2) / 5 + 1), (int)(second / 3600),
	    (int)(second / 60 % 60), (int)(second % 60));
	if (part != 0)
		n += snprintf(
		    dst + n, OB_TIME_BYTES - (size_t)n, ".%09d", (int)part);
	n += snprintf(dst + n, OB_TIME_BYTES - (size_t)n, "Z");
	return (size_t)n;
}
