/*
 * Giving up rights for the rest of the process's life: system calls (seccomp)
 * and files (landlock).
 *
 * Both are inherited by children, survive exec, and cannot be taken back; both
 * set no_new_privs, so set-id programs gain nothing from then on. They apply
 * to the calling thread and what it starts: call them before other threads.
 *
 * -ENOTSUP where the kernel lacks the one or the other: the caller decides
 * whether to go on without, and says so.
 */
#ifndef OB_OS_SANDBOX_H
#define OB_OS_SANDBOX_H

#include <stddef.h>

#include "base/err.h"

/* --- system calls ------------------------------------------------------ */

enum ob_sandbox_mode {
	OB_SANDBOX_ALLOW_LISTED, /* all others are refused */
	OB_SANDBOX_DENY_LISTED   /* all others are allowed */
};

enum ob_sandbox_refusal {
	OB_SANDBOX_FAIL, /* the call returns EPERM */
	OB_SANDBOX_KILL  /* the process dies of SIGSYS */
};

struct ob_sandbox_policy {
	enum ob_sandbox_mode mode;
	enum ob_sandbox_refusal refusal;
	const char *const *calls; /* names as in syscalls(2) */
	size_t n;
};

/*
 * Installs the filter. A name that no system has is -EINVAL; one that only
 * another architecture has counts for nothing. An allow-list needs at least
 * exit_group, and whatever libc uses for what it is asked. Calls of other
 * ABIs of the machine (32 bit, x32) are always refused.
 */
int
ob_sandbox_calls(const struct ob_sandbox_policy *policy, struct ob_err *err);

/* --- files ------------------------------------------------------------- */

enum {
	OB_SANDBOX_READ = 1,   /* read files, list directories */
	OB_SANDBOX_WRITE = 2,  /* write, create, remove, rename, truncate */
	OB_SANDBOX_EXECUTE = 4 /* run programs */
};

struct ob_sandbox_path {
	const char *path; /* a directory (with all below) or a file */
	unsigned access;
};

/*
 * From now on files can be opened only below these paths and for this access
 * (-EACCES elsewhere); what is open stays usable. Not covered: stat, chmod,
 * and what older kernels' landlock does not know (truncate before 6.2).
 */
int ob_sandbox_paths(
    const struct ob_sandbox_path *paths, size_t n, struct ob_err *err);

#endif
