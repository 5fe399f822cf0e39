/*
 * What os/file needs from the system's folder. Private to core/os.
 */
#ifndef OB_OS_FILE_SYS_H
#define OB_OS_FILE_SYS_H

/* Rename without replacing; -ENOTSUP when the system cannot. */
int ob_sys_rename_keep(
    int from_dir_fd, const char *from, int to_dir_fd, const char *to);

#endif
