/*
 * System calls, and sets of signals, without the C library's function of the
 * same name.
 *
 * The binary is linked with BIND_NOW, so ld.so looks up every imported symbol
 * at every start: about 700 instructions each (cachegrind), and half of what
 * core/os imports are wrappers that only pass their arguments on. Defined here
 * they are resolved when opsbox is linked; all of them together import one
 * symbol, syscall(3).
 *
 * Only wrappers that do nothing else are here, for architectures whose kernel
 * structures are those of the C library (x86-64, aarch64). Not here: what needs
 * a return trampoline or a new stack (sigaction, clone), the vDSO
 * (clock_gettime).
 * Cancellation points of threads are lost; opsbox cancels no thread. With
 * sanitizers this file is left out, since they watch these names.
 *
 * The functions are named by assembler labels, so that the prototypes of the
 * system's headers, their 64-bit redirections and _FORTIFY_SOURCE stay out of
 * the way. Variadic ones (open, fcntl, prctl) take the registers of all the
 * arguments they could have: the kernel ignores the ones a call does not use.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

#define KERNEL_SIGSET_BYTES  8
#define KERNEL_TERMIOS_BYTES 64

/* type symbol(params) is the system call nr with those arguments. */
#define DIRECT(type, symbol, nr, params, ...) \
	type direct_##symbol params __asm__(#symbol); \
	type direct_##symbol params \
	{ \
		return (type)syscall(nr, ##__VA_ARGS__); \
	}

/* --- files ---------------------------------------------------------------- */

DIRECT(int, open64, SYS_openat, (const char *path, int flags, long mode),
    AT_FDCWD, path, flags, mode)
DIRECT(int, openat64, SYS_openat,
    (int dir, const char *path, int flags, long mode), dir, path, flags, mode)
DIRECT(int, close, SYS_close, (int fd), fd)
DIRECT(int, close_range, SYS_close_range,
    (unsigned from, unsigned to, int flags), from, to, flags)
DIRECT(
    int, fcntl64, SYS_fcntl, (int fd, int command, long arg), fd, command, arg)
DIRECT(int, flock, SYS_flock, (int fd, int how), fd, how)
DIRECT(ssize_t, read, SYS_read, (int fd, void *p, size_t n), fd, p, n)
DIRECT(ssize_t, write, SYS_write, (int fd, const void *p, size_t n), fd, p, n)
DIRECT(ssize_t, pread64, SYS_pread64, (int fd, void *p, size_t n, off_t at), fd,
    p, n, at)
DIRECT(ssize_t, pwrite64, SYS_pwrite64,
    (int fd, const void *p, size_t n, off_t at), fd, p, n, at)
DIRECT(
    off_t, lseek64, SYS_lseek, (int fd, off_t at, int whence), fd, at, whence)
DIRECT(int, access, SYS_faccessat, (const char *path, int mode), AT_FDCWD, path,
    mode)

int direct_faccessat(int dir, const char *path, int mode, int flags) __asm__(
    "faccessat");
int
direct_faccessat(int dir, const char *path, int mode, int flags)
{
	int rc = (int)syscall(SYS_faccessat2, dir, path, mode, flags);

	/* Before Linux 5.8 by the real ids, which are the effective ones but
	 * in a set-id program. */
	if (rc < 0 && errno == ENOSYS)
		rc = (int)syscall(SYS_faccessat, dir, path, mode);
	return rc;
}

DIRECT(int, stat64, SYS_newfstatat, (const char *path, struct stat *st),
    AT_FDCWD, path, st, 0)
DIRECT(int, fstat64, SYS_fstat, (int fd, struct stat *st), fd, st)
DIRECT(int, fstatat64, SYS_newfstatat,
    (int dir, const char *path, struct stat *st, int flags), dir, path, st,
    flags)
DIRECT(int, fstatfs64, SYS_fstatfs, (int fd, struct statfs *ret), fd, ret)
DIRECT(ssize_t, readlink, SYS_readlinkat, (const char *path, char *p, size_t n),
    AT_FDCWD, path, p, n)
DIRECT(ssize_t, readlinkat, SYS_readlinkat,
    (int dir, const char *path, char *p, size_t n), dir, path, p, n)
DIRECT(int, linkat, SYS_linkat,
    (int from_dir, const char *from, int to_dir, const char *to, int flags),
    from_dir, from, to_dir, to, flags)
DIRECT(int, symlinkat, SYS_symlinkat,
    (const char *target, int dir, const char *path), target, dir, path)
DIRECT(int, renameat, SYS_renameat,
    (int from_dir, const char *from, int to_dir, const char *to), from_dir,
    from, to_dir, to)
DIRECT(int, renameat2, SYS_renameat2,
    (int from_dir, const char *from, int to_dir, const char *to,
	unsigned flags),
    from_dir, from, to_dir, to, flags)
DIRECT(int, unlinkat, SYS_unlinkat, (int dir, const char *path, int flags), dir,
    path, flags)
DIRECT(int, mkdirat, SYS_mkdirat, (int dir, const char *path, mode_t mode), dir,
    path, mode)
DIRECT(int, fchmod, SYS_fchmod, (int fd, mode_t mode), fd, mode)
DIRECT(int, fchown, SYS_fchown, (int fd, uid_t uid, gid_t gid), fd, uid, gid)
DIRECT(int, fsync, SYS_fsync, (int fd), fd)
DIRECT(int, fdatasync, SYS_fdatasync, (int fd), fd)
DIRECT(int, fchdir, SYS_fchdir, (int fd), fd)
DIRECT(mode_t, umask, SYS_umask, (mode_t mask), mask)
DIRECT(
    ssize_t, getdents64, SYS_getdents64, (int fd, void *p, size_t n), fd, p, n)
DIRECT(int, inotify_init1, SYS_inotify_init1, (int flags), flags)
DIRECT(int, inotify_add_watch, SYS_inotify_add_watch,
    (int fd, const char *path, uint32_t mask), fd, path, mask)
DIRECT(int, inotify_rm_watch, SYS_inotify_rm_watch, (int fd, int id), fd, id)

int direct_dup2(int from, int to) __asm__("dup2");
int
direct_dup2(int from, int to)
{
	/* aarch64 has dup3(2) alone, which refuses equal numbers. */
	if (from == to)
		return syscall(SYS_fcntl, from, F_GETFD) < 0 ? -1 : to;
	return (int)syscall(SYS_dup3, from, to, 0);
}

int direct_isatty(int fd) __asm__("isatty");
int
direct_isatty(int fd)
{
	char termios[KERNEL_TERMIOS_BYTES];

	return syscall(SYS_ioctl, fd, TCGETS, termios) == 0;
}

int direct_poll(struct pollfd *fds, nfds_t n, int timeout_ms) __asm__("poll");
int
direct_poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
	struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };

	/* aarch64 has ppoll(2) alone. */
	return (int)syscall(SYS_ppoll, fds, n, timeout_ms < 0 ? NULL : &t, NULL,
	    KERNEL_SIGSET_BYTES);
}

