/*
 * seccomp filters and landlock rule sets.
 */
#include "os/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/attr.h"
#include "os/file.h"

#if defined(__x86_64__)
#	define ARCH      AUDIT_ARCH_X86_64
#	define X86(name) { #        name, SYS_##name },
#elif defined(__aarch64__)
#	define ARCH      AUDIT_ARCH_AARCH64
#	define X86(name) { #        name, -1 },
#elif defined(__riscv) && __riscv_xlen == 64
#	define ARCH      AUDIT_ARCH_RISCV64
#	define X86(name) { #        name, -1 },
#else
#	define ARCH      0 /* unknown: no filters */
#	define X86(name) { #        name, -1 },
#endif

/* Numbers from here on are calls of the x32 ABI, which has the same ARCH. */
#define X32_BIT 0x40000000u

#define MAX_CALLS ((size_t)1000) /* two instructions each, of 4096 */

static const struct {
	const char *name;
	int number; /* -1: this architecture does not have it */
} calls[] = {
#define CALL(name) { #name, SYS_##name },
#include "os/linux/syscalls.inc"
#undef CALL
#undef X86
};

static int
give_up_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

/* --- system calls ------------------------------------------------------ */

/* 0 and the number, which may be -1, or -EINVAL. */
static int
find_call(const char *name, int *ret_number)
{
	for (size_t i = 0; i < OB_COUNT(calls); i++) {
		if (strcmp(name, calls[i].name) == 0) {
			*ret_number = calls[i].number;
			return 0;
		}
	}
	return -EINVAL;
}

static struct sock_filter
load(size_t offset)
{
	return (struct sock_filter)BPF_STMT(
	    BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

static struct sock_filter
end_with(uint32_t action)
{
	return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
}

/* Goes on if the loaded word compares so, else skips one instruction. */
static struct sock_filter
only_if(uint16_t comparison, uint32_t value)
{
	return (struct sock_filter)BPF_JUMP(
	    BPF_JMP | comparison | BPF_K, value, 0, 1);
}

static struct sock_filter
skip_if(uint16_t comparison, uint32_t value)
{
	return (struct sock_filter)BPF_JUMP(
	    BPF_JMP | comparison | BPF_K, value, 1, 0);
}

/* Writes the program; at most 6 + 2 * policy->n instructions. */
static int
assemble(const struct ob_sandbox_policy *policy, struct sock_filter *code,
    struct ob_err *err)
{
	uint32_t refuse = policy->refusal == OB_SANDBOX_KILL
	                      ? SECCOMP_RET_KILL_PROCESS
	                      : SECCOMP_RET_ERRNO | EPERM;
	int listed_is_allowed = policy->mode == OB_SANDBOX_ALLOW_LISTED;
	int n = 0;

	code[n++] = load(offsetof(struct seccomp_data, arch));
	code[n++] = skip_if(BPF_JEQ, ARCH);
	code[n++] = end_with(refuse);
	code[n++] = load(offsetof(struct seccomp_data, nr));
	code[n++] = only_if(BPF_JGE, X32_BIT);
	code[n++] = end_with(refuse);
	for (size_t i = 0; i < policy->n; i++) {
		int number, rc = find_call(policy->calls[i], &number);

		if (rc < 0)
			return ob_err_msg(err, rc,
			    "cannot filter '%s': no such system call",
			    policy->calls[i]);
		if (number < 0)
			continue;
		code[n++] = only_if(BPF_JEQ, (uint32_t)number);
		code[n++] =
		    end_with(listed_is_allowed ? SECCOMP_RET_ALLOW : refuse);
	}
	code[n++] = end_with(listed_is_allowed ? refuse : SECCOMP_RET_ALLOW);
	return n;
}

static int
install(struct sock_filter *code, int n)
{
	const struct sock_fprog program = {
		.len = (unsigned short)n,
		.filter = code,
	};
	int rc = give_up_privileges();

	if (rc == 0 &&
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
		rc = errno == ENOSYS || errno == EINVAL ? -ENOTSUP : -errno;
	return rc;
}

int
ob_sandbox_calls(const struct ob_sandbox_policy *policy, struct ob_err *err)
{
	struct sock_filter *code;
	int n, rc;

	if (ARCH == 0)
		return ob_err_set(err, -ENOTSUP, "cannot filter system calls");
	if (policy->n > MAX_CALLS)
		return ob_err_set(err, -E2BIG, "cannot filter system calls");
	code = calloc(7 + 2 * policy->n, sizeof(*code));
	if (code == NULL)
		return ob_err_set(err, -ENOMEM, "cannot filter system calls");
	n = assemble(policy, code, err);
	rc = n < 0 ? n : install(code, n);
	free(code);
	if (n >= 0 && rc < 0)
		return ob_err_set(err, rc, "cannot filter system calls");
	return rc;
}

/* --- files ------------------------------------------------------------- */

/* Rights of the kernel's ABI, some newer than the headers of Debian 12. */
#define RIGHTS_READ    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RIGHT_REFER    (UINT64_C(1) << 13) /* ABI 2, Linux 5.19 */
#define RIGHT_TRUNCATE (UINT64_C(1) << 14) /* ABI 3, Linux 6.2 */
#define RIGHTS_WRITE \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | \
	    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
	    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | \
	    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM | \
	    RIGHT_REFER | RIGHT_TRUNCATE)

/* What can be granted for something that is no directory. */
#define RIGHTS_OF_FILES \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
	    LANDLOCK_ACCESS_FS_EXECUTE | RIGHT_TRUNCATE)

/* Rights that this kernel can handle; 0 = it has no landlock. */
static uint64_t
handled_rights(void)
{
	uint64_t rights =
	    RIGHTS_READ | RIGHTS_WRITE | LANDLOCK_ACCESS_FS_EXECUTE;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1)
		return 0;
	if (abi < 3)
		rights &= ~RIGHT_TRUNCATE;
	if (abi < 2)
		rights &= ~RIGHT_REFER;
	return rights;
}

