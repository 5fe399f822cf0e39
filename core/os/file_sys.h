/*
 * What os/file needs from the system's folder, and shares with os/dir.
 * Private to core/os.
 */
#ifndef OB_OS_FILE_SYS_H
#define OB_OS_FILE_SYS_H

#include <stddef.h>

/* Rename without replacing; -ENOTSUP when the system cannot. */
int ob_sys_rename_keep(
    int from_dir_fd, const char *from, int to_dir_fd, const char *to);

/* prefix and 12 random letters or digits: 60 bits. */
int ob_unique_name(const char *prefix, char *ret_name, size_t size);

#endif
