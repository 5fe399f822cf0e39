/*
 * What os/map needs from the system's folder. Private to core/os.
 */
#ifndef OB_OS_MAP_SYS_H
#define OB_OS_MAP_SYS_H

#include "os/map.h"

/* mmap(2) flags for the wishes among OB_MMAP_*. */
int ob_sys_map_flags(unsigned flags);

/* Wishes that are made after mapping. */
void ob_sys_map_wish(void *p, size_t n, unsigned flags);

/* The new place, or NULL and -ENOTSUP or another errno in *ret_error. */
void *ob_sys_map_resize(void *p, size_t old_n, size_t new_n, int *ret_error);

#endif
