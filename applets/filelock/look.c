/*
 * The verbs that look at locks and take none: list, status, check, wait, probe.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/num.h"
#include "cli/diag.h"
#include "cli/out.h"
#include "dotlock.h"
#include "holders.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/proc.h"
#include "os/watch.h"
#include "rt/lockfile.h"
#include "verbs.h"

/* Where events do not tell everything. */
#define POLL_NS OB_NS_PER_S

#define AT(field) OB_OPT_AT(struct fl_look_opts, field)

/* --- rows ----------------------------------------------------------------- */

const struct ob_col fl_list_cols[] = {
	{ "path", "PATH", OB_CELL_TEXT, .help = "the locked file" },
	{ "type", "TYPE", OB_CELL_TEXT, .help = "kind of lock" },
	{ "mode", "MODE", OB_CELL_TEXT, .help = "exclusive or shared" },
	{ "state", "STATE", OB_CELL_TEXT, .help = "held, waiting or free" },
	{ "pid", "PID", OB_CELL_I64, .help = "who" },
	{ "host", "HOST", OB_CELL_TEXT,
	    .help = "machine of a recorded holder" },
	{ "command", "COMMAND", OB_CELL_TEXT, .help = "what it runs" },
	{ "note", "NOTE", OB_CELL_TEXT, .help = "why, by --note" },
	{ "since", "SINCE", OB_CELL_TIME, .help = "when it was granted" },
	{ "waited_ms", "WAITED", OB_CELL_F64, .help = "how long it waits" },
	{ "start", "START", OB_CELL_I64, .help = "first byte" },
	{ "length", "LENGTH", OB_CELL_I64, .help = "bytes, 0 = to the end" },
	{ "slot", "SLOT", OB_CELL_I64, .help = "slot" },
	{ "token", "TOKEN", OB_CELL_U64, .help = "number of the grant" },
	{ "stale", "STALE", OB_CELL_BOOL, .help = "the owner has died" },
	OB_COL_END,
};

static struct ob_cell
text_or_null(struct ob_str s)
{
	return s.n == 0 ? ob_null() : ob_text(s);
}

static int
put_row(struct ob_out *out, const struct fl_row *r)
{
	bool has_range = r->kind != FL_KIND_DOTLOCK;

	return ob_out_row(
	    out, (struct ob_cell[]){
		     ob_text_z(r->path),
		     ob_text_z(fl_kind_name(r->kind)),
		     ob_text_z(ob_lock_mode_name(r->mode)),
		     ob_text_z(r->is_waiting ? "waiting" : "held"),
		     r->pid > 0 ? ob_i64(r->pid) : ob_null(),
		     text_or_null(r->host),
		     text_or_null(r->command),
		     text_or_null(r->note),
		     r->since_ns > 0 ? ob_time(r->since_ns) : ob_null(),
		     ob_null(), /* no source tells it */
		     has_range ? ob_i64(r->range.start) : ob_null(),
		     has_range ? ob_i64(r->range.length) : ob_null(),
		     r->slot >= 0 ? ob_i64(r->slot) : ob_null(),
		     r->token > 0 ? ob_u64(r->token) : ob_null(),
		     ob_bool(r->is_stale),
		 });
}

static int
collect(struct ob_cx *cx, struct fl_rows *rows, int argc, char **argv)
{
	const char **paths =
	    ob_arena_array(cx->scratch, (size_t)argc + 1, sizeof(*paths));

	fl_rows_init(rows, cx->scratch);
	if (paths == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot list locks");
	for (int i = 0; i < argc; i++)
		paths[i] = argv[i];
	return fl_rows_collect(
	    rows, (size_t)argc, paths, cx->source->real_ns(), &cx->error);
}

int
fl_list_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	struct fl_rows rows;
	struct ob_out out;
	int rc = collect(cx, &rows, argc, argv);

	(void)opts;
	if (rc == 0) {
		rc = ob_out_begin(&out, cx, fl_list_cols, OB_OUT_ROWS);
		for (size_t i = 0; rc == 0 && i < rows.n; i++)
			rc = put_row(&out, &rows.v[i]);
		rc = ob_out_end(&out, rc);
	}
	if (rc == 0 && rows.n == 0)
		rc = OB_EX_NO;
	fl_rows_release(&rows);
	return rc;
}

/* --- one file ------------------------------------------------------------- */

