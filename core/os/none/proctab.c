/*
 * The table of processes on a system that does not show it as files.
 */
#include "os/proctab.h"

#include <errno.h>

int
ob_proctab_open(const char *root, struct ob_proctab **ret, struct ob_err *err)
{
	(void)ret;
	return ob_err_set(
	    err, -ENOTSUP, "cannot read processes from '%s'", root);
}

void
ob_proctab_close(struct ob_proctab **tab)
{
	*tab = NULL;
}

int
ob_proctab_next(struct ob_proctab *tab, struct ob_proc_stat *ret)
{
	(void)tab;
	(void)ret;
	return -ENOTSUP;
}

int
ob_proctab_rewind(struct ob_proctab *tab)
{
	(void)tab;
	return -ENOTSUP;
}

int
ob_proctab_stat(struct ob_proctab *tab, int64_t pid, struct ob_proc_stat *ret)
{
	(void)tab;
	(void)pid;
	(void)ret;
	return -ENOTSUP;
}

int
ob_proctab_read(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out)
{
	(void)tab;
	(void)pid;
	(void)name;
	(void)out;
	return -ENOTSUP;
}

int
ob_proctab_cmdline(struct ob_proctab *tab, int64_t pid, struct ob_buf *out)
{
	return ob_proctab_read(tab, pid, "cmdline", out);
}

int
ob_proctab_link(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out)
{
	return ob_proctab_read(tab, pid, name, out);
}

int
ob_proctab_ids(struct ob_proctab *tab, int64_t pid, struct ob_proc_ids *ret)
{
	(void)tab;
	(void)pid;
	(void)ret;
	return -ENOTSUP;
}

int
ob_proctab_owner(struct ob_proctab *tab, int64_t pid, uid_t *ret_uid)
{
	(void)tab;
	(void)pid;
	(void)ret_uid;
	return -ENOTSUP;
}

int
ob_proctab_boot_time(struct ob_proctab *tab, int64_t *ret_s)
{
	(void)tab;
	(void)ret_s;
	return -ENOTSUP;
}
