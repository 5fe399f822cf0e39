#include "os/map.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "os/map_sys.h"
#include "os/sys.h"

static int
protection(unsigned flags)
{
	return PROT_READ | (flags & OB_MMAP_WRITE ? PROT_WRITE : 0);
}

static int
map(int fd, off_t offset, size_t n, unsigned flags, struct ob_mmap *ret)
{
	int how = flags & OB_MMAP_PRIVATE ? MAP_PRIVATE : MAP_SHARED;
	void *p;

	if (fd < 0)
		how |= MAP_ANONYMOUS;
	/* cppcheck-suppress invalidFunctionArg ; no file has -1 */
	p = mmap(NULL, n, protection(flags), how | ob_sys_map_flags(flags), fd,
	    offset);
	if (p == MAP_FAILED)
		return -errno;
	ob_sys_map_wish(p, n, flags);
	*ret = (struct ob_mmap){ .p = p, .n = n, .flags = flags };
	return 0;
}

int
ob_mmap_file(
    int fd, off_t offset, size_t n, unsigned flags, struct ob_mmap *ret)
{
	return fd < 0 ? -EBADF : map(fd, offset, n, flags, ret);
}

int
ob_mmap_anon(size_t n, unsigned flags, struct ob_mmap *ret)
{
	return map(-1, 0, n, flags, ret);
}

void
ob_mmap_release(struct ob_mmap *m)
{
	if (m->p != NULL)
		(void)munmap(m->p, m->n); /* fails only for a wrong address */
	*m = (struct ob_mmap){ 0 };
}

int
ob_mmap_resize(struct ob_mmap *m, int fd, off_t offset, size_t n)
{
	struct ob_mmap moved = { 0 };
	int error = 0, rc;
	void *p;

	if (n == 0 || m->p == NULL)
		return -EINVAL;
	if (fd < 0 && n > m->n && (m->flags & OB_MMAP_PRIVATE) == 0)
		return -EINVAL;
	p = ob_sys_map_resize(m->p, m->n, n, &error);
	if (p != NULL) {
		m->p = p;
		m->n = n;
		return 0;
	}
	if (error != -ENOTSUP)
		return error;
	rc = map(fd, offset, n, m->flags, &moved);
	if (rc < 0)
		return rc;
	if (fd < 0)
		memcpy(moved.p, m->p, m->n < n ? m->n : n);
	ob_mmap_release(m);
	*m = moved;
	return 0;
}

/* [at, at + n) rounded out to pages, inside the mapping. */
static int
to_pages(
    const struct ob_mmap *m, size_t at, size_t n, char **ret_p, size_t *ret_n)
{
	size_t page = ob_sys_page_bytes(), first = at / page * page;

	if (at > m->n || n > m->n - at)
		return -EINVAL;
	*ret_p = (char *)m->p + first;
	*ret_n = at + n - first;
	return 0;
}

int
ob_mmap_sync(
    const struct ob_mmap *m, size_t at, size_t n, enum ob_mmap_flush how)
{
	char *p;
	size_t bytes;
	int rc = to_pages(m, at, n, &p, &bytes);

	if (rc < 0)
		return rc;
	do
		rc = msync(p, bytes, how == OB_MMAP_WAIT ? MS_SYNC : MS_ASYNC);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? -errno : 0;
}

int
ob_mmap_advise(
    const struct ob_mmap *m, size_t at, size_t n, enum ob_mmap_advice advice)
{
	static const int advices[] = {
		[OB_MMAP_NORMAL] = POSIX_MADV_NORMAL,
		[OB_MMAP_SEQUENTIAL] = POSIX_MADV_SEQUENTIAL,
		[OB_MMAP_RANDOM] = POSIX_MADV_RANDOM,
		[OB_MMAP_WILLNEED] = POSIX_MADV_WILLNEED,
		[OB_MMAP_DONTNEED] = POSIX_MADV_DONTNEED,
	};
	char *p;
	size_t bytes;
	int rc = to_pages(m, at, n, &p, &bytes);

	return rc < 0 ? rc : -posix_madvise(p, bytes, advices[advice]);
}

int
ob_mmap_protect(struct ob_mmap *m, unsigned flags)
{
	if (m->p == NULL)
		return -EINVAL;
	if (mprotect(m->p, m->n, protection(flags)) < 0)
		return -errno;
	m->flags =
	    (m->flags & ~(unsigned)OB_MMAP_WRITE) | (flags & OB_MMAP_WRITE);
	return 0;
}
