/*
 * See holders.h. Rows of the table of locks come first. It knows no owner of
 * OFD locks and no paths, and names the one who locked, who may have left a
 * flock(2) to a child: the open files of processes tell these. Records and
 * markers then add what only the holder knew.
 */
#include "holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "dotlock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/proctab.h"
#include "record.h"
#include "rt/lockfile.h"

/* Above any slot and any data: turnstiles of rt/lockfile and rt/slots. */
#define TURNSTILES_START (INT64_C(1) << 62)
#define TURNSTILES_COUNT 2

#define CMDLINE_MAX ((size_t)4096)

struct named_file {
	struct ob_lock_file file;
	const char *path;
};

struct collect {
	struct fl_rows *rows;
	struct named_file *files;
	size_t n;
	bool is_whole_system;
	struct fl_holder self;
	int64_t now_ns;
	const char *path; /* of the file whose records are read */
};

void
fl_rows_init(struct fl_rows *rows, struct ob_arena *a)
{
	*rows = (struct fl_rows){ .max = FL_ROWS_MAX, .arena = a };
}

void
fl_rows_release(struct fl_rows *rows)
{
	ob_vec_release(rows);
}

static bool
is_same(const struct ob_lock_file *a, const struct ob_lock_file *b)
{
	return a->ino == b->ino && a->dev_major == b->dev_major &&
	       a->dev_minor == b->dev_minor;
}

/* --- the table of locks --------------------------------------------------- */

/* Somebody else who waits: turnstiles show a waiter that has its own row. */
static bool
is_known_waiter(const struct fl_rows *rows, const struct fl_row *row)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].is_waiting && rows->v[i].pid == row->pid &&
		    is_same(&rows->v[i].file, &row->file))
			return true;
	return false;
}

static int
add_lock(const struct ob_lock_row *lock, void *ctx)
{
	struct collect *c = ctx;
	struct fl_row row = { .file = lock->file,
		.kind = (int)lock->kind,
		.mode = lock->mode,
		.is_waiting = lock->waiting,
		.pid = lock->pid,
		.range = lock->range,
		.slot = -1 };
	bool is_wanted = c->is_whole_system;

	for (size_t i = 0; i < c->n; i++) {
		if (!is_same(&c->files[i].file, &lock->file))
			continue;
		row.path = c->files[i].path;
		is_wanted = true;
		break;
	}
	if (!is_wanted)
		return 0;
	/* Who stands in a turnstile waits. */
	if (lock->kind == OB_LOCK_OFD && lock->range.length == 1 &&
	    lock->range.start >= TURNSTILES_START &&
	    lock->range.start < TURNSTILES_START + TURNSTILES_COUNT)
		row.is_waiting = true;
	return ob_vec_push(c->rows, row);
}

static bool
needs_owner(const struct fl_row *row)
{
	return row->pid <= 0 || ob_proc_is_alive(row->pid, 0) == 0;
}

static bool
is_of(const struct fl_row *row, const struct ob_lock_row *lock)
{
	return is_same(&row->file, &lock->file) &&
	       row->kind == (int)lock->kind && row->mode == lock->mode &&
	       row->range.start == lock->range.start &&
	       row->range.length == lock->range.length;
}

static int
add_owner(const struct ob_lock_row *lock, const char *path, void *ctx)
{
	struct collect *c = ctx;
	struct fl_row *free_row = NULL;
	bool is_known = false;

	for (size_t i = 0; i < c->rows->n; i++) {
		struct fl_row *row = &c->rows->v[i];

		if (row->path == NULL && path != NULL &&
		    is_same(&row->file, &lock->file))
			row->path =
			    ob_arena_dup(c->rows->arena, ob_str_z(path));
		if (!is_of(row, lock))
			continue;
		is_known |= row->pid == lock->pid;
		if (free_row == NULL && needs_owner(row))
			free_row = row;
	}
	if (!is_known && free_row != NULL)
		free_row->pid = lock->pid;
	return 0;
}

