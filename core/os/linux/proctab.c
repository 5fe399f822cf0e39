/*
 * The table of processes from /proc: one held directory, paths made by hand,
 * one read per file, nothing allocated per process.
 */
#include "os/proctab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "os/dir.h"
#include "os/file.h"

#define STATUS_MAX    8192
#define SYSTEM_MAX    ((size_t)1024 * 1024) /* "stat": a line per interrupt */
#define MAX_PID_CHARS 10

struct ob_proctab {
	struct ob_dir *dir;
	char text[OB_PROC_STAT_MAX];
};

/* 1 when name is a decimal number without leading zero. */
static int
is_pid(const struct ob_dir_entry *e, int64_t *ret_pid)
{
	int64_t pid = 0;

	if (e->name_n > MAX_PID_CHARS || e->name[0] == '0')
		return 0;
	for (size_t i = 0; i < e->name_n; i++) {
		if (e->name[i] < '0' || e->name[i] > '9')
			return 0;
		pid = pid * 10 + (e->name[i] - '0');
	}
	*ret_pid = pid;
	return 1;
}

/* -ENOENT of one process means that it has ended. */
static int
ended(int rc)
{
	return rc == -ENOENT ? -ESRCH : rc;
}

static int
next_pid(struct ob_proctab *tab, int64_t *ret_pid)
{
	struct ob_dir_entry entry;
	int rc;

	while ((rc = ob_dir_next(tab->dir, &entry)) > 0)
		if (is_pid(&entry, ret_pid))
			return 1;
	return rc;
}

int
ob_proctab_open(const char *root, struct ob_proctab **ret, struct ob_err *err)
{
	struct ob_proctab *tab = malloc(sizeof(*tab));
	int64_t pid;
	int rc;

	if (tab == NULL)
		return ob_err_set(err, -ENOMEM, "cannot open '%s'", root);
	rc = ob_dir_open(AT_FDCWD, root, OB_FOLLOW, &tab->dir);
	if (rc < 0) {
		free(tab);
		return ob_err_set(err, rc, "cannot open '%s'", root);
	}
	rc = next_pid(tab, &pid);
	if (rc > 0)
		rc = ob_proctab_rewind(tab);
	else if (rc == 0)
		rc = -ENOENT;
	if (rc < 0) {
		ob_proctab_close(&tab);
		return ob_err_msg(err, rc,
		    "cannot read processes from '%s': no process is there",
		    root);
	}
	*ret = tab;
	return 0;
}

void
ob_proctab_close(struct ob_proctab **tab)
{
	if (*tab == NULL)
		return;
	ob_dir_close(&(*tab)->dir);
	free(*tab);
	*tab = NULL;
}

int
ob_proctab_rewind(struct ob_proctab *tab)
{
	return ob_dir_rewind(tab->dir);
}

/* "PID/NAME" relative to the root. By hand: printf(3) would cost more than all
 * else that we do to read a process. */
static int
make_path(char *path, size_t size, int64_t pid, const char *name)
{
	char digits[OB_NUM_BYTES];
	size_t n = ob_num_format_i64(digits, pid), name_n = strlen(name);

	if (n + 1 + name_n >= size)
		return -ENAMETOOLONG;
	memcpy(path, digits, n);
	path[n] = '/';
	memcpy(path + n + 1, name, name_n + 1);
	return 0;
}

static int
open_file(struct ob_proctab *tab, int64_t pid, const char *name)
{
	char path[64];
	int rc = make_path(path, sizeof(path), pid, name);

	if (rc < 0)
		return rc;
	return ended(ob_open(ob_dir_fd(tab->dir), path, O_RDONLY, 0));
}

int
ob_proctab_stat(struct ob_proctab *tab, int64_t pid, struct ob_proc_stat *ret)
{
	OB_AUTO_CLOSE int fd = open_file(tab, pid, "stat");
	ssize_t got;

	if (fd < 0)
		return fd;
	got = ob_read(fd, tab->text, sizeof(tab->text));
	if (got <= 0)
		return got == 0 ? -ESRCH : (int)got;
	return ob_proc_stat_parse(ob_str_n(tab->text, (size_t)got), ret);
}

int
ob_proctab_next(struct ob_proctab *tab, struct ob_proc_stat *ret)
{
	int64_t pid;
	int rc;

	while ((rc = next_pid(tab, &pid)) > 0) {
		rc = ob_proctab_stat(tab, pid, ret);
		if (rc == 0)
			return 1;
		/* gone, or hidden from us by the mount option hidepid */
		if (rc != -ESRCH && rc != -EPERM && rc != -EACCES)
			return rc;
	}
	return rc;
}