static int
add_path(int rules_fd, const struct ob_sandbox_path *path, uint64_t handled)
{
	OB_AUTO_CLOSE int fd = ob_open(AT_FDCWD, path->path, O_PATH, 0);
	struct landlock_path_beneath_attr rule = { .parent_fd = fd };
	struct ob_file_info info;
	int rc;

	if (fd < 0)
		return fd;
	rc = ob_fd_info(fd, &info);
	if (rc < 0)
		return rc;
	if (path->access & OB_SANDBOX_READ)
		rule.allowed_access |= RIGHTS_READ;
	if (path->access & OB_SANDBOX_WRITE)
		rule.allowed_access |= RIGHTS_WRITE;
	if (path->access & OB_SANDBOX_EXECUTE)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_EXECUTE;
	rule.allowed_access &= handled;
	if (info.kind != OB_FILE_DIRECTORY)
		rule.allowed_access &= RIGHTS_OF_FILES;
	if (rule.allowed_access == 0)
		return 0; /* nothing is what everything else gets */
	return syscall(SYS_landlock_add_rule, rules_fd,
		   LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0
	           ? -errno
	           : 0;
}

int
ob_sandbox_paths(
    const struct ob_sandbox_path *paths, size_t n, struct ob_err *err)
{
	const struct landlock_ruleset_attr attr = {
		.handled_access_fs = handled_rights(),
	};
	OB_AUTO_CLOSE int fd = -1;
	int rc;

	if (attr.handled_access_fs == 0)
		return ob_err_set(
		    err, -ENOTSUP, "cannot restrict access to files");
	fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return ob_err_set(
		    err, -errno, "cannot restrict access to files");
	for (size_t i = 0; i < n; i++) {
		rc = add_path(fd, &paths[i], attr.handled_access_fs);
		if (rc < 0)
			return ob_err_set(err, rc,
			    "cannot allow access to '%s'", paths[i].path);
	}
	rc = give_up_privileges();
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		rc = -errno;
	if (rc < 0)
		return ob_err_set(err, rc, "cannot restrict access to files");
	return 0;
}