/* Looks through open files where the table left something open. */
static int
find_owners(struct collect *c)
{
	struct ob_lock_file *files;
	size_t n = 0;
	int rc;

	files = calloc(c->rows->n + 1, sizeof(*files));
	if (files == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < c->rows->n; i++) {
		const struct fl_row *row = &c->rows->v[i];
		bool is_listed = false;

		for (size_t k = 0; k < n && !is_listed; k++)
			is_listed = is_same(&files[k], &row->file);
		if (!is_listed && (row->path == NULL || needs_owner(row)))
			files[n++] = row->file;
	}
	rc = n == 0 ? 0 : ob_lock_list_open(files, n, add_owner, c);
	free(files);
	return rc == -ENOTSUP ? 0 : rc;
}

/* Turnstiles: an own row of a waiter suffices, and the byte says nothing. */
static void
drop_doubles(struct fl_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct fl_row row = rows->v[i];
		const struct fl_rows before = { .v = rows->v, .n = kept };

		if (row.is_waiting && is_known_waiter(&before, &row))
			continue;
		if (row.range.start >= TURNSTILES_START)
			row.range = (struct ob_lock_range){ 0, 0 };
		rows->v[kept++] = row;
	}
	rows->n = kept;
}

static void
find_commands(struct fl_rows *rows)
{
	struct ob_proctab *tab = NULL;

	if (ob_proctab_open(OB_PROCTAB_SYSTEM, &tab, NULL) < 0)
		return;
	for (size_t i = 0; i < rows->n; i++) {
		OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(CMDLINE_MAX);
		struct fl_row *row = &rows->v[i];
		char *text;

		if (row->pid <= 0 || row->command.n > 0 ||
		    row->kind == FL_KIND_DOTLOCK ||
		    ob_proctab_cmdline(tab, row->pid, &b) < 0 || b.n == 0)
			continue;
		for (size_t k = 0; k + 1 < b.n; k++)
			if (b.p[k] == '\0')
				b.p[k] = ' ';
		text = ob_arena_dup(rows->arena, ob_buf_str(&b));
		row->command = ob_str_z(text);
	}
	ob_proctab_close(&tab);
}

/* --- records and markers -------------------------------------------------- */

static int
add_record(const struct fl_holder *h, void *ctx)
{
	struct collect *c = ctx;
	bool is_local = fl_holder_is_local(h, &c->self);
	struct fl_row row = { .path = c->path,
		.kind = h->kind,
		.mode = h->mode,
		.pid = h->pid,
		.host = h->host,
		.command = h->command,
		.note = h->note,
		.since_ns = h->since_ns,
		.slot = h->slot,
		.token = h->token };

	for (size_t i = 0; is_local && i < c->rows->n; i++) {
		struct fl_row *known = &c->rows->v[i];

		if (known->pid != h->pid || known->is_waiting ||
		    known->path == NULL || strcmp(known->path, c->path) != 0)
			continue;
		row.file = known->file;
		row.range = known->range;
		row.kind = known->kind;
		row.mode = known->mode;
		*known = row;
		return 0;
	}
	/* Of this machine and not in the table: it holds nothing any more. */
	return is_local ? 0 : ob_vec_push(c->rows, row);
}

static int
add_records_of(struct collect *c, const char *path)
{
	const char *sidecar = fl_record_path(c->rows->arena, path);
	int rc;

	if (sidecar == NULL)
		return -ENOMEM;
	c->path = path;
	rc = fl_record_list(sidecar, c->rows->arena, add_record, c, NULL);
	/* What cannot be read is no source. */
	return rc == -ENOMEM || rc == -ENOBUFS ? rc : 0;
}

static bool
has_path_before(const struct fl_rows *rows, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (rows->v[k].path != NULL &&
		    strcmp(rows->v[k].path, rows->v[i].path) == 0)
			return true;
	return false;
}

static int
add_records(struct collect *c)
{
	size_t n = c->rows->n;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < c->n; i++)
		rc = add_records_of(c, c->files[i].path);
	for (size_t i = 0; rc == 0 && c->is_whole_system && i < n; i++)
		if (c->rows->v[i].path != NULL && !has_path_before(c->rows, i))
			rc = add_records_of(c, c->rows->v[i].path);
	return rc;
}

