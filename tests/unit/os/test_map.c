#include "unit.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/map.h"
#include "os/sys.h"

static int
make_file(size_t n)
{
	int fd = ob_open(AT_FDCWD, "f", O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0);
	CHECK_INT(ftruncate(fd, (off_t)n), 0);
	return fd;
}

static void
a_shared_mapping_is_the_file(void)
{
	size_t page = ob_sys_page_bytes();
	OB_AUTO_CLOSE int fd = make_file(2 * page);
	OB_AUTO_MMAP struct ob_mmap m = { 0 }, second = { 0 };
	char c;

	CHECK_INT(
	    ob_mmap_file(fd, 0, 2 * page, OB_MMAP_WRITE | OB_MMAP_POPULATE, &m),
	    0);
	CHECK_INT(
	    ob_mmap_file(fd, (off_t)page, page, OB_MMAP_READ, &second), 0);
	((char *)m.p)[page] = 'x';
	CHECK_INT(*(char *)second.p, 'x');
	CHECK_INT(ob_mmap_sync(&m, page, 1, OB_MMAP_WAIT), 0);
	CHECK_INT(ob_mmap_sync(&m, 0, 2 * page, OB_MMAP_START), 0);
	CHECK_INT(ob_mmap_sync(&m, 2 * page, 1, OB_MMAP_WAIT), -EINVAL);
	CHECK_INT(ob_mmap_sync(&m, 1, SIZE_MAX, OB_MMAP_WAIT), -EINVAL);
	CHECK_INT(ob_pread_full(fd, &c, 1, (off_t)page), 1);
	CHECK_INT(c, 'x');
}

static void
a_private_mapping_leaves_the_file_alone(void)
{
	OB_AUTO_CLOSE int fd = make_file(10);
	OB_AUTO_MMAP struct ob_mmap m = { 0 };
	char c = 'y';

	CHECK_INT(
	    ob_mmap_file(fd, 0, 10, OB_MMAP_WRITE | OB_MMAP_PRIVATE, &m), 0);
	*(char *)m.p = 'x';
	CHECK_INT(ob_pread_full(fd, &c, 1, 0), 1);
	CHECK_INT(c, 0);
}

static void
what_cannot_be_mapped_is_refused(void)
{
	OB_AUTO_CLOSE int fd = make_file(10);
	OB_AUTO_CLOSE int reader = ob_open(AT_FDCWD, "f", O_RDONLY, 0);
	OB_AUTO_CLOSE int null = ob_fd_open_null(O_RDWR);
	struct ob_mmap m = { 0 };

	CHECK_INT(ob_mmap_file(fd, 0, 0, 0, &m), -EINVAL);
	CHECK_INT(ob_mmap_file(fd, 1, 9, 0, &m), -EINVAL);
	CHECK_INT(ob_mmap_file(reader, 0, 9, OB_MMAP_WRITE, &m), -EACCES);
	CHECK_INT(ob_mmap_file(null, 0, 9, 0, &m), -ENODEV);
	CHECK_INT(ob_mmap_file(-1, 0, 9, 0, &m), -EBADF);
	CHECK_INT(ob_mmap_anon(0, 0, &m), -EINVAL);
	CHECK_INT(ob_mmap_resize(&m, fd, 0, 10), -EINVAL);
	CHECK_INT(ob_mmap_protect(&m, 0), -EINVAL);
	CHECK(m.p == NULL);
	ob_mmap_release(&m);
}

static void
anonymous_memory_is_shared_unless_private(void)
{
	OB_AUTO_MMAP struct ob_mmap shared = { 0 }, own = { 0 };
	int status;
	pid_t pid;

	CHECK_INT(ob_mmap_anon(100, OB_MMAP_WRITE, &shared), 0);
	CHECK_INT(ob_mmap_anon(100, OB_MMAP_WRITE | OB_MMAP_PRIVATE, &own), 0);
	pid = fork();
	if (pid == 0) {
		*(char *)shared.p = *(char *)own.p = 'c';
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
	CHECK_INT(*(char *)shared.p, 'c');
	CHECK_INT(*(char *)own.p, 0);
}

static void
resizing_keeps_the_contents(void)
{
	size_t page = ob_sys_page_bytes();
	OB_AUTO_CLOSE int fd = make_file(64 * page);
	OB_AUTO_MMAP struct ob_mmap m = { 0 }, a = { 0 }, shared = { 0 };

	CHECK_INT(ob_mmap_file(fd, 0, page, OB_MMAP_WRITE, &m), 0);
	*(char *)m.p = 'x';
	CHECK_INT(ob_mmap_resize(&m, fd, 0, 64 * page), 0);
	CHECK_UINT(m.n, 64 * page);
	CHECK_INT(*(char *)m.p, 'x');
	((char *)m.p)[63 * page] = 'y';
	CHECK_INT(ob_mmap_resize(&m, fd, 0, 0), -EINVAL);
	CHECK_INT(ob_mmap_resize(&m, fd, 0, page), 0);
	CHECK_INT(*(char *)m.p, 'x');

	CHECK_INT(ob_mmap_anon(page, OB_MMAP_WRITE | OB_MMAP_PRIVATE, &a), 0);
	*(char *)a.p = 'z';
	CHECK_INT(ob_mmap_resize(&a, -1, 0, 3 * page), 0);
	CHECK_INT(*(char *)a.p, 'z');
	CHECK_INT(((char *)a.p)[2 * page], 0);

	CHECK_INT(ob_mmap_anon(page, OB_MMAP_WRITE, &shared), 0);
	CHECK_INT(ob_mmap_resize(&shared, -1, 0, 2 * page), -EINVAL);
	CHECK_UINT(shared.n, page);
}

static void
advice_is_taken_within_the_mapping(void)
{
	OB_AUTO_MMAP struct ob_mmap m = { 0 };

	CHECK_INT(ob_mmap_anon(5000, OB_MMAP_WRITE | OB_MMAP_NO_FORK, &m), 0);
	for (int i = OB_MMAP_NORMAL; i <= OB_MMAP_DONTNEED; i++)
		CHECK_INT(
		    ob_mmap_advise(&m, 4097, 100, (enum ob_mmap_advice)i), 0);
	CHECK_INT(ob_mmap_advise(&m, 4097, 5000, OB_MMAP_NORMAL), -EINVAL);
}

static void
protected_memory_cannot_be_written(void)
{
	OB_AUTO_MMAP struct ob_mmap m = { 0 };
	int fds[2];

	CHECK_INT(ob_mmap_anon(100, OB_MMAP_WRITE, &m), 0);
	CHECK_INT(ob_mmap_protect(&m, OB_MMAP_READ), 0);
	CHECK_INT(ob_fd_pipe(fds), 0);
	CHECK_INT(ob_write_full(fds[1], "a", 1), 0);
	CHECK_INT(ob_read(fds[0], m.p, 1), -EFAULT);
	CHECK_INT(ob_mmap_protect(&m, OB_MMAP_WRITE), 0);
	CHECK_INT(ob_read(fds[0], m.p, 1), 1);
}

OB_TESTS(map) = {
	OB_TEST(a_shared_mapping_is_the_file),
	OB_TEST(a_private_mapping_leaves_the_file_alone),
	OB_TEST(what_cannot_be_mapped_is_refused),
	OB_TEST(anonymous_memory_is_shared_unless_private),
	OB_TEST(resizing_keeps_the_contents),
	OB_TEST(advice_is_taken_within_the_mapping),
	OB_TEST(protected_memory_cannot_be_written),
	OB_TESTS_END,
};
