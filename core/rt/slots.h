/*
 * N slots of one file: at most N parties hold one at a time.
 *
 * Slot i is an OFD lock on byte i. Who looks for a slot first passes a
 * turnstile (another byte), so that one party at a time looks and all others
 * sleep in the kernel, in order of arrival; any slot that becomes free wakes
 * the first of the queue. N may differ between parties: a smaller N sees fewer
 * slots. Used through rt/lockfile.
 */
#ifndef OB_RT_SLOTS_H
#define OB_RT_SLOTS_H

#include <signal.h>
#include <stdint.h>

#include "os/handle.h"

/*
 * Takes a slot of the file h, open for writing: its number from 0, or as
 * ob_lock_set(). path names the file, NULL = unknown: the first of the queue
 * then looks again and again, at most 16 times a second, instead of sleeping
 * until a party closes the file. cancel is as in struct ob_lockfile_opts.
 */
int ob_slots_take(ob_handle h, const char *path, unsigned slots,
    int64_t deadline_ns, const volatile sig_atomic_t *cancel);

void ob_slots_give_up(ob_handle h, int slot);

#endif
