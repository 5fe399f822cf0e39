#include "base/trace.h"

#include <stddef.h>

struct ob_trace_sink *ob_trace_sink;

void
ob_trace_set(struct ob_trace_sink *sink)
{
	ob_trace_sink = sink;
}