const struct ob_col fl_status_cols[] = {
	{ "path", "path", OB_CELL_TEXT, .help = "the file" },
	{ "type", "type", OB_CELL_TEXT, .help = "kind of lock" },
	{ "mode", "mode", OB_CELL_TEXT, .help = "exclusive or shared" },
	{ "state", "state", OB_CELL_TEXT, .help = "held or free" },
	{ "pid", "pid", OB_CELL_I64, .help = "who" },
	{ "host", "host", OB_CELL_TEXT,
	    .help = "machine of a recorded holder" },
	{ "command", "command", OB_CELL_TEXT, .help = "what it runs" },
	{ "note", "note", OB_CELL_TEXT, .help = "why, by --note" },
	{ "since", "since", OB_CELL_TIME, .help = "when it was granted" },
	{ "slot", "slot", OB_CELL_I64, .help = "slot" },
	{ "token", "token", OB_CELL_U64, .help = "number of the grant" },
	{ "stale", "stale", OB_CELL_BOOL, .help = "the owner has died" },
	{ "holders", "holders", OB_CELL_U64, .help = "how many hold it" },
	{ "waiters", "waiters", OB_CELL_U64, .help = "how many wait for it" },
	OB_COL_END,
};

static int
put_status(struct ob_cx *cx, const char *path, const struct fl_row *r,
    uint64_t holders, uint64_t waiters)
{
	static const struct fl_row none = { .slot = -1 };
	bool is_held = r != NULL;
	struct ob_out out;
	int rc = ob_out_begin(&out, cx, fl_status_cols, OB_OUT_SINGLE);

	if (r == NULL)
		r = &none;
	if (rc == 0)
		rc = ob_out_row(&out,
		    (struct ob_cell[]){
			ob_text_z(path),
			is_held ? ob_text_z(fl_kind_name(r->kind)) : ob_null(),
			is_held ? ob_text_z(ob_lock_mode_name(r->mode))
				: ob_null(),
			ob_text_z(is_held ? "held" : "free"),
			r->pid > 0 ? ob_i64(r->pid) : ob_null(),
			text_or_null(r->host),
			text_or_null(r->command),
			text_or_null(r->note),
			r->since_ns > 0 ? ob_time(r->since_ns) : ob_null(),
			r->slot >= 0 ? ob_i64(r->slot) : ob_null(),
			r->token > 0 ? ob_u64(r->token) : ob_null(),
			ob_bool(r->is_stale),
			ob_u64(holders),
			ob_u64(waiters),
		    });
	return ob_out_end(&out, rc);
}

int
fl_status_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct fl_row *first = NULL;
	uint64_t holders = 0, waiters = 0;
	struct fl_rows rows;
	int rc = collect(cx, &rows, argc, argv);

	(void)opts;
	for (size_t i = 0; rc == 0 && i < rows.n; i++) {
		if (rows.v[i].is_waiting) {
			waiters++;
			continue;
		}
		holders++;
		/* One whose record is there tells more than one without. */
		if (first == NULL ||
		    (first->since_ns == 0 && rows.v[i].since_ns > 0))
			first = &rows.v[i];
	}
	if (rc == 0)
		rc = put_status(cx, argv[0], first, holders, waiters);
	if (rc == 0 && first == NULL)
		rc = OB_EX_NO;
	fl_rows_release(&rows);
	return rc;
}

/* --- check and wait ------------------------------------------------------- */

const struct ob_opt fl_check_rows[] = {
	{ "shared", 's', OB_OPT_FLAG, AT(shared),
	    .help = "would a shared lock be refused?" },
	{ "type", 0, OB_OPT_CHOICE, AT(type), .metavar = "TYPE",
	    .choices = fl_types, .flags = OB_OPT_COMMON,
	    .help = "kind of lock (auto is flock)" },
	{ "slots", 'j', OB_OPT_UINT, AT(slots), .metavar = "N", .min = 1,
	    .max = OB_LOCKF_SLOTS_MAX, .help = "is one of N slots free?" },
	OB_OPT_END,
};

const struct ob_opt fl_wait_rows[] = {
	{ "timeout", 'w', OB_OPT_STR, AT(timeout), .alias = "wait",
	    .metavar = "TIME", .flags = OB_OPT_COMMON,
	    .help = "give up after so long: 75" },
	OB_OPT_END,
};

static int
fill_lock(struct ob_cx *cx, const struct fl_look_opts *o,
    struct ob_lockfile_opts *ret)
{
	if (o->slots > 0 && o->shared)
		return ob_usage(
		    cx, "options '--slots' and '--shared' exclude each other");
	*ret = (struct ob_lockfile_opts){
		.kind = o->type == FL_KIND_DOTLOCK ? OB_LOCK_AUTO
		                                   : (enum ob_lock_kind)o->type,
		.mode = o->shared ? OB_LOCK_SH : OB_LOCK_EX,
		.slots = (unsigned)o->slots,
		.deadline_ns = OB_LOCK_TRY,
	};
	return 0;
}

