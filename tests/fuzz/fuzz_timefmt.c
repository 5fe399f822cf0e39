/*
 * Times: what is accepted is formatted and read again as the same.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/timefmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_str s = ob_str_n((const char *)data, size);
	struct timespec t, strict, again;
	char text[OB_TIME_BYTES];
	int n;

	if (ob_time_parse_local(s, 5 * 3600, &t) < 0) {
		OB_CHECK(ob_time_parse(s, &strict) < 0);
		return 0;
	}
	if (ob_time_parse(s, &strict) == 0)
		OB_CHECK(strict.tv_sec == t.tv_sec);
	n = ob_time_format(text, t, 0, 9);
	if (n < 0)
		return 0; /* its zone moves it out of the years */
	OB_CHECK(ob_time_parse(ob_str_n(text, (size_t)n), &again) == 0);
	OB_CHECK(again.tv_sec == t.tv_sec && again.tv_nsec == t.tv_nsec);
	return 0;
}
