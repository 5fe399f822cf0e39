/*
 * Lines of the kernel's table of locks.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/str.h"
#include "os/lock_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_str text = ob_str_n((const char *)data, size), line;

	while (ob_str_split(&text, '\n', &line)) {
		struct ob_lock_row row;

		if (ob_lock_row_parse(line, &row) != 1)
			continue;
		OB_CHECK(row.range.start >= 0 && row.range.length >= 0);
		OB_CHECK(row.pid == -1 || row.pid > 0);
	}
	return 0;
}