/* 1 = a marker of a living owner is there, 0 = free. */
static int
is_marked(struct ob_cx *cx, const char *path)
{
	OB_AUTO_BUF struct ob_buf says = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	const char *marker = fl_dotlock_path(cx->scratch, path);
	struct fl_holder self, owner;
	int rc;

	if (marker == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	rc = ob_marker_read(AT_FDCWD, marker, &says, &cx->error);
	if (rc < 0) {
		if (rc == -ENOENT)
			ob_err_reset(&cx->error);
		return rc == -ENOENT ? 0 : rc;
	}
	if (fl_marker_parse(ob_buf_str(&says), cx->scratch, &owner) < 0)
		return 1;
	rc = fl_holder_identify(ob_proc_pid(), cx->scratch, &self);
	if (rc < 0)
		return ob_err_set(&cx->error, rc, "cannot tell who we are");
	return !fl_holder_is_dead(&owner, &self, cx->source->real_ns());
}

/* What is no lock file is wrong data, not a wrong command line. */
static int
finish(struct ob_cx *cx, int rc)
{
	if (rc != -EINVAL)
		return rc;
	ob_diag(cx, &cx->error, OB_EX_DATAERR);
	return OB_EX_DATAERR;
}

int
fl_check_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct fl_look_opts *o = opts;
	struct ob_lockfile_opts lock;
	int rc = fill_lock(cx, o, &lock);

	(void)argc;
	if (rc < 0)
		return rc;
	if (o->type == FL_KIND_DOTLOCK)
		return finish(cx, is_marked(cx, argv[0]));
	return finish(
	    cx, ob_lockfile_test(AT_FDCWD, argv[0], &lock, NULL, &cx->error));
}

/* Until something may have changed, at most POLL_NS. */
static int
pause_until(struct ob_watch *watch, int64_t deadline_ns)
{
	int64_t until_ns = ob_clock_deadline_ns(POLL_NS);
	struct ob_watch_event event;
	int rc;

	if (until_ns > deadline_ns)
		until_ns = deadline_ns;
	if (watch == NULL || ob_watch_fd(watch) < 0)
		return ob_clock_sleep_until(until_ns);
	rc = ob_watch_wait(watch, until_ns);
	while (rc == 0 && ob_watch_next(watch, &event) > 0) {
	}
	return rc;
}

/* Waits while one open file is held: 0 free, -ESTALE, -ETIMEDOUT, -EINTR. */
static int
wait_for_file(struct ob_cx *cx, struct ob_lockfile *lf, const char *path,
    int64_t deadline_ns)
{
	struct ob_watch *watch = NULL;
	int rc;

	/* Without events looking by the clock has to do. */
	if (ob_watch_new(POLL_NS, &watch) == 0)
		(void)ob_watch_add(watch, path,
		    OB_WATCH_WRITTEN | OB_WATCH_CLOSED | OB_WATCH_ATTRIBUTES,
		    NULL);
	while ((rc = ob_lockfile_look(lf, NULL)) == 1) {
		if (ob_clock_monotonic_ns() >= deadline_ns)
			rc = -ETIMEDOUT;
		else if (cx->cancel != NULL && *cx->cancel != 0)
			rc = -EINTR;
		if (rc < 0)
			break;
		(void)pause_until(watch, deadline_ns);
	}
	ob_watch_free(&watch);
	return rc;
}

static int
wait_for_lock(struct ob_cx *cx, const char *path,
    const struct ob_lockfile_opts *opts, int64_t deadline_ns)
{
	int rc;

	do {
		struct ob_lockfile *lf = NULL;

		rc =
		    ob_lockfile_open(&lf, AT_FDCWD, 1, &path, opts, &cx->error);
		if (rc == -ENOENT) {
			ob_err_reset(&cx->error);
			return 0;
		}
		if (rc == 0)
			rc = wait_for_file(cx, lf, path, deadline_ns);
		ob_lockfile_release(&lf);
	} while (rc == -ESTALE);
	return rc;
}

static int
wait_for_marker(struct ob_cx *cx, const char *path, int64_t deadline_ns)
{
	int rc;

	while ((rc = is_marked(cx, path)) == 1) {
		if (ob_clock_monotonic_ns() >= deadline_ns)
			return -ETIMEDOUT;
		if (cx->cancel != NULL && *cx->cancel != 0)
			return -EINTR;
		(void)pause_until(NULL, deadline_ns);
	}
	return rc;
}