/* --- memory --------------------------------------------------------------- */

DIRECT(void *, mmap64, SYS_mmap,
    (void *at, size_t n, int prot, int flags, int fd, off_t from), at, n, prot,
    flags, fd, from)
DIRECT(int, munmap, SYS_munmap, (void *p, size_t n), p, n)

/* What the C library does as well; at most 256 bytes come uninterrupted. */
void direct_arc4random_buf(void *p, size_t n) __asm__("arc4random_buf");
void
direct_arc4random_buf(void *p, size_t n)
{
	unsigned char *at = p;

	while (n > 0) {
		long got = syscall(SYS_getrandom, at, n < 256 ? n : 256, 0);

		OB_CHECK(got > 0 || errno == EINTR);
		at += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
}

/* --- processes ------------------------------------------------------------ */

DIRECT(pid_t, getpid, SYS_getpid, (void))
DIRECT(pid_t, getppid, SYS_getppid, (void))
DIRECT(uid_t, geteuid, SYS_geteuid, (void))
DIRECT(pid_t, getpgrp, SYS_getpgid, (void), 0)
DIRECT(int, setpgid, SYS_setpgid, (pid_t pid, pid_t group), pid, group)
DIRECT(pid_t, setsid, SYS_setsid, (void))
DIRECT(int, tcsetpgrp, SYS_ioctl, (int fd, pid_t group), fd, TIOCSPGRP, &group)
DIRECT(int, kill, SYS_kill, (pid_t pid, int signo), pid, signo)
DIRECT(int, pidfd_open, SYS_pidfd_open, (pid_t pid, unsigned flags), pid, flags)
DIRECT(int, pidfd_send_signal, SYS_pidfd_send_signal,
    (int fd, int signo, siginfo_t *info, unsigned flags), fd, signo, info,
    flags)
DIRECT(int, uname, SYS_uname, (struct utsname * ret), ret)
DIRECT(int, execve, SYS_execve,
    (const char *path, char *const *argv, char *const *envp), path, argv, envp)
DIRECT(pid_t, wait4, SYS_wait4,
    (pid_t pid, int *status, int options, struct rusage *usage), pid, status,
    options, usage)
DIRECT(pid_t, waitpid, SYS_wait4, (pid_t pid, int *status, int options), pid,
    status, options, NULL)
DIRECT(int, prctl, SYS_prctl, (int what, long a, long b, long c, long d), what,
    a, b, c, d)
DIRECT(int, getrlimit64, SYS_prlimit64, (int which, struct rlimit *ret), 0,
    which, NULL, ret)
DIRECT(int, setrlimit64, SYS_prlimit64, (int which, const struct rlimit *to), 0,
    which, to, NULL)

/* --- signals and time ----------------------------------------------------- */

/* A set is an array of words with a bit for each signal, as in the kernel. */
#define SET_WORD_BITS (8 * (int)sizeof(unsigned long))
#define SET_WORDS     (sizeof(sigset_t) / sizeof(unsigned long))

static unsigned long *
set_word(sigset_t *set, int signo, unsigned long *ret_bit)
{
	if (signo < 1 || signo > 8 * KERNEL_SIGSET_BYTES) {
		errno = EINVAL;
		return NULL;
	}
	*ret_bit = 1UL << (signo - 1) % SET_WORD_BITS;
	return (unsigned long *)(void *)set + (signo - 1) / SET_WORD_BITS;
}

static int
fill_set(sigset_t *set, unsigned long with)
{
	unsigned long *word = (unsigned long *)(void *)set;

	for (size_t i = 0; i < SET_WORDS; i++)
		word[i] = with;
	return 0;
}

int direct_sigemptyset(sigset_t *set) __asm__("sigemptyset");
int
direct_sigemptyset(sigset_t *set)
{
	return fill_set(set, 0);
}

int direct_sigfillset(sigset_t *set) __asm__("sigfillset");
int
direct_sigfillset(sigset_t *set)
{
	return fill_set(set, ~0UL);
}

int direct_sigaddset(sigset_t *set, int signo) __asm__("sigaddset");
int
direct_sigaddset(sigset_t *set, int signo)
{
	unsigned long bit, *word = set_word(set, signo, &bit);

	if (word == NULL)
		return -1;
	*word |= bit;
	return 0;
}

int direct_sigdelset(sigset_t *set, int signo) __asm__("sigdelset");
int
direct_sigdelset(sigset_t *set, int signo)
{
	unsigned long bit, *word = set_word(set, signo, &bit);

	if (word == NULL)
		return -1;
	*word &= ~bit;
	return 0;
}

int direct_sigismember(sigset_t *set, int signo) __asm__("sigismember");
int
direct_sigismember(sigset_t *set, int signo)
{
	unsigned long bit, *word = set_word(set, signo, &bit);

	return word == NULL ? -1 : (*word & bit) != 0;
}

DIRECT(int, sigprocmask, SYS_rt_sigprocmask,
    (int how, const sigset_t *set, sigset_t *old), how, set, old,
    KERNEL_SIGSET_BYTES)
DIRECT(int, sigwaitinfo, SYS_rt_sigtimedwait,
    (const sigset_t *set, siginfo_t *info), set, info, NULL,
    KERNEL_SIGSET_BYTES)
DIRECT(int, sigtimedwait, SYS_rt_sigtimedwait,
    (const sigset_t *set, siginfo_t *info, const struct timespec *timeout), set,
    info, timeout, KERNEL_SIGSET_BYTES)
DIRECT(int, setitimer, SYS_setitimer,
    (int which, const struct itimerval *to, struct itimerval *old), which, to,
    old)

int
direct_clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
    struct timespec *left) __asm__("clock_nanosleep");
int
direct_clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
    struct timespec *left)
{
	/* The one of these that returns the error instead of setting it. */
	return syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0
	           ? 0
	           : errno;
}
