/*
 * Numbers: what is accepted is in its range, and is read again as the same
 * after formatting.
 */
#include <float.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_str s = ob_str_n((const char *)data, size);
	char text[OB_NUM_BYTES];
	double f, f_again = 0;
	int64_t i, i_again = 0, ns = 0;
	uint64_t u, u_again = 0;

	if (ob_num_i64(s, -1000000, INT64_MAX, &i) == 0) {
		size_t n = ob_num_format_i64(text, i);

		OB_CHECK(i >= -1000000);
		OB_CHECK(ob_num_i64(ob_str_n(text, n), i, i, &i_again) == 0);
	}
	if (ob_num_u64(s, 3, UINT64_MAX, &u) == 0) {
		size_t n = ob_num_format_u64(text, u);

		OB_CHECK(ob_num_u64(ob_str_n(text, n), u, u, &u_again) == 0);
		OB_CHECK(ob_num_size(s, u, u, &u_again) == 0);
	}
	if (ob_num_f64(s, -DBL_MAX, DBL_MAX, &f) == 0) {
		size_t n = ob_num_format_f64(text, f);

		OB_CHECK(
		    ob_num_f64(ob_str_n(text, n), -DBL_MAX, f, &f_again) == 0);
		OB_CHECK(f == f_again);
	}
	if (ob_num_size(s, 0, UINT64_MAX, &u) == 0)
		OB_CHECK(ob_num_format_size(text, u) <= 5);
	if (ob_num_duration(s, OB_NS_PER_S, &ns) == 0) {
		OB_CHECK(ns >= 0);
		ob_num_format_duration(text, ns);
	}
	return 0;
}
