/*
 * Facts about the machine and its system. No POSIX types here.
 */
#ifndef OB_OS_SYS_H
#define OB_OS_SYS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define OB_SYS_FIELD_MAX 256

/* As uname(2); fields that are longer are cut. */
struct ob_sys_name {
	char system[OB_SYS_FIELD_MAX]; /* "Linux" */
	char host[OB_SYS_FIELD_MAX];
	char release[OB_SYS_FIELD_MAX];
	char version[OB_SYS_FIELD_MAX];
	char machine[OB_SYS_FIELD_MAX]; /* "x86_64" */
};

int ob_sys_name(struct ob_sys_name *ret);

/* Appends the name of this machine. */
int ob_sys_host(struct ob_buf *out);

size_t ob_sys_page_bytes(void);

/* Ticks a second of the times in process tables; not the kernel's HZ. */
uint64_t ob_sys_ticks_per_s(void);

/*
 * The id of this boot of the system, 36 characters and a NUL: together with
 * pid and start time it identifies a process for ever. -ENOTSUP where the
 * system has none, -ENOENT without /proc.
 */
#define OB_SYS_BOOT_ID_SIZE 37
int ob_sys_boot_id(char ret[OB_SYS_BOOT_ID_SIZE]);

struct ob_sys_memory {
	uint64_t total_bytes;
	uint64_t available_bytes; /* without swapping; 0 = not known */
	uint64_t swap_total_bytes;
	uint64_t swap_free_bytes;
};

/* -ENOTSUP where only the system's own tools know. */
int ob_sys_memory(struct ob_sys_memory *ret);

#endif
