/*
 * Scanning the table of processes; what may be printed is decided elsewhere.
 */
#include "sample.h"

#include <errno.h>
#include <string.h>

#define PROCS_MAX     ((size_t)4 << 20) /* what Linux can number */
#define TEXT_BYTES    ((size_t)1 << 30)
#define CMDLINE_BYTES ((size_t)128 * 1024)
#define CLOCK_STRIDE  32 /* processes per look at the clock */
#define STATE_ZOMBIE  'Z'

int
pm_sample_open(struct pm_sample *s, const char *root, struct ob_err *err)
{
	memset(s, 0, sizeof(*s));
	s->procs.max = PROCS_MAX;
	ob_arena_init(&s->text, TEXT_BYTES);
	ob_buf_init(&s->buf, CMDLINE_BYTES);
	return ob_proctab_open(root, &s->tab, err);
}

void
pm_sample_close(struct pm_sample *s)
{
	ob_proctab_close(&s->tab);
	ob_vec_release(&s->procs);
	ob_arena_release(&s->text);
	ob_buf_release(&s->buf);
}

/* Moves what is in buf to the arena. */
static int
keep(struct pm_sample *s, struct ob_str *ret)
{
	char *copy = ob_arena_dup(&s->text, ob_buf_str(&s->buf));

	if (copy == NULL)
		return -ENOMEM;
	*ret = ob_str_n(copy, s->buf.n);
	return 0;
}

static bool
is_denied(int rc)
{
	return rc == -EACCES || rc == -EPERM;
}

static int
read_cmdline(struct pm_sample *s, struct pm_proc *p)
{
	int rc;

	p->cmdline = ob_str_n("", 0);
	/* These have none, and nothing need be opened to know it. */
	if (ob_proc_is_kernel(&p->stat) || p->stat.state == STATE_ZOMBIE)
		return 0;
	ob_buf_reset(&s->buf);
	rc = ob_proctab_cmdline(s->tab, p->stat.pid, &s->buf);
	return rc < 0 ? rc : keep(s, &p->cmdline);
}

/* No target tells nothing about the life of the process: a kernel thread has
 * no exe, and a zombie has none any more. */
static int
read_link(struct pm_sample *s, const struct pm_proc *p, const char *name,
    struct ob_str *ret)
{
	int rc;

	ob_buf_reset(&s->buf);
	rc = ob_proctab_link(s->tab, p->stat.pid, name, &s->buf);
	if (rc == -ESRCH)
		return -EACCES;
	return rc < 0 ? rc : keep(s, ret);
}

static int
read_one(struct pm_sample *s, struct pm_proc *p, unsigned bit)
{
	switch (bit) {
	case PM_READ_OWNER:
		return ob_proctab_owner(s->tab, p->stat.pid, &p->uid);
	case PM_READ_CMDLINE: return read_cmdline(s, p);
	case PM_READ_EXE: return read_link(s, p, "exe", &p->exe);
	case PM_READ_CWD: return read_link(s, p, "cwd", &p->cwd);
	case PM_READ_ROOT: return read_link(s, p, "root", &p->root);
	default: return 0;
	}
}

/* 1 = done as far as allowed, 0 = the process is gone. */
static int
read_files(struct pm_sample *s, struct pm_proc *p, unsigned reads)
{
	unsigned left = reads & PM_READ_FILES & ~p->tried;

	for (unsigned bit = 1; left != 0; bit <<= 1) {
		int rc;

		if (!(left & bit))
			continue;
		left &= ~bit;
		rc = read_one(s, p, bit);
		if (rc == -ESRCH)
			return 0;
		if (rc < 0 && !is_denied(rc))
			return rc;
		p->tried |= bit;
		p->has |= rc < 0 ? 0 : bit;
	}
	return 1;
}

static bool
has_uid(const struct pm_select *select, const struct pm_proc *p)
{
	for (size_t i = 0; i < select->uids.n; i++)
		if ((p->has & PM_READ_OWNER) && select->uids.v[i] == p->uid)
			return true;
	return select->uids.n == 0;
}

/* Adds the process of the line, unless it is not selected or gone. */
static int
add(struct pm_sample *s, const struct pm_select *select, unsigned reads,
    const struct ob_proc_stat *stat, int64_t now_ns)
{
	struct pm_proc p = { .stat = *stat, .read_ns = now_ns };
	char *comm;
	int rc;

	if (select->kernel == PM_KERNEL_HIDE && ob_proc_is_kernel(stat))
		return 0;
	comm = ob_arena_dup(&s->text, stat->comm);
	if (comm == NULL)
		return -ENOMEM;
	p.stat.comm.p = comm;
	if (select->uids.n > 0) {
		rc = read_files(s, &p, PM_READ_OWNER);
		if (rc <= 0 || !has_uid(select, &p))
			return rc < 0 ? rc : 0;
	}
	rc = read_files(s, &p, reads);
	return rc <= 0 ? rc : ob_vec_push(&s->procs, p);
}

static int
scan_pids(struct pm_sample *s, const struct pm_select *select, unsigned reads,
    int64_t (*mono_ns)(void))
{
	for (size_t i = 0; i < select->pids.n; i++) {
		struct ob_proc_stat stat;
		int rc = ob_proctab_stat(s->tab, select->pids.v[i], &stat);

		if (rc == 0)
			rc = add(s, select, reads, &stat, mono_ns());
		if (rc < 0 && rc != -ESRCH && !is_denied(rc))
			return rc;
	}
	return 0;
}

static int
scan_all(struct pm_sample *s, const struct pm_select *select, unsigned reads,
    int64_t (*mono_ns)(void))
{
	struct ob_proc_stat stat;
	int64_t now_ns = 0;
	int rc = ob_proctab_rewind(s->tab);

	for (unsigned i = 0; rc == 0; i++) {
		rc = ob_proctab_next(s->tab, &stat);
		if (rc <= 0)
			return rc;
		if (i % CLOCK_STRIDE == 0)
			now_ns = mono_ns();
		rc = add(s, select, reads, &stat, now_ns);
	}
	return rc;
}

int
pm_sample_scan(struct pm_sample *s, const struct pm_select *select,
    unsigned reads, int64_t (*mono_ns)(void), struct ob_err *err)
{
	int rc;

	s->procs.n = 0;
	s->begin_ns = mono_ns();
	ob_arena_reset(&s->text);
	rc = select->pids.n > 0 ? scan_pids(s, select, reads, mono_ns)
	                        : scan_all(s, select, reads, mono_ns);
	return rc < 0 ? ob_err_set(err, rc, "cannot read processes") : 0;
}

int
pm_sample_fill(struct pm_sample *s, struct pm_proc *p, unsigned reads)
{
	struct ob_proc_stat now;
	int rc;

	if ((reads & PM_READ_FILES & ~p->tried) == 0)
		return 1;
	rc = read_files(s, p, reads);
	if (rc <= 0)
		return rc;
	/* Looked at last, it vouches for all that was read before. */
	rc = ob_proctab_stat(s->tab, p->stat.pid, &now);
	if (rc < 0)
		return rc == -ESRCH || is_denied(rc) ? 0 : rc;
	return now.start_ticks == p->stat.start_ticks;
}
