/*
 * Cleanup of locals at the end of their scope, by the cleanup attribute of gcc
 * and clang. Types with a release function declare their own (OB_AUTO_BUF,
 * OB_AUTO_ARENA); here are the ones without a type of ours. File descriptors:
 * OB_AUTO_CLOSE in os/file.h.
 *
 * OB_AUTO_* is for what a scope owns; `goto undo_x` is for rolling back in
 * reverse order. Never both in one function.
 */
#ifndef OB_BASE_CLEANUP_H
#define OB_BASE_CLEANUP_H

#include <stdlib.h>

static inline void
ob_auto_free(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}

#define OB_AUTO_FREE __attribute__((cleanup(ob_auto_free)))

#endif
