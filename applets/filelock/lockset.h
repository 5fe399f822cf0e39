/*
 * Who waits for whom: circles among the parties of all locks. Pure.
 *
 * A party that waits for a lock waits for every party that holds it; one that
 * holds a lock keeps it as long as the processes below it run, since a wrapper
 * waits for its command. So a wait is hopeless when, from holder to holder, one
 * comes to a process that is above the one that waits, or is it.
 */
#ifndef FL_LOCKSET_H
#define FL_LOCKSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "os/lock.h"

#define FL_LOCKSET_MAX 16384

struct fl_lockset {
	/* Locks that are held or waited for, as the system lists them. */
	const struct ob_lock_row *rows;
	size_t n;
	/* The parent of a process, 0 = none or unknown. */
	int64_t (*parent)(int64_t pid, void *ctx);
	void *ctx;
};

/*
 * Whether the process pid, waiting for a lock of file, would wait in a circle.
 * 1 and the circle in words ("held by 4700, where 4712 waits for 4690, where
 * this waits"), 0, or -ENOMEM.
 */
int fl_lockset_find_circle(const struct fl_lockset *set, int64_t pid,
    const struct ob_lock_file *file, struct ob_buf *ret_words);

#endif