int
ob_proctab_read(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out)
{
	OB_AUTO_CLOSE int fd = open_file(tab, pid, name);

	return fd < 0 ? fd : ob_fd_read_all(fd, out);
}

int
ob_proctab_cmdline(struct ob_proctab *tab, int64_t pid, struct ob_buf *out)
{
	size_t before = out->n;
	int rc = ob_proctab_read(tab, pid, "cmdline", out);

	if (rc == -EFBIG)
		rc = 0;
	/* A process that has rewritten its title may have dropped the NUL. */
	if (rc == 0 && out->n > before && out->p[out->n - 1] != '\0') {
		if (out->n == out->max)
			ob_buf_truncate(out, out->n - 1);
		rc = ob_buf_add_c(out, '\0');
	}
	return rc;
}

int
ob_proctab_link(
    struct ob_proctab *tab, int64_t pid, const char *name, struct ob_buf *out)
{
	char path[64];
	int rc = make_path(path, sizeof(path), pid, name);

	if (rc < 0)
		return rc;
	return ended(ob_file_read_link(ob_dir_fd(tab->dir), path, out));
}

int
ob_proctab_owner(struct ob_proctab *tab, int64_t pid, uid_t *ret_uid)
{
	struct ob_file_info info;
	char path[64];
	int rc = make_path(path, sizeof(path), pid, "");

	if (rc == 0)
		rc = ended(
		    ob_file_info(ob_dir_fd(tab->dir), path, OB_FOLLOW, &info));
	if (rc == 0)
		*ret_uid = info.uid;
	return rc;
}

/* What stands behind "NAME" at the start of a line of text. */
static int
find_line(struct ob_str text, struct ob_str name, struct ob_str *ret)
{
	struct ob_str line;

	while (ob_str_split(&text, '\n', &line)) {
		if (!ob_str_has_prefix(line, name))
			continue;
		*ret = ob_str_n(line.p + name.n, line.n - name.n);
		return 0;
	}
	return -EBADMSG;
}

/* The next number of a line, behind blanks; at most max. */
static int
take_number(struct ob_str *line, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i = 0, first;

	while (i < line->n && (line->p[i] == ' ' || line->p[i] == '\t'))
		i++;
	for (first = i; i < line->n; i++) {
		if (line->p[i] < '0' || line->p[i] > '9')
			break;
		value = value * 10 + (uint64_t)(line->p[i] - '0');
		if (value > max)
			return -EBADMSG;
	}
	if (i == first)
		return -EBADMSG;
	*line = ob_str_n(line->p + i, line->n - i);
	*ret = value;
	return 0;
}

/* "Uid:\t1000\t1000\t1000\t1000": real, effective, saved, file system. */
static int
take_ids(struct ob_str text, struct ob_str name, uint64_t *ret_real,
    uint64_t *ret_effective)
{
	struct ob_str line;
	int rc = find_line(text, name, &line);

	if (rc == 0)
		rc = take_number(&line, UINT32_MAX, ret_real);
	if (rc == 0)
		rc = take_number(&line, UINT32_MAX, ret_effective);
	return rc;
}

int
ob_proctab_ids(struct ob_proctab *tab, int64_t pid, struct ob_proc_ids *ret)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(STATUS_MAX);
	uint64_t uid, euid, gid, egid;
	struct ob_str bytes;
	int rc = ob_proctab_read(tab, pid, "status", &text);

	if (rc < 0)
		return rc;
	bytes = ob_buf_str(&text);
	rc = take_ids(bytes, OB_STR("Uid:"), &uid, &euid);
	if (rc == 0)
		rc = take_ids(bytes, OB_STR("Gid:"), &gid, &egid);
	if (rc < 0)
		return rc;
	*ret = (struct ob_proc_ids){
		.uid = (uid_t)uid,
		.euid = (uid_t)euid,
		.gid = (gid_t)gid,
		.egid = (gid_t)egid,
	};
	return 0;
}

int
ob_proctab_boot_time(struct ob_proctab *tab, int64_t *ret_s)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(SYSTEM_MAX);
	struct ob_str line;
	uint64_t seconds;
	int rc = ob_file_read_all(ob_dir_fd(tab->dir), "stat", &text, NULL);

	if (rc == 0)
		rc = find_line(ob_buf_str(&text), OB_STR("btime "), &line);
	if (rc == 0)
		rc = take_number(&line, INT64_MAX / 10, &seconds);
	if (rc == 0)
		*ret_s = (int64_t)seconds;
	return rc;
}
