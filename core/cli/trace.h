/*
 * The writer behind OPSBOX_TRACE: one JSON object a line for each event of
 * base/trace.
 *
 *	{"mono_ns":71,"pid":42,"event":"child_exit","child_pid":43,"status":0}
 *
 * mono_ns is the time of the monotonic clock. What else an event has:
 *
 *	start, verb   name
 *	region        name, duration_ns
 *	child_start   name, child_pid
 *	child_exit    child_pid, status (as wait(2) gives it)
 *	io            name, fd, bytes (< 0: the error)
 *	exit          code
 *
 * A line is one write(2), to a file in append mode, so several processes may
 * share it. A write that fails ends the trace of this process in silence: a
 * trace never changes what a program does. Children inherit the variable, so
 * they add their own events.
 */
#ifndef OB_CLI_TRACE_H
#define OB_CLI_TRACE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/trace.h"
#include "cli/cx.h"

struct ob_trace_writer {
	struct ob_trace_sink sink;
	const struct ob_source *source;
	int fd;       /* -1: off */
	bool owns_fd; /* a file that we opened */
};

#define OB_TRACE_WRITER_OFF \
	{ \
		.fd = -1 \
	}

/*
 * Starts to trace: "1" is standard error, "fd:N" an open descriptor, anything
 * else a file (from cx->cwd_fd), created with mode 0600 or appended to. *w
 * stays in use until ob_trace_close(). 0, or -EINVAL, -EBADF or the error of
 * open(2) with the words; tracing is as before then.
 */
int ob_trace_open(struct ob_trace_writer *w, const struct ob_cx *cx,
    const char *where, struct ob_err *err);

/* Ends it; nothing when it is off. */
void ob_trace_close(struct ob_trace_writer *w);

#endif