static int
add_marker(struct collect *c, const char *path)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	struct fl_row row = { .kind = FL_KIND_DOTLOCK,
		.mode = OB_LOCK_EX,
		.pid = -1,
		.slot = -1 };
	struct fl_holder h;

	row.path = fl_dotlock_path(c->rows->arena, path);
	if (row.path == NULL)
		return -ENOMEM;
	if (ob_marker_read(AT_FDCWD, row.path, &b, NULL) < 0)
		return 0;
	if (fl_marker_parse(ob_buf_str(&b), c->rows->arena, &h) == 0) {
		row.pid = h.pid;
		row.host = h.host;
		row.command = h.command;
		row.note = h.note;
		row.since_ns = h.since_ns;
		row.is_stale = fl_holder_is_dead(&h, &c->self, c->now_ns) == 1;
	}
	return ob_vec_push(c->rows, row);
}

/* --- without a table of locks --------------------------------------------- */

static int
add_tested(struct collect *c, const char *path)
{
	static const enum ob_lock_kind kinds[] = { OB_LOCK_FLOCK,
		OB_LOCK_POSIX };

	for (size_t i = 0; i < OB_COUNT(kinds); i++) {
		const struct ob_lockfile_opts opts = { .kind = kinds[i],
			.mode = OB_LOCK_EX };
		struct ob_lock_row lock;
		struct fl_row row = { .path = path, .slot = -1 };

		if (ob_lockfile_test(AT_FDCWD, path, &opts, &lock, NULL) != 1)
			continue;
		row.kind = (int)lock.kind;
		row.mode = lock.mode;
		row.pid = lock.pid;
		row.range = lock.range;
		return ob_vec_push(c->rows, row);
	}
	return 0;
}

/* --- all of it ------------------------------------------------------------ */

static int
by_path(const void *va, const void *vb)
{
	const struct fl_row *a = va, *b = vb;
	int order = strcmp(
	    a->path == NULL ? "" : a->path, b->path == NULL ? "" : b->path);

	if (order != 0)
		return order;
	if (a->is_waiting != b->is_waiting)
		return a->is_waiting ? 1 : -1;
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* The files that exist; the others have no locks, but maybe markers. */
static int
identify(
    struct collect *c, size_t n, const char *const *paths, struct ob_err *err)
{
	for (size_t i = 0; i < n; i++) {
		OB_AUTO_CLOSE int fd = ob_open(
		    AT_FDCWD, paths[i], O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

		if (fd == -ENOENT)
			continue;
		if (fd == -EACCES) /* no right to read: to write, perhaps */
			fd = ob_open(AT_FDCWD, paths[i],
			    O_WRONLY | O_NONBLOCK | O_NOCTTY, 0);
		if (fd < 0)
			return ob_err_set(
			    err, fd, "cannot open '%s'", paths[i]);
		c->files[c->n].path = paths[i];
		if (ob_lock_identify(fd, &c->files[c->n].file) == 0)
			c->n++;
	}
	return 0;
}

static int
collect(struct collect *c, size_t n, const char *const *paths)
{
	int rc = n > 0 && c->n == 0 ? 0 : ob_lock_list(add_lock, c);

	for (size_t i = 0; rc == -ENOTSUP && i < c->n; i++) {
		rc = add_tested(c, c->files[i].path);
		rc = rc < 0 ? rc : i + 1 < c->n ? -ENOTSUP : 0;
	}
	if (rc == 0)
		rc = find_owners(c);
	if (rc == 0) {
		drop_doubles(c->rows);
		rc = add_records(c);
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_marker(c, paths[i]);
	return rc;
}

int
fl_rows_collect(struct fl_rows *rows, size_t n, const char *const *paths,
    int64_t now_ns, struct ob_err *err)
{
	struct collect c = {
		.rows = rows, .is_whole_system = n == 0, .now_ns = now_ns
	};
	int rc;

	c.files = calloc(n + 1, sizeof(*c.files));
	if (c.files == NULL)
		return ob_err_set(err, -ENOMEM, "cannot list locks");
	rc = identify(&c, n, paths, err);
	if (rc == 0) {
		rc = fl_holder_identify(ob_proc_pid(), rows->arena, &c.self);
		if (rc == 0)
			rc = collect(&c, n, paths);
		if (rc < 0)
			(void)ob_err_set(err, rc, "cannot list locks");
	}
	free(c.files);
	if (rc < 0)
		return rc;
	find_commands(rows);
	if (rows->n > 0)
		qsort(rows->v, rows->n, sizeof(rows->v[0]), by_path);
	return rows->arena->failed
	           ? ob_err_set(err, -ENOMEM, "cannot list locks")
	           : 0;
}
