/*
 * The verbs about markers and numbers of grants: mark, unmark, break, fence.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/num.h"
#include "cli/diag.h"
#include "dotlock.h"
#include "fence.h"
#include "os/clock.h"
#include "os/proc.h"
#include "os/proctab.h"
#include "verbs.h"

#define ANCESTORS_MAX 1000

#define AT(field) OB_OPT_AT(struct fl_mark_opts, field)

const struct ob_opt fl_mark_rows[] = {
	{ "pid", 0, OB_OPT_INT, AT(pid), .metavar = "PID", .min = 1,
	    .max = INT32_MAX, .flags = OB_OPT_COMMON,
	    .help = "who holds it (the process that called us)" },
	{ "ttl", 0, OB_OPT_DURATION, AT(ttl_ns), .metavar = "TIME",
	    .flags = OB_OPT_COMMON,
	    .help = "after so long everybody may break it" },
	{ "nonblock", 'n', OB_OPT_FLAG, AT(nonblock), .alias = "nb",
	    .help = "fail at once when it is marked" },
	{ "timeout", 'w', OB_OPT_STR, AT(timeout), .alias = "wait",
	    .metavar = "TIME", .help = "wait so long" },
	{ "note", 0, OB_OPT_STR, AT(note), .metavar = "TEXT",
	    .help = "why, for those who ask" },
	{ "renew", 0, OB_OPT_FLAG, AT(renew),
	    .help = "start the time of one's own marker again" },
	{ "token", 0, OB_OPT_STR, AT(token), .metavar = "TOKEN",
	    .help = "the marker's token, for --renew" },
	OB_OPT_END,
};

const struct ob_opt fl_unmark_rows[] = {
	{ "token", 0, OB_OPT_STR, AT(token), .metavar = "TOKEN",
	    .flags = OB_OPT_COMMON, .help = "only the marker with this token" },
	{ "dry-run", 0, OB_OPT_FLAG, AT(dry_run),
	    .help = "say what would be done" },
	OB_OPT_END,
};

const struct ob_opt fl_break_rows[] = {
	{ "token", 0, OB_OPT_STR, AT(token), .metavar = "TOKEN",
	    .help = "only the marker with this token" },
	{ "force", 0, OB_OPT_FLAG, AT(force), .flags = OB_OPT_COMMON,
	    .help = "also when its owner may be alive" },
	{ "dry-run", 0, OB_OPT_FLAG, AT(dry_run), .flags = OB_OPT_COMMON,
	    .help = "say what would be done" },
	OB_OPT_END,
};

const struct ob_operand fl_fence_operands[] = {
	{ "check", 1, 1, "the only thing to do" },
	{ "STORE", 1, 1, "file with the highest number seen" },
	{ "TOKEN", 1, 1, "the number of a grant" },
	{ NULL },
};

const struct ob_exit_row fl_mark_exits[] = {
	{ 1, "--renew: another marker is there by now" },
	{ 75, "marked by another" },
	{ 0, NULL },
};

const struct ob_exit_row fl_unmark_exits[] = {
	{ 1, "the marker is another's" },
	{ 66, "there is no marker" },
	{ 0, NULL },
};

const struct ob_exit_row fl_break_exits[] = {
	{ 1, "its owner is alive, or nobody can know" },
	{ 65, "the marker cannot be read" },
	{ 66, "there is no marker" },
	{ 0, NULL },
};

const struct ob_exit_row fl_fence_exits[] = {
	{ 1, "stale: a higher number was seen" },
	{ 65, "STORE holds no number" },
	{ 0, NULL },
};

/* A marker that was read. */
struct marker {
	const char *path;
	struct ob_buf says;
	struct fl_holder owner;
	bool is_readable; /* owner is filled */
};

static int
no(struct ob_cx *cx, const char *path, const char *why)
{
	ob_warn(cx, "cannot remove '%s': %s", path, why);
	return OB_EX_NO;
}

