/*
 * The house switches: variables that change how opsbox works, not what it
 * does.
 *
 *	OPSBOX_CPU      portable, sse2, avx2, avx512, sse42, neon or crc: the
 *	                variant of hashes and scans (tests, measurements)
 *	OPSBOX_DISABLE  features of the kernel to do without, "pidfd,inotify";
 *	                debug builds alone, others ignore it
 *	OPSBOX_TRACE    1, a file, or fd:N: see cli/trace.h
 *
 * They are read once, by main, before anything else. An empty one counts as
 * unset; an unset one costs no system call.
 */
#ifndef OB_CLI_SWITCH_H
#define OB_CLI_SWITCH_H

#include "cli/cx.h"
#include "cli/trace.h"

/*
 * Acts on the switches of cx->env; *trace is in use when it is on. OB_EX_OK,
 * or the exit code behind a line on cx->err.
 */
int ob_switches_apply(struct ob_cx *cx, struct ob_trace_writer *trace);

/*
 * Takes the best variants that this CPU has, unless OPSBOX_CPU says which. For
 * verbs that hash or scan much, called when they start: it asks the CPU, which
 * costs more than a small verb does.
 */
void ob_cx_use_best_cpu(struct ob_cx *cx);

#endif
