/*
 * Waiting for descriptors until a deadline.
 *
 * A deadline is a monotonic time (os/clock.h): OB_NEVER has no end, OB_NO_WAIT
 * (or any moment that has passed) looks once. All functions of os/ and rt/ that
 * take a deadline mean this.
 *
 * A signal whose handler ran ends a wait with -EINTR, so that a caller can look
 * at its cancel flag; with the same deadline it simply calls again.
 */
#ifndef OB_OS_WAIT_H
#define OB_OS_WAIT_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "os/clock.h"

#define OB_NO_WAIT INT64_C(0)

/*
 * Waits until one of POLLIN, POLLOUT (events) is there on fd, or its end or an
 * error. Returns the poll(2) events, > 0; -ETIMEDOUT, -EINTR, or -errno.
 */
int ob_wait_fd(int fd, short events, int64_t deadline_ns);

/*
 * The same for n descriptors; negative ones are skipped. Returns how many have
 * events in their revents. With n = 0 it just waits: -ETIMEDOUT.
 */
int ob_wait_fds(struct pollfd *fds, size_t n, int64_t deadline_ns);

#endif
