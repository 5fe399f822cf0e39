/*
 * The status object: how one lock and its command fared, as one JSON line.
 */
#ifndef FL_STATUS_H
#define FL_STATUS_H

#include <stdint.h>

#include "base/buf.h"
#include "os/lock.h"

enum fl_result {
	FL_GRANTED,
	FL_BUSY,
	FL_TIMEOUT,
	FL_DEADLOCK,
	FL_LOST, /* a conversion was refused and cost the old lock */
	FL_ERROR
};

struct fl_status {
	enum fl_result result;
	const char *path; /* NULL = a descriptor */
	int kind;         /* see holder.h */
	enum ob_lock_mode mode;
	int slot;            /* -1 = none */
	int64_t waited_ns;   /* for the grant, or until we gave up */
	int64_t held_ns;     /* -1 = not granted */
	uint64_t token;      /* number of the grant; 0 = none */
	int64_t pid;         /* of the command; 0 = never ran */
	int command_code;    /* its own; -1 = none */
	int command_signal;  /* that killed it; 0 = none */
	int code;            /* what we exit with */
	int64_t finished_ns; /* since the epoch */
};

/* Appends the object and a newline: 0 or the buffer's error. */
int fl_status_write(const struct fl_status *s, struct ob_buf *out);

#endif
