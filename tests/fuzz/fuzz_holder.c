/*
 * Holder records and markers, as filelock reads what others may have written.
 * What is accepted is written again and must be read as the same holder.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"
#include "os/lock_rows.h"

#include "../../applets/filelock/holder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT((size_t)1 << 20);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(65536),
				  sum = OB_BUF_INIT(65536);
	struct ob_str text = ob_str_n((const char *)data, size);
	struct fl_holder h, again;

	/* With a right sum, so that what is behind it is reached. */
	if (size > 0 && size < 4096 && data[size - 1] == '}' &&
	    ob_buf_add_str(&sum, text) == 0 && fl_sum_append(&sum) == 0)
		(void)fl_holder_parse(ob_buf_str(&sum), &a, &h);
	if (fl_marker_parse(text, &a, &h) == 0 && h.host.n > 0 &&
	    h.host.n < 256 && h.marker_token.n < 256) {
		OB_CHECK(fl_marker_format(&h, &b) == 0);
		OB_CHECK(fl_marker_parse(ob_buf_str(&b), &a, &again) == 0);
		OB_CHECK(again.pid == h.pid && again.start == h.start);
	}
	return 0;
}