static int
read_marker(struct ob_cx *cx, const char *file, struct marker *ret)
{
	int rc;

	*ret = (struct marker){ .path = fl_dotlock_path(cx->scratch, file) };
	ob_buf_init(&ret->says, OB_MARKER_BYTES_MAX);
	if (ret->path == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	rc = ob_marker_read(AT_FDCWD, ret->path, &ret->says, &cx->error);
	if (rc < 0)
		return rc;
	ret->is_readable = fl_marker_parse(ob_buf_str(&ret->says), cx->scratch,
			       &ret->owner) == 0;
	return 0;
}

static int
identify(struct ob_cx *cx, int64_t pid, struct fl_holder *ret)
{
	int rc = fl_holder_identify(pid, cx->scratch, ret);

	if (rc == -ESRCH)
		return ob_usage(cx,
		    "option '--pid': no process has the "
		    "number %lld",
		    (long long)pid);
	return rc < 0 ? ob_err_set(&cx->error, rc,
			    "cannot tell who process %lld is", (long long)pid)
	              : 0;
}

static bool
has_token(const struct marker *m, const char *token)
{
	return m->is_readable && ob_str_eq_z(m->owner.marker_token, token);
}

/* --- mark ----------------------------------------------------------------- */

static int
put_token(struct ob_cx *cx, struct ob_str token)
{
	(void)ob_stream_str(cx->out, token); /* sticky */
	return ob_stream_str(cx->out, OB_STR("\n"));
}

static int
renew(struct ob_cx *cx, const struct fl_mark_opts *o, const char *file)
{
	OB_AUTO_BUF struct ob_buf says = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	struct marker m;
	int rc;

	if (o->token == NULL)
		return ob_usage(cx, "option '--renew' needs '--token'");
	rc = read_marker(cx, file, &m);
	if (rc == 0 && !has_token(&m, o->token)) {
		ob_buf_release(&m.says);
		ob_warn(cx, "cannot renew '%s': it is another's", m.path);
		return OB_EX_NO;
	}
	if (rc == 0) {
		m.owner.since_ns = cx->source->real_ns();
		if (o->ttl_ns > 0)
			m.owner.ttl_ms = o->ttl_ns / OB_NS_PER_MS;
		rc = fl_marker_format(&m.owner, &says);
		if (rc < 0)
			(void)ob_err_set(
			    &cx->error, rc, "cannot renew '%s'", m.path);
	}
	if (rc == 0)
		rc = ob_marker_replace(AT_FDCWD, m.path, ob_buf_str(&m.says),
		    ob_buf_str(&says), &cx->error);
	ob_buf_release(&m.says);
	return rc == -ESTALE ? no(cx, m.path, "it is another's by now") : rc;
}

int
fl_mark_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	OB_AUTO_BUF struct ob_buf says = OB_BUF_INIT(OB_MARKER_BYTES_MAX);
	const struct fl_mark_opts *o = opts;
	struct fl_dotlock how = {
		.path = fl_dotlock_path(cx->scratch, argv[0]),
		.perm = 0666,
		.deadline_ns = OB_NEVER,
		.real_ns = cx->source->real_ns,
		.random = cx->source->random,
	};
	struct fl_holder owner;
	int rc = fl_deadline(cx, o->timeout, &how.deadline_ns);

	(void)argc;
	if (rc < 0)
		return rc;
	if (o->renew)
		return renew(cx, o, argv[0]);
	if (o->nonblock)
		how.deadline_ns = OB_LOCK_TRY;
	if (how.path == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	rc = identify(cx, o->pid > 0 ? o->pid : ob_proc_ppid(), &owner);
	if (rc < 0)
		return rc;
	owner.note = ob_str_z(o->note);
	owner.since_ns = cx->source->real_ns();
	owner.ttl_ms = o->ttl_ns / OB_NS_PER_MS;
	rc = fl_dotlock_take(&owner, &how, &says, &cx->error);
	if (rc == -EAGAIN || rc == -ETIMEDOUT) {
		ob_warn(
		    cx, "cannot mark '%s': it is marked by another", how.path);
		return OB_EX_TEMPFAIL;
	}
	if (rc == 0)
		rc = fl_marker_parse(ob_buf_str(&says), cx->scratch, &owner);
	return rc < 0 ? rc : put_token(cx, owner.marker_token);
}

/* --- unmark and break ----------------------------------------------------- */

/* Whether pid is a process above us. */
static bool
is_above_us(int64_t pid)
{
	int64_t above = ob_proc_ppid();
	struct ob_proctab *tab = NULL;
	struct ob_proc_stat stat;
	bool found = above == pid;

	if (found || ob_proctab_open(OB_PROCTAB_SYSTEM, &tab, NULL) < 0)
		return found;
	for (int i = 0; i < ANCESTORS_MAX && !found && above > 0 &&
			ob_proctab_stat(tab, above, &stat) == 0;
	     i++) {
		above = stat.ppid;
		found = above == pid;
	}
	ob_proctab_close(&tab);
	return found;
}

static int
remove_marker(
    struct ob_cx *cx, const struct fl_mark_opts *o, const struct marker *m)
{
	int rc;

	if (o->dry_run) {
		(void)ob_stream_printf(cx->out, "would remove '%s'\n", m->path);
		return 0;
	}
	rc = ob_marker_remove(
	    AT_FDCWD, m->path, ob_buf_str(&m->says), &cx->error);
	return rc == -ESTALE ? no(cx, m->path, "it is another's by now") : rc;
}

static int
unmark(struct ob_cx *cx, const struct fl_mark_opts *o, const struct marker *m,
    const struct fl_holder *self)
{
	if (o->token != NULL)
		return has_token(m, o->token)
		           ? remove_marker(cx, o, m)
		           : no(cx, m->path, "it has another token");
	if (!m->is_readable || !fl_holder_is_local(&m->owner, self) ||
	    !is_above_us(m->owner.pid))
		return no(cx, m->path, "it is another's");
	return remove_marker(cx, o, m);
}

int
fl_unmark_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	struct fl_holder self;
	struct marker m;
	int rc = identify(cx, ob_proc_pid(), &self);

	(void)argc;
	if (rc < 0)
		return rc;
	rc = read_marker(cx, argv[0], &m);
	if (rc == 0)
		rc = unmark(cx, opts, &m, &self);
	ob_buf_release(&m.says);
	return rc;
}

