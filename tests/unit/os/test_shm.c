#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/ipcname.h"
#include "os/shm.h"

/* One name per case, removed at its start in case an earlier run was killed. */
static const char *
fresh_name(char name[64])
{
	snprintf(name, 64, "opsbox-test-shm-%ld", (long)getpid());
	(void)ob_shm_unlink(name, NULL);
	return name;
}

static void
two_processes_share_what_they_map(void)
{
	char name[64];
	void *ours, *theirs;
	int fd, status;
	pid_t pid;

	fd = ob_shm_create(fresh_name(name), 4096, 0600, NULL);
	CHECK(fd >= 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(ob_shm_map(fd, 4096, OB_SHM_WRITE, &ours), 0);
	pid = fork();
	if (pid == 0) {
		fd = ob_shm_open(name, OB_SHM_WRITE, 4096, NULL);
		if (fd < 0 || ob_shm_map(fd, 4096, OB_SHM_WRITE, &theirs) < 0)
			_exit(1);
		memcpy(theirs, "shared", 6);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	CHECK_MEM(ours, 6, "shared");
	ob_shm_unmap(ours, 4096);
	CHECK_INT(ob_shm_unlink(name, NULL), 0);
}

static void
an_object_is_created_once_with_its_mode(void)
{
	struct ob_err err = OB_ERR_INIT;
	struct stat st;
	char name[64];
	size_t n = 0;
	int fd;

	umask(0);
	fd = ob_shm_create(fresh_name(name), 100, 0600, NULL);
	CHECK(fd >= 0);
	CHECK_INT(fstat(fd, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_INT(ob_shm_size(fd, &n), 0);
	CHECK_UINT(n, 100);
	CHECK_INT(ob_shm_create(name, 100, 0600, &err), -EEXIST);
	CHECK(strstr(err.msg, "cannot create shared memory") == err.msg);
	CHECK_INT(ob_shm_unlink(name, NULL), 0);
	CHECK_INT(ob_shm_unlink(name, &err), -ENOENT);
	CHECK_INT(ob_shm_open(name, OB_SHM_READ, 0, &err), -ENOENT);
}

static void
a_failed_creation_leaves_no_object(void)
{
	char name[64];

	CHECK_INT(ob_shm_create(fresh_name(name), 0, 0600, NULL), -EINVAL);
	CHECK_INT(ob_shm_open(name, OB_SHM_READ, 0, NULL), -ENOENT);
}

static void
bad_names_are_refused(void)
{
	char name[OB_IPC_NAME_MAX + 2], full[OB_IPC_NAME_MAX + 2];

	CHECK_INT(ob_shm_create("", 1, 0600, NULL), -EINVAL);
	CHECK_INT(ob_shm_create("a/b", 1, 0600, NULL), -EINVAL);
	CHECK_INT(ob_shm_open("..", OB_SHM_READ, 0, NULL), -EINVAL);
	CHECK_INT(ob_shm_unlink(".", NULL), -EINVAL);
	memset(name, 'n', sizeof(name));
	name[OB_IPC_NAME_MAX + 1] = '\0';
	CHECK_INT(ob_ipc_name(name, full), -ENAMETOOLONG);
	name[OB_IPC_NAME_MAX] = '\0';
	CHECK_INT(ob_ipc_name(name, full), 0);
	CHECK_INT(full[0], '/');
}

static void
an_object_too_short_is_refused(void)
{
	char name[64];
	void *p;
	int fd;

	fd = ob_shm_create(fresh_name(name), 100, 0600, NULL);
	CHECK(fd >= 0);
	CHECK_INT(ob_shm_open(name, OB_SHM_READ, 101, NULL), -EMSGSIZE);
	CHECK_INT(ob_shm_map(fd, 101, OB_SHM_READ, &p), -EMSGSIZE);
	CHECK_INT(ob_shm_map(fd, 0, OB_SHM_READ, &p), -EINVAL);
	CHECK_INT(ob_shm_map(-1, 1, OB_SHM_READ, &p), -EBADF);
	CHECK_INT(ob_shm_unlink(name, NULL), 0);
}

static void
a_sealed_memfd_cannot_shrink(void)
{
	unsigned seals = 0;
	void *p;
	int fd = ob_shm_memfd("test", 4096, NULL);

	if (fd == -ENOTSUP)
		SKIP("no memfd here");
	CHECK(fd >= 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(ob_shm_map(fd, 4096, OB_SHM_WRITE, &p), 0);
	CHECK_INT(ob_shm_seal(fd, OB_SHM_SEAL_WRITE), -EBUSY);
	CHECK_INT(ob_shm_seal(fd, OB_SHM_SEAL_SHRINK | OB_SHM_SEAL_GROW), 0);
	CHECK_INT(ob_shm_seals(fd, &seals), 0);
	CHECK_UINT(seals, OB_SHM_SEAL_SHRINK | OB_SHM_SEAL_GROW);
	CHECK_INT(ftruncate(fd, 0), -1);
	CHECK_INT(errno, EPERM);
	ob_shm_unmap(p, 4096);
	CHECK_INT(ob_shm_seal(fd, OB_SHM_SEAL_SEAL), 0);
	CHECK_INT(ob_shm_seal(fd, OB_SHM_SEAL_WRITE), -EPERM);
	CHECK_INT(ob_shm_memfd("test", 0, NULL), -EINVAL);
}

static void
other_files_have_no_seals(void)
{
	unsigned seals;
	size_t n;
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	CHECK_INT(ob_shm_seal(fd[1], OB_SHM_SEAL_SHRINK), -ENOTSUP);
	CHECK_INT(ob_shm_seals(fd[0], &seals), -ENOTSUP);
	CHECK_INT(ob_shm_size(fd[0], &n), -EINVAL);
	CHECK_INT(ob_shm_size(-1, &n), -EBADF);
}

OB_TESTS(shm) = {
	OB_TEST(two_processes_share_what_they_map),
	OB_TEST(an_object_is_created_once_with_its_mode),
	OB_TEST(a_failed_creation_leaves_no_object),
	OB_TEST(bad_names_are_refused),
	OB_TEST(an_object_too_short_is_refused),
	OB_TEST(a_sealed_memfd_cannot_shrink),
	OB_TEST(other_files_have_no_seals),
	OB_TESTS_END,
};
