#include "unit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/clock.h"
#include "os/sem.h"
#include "os/wait.h"

#define SOON ob_clock_deadline_ns(INT64_C(5000000000))

static const char *
fresh_name(char name[64])
{
	snprintf(name, 64, "opsbox-test-sem-%ld", (long)getpid());
	(void)ob_sem_unlink(name, NULL);
	return name;
}

static void
a_named_semaphore_counts(void)
{
	sem_t *a, *b;
	char name[64];
	mode_t before = umask(022);

	CHECK_INT(ob_sem_create(&a, fresh_name(name), 0600, 1, NULL), 0);
	CHECK_INT(umask(before), 022);
	CHECK_INT(ob_sem_open(&b, name, NULL), 0);
	CHECK_INT(ob_sem_unlink(name, NULL), 0);
	CHECK_INT(ob_sem_wait(b, SOON), 0);
	CHECK_INT(ob_sem_count(a), 0);
	CHECK_INT(ob_sem_wait(a, OB_NO_WAIT), -ETIMEDOUT);
	CHECK_INT(ob_sem_post(b), 0);
	CHECK_INT(ob_sem_wait(a, OB_NEVER), 0);
	ob_sem_close(b);
	ob_sem_close(a);
	ob_sem_close(NULL);
}

static void
a_wait_ends_with_its_deadline(void)
{
	int64_t deadline_ns;
	sem_t sem;
	int rc = ob_sem_init(&sem, 0);

	if (rc == -ENOTSUP)
		SKIP("no unnamed semaphores here");
	CHECK_INT(rc, 0);
	deadline_ns = ob_clock_deadline_ns(3000000);
	CHECK_INT(ob_sem_wait(&sem, deadline_ns), -ETIMEDOUT);
	CHECK(ob_clock_monotonic_ns() >= deadline_ns);
	ob_sem_release(&sem);
}

static void
an_unnamed_semaphore_works_across_processes(void)
{
	sem_t *sem = mmap(NULL, sizeof(*sem), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int rc, status;
	pid_t pid;

	CHECK(sem != MAP_FAILED);
	rc = ob_sem_init(sem, 0);
	if (rc == -ENOTSUP)
		SKIP("no unnamed semaphores here");
	CHECK_INT(rc, 0);
	pid = fork();
	if (pid == 0)
		_exit(ob_sem_post(sem) == 0 ? 0 : 1);
	CHECK_INT(ob_sem_wait(sem, SOON), 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	ob_sem_release(sem);
}

static void
bad_counts_and_names_are_refused(void)
{
	struct ob_err err = OB_ERR_INIT;
	sem_t sem, *named;
	char name[64];

	CHECK_INT(ob_sem_create(&named, fresh_name(name), 0600,
		      (unsigned)SEM_VALUE_MAX + 1, NULL),
	    -EINVAL);
	CHECK_INT(ob_sem_create(&named, "a/b", 0600, 1, NULL), -EINVAL);
	CHECK_INT(ob_sem_open(&named, name, &err), -ENOENT);
	CHECK(strstr(err.msg, "cannot open semaphore '") == err.msg);
	CHECK_INT(ob_sem_unlink(name, NULL), -ENOENT);
	CHECK_INT(ob_sem_create(&named, name, 0600, 1, NULL), 0);
	CHECK_INT(ob_sem_create(&named, name, 0600, 1, &err), -EEXIST);
	CHECK_INT(ob_sem_unlink(name, NULL), 0);
	ob_sem_close(named);
	if (ob_sem_init(&sem, SEM_VALUE_MAX) == 0)
		CHECK_INT(ob_sem_post(&sem), -EOVERFLOW);
}

OB_TESTS(sem) = {
	OB_TEST(a_named_semaphore_counts),
	OB_TEST(a_wait_ends_with_its_deadline),
	OB_TEST(an_unnamed_semaphore_works_across_processes),
	OB_TEST(bad_counts_and_names_are_refused),
	OB_TESTS_END,
};