static int
break_marker(struct ob_cx *cx, const struct fl_mark_opts *o,
    const struct marker *m, const struct fl_holder *self)
{
	if (o->token != NULL && !has_token(m, o->token))
		return no(cx, m->path, "it has another token");
	if (o->force)
		return remove_marker(cx, o, m);
	if (!m->is_readable)
		return ob_err_msg(&cx->error, -EBADMSG,
		    "cannot break '%s': it names no owner", m->path);
	if (fl_holder_is_dead(&m->owner, self, cx->source->real_ns()) != 1)
		return no(cx, m->path,
		    fl_holder_is_local(&m->owner, self)
			? "its owner is alive"
			: "its owner may be alive on another machine");
	return remove_marker(cx, o, m);
}

int
fl_break_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	struct fl_holder self;
	struct marker m;
	int rc = identify(cx, ob_proc_pid(), &self);

	(void)argc;
	if (rc < 0)
		return rc;
	rc = read_marker(cx, argv[0], &m);
	if (rc == 0)
		rc = break_marker(cx, opts, &m, &self);
	ob_buf_release(&m.says);
	return rc;
}

/* --- fence ---------------------------------------------------------------- */

int
fl_fence_run(struct ob_cx *cx, const void *opts, int argc, char **argv)
{
	uint64_t token;
	int rc;

	(void)opts;
	(void)argc;
	if (!ob_str_eq_z(ob_str_z(argv[0]), "check"))
		return ob_usage(
		    cx, "unknown word '%s', expected 'check'", argv[0]);
	if (ob_num_u64(ob_str_z(argv[2]), 0, UINT64_MAX, &token) < 0)
		return ob_usage(
		    cx, "'%s' is not the number of a grant", argv[2]);
	rc = fl_fence_check(argv[1], token, &cx->error);
	if (rc == -EINVAL) {
		ob_diag(cx, &cx->error, OB_EX_DATAERR);
		return OB_EX_DATAERR;
	}
	return rc < 0 ? rc : rc == 1 ? OB_EX_OK : OB_EX_NO;
}
