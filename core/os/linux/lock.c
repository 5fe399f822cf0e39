/*
 * os/lock.h, the part that Linux alone has: F_OFD_* locks, /proc/locks and
 * the "lock:" lines of /proc/PID/fdinfo (proc(5)), names of filesystems.
 *
 * A file is named in these lists by the device of its superblock, which for
 * btrfs, overlayfs and other filesystems without a device of their own is not
 * the st_dev of stat(2). Such st_dev have major number 0; for them the device
 * is looked up by mount id in /proc/self/mountinfo.
 */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"
#include "os/dir.h"
#include "os/file.h"
#include "os/lock_rows.h"
#include "os/posix/lock_sys.h"

/* About 70000 locks. */
#define LIST_MAX   (8 << 20)
#define FDINFO_MAX (256 << 10)

int
ob_lock_ofd(int fd, enum ob_lock_op op, struct flock *fl)
{
	static const int commands[] = {
		[OB_LOCK_OP_TRY] = F_OFD_SETLK,
		[OB_LOCK_OP_WAIT] = F_OFD_SETLKW,
		[OB_LOCK_OP_GET] = F_OFD_GETLK,
	};

	fl->l_pid = 0; /* the kernel insists */
	if (fcntl(fd, commands[op], fl) == 0)
		return 0;
	/* Before Linux 3.15, with a valid lock: the command is unknown. */
	return errno == EINVAL && op != OB_LOCK_OP_GET ? -ENOTSUP : -errno;
}

static int
read_list(struct ob_buf *b, const char *path)
{
	int rc = ob_file_read_all(AT_FDCWD, path, b, NULL);

	return rc == -ENOENT || rc == -ENOTDIR ? -ENOTSUP : rc;
}

/* The rest of the line that starts with key; false when there is none. */
static bool
find_field(struct ob_str text, struct ob_str key, struct ob_str *ret)
{
	struct ob_str line;

	while (ob_str_split(&text, '\n', &line)) {
		if (!ob_str_has_prefix(line, key))
			continue;
		*ret = ob_str_trim(ob_str_n(line.p + key.n, line.n - key.n));
		return true;
	}
	return false;
}

/* Looks up the device "major:minor" of a mount. */
static int
device_of_mount(struct ob_str mount_id, struct ob_lock_file *ret)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(LIST_MAX);
	struct ob_str text, line, id, parent, device, major;
	uint64_t major_n, minor_n;
	int rc = read_list(&b, "/proc/self/mountinfo");

	if (rc < 0)
		return rc;
	text = ob_buf_str(&b);
	while (ob_str_split(&text, '\n', &line)) {
		if (!ob_str_split(&line, ' ', &id) ||
		    !ob_str_eq(id, mount_id) ||
		    !ob_str_split(&line, ' ', &parent) ||
		    !ob_str_split(&line, ' ', &device) ||
		    !ob_str_split(&device, ':', &major) ||
		    ob_num_u64(major, 0, UINT32_MAX, &major_n) < 0 ||
		    ob_num_u64(device, 0, UINT32_MAX, &minor_n) < 0)
			continue;
		ret->dev_major = (uint32_t)major_n;
		ret->dev_minor = (uint32_t)minor_n;
		return 0;
	}
	return -ENOENT;
}

int
ob_lock_identify(ob_handle h, struct ob_lock_file *ret)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(FDINFO_MAX);
	struct ob_lock_file file;
	struct ob_str mount_id;
	struct stat st;
	char path[64];

	if (fstat(h, &st) < 0)
		return -errno;
	file.dev_major = major(st.st_dev);
	file.dev_minor = minor(st.st_dev);
	file.ino = st.st_ino;
	if (file.dev_major == 0) {
		/* Without /proc there is no list to compare with either. */
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", h);
		if (read_list(&b, path) == 0 &&
		    find_field(ob_buf_str(&b), OB_STR("mnt_id:"), &mount_id))
			(void)device_of_mount(mount_id, &file);
	}
	*ret = file;
	return 0;
}

