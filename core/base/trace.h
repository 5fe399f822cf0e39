/*
 * Trace events: what a run did, for OPSBOX_TRACE and the performance tests.
 *
 * Any layer may emit; one sink listens (cli/trace writes NDJSON, tests count).
 * Without a sink an event costs one predictable branch and its values are not
 * computed:
 *
 *	ob_trace(.kind = OB_TRACE_CHILD_START, .name = argv[0], .id = pid);
 */
#ifndef OB_BASE_TRACE_H
#define OB_BASE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

enum ob_trace_kind {
	OB_TRACE_START,       /* name: the applet */
	OB_TRACE_VERB,        /* name: the verb */
	OB_TRACE_REGION,      /* name; value: its duration in ns */
	OB_TRACE_CHILD_START, /* name: the command; id: pid */
	OB_TRACE_CHILD_EXIT,  /* id: pid; value: the wait status */
	OB_TRACE_IO,          /* name: read, write, fsync ...; id: descriptor;
	                         value: bytes or the error */
	OB_TRACE_EXIT,        /* value: the exit code */
	OB_TRACE_COUNT
};

struct ob_trace_event {
	enum ob_trace_kind kind;
	const char *name; /* NULL: none; lives for the call only */
	int64_t id;
	int64_t value;
};

struct ob_trace_sink {
	/* May not emit events itself. */
	void (*emit)(
	    struct ob_trace_sink *sink, const struct ob_trace_event *event);
};

/* The sink of this process, or NULL. Written by ob_trace_set() alone. */
extern struct ob_trace_sink *ob_trace_sink;

/* Takes sink, which must outlive its use; NULL switches tracing off. */
void ob_trace_set(struct ob_trace_sink *sink);

static inline bool
ob_trace_is_on(void)
{
	return OB_UNLIKELY(ob_trace_sink != NULL);
}

/* The arguments are initialisers of a struct ob_trace_event. */
#define ob_trace(...) \
	do { \
		if (ob_trace_is_on()) \
			ob_trace_sink->emit(ob_trace_sink, \
			    &(struct ob_trace_event){ __VA_ARGS__ }); \
	} while (0)

#endif
