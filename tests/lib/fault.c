/*
 * An LD_PRELOAD library that makes allocations fail, for tests/fault/run.
 *
 *	OB_FAULT_NTH=N      the Nth allocation after the start of main fails
 *	OB_FAULT_KEEP=1     and all after it
 *	OB_FAULT_COUNT=FILE eight bytes: allocations seen, allocations refused;
 *	                    survives any death of the process
 *
 * Every path to memory is caught, those inside libc too (strdup, getline,
 * opendir), which a linker's --wrap misses. Counting starts with main, so that
 * a failing loader is not tested. Commands that the program runs get no
 * LD_PRELOAD: only the program itself suffers.
 *
 * At the start of main it calls access() on a name that tests/fault/run looks
 * for in strace's output, to tell the program's calls from the loader's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

struct counts {
	_Atomic uint32_t seen, refused;
};

static struct counts own_counts;
static struct counts *counts = &own_counts;
static _Atomic int armed;
static unsigned long nth;
static int keeps_failing;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void (*real_free)(void *);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static void *(*real_reallocarray)(void *, size_t, size_t);

/* dlsym may allocate before it has answered; that little comes from here. */
static _Alignas(16) unsigned char early[16384];
static size_t early_used;

static void *
early_alloc(size_t size)
{
	size_t at = early_used;

	size = (size + 15) & ~(size_t)15;
	if (size > sizeof(early) - at)
		return NULL;
	early_used = at + size;
	return early + at;
}

static int
is_early(const void *p)
{
	uintptr_t at = (uintptr_t)p, start = (uintptr_t)early;

	return at >= start && at < start + sizeof(early);
}

static void
resolve(void)
{
	static int resolving;

	if (real_malloc != NULL || resolving)
		return;
	resolving = 1;
	real_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
	real_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
	real_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
	real_posix_memalign = (int (*)(void **, size_t, size_t))dlsym(
	    RTLD_NEXT, "posix_memalign");
	real_aligned_alloc =
	    (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
	real_reallocarray =
	    (void *(*)(void *, size_t, size_t))dlsym(RTLD_NEXT, "reallocarray");
	real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	resolving = 0;
}

/* Whether this allocation is to fail; sets errno then. */
static int
fails(void)
{
	uint32_t n;

	if (!atomic_load(&armed))
		return 0;
	n = atomic_fetch_add(&counts->seen, 1) + 1;
	if (nth == 0 || n < nth || (n > nth && !keeps_failing))
		return 0;
	atomic_fetch_add(&counts->refused, 1);
	errno = ENOMEM;
	return 1;
}

EXPORT void *
malloc(size_t size)
{
	resolve();
	if (real_malloc == NULL)
		return early_alloc(size);
	return fails() ? NULL : real_malloc(size);
}

EXPORT void *
calloc(size_t n, size_t size)
{
	resolve();
	if (real_malloc == NULL)
		return early_alloc(n * size); /* zero, and small numbers */
	return fails() ? NULL : real_calloc(n, size);
}

EXPORT void *
realloc(void *p, size_t size)
{
	void *fresh;

	resolve();
	if (is_early(p)) {
		size_t most =
		    (size_t)(early + sizeof(early) - (unsigned char *)p);

		fresh = malloc(size);
		if (fresh != NULL)
			memcpy(fresh, p, size < most ? size : most);
		return fresh;
	}
	return fails() ? NULL : real_realloc(p, size);
}

EXPORT void *
reallocarray(void *p, size_t n, size_t size)
{
	resolve();
	return fails() ? NULL : real_reallocarray(p, n, size);
}

EXPORT int
posix_memalign(void **ret, size_t align, size_t size)
{
	resolve();
	return fails() ? ENOMEM : real_posix_memalign(ret, align, size);
}

EXPORT void *
aligned_alloc(size_t align, size_t size)
{
	resolve();
	return fails() ? NULL : real_aligned_alloc(align, size);
}

EXPORT void
free(void *p)
{
	resolve();
	if (p != NULL && !is_early(p) && real_free != NULL)
		real_free(p);
}

static unsigned long
env_number(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? 0 : strtoul(text, NULL, 10);
}

static void
arm(void)
{
	const char *path = getenv("OB_FAULT_COUNT");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		void *p = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);

		if (p != MAP_FAILED)
			counts = p;
		close(fd);
	}
	nth = env_number("OB_FAULT_NTH");
	keeps_failing = env_number("OB_FAULT_KEEP") != 0;
	unsetenv("LD_PRELOAD");
	unsetenv("OB_FAULT_NTH");
	unsetenv("OB_FAULT_KEEP");
	unsetenv("OB_FAULT_COUNT");
	(void)access("/ob-fault-main", F_OK); /* the mark for strace */
	atomic_store(&armed, 1);
}

/* --- main ----------------------------------------------------------------- */

typedef int main_function(int, char **, char **);

static main_function *real_main;

static int
armed_main(int argc, char **argv, char **envp)
{
	(void)envp;
	arm();
	return real_main(argc, argv, environ);
}

int __libc_start_main(main_function *main, int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
    void *stack_end);

EXPORT int
__libc_start_main(main_function *main, int argc, char **argv,
    void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
    void *stack_end)
{
	int (*real)(main_function *, int, char **, void (*)(void),
	    void (*)(void), void (*)(void), void *);

	resolve();
	*(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
	real_main = main;
	return real(armed_main, argc, argv, init, fini, rtld_fini, stack_end);
}
