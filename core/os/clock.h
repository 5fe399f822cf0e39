/*
 * Clocks and waiting, in nanoseconds.
 *
 * Monotonic for intervals and deadlines, realtime for what people read,
 * boottime (monotonic plus the time suspended) for the age of processes.
 * Pure code takes the time as a parameter and does not call these.
 *
 * A deadline is a monotonic time; OB_NEVER means none. No POSIX types here:
 * the Windows build of filelock uses this header.
 */
#ifndef OB_OS_CLOCK_H
#define OB_OS_CLOCK_H

#include <stdint.h>

#include "base/num.h" /* OB_NS_PER_S and its kin */

#define OB_NEVER INT64_MAX

int64_t ob_clock_monotonic_ns(void);
int64_t ob_clock_realtime_ns(void); /* since the epoch, UTC */

/* Since the system started; monotonic where the system has no such clock. */
int64_t ob_clock_boottime_ns(void);

/* The deadline timeout_ns from now; OB_NEVER stays, too far becomes it. */
int64_t ob_clock_deadline_ns(int64_t timeout_ns);

/*
 * What poll(2) wants: milliseconds until the deadline, rounded up so that the
 * deadline has passed afterwards; 0 when it has passed, -1 for OB_NEVER.
 */
int ob_clock_poll_ms(int64_t deadline_ns);

/*
 * Waits. 0 when the deadline has passed, -EINTR when a signal handler ran
 * before (the caller looks whether it shall stop, and calls again).
 */
int ob_clock_sleep_until(int64_t deadline_ns);

#endif
