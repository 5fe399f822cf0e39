/*
 * /proc/PID/stat: any bytes are read or refused; comm lies within the line and
 * is all between the first '(' and the last ')'.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "os/proctab.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ob_str line = ob_str_n((const char *)data, size);
	struct ob_proc_stat s;

	if (ob_proc_stat_parse(line, &s) < 0)
		return 0;
	OB_CHECK(s.pid >= 0 && s.comm.p > line.p);
	OB_CHECK(s.comm.p[-1] == '(' && s.comm.p[s.comm.n] == ')');
	OB_CHECK(
	    memchr(s.comm.p + s.comm.n + 1, ')',
		(size_t)(line.p + line.n - s.comm.p - s.comm.n - 1)) == NULL);
	return 0;
}
