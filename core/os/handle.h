/*
 * ob_handle: an open file, in the type of the system: a file descriptor on
 * POSIX, a HANDLE on Windows. Interfaces that also exist on Windows
 * (os/lock.h, rt/lockfile.h) take it, so that they name no POSIX type.
 */
#ifndef OB_OS_HANDLE_H
#define OB_OS_HANDLE_H

#include <stdint.h>

#ifdef _WIN32
typedef intptr_t ob_handle;
#else
typedef int ob_handle;
#endif

#define OB_HANDLE_NONE ((ob_handle)-1)

#endif
