/*
 * A sample: the processes of one moment, with what was asked for.
 *
 * Every process costs its line in PID/stat; other files are read only when a
 * bit of enum pm_read asks. What may not be read is unknown (its bit stays out
 * of `has`), which is never the same as 0 or empty. A process that ends while
 * it is read is not in the sample.
 *
 * A process is identified by (pid, start_ticks), since pids are used again.
 */
#ifndef PM_SAMPLE_H
#define PM_SAMPLE_H

#include "base/arena.h"
#include "base/vec.h"
#include "os/proctab.h"
#include "select.h"

/* What a field needs besides PID/stat. */
enum pm_read {
	PM_READ_OWNER = 1 << 0,
	PM_READ_CMDLINE = 1 << 1,
	PM_READ_EXE = 1 << 2,
	PM_READ_CWD = 1 << 3,
	PM_READ_ROOT = 1 << 4,
	PM_READ_FILES = (1 << 5) - 1,

	/* No file of a process: */
	PM_READ_RATE = 1 << 5, /* the difference of two samples */
	PM_READ_NAMES = 1 << 6 /* names of users */
};

struct pm_proc {
	struct ob_proc_stat stat; /* comm lives in the sample */
	unsigned has;             /* enum pm_read, what is known */
	unsigned tried;           /* what was asked for */
	uid_t uid;
	struct ob_str cmdline; /* each argument ends in NUL */
	struct ob_str exe, cwd, root;
	int64_t read_ns;    /* monotonic, when stat was read */
	double cpu_percent; /* of one CPU; with PM_READ_RATE in has */
};

struct pm_sample {
	struct ob_proctab *tab;
	OB_VEC(struct pm_proc) procs;
	int64_t begin_ns; /* monotonic, when the scan began */
	struct ob_arena text;
	struct ob_buf buf;
};

/* root is the directory of the shape of OB_PROCTAB_SYSTEM. */
int pm_sample_open(struct pm_sample *s, const char *root, struct ob_err *err);
void pm_sample_close(struct pm_sample *s);

/*
 * Replaces the processes by those of now, in the order of the system (rising
 * pids) or of select->pids. reads: bits of PM_READ_FILES. mono_ns is asked for
 * the time once per few processes.
 */
int pm_sample_scan(struct pm_sample *s, const struct pm_select *select,
    unsigned reads, int64_t (*mono_ns)(void), struct ob_err *err);

/*
 * Reads what is asked for and was not yet, later than the scan: 1, or 0 when
 * the process is gone or its pid belongs to another one by now.
 */
int pm_sample_fill(struct pm_sample *s, struct pm_proc *p, unsigned reads);

#endif
