/*
 * The only door to libbsd. A platform that lacks a function supplies it here,
 * so that no program text knows which system it runs on.
 *
 *   sys/queue.h, sys/tree.h   intrusive lists and trees, with the _SAFE forms
 *   strlcpy, strlcat          fixed fields; the result is checked
 *   strnlen, reallocarray, recallocarray, freezero, explicit_bzero
 *   arc4random_buf, arc4random_uniform
 *   closefrom, setproctitle, getpeereid, vis, strtonum, expand_number
 *   pidfile_*, flopen, flopenat: open and lock without a race
 *
 * Not used: err(3) and warn(3), which print and exit; fgetln, fparseln (static
 * buffers). libbsd-ctor is never linked: it adds a constructor to each start.
 */
#ifndef OB_BASE_BSD_H
#define OB_BASE_BSD_H

#include <bsd/libutil.h>
#include <bsd/stdlib.h>
#include <bsd/string.h>
#include <bsd/sys/queue.h>
#include <bsd/sys/tree.h>
#include <bsd/unistd.h>

#endif