int
fl_wait_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	const struct fl_look_opts *o = opts;
	struct ob_lockfile_opts lock;
	int64_t deadline_ns = OB_NEVER;
	int rc = fill_lock(cx, o, &lock);

	(void)argc;
	if (rc == 0)
		rc = fl_deadline(cx, o->timeout, &deadline_ns);
	if (rc < 0)
		return rc;
	rc = o->type == FL_KIND_DOTLOCK
	         ? wait_for_marker(cx, argv[0], deadline_ns)
	         : wait_for_lock(cx, argv[0], &lock, deadline_ns);
	if (rc == -ETIMEDOUT)
		ob_note(cx, "'%s' is still held", argv[0]);
	return rc == -ETIMEDOUT ? OB_EX_TEMPFAIL : finish(cx, rc);
}

/* --- probe ---------------------------------------------------------------- */

const struct ob_col fl_probe_cols[] = {
	{ "kind", "KIND", OB_CELL_TEXT, .help = "kind of lock" },
	{ "works", "WORKS", OB_CELL_BOOL, .help = "whether it works there" },
	{ "scope", "SCOPE", OB_CELL_TEXT,
	    .help = "who sees it: local, shared, unknown" },
	{ "mandatory", "MANDATORY", OB_CELL_BOOL,
	    .help = "whether it forbids reading and writing" },
	{ "reason", "REASON", OB_CELL_TEXT, .help = "why it does not work" },
	{ "fstype", "FSTYPE", OB_CELL_TEXT, .help = "kind of file system" },
	{ "verdict", "VERDICT", OB_CELL_TEXT,
	    .help = "the type to use there, or none" },
	OB_COL_END,
};

static const char *
verdict_of(const struct ob_lock_probe *p)
{
	if (p->works[OB_LOCK_FLOCK] == 0)
		return "flock";
	if (p->works[OB_LOCK_OFD] == 0)
		return "ofd";
	if (p->works[OB_LOCK_POSIX] == 0)
		return "posix";
	return p->links == 0 ? "dotlock" : "none";
}

static int
put_probe(struct ob_out *out, const struct ob_lock_probe *p, int kind)
{
	static const char *const scopes[] = { "unknown", "local", "shared" };
	int rc = kind == FL_KIND_DOTLOCK ? p->links : p->works[kind];

	return ob_out_row(
	    out, (struct ob_cell[]){
		     ob_text_z(fl_kind_name(kind)),
		     ob_bool(rc == 0),
		     ob_text_z(scopes[p->scope]),
		     ob_bool(kind == OB_LOCK_FLOCK && p->mandatory),
		     rc == 0 ? ob_null() : ob_text_z(strerror(-rc)),
		     p->fstype[0] == '\0' ? ob_null() : ob_text_z(p->fstype),
		     ob_text_z(verdict_of(p)),
		 });
}

int
fl_probe_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	OB_AUTO_CLOSE int dir =
	    ob_open(AT_FDCWD, argv[0], O_RDONLY | O_DIRECTORY, 0);
	struct ob_lock_probe probe;
	struct ob_out out;
	int rc;

	(void)opts;
	(void)argc;
	if (dir < 0)
		return ob_err_set(&cx->error, dir, "cannot open '%s'", argv[0]);
	rc = ob_lock_probe(dir, &probe);
	if (rc < 0)
		return ob_err_set(&cx->error, rc, "cannot probe '%s'", argv[0]);
	rc = ob_out_begin(&out, cx, fl_probe_cols, OB_OUT_ROWS);
	for (int k = OB_LOCK_FLOCK; rc == 0 && k <= FL_KIND_DOTLOCK; k++)
		rc = put_probe(&out, &probe, k);
	rc = ob_out_end(&out, rc);
	return rc < 0                                    ? rc
	       : strcmp(verdict_of(&probe), "none") == 0 ? OB_EX_NO
	                                                 : OB_EX_OK;
}

const struct ob_operand fl_list_operands[] = {
	{ "FILE", 0, 0, "files; none: all locks of the system" },
	{ NULL },
};

const struct ob_operand fl_file_operands[] = {
	{ "FILE", 1, 1, "the lock file" },
	{ NULL },
};

const struct ob_operand fl_probe_operands[] = {
	{ "DIR", 1, 1, "a directory of the file system" },
	{ NULL },
};

const struct ob_exit_row fl_list_exits[] = {
	{ 1, "no locks" },
	{ 0, NULL },
};

const struct ob_exit_row fl_status_exits[] = {
	{ 1, "free" },
	{ 0, NULL },
};

const struct ob_exit_row fl_check_exits[] = {
	{ 1, "held" },
	{ 0, NULL },
};

const struct ob_exit_row fl_wait_exits[] = {
	{ 75, "the time was over" },
	{ 0, NULL },
};

const struct ob_exit_row fl_probe_exits[] = {
	{ 1, "no kind of lock works there" },
	{ 0, NULL },
};
