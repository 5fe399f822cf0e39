/*
 * The table of processes, read from a file system of the shape of Linux's
 * /proc (proc(5)).
 *
 * The root is a parameter, so tests and containers can show another one.
 * Costs per process: one open, read and close, and a share of getdents64.
 * Processes that end while they are read are left out, never half there.
 * -ENOTSUP on systems without such a file system; a root that is missing or
 * holds no processes is an error of ob_proctab_open(), with words.
 */
#ifndef OB_OS_PROCTAB_H
#define OB_OS_PROCTAB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* No PID/stat is longer: comm has at most 64 bytes, the rest is numbers. */
#define OB_PROC_STAT_MAX 2048

/* A line of PID/stat. Ticks: ob_sys_ticks_per_s() of them a second. */
struct ob_proc_stat {
	int64_t pid;
	struct ob_str comm; /* any bytes: blanks, ')', newlines */
	char state;         /* R S D T t Z X I */
	int64_t ppid;
	int64_t pgid;
	int64_t sid;
	int64_t tty; /* device number, 0 = none */
	int64_t tpgid;
	uint64_t flags;
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t utime_ticks;
	uint64_t stime_ticks;
	int64_t priority;
	int64_t nice;
	int64_t threads;
	uint64_t start_ticks; /* since boot */
	uint64_t vsize_bytes;
	int64_t rss_pages;
	int64_t cpu; /* where it ran last; -1 when the line does not tell */
};

/*
 * Reads one line, with or without its newline. Pure; comm points into line.
 * comm is what stands between the first '(' and the last ')'. -EBADMSG when
 * that is not what the kernel writes, or a number exceeds 64 bits.
 */
int ob_proc_stat_parse(struct ob_str line, struct ob_proc_stat *ret);

/* Whether the line is that of a thread of the kernel, by its flags: a process
 * with an empty command line is not one for that. */
bool ob_proc_is_kernel(const struct ob_proc_stat *s);

/*
 * The name below /dev of a terminal by the number in a line: "pts/3", "tty1",
 * "ttyS0", else "MAJOR:MINOR". Its length; 0 for no terminal.
 */
#define OB_PROC_TTY_MAX 32
size_t ob_proc_tty_name(int64_t tty, char ret[OB_PROC_TTY_MAX]);

struct ob_proctab;

/* Where the system shows its own processes. */
#define OB_PROCTAB_SYSTEM "/proc"

/* *ret is freed by ob_proctab_close(). */
int
ob_proctab_open(const char *root, struct ob_proctab **ret, struct ob_err *err);
void ob_proctab_close(struct ob_proctab **tab);

/*
 * The next process: 1, 0 at the end, < 0. ret->comm is valid until the next
 * call with this table.
 */
int ob_proctab_next(struct ob_proctab *tab, struct ob_proc_stat *ret);

/* From the beginning, with what is there now. */
int ob_proctab_rewind(struct ob_proctab *tab);

/* One process; -ESRCH when there is none of that number. */
int
ob_proctab_stat(struct ob_proctab *tab, int64_t pid, struct ob_proc_stat *ret);

/*
 * Appends the file `name` of the process: "cmdline", "io", "cgroup". -ESRCH
 * when it has ended, -EACCES when it is not for us, -EFBIG.
 */
int ob_proctab_read(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out);

/*
 * Appends the arguments, each ending in NUL, as the process shows them.
 * Nothing for a kernel thread or a zombie. What exceeds out's maximum is cut.
 */
int ob_proctab_cmdline(struct ob_proctab *tab, int64_t pid, struct ob_buf *out);

/* Appends the target of a link of the process: "exe", "cwd", "root". */
int ob_proctab_link(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out);

struct ob_proc_ids {
	uid_t uid, euid;
	gid_t gid, egid;
};

/* From PID/status: open, read, close. */
int
ob_proctab_ids(struct ob_proctab *tab, int64_t pid, struct ob_proc_ids *ret);

/*
 * The owner of PID/, one system call: the effective user, but root for a
 * process that may not be dumped (set-id programs, ssh-agent).
 */
int ob_proctab_owner(struct ob_proctab *tab, int64_t pid, uid_t *ret_uid);

/* When the system started, seconds since the epoch; from "stat". */
int ob_proctab_boot_time(struct ob_proctab *tab, int64_t *ret_s);

#endif
