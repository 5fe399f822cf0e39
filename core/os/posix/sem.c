#include "os/sem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/err.h"
#include "os/ipcname.h"

int
ob_sem_create(sem_t **ret_sem, const char *name, mode_t mode, unsigned count,
    struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	sem_t *sem = SEM_FAILED;
	int rc = ob_ipc_name(name, full);

	if (rc == 0) {
		/*
		 * There is no descriptor to change the mode by, and the umask
		 * may only take bits away; what it takes is put aside for the
		 * moment of creation.
		 */
		mode_t mask = umask(0);

		sem = sem_open(full, O_CREAT | O_EXCL, mode, count);
		rc = sem == SEM_FAILED ? -errno : 0;
		umask(mask);
	}
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot create semaphore '%s'", name);
	*ret_sem = sem;
	return 0;
}

int
ob_sem_open(sem_t **ret_sem, const char *name, struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	sem_t *sem = SEM_FAILED;
	int rc = ob_ipc_name(name, full);

	if (rc == 0) {
		sem = sem_open(full, 0);
		rc = sem == SEM_FAILED ? -errno : 0;
	}
	if (rc < 0)
		return ob_err_set(err, rc, "cannot open semaphore '%s'", name);
	*ret_sem = sem;
	return 0;
}

void
ob_sem_close(sem_t *sem)
{
	if (sem != NULL)
		OB_CHECK(sem_close(sem) == 0);
}

int
ob_sem_unlink(const char *name, struct ob_err *err)
{
	char full[OB_IPC_NAME_MAX + 2];
	int rc = ob_ipc_name(name, full);

	if (rc == 0 && sem_unlink(full) < 0)
		rc = -errno;
	if (rc < 0)
		return ob_err_set(
		    err, rc, "cannot remove semaphore '%s'", name);
	return 0;
}

int
ob_sem_init(sem_t *sem, unsigned count)
{
	if (sem_init(sem, 1, count) < 0)
		return errno == ENOSYS ? -ENOTSUP : -errno;
	return 0;
}

void
ob_sem_release(sem_t *sem)
{
	(void)sem_destroy(sem); /* fails only for what ob_sem_init refused */
}

int
ob_sem_post(sem_t *sem)
{
	return sem_post(sem) < 0 ? -errno : 0;
}

int
ob_sem_count(sem_t *sem)
{
	int count;

	return sem_getvalue(sem, &count) < 0 ? -errno : count;
}
