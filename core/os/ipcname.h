/*
 * Names of shared-memory objects, message queues and named semaphores.
 *
 * Callers write them without the leading slash: "jobs", not "/jobs". A name is
 * 1 to OB_IPC_NAME_MAX bytes without '/', and neither "." nor "..".
 */
#ifndef OB_OS_IPCNAME_H
#define OB_OS_IPCNAME_H

/* NAME_MAX less "sem.", which glibc puts before names of semaphores. */
#define OB_IPC_NAME_MAX 250

/*
 * Checks name and writes it with its slash: 0, -EINVAL, -ENAMETOOLONG.
 */
int ob_ipc_name(const char *name, char ret_name[OB_IPC_NAME_MAX + 2]);

#endif
