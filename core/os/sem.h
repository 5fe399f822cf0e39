/*
 * POSIX semaphores: named ones, and unnamed ones that live in memory which
 * several processes map (os/shm.h).
 *
 * A semaphore has no owner: when a process dies between wait and post, its
 * count is lost. For a lock that death releases use os/lock.h.
 *
 * Deadlines are on CLOCK_MONOTONIC (os/wait.h). Names: os/ipcname.h.
 */
#ifndef OB_OS_SEM_H
#define OB_OS_SEM_H

#include <semaphore.h>
#include <stdint.h>
#include <sys/types.h>

struct ob_err;

/*
 * Creates a named semaphore with that count and exactly this mode. -EEXIST
 * when the name is taken; -EINVAL for a count beyond SEM_VALUE_MAX.
 */
int ob_sem_create(sem_t **ret_sem, const char *name, mode_t mode,
    unsigned count, struct ob_err *err);
int ob_sem_open(sem_t **ret_sem, const char *name, struct ob_err *err);
void ob_sem_close(sem_t *sem);

/* Removes the name; who has it open keeps it. */
int ob_sem_unlink(const char *name, struct ob_err *err);

/*
 * Makes a semaphore at *sem, in memory that all its users map shared; -ENOTSUP
 * where only named ones exist. Released by one process, when nobody waits.
 */
int ob_sem_init(sem_t *sem, unsigned count);
void ob_sem_release(sem_t *sem);

/* -EOVERFLOW when the count is at its maximum. */
int ob_sem_post(sem_t *sem);

/* Takes one: 0, -ETIMEDOUT, -EINTR. */
int ob_sem_wait(sem_t *sem, int64_t deadline_ns);

/* The count; a snapshot, old when it is read. */
int ob_sem_count(sem_t *sem);

#endif