int
ob_lock_list(int (*row)(const struct ob_lock_row *, void *), void *ctx)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(LIST_MAX);
	struct ob_str text, line;
	struct ob_lock_row parsed;
	int rc = read_list(&b, "/proc/locks");

	if (rc < 0)
		return rc;
	text = ob_buf_str(&b);
	while (ob_str_split(&text, '\n', &line)) {
		if (ob_lock_row_parse(line, &parsed) != 1)
			continue;
		rc = row(&parsed, ctx);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static bool
is_same_file(const struct ob_lock_file *a, const struct ob_lock_file *b)
{
	return a->ino == b->ino && a->dev_major == b->dev_major &&
	       a->dev_minor == b->dev_minor;
}

/* What ob_lock_list_open() looks for, and in which process it is. */
struct walk {
	const struct ob_lock_file *files;
	size_t n;
	ob_lock_open_row *row;
	void *ctx;
	int fds, fdinfo; /* directories of one process */
	int64_t pid;
};

static bool
is_wanted(const struct walk *w, const struct ob_lock_file *file)
{
	for (size_t i = 0; i < w->n; i++)
		if (is_same_file(&w->files[i], file))
			return true;
	return false;
}

/* fd/NAME leads to an inode that we look for, on whatever device. */
static bool
leads_to_wanted(const struct walk *w, const char *name)
{
	struct stat st;

	if (fstatat(w->fds, name, &st, 0) < 0)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (w->files[i].ino == st.st_ino)
			return true;
	return false;
}

/* A row for each "lock:" line of one descriptor. */
static int
list_descriptor(const struct walk *w, const char *name)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(FDINFO_MAX);
	OB_AUTO_BUF struct ob_buf path = OB_BUF_INIT(PATH_MAX);
	const struct ob_str key = OB_STR("lock:");
	struct ob_str text, line;
	struct ob_lock_row parsed;

	if (ob_file_read_all(w->fdinfo, name, &b, NULL) < 0)
		return 0; /* closed meanwhile */
	text = ob_buf_str(&b);
	while (ob_str_split(&text, '\n', &line)) {
		int rc;

		if (!ob_str_has_prefix(line, key))
			continue;
		line = ob_str_trim(ob_str_n(line.p + key.n, line.n - key.n));
		if (ob_lock_row_parse(line, &parsed) != 1 ||
		    !is_wanted(w, &parsed.file))
			continue;
		parsed.pid = w->pid;
		ob_buf_reset(&path);
		rc = ob_file_read_link(w->fds, name, &path);
		rc = w->row(&parsed, rc < 0 ? NULL : ob_buf_z(&path), w->ctx);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
open_dir(int proc, const char *pid, const char *sub, struct ob_dir **ret)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", pid, sub);
	return ob_dir_open(proc, path, OB_FOLLOW, ret);
}

static int
list_process(struct walk *w, int proc, const char *name)
{
	OB_AUTO_DIR struct ob_dir *fds = NULL;
	OB_AUTO_DIR struct ob_dir *fdinfo = NULL;
	struct ob_dir_entry entry;
	int rc = 0;

	if (open_dir(proc, name, "fd", &fds) < 0 ||
	    open_dir(proc, name, "fdinfo", &fdinfo) < 0)
		return 0; /* not ours to look into, or gone */
	w->fds = ob_dir_fd(fds);
	w->fdinfo = ob_dir_fd(fdinfo);
	while (rc == 0 && ob_dir_next(fds, &entry) > 0)
		if (leads_to_wanted(w, entry.name))
			rc = list_descriptor(w, entry.name);
	return rc;
}

int
ob_lock_list_open(const struct ob_lock_file *files, size_t n,
    ob_lock_open_row *row, void *ctx)
{
	struct walk w = { .files = files, .n = n, .row = row, .ctx = ctx };
	OB_AUTO_DIR struct ob_dir *proc = NULL;
	struct ob_dir_entry entry;
	int rc = ob_dir_open(AT_FDCWD, "/proc", OB_FOLLOW, &proc);

	if (rc < 0)
		return rc == -ENOENT ? -ENOTSUP : rc;
	while (rc == 0 && ob_dir_next(proc, &entry) > 0)
		if (ob_num_i64(ob_str_z(entry.name), 1, INT32_MAX, &w.pid) == 0)
			rc = list_process(&w, ob_dir_fd(proc), entry.name);
	return rc;
}

struct conflict {
	struct ob_lock_file file;
	enum ob_lock_mode mode;
	struct ob_lock_row row;
};

static int
find_conflict(const struct ob_lock_row *row, void *ctx)
{
	struct conflict *c = ctx;

	if (row->kind != OB_LOCK_FLOCK || row->waiting ||
	    !is_same_file(&row->file, &c->file) ||
	    (row->mode == OB_LOCK_SH && c->mode == OB_LOCK_SH))
		return 0;
	c->row = *row;
	return 1;
}

int
ob_lock_test_flock(int fd, enum ob_lock_mode mode, struct ob_lock_row *ret)
{
	struct conflict c = { .mode = mode };
	int rc = ob_lock_identify(fd, &c.file);

	if (rc == 0)
		rc = ob_lock_list(find_conflict, &c);
	if (rc == 1 && ret != NULL)
		*ret = c.row;
	return rc;
}

enum ob_lock_scope
ob_lock_fs_scope(int fd, char ret_name[16])
{
	/* Magic numbers of statfs(2). */
	static const struct {
		uint32_t magic;
		enum ob_lock_scope scope;
		char name[16];
	} types[] = {
		{ 0x0000ef53, OB_LOCK_LOCAL, "ext4" },
		{ 0x58465342, OB_LOCK_LOCAL, "xfs" },
		{ 0x9123683e, OB_LOCK_LOCAL, "btrfs" },
		{ 0xf2f52010, OB_LOCK_LOCAL, "f2fs" },
		{ 0x2fc12fc1, OB_LOCK_LOCAL, "zfs" },
		{ 0x01021994, OB_LOCK_LOCAL, "tmpfs" },
		{ 0x858458f6, OB_LOCK_LOCAL, "ramfs" },
		{ 0x794c7630, OB_LOCK_LOCAL, "overlay" },
		{ 0x00004d44, OB_LOCK_LOCAL, "vfat" },
		{ 0x2011bab0, OB_LOCK_LOCAL, "exfat" },
		{ 0x00009fa0, OB_LOCK_LOCAL, "proc" },
		{ 0x62656572, OB_LOCK_LOCAL, "sysfs" },
		{ 0x00006969, OB_LOCK_SHARED, "nfs" },
		{ 0xff534d42, OB_LOCK_SHARED, "cifs" },
		{ 0xfe534d42, OB_LOCK_SHARED, "smb2" },
		{ 0x00c36400, OB_LOCK_SHARED, "ceph" },
		{ 0x47504653, OB_LOCK_SHARED, "gpfs" },
		{ 0x0bd00bd0, OB_LOCK_SHARED, "lustre" },
		{ 0x01161970, OB_LOCK_SHARED, "gfs2" },
		{ 0x7461636f, OB_LOCK_SHARED, "ocfs2" },
		{ 0x01021997, OB_LOCK_SCOPE_UNKNOWN, "9p" },
		{ 0x65735546, OB_LOCK_SCOPE_UNKNOWN, "fuse" },
	};
	struct statfs fs;

	ret_name[0] = '\0';
	if (fstatfs(fd, &fs) < 0)
		return OB_LOCK_SCOPE_UNKNOWN;
	for (size_t i = 0; i < OB_COUNT(types); i++) {
		if ((uint32_t)fs.f_type != types[i].magic)
			continue;
		memcpy(ret_name, types[i].name, sizeof(types[i].name));
		return types[i].scope;
	}
	return OB_LOCK_SCOPE_UNKNOWN;
}
