/*
 * Processes by number: who is it, is it still there, signal it, await its end.
 *
 * A pid alone is no identity, since numbers are used again. (pid, start) is
 * one while the system runs, and together with ob_sys_boot_id() for ever.
 * `start` is in units of the system (on Linux ticks since boot); it is only
 * compared. 0 stands for "not known": any process of that number counts.
 *
 * Children are started and reaped by rt/spawn; the table of all processes is
 * os/proctab.h. No POSIX types here: the Windows build uses this header.
 */
#ifndef OB_OS_PROC_H
#define OB_OS_PROC_H

#include <stdint.h>

int64_t ob_proc_pid(void);
int64_t ob_proc_ppid(void); /* 0 when the parent is out of sight */

/*
 * The space in which our pids count, as a number: two processes of one machine
 * and one space mean the same by a pid. -ENOTSUP where there is only one.
 */
int ob_proc_pid_space(uint64_t *ret);

/*
 * When the process started. -ESRCH: no such process; -ENOTSUP: the system does
 * not tell; -ENOENT: it would, in /proc, but that is not mounted.
 */
int ob_proc_start(int64_t pid, uint64_t *ret_start);

/*
 * 1 = it runs (or is stopped), 0 = it has ended; a zombie has. start may be 0.
 * Where /proc is absent or hides the process, the pid alone is looked at, and a
 * zombie counts as running: "alive" is the answer that breaks no lock.
 */
int ob_proc_is_alive(int64_t pid, uint64_t start);

/* --- a hold on one process --------------------------------------------- */

/*
 * While it is held, signals reach this process or none. With pidfd (Linux 5.3)
 * that is exact, else (pid, start) is compared right before.
 */
struct ob_proc_ref {
	int64_t pid;
	uint64_t start; /* 0 when the system does not tell */
	int fd;         /* pidfd: readable when it has ended; -1 without */
};

#define OB_PROC_REF_NONE \
	{ \
		.fd = -1 \
	}

/* start = 0 holds whoever has the pid now. -ESRCH: it has ended. */
int ob_proc_ref_open(int64_t pid, uint64_t start, struct ob_proc_ref *ret);
void ob_proc_ref_close(struct ob_proc_ref *ref);

/* -ESRCH when it has ended, -EPERM when it is not ours. signal 0 asks only. */
int ob_proc_ref_signal(const struct ob_proc_ref *ref, int signal);

/*
 * Waits for its end, which a zombie has reached. Need not be a child. 0,
 * -ETIMEDOUT, or -EINTR when a signal handler ran. Without pidfd it is asked
 * again and again, at most 20 times a second.
 */
int ob_proc_ref_wait(const struct ob_proc_ref *ref, int64_t deadline_ns);

/*
 * Sends a signal to (pid, start), or with a negative pid to a whole process
 * group (start must be 0). -EINVAL for pid 0.
 */
int ob_proc_signal(int64_t pid, uint64_t start, int signal);

#endif
