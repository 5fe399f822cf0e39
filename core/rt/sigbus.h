/*
 * Reading mapped files that somebody may truncate meanwhile.
 *
 * Touching a page of a mapping beyond the end of its file raises SIGBUS, which
 * ends the process. Code that reads such a mapping runs under a guard: when it
 * faults inside the guarded range it is left at once and the call returns
 * -EFAULT. A SIGBUS that no guard covers does what it did before.
 *
 * One handler serves the whole process. It is armed by the border of the
 * program (main, the shell) at first need and never taken away, so that a verb
 * that runs in process changes no disposition. Guards nest and are per thread.
 */
#ifndef OB_RT_SIGBUS_H
#define OB_RT_SIGBUS_H

#include <stddef.h>

/* Installs the handler; harmless when it is there. */
int ob_sigbus_arm(void);

/*
 * Calls fn(arg) and returns what it returned, or -EFAULT when it touched a page
 * of [p, p + n) that is not there. fn is left in the middle then: it must hold
 * nothing that would need a release, lock nothing and change nothing that its
 * caller cannot bring in order. Without ob_sigbus_arm() it just calls fn.
 */
int ob_sigbus_guard(const void *p, size_t n, int (*fn)(void *arg), void *arg);

#endif
