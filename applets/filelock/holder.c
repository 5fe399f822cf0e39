/* See holder.h. */
#include "holder.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/num.h"
#include "base/timefmt.h"
#include "fmt/json.h"
#include "fmt/jsonread.h"
#include "os/proc.h"
#include "rt/marker.h"

#define SUM_KEY   ",\"sum\":\""
#define SUM_BYTES (sizeof(SUM_KEY) - 1 + 16 + 2) /* digits and "} */
#define TEXT_MAX  ((size_t)64 * 1024)

const char *
fl_kind_name(int kind)
{
	return kind == FL_KIND_DOTLOCK
	           ? "dotlock"
	           : ob_lock_kind_name((enum ob_lock_kind)kind);
}

int
fl_holder_identify(int64_t pid, struct ob_arena *a, struct fl_holder *ret)
{
	OB_AUTO_BUF struct ob_buf host = OB_BUF_INIT(OB_SYS_FIELD_MAX);
	struct fl_holder h = {
		.pid = pid, .uid = (int64_t)geteuid(), .slot = -1
	};
	int rc = ob_proc_start(pid, &h.start);

	if (rc == -ESRCH)
		return rc; /* other failures: a system that does not tell */
	rc = ob_sys_host(&host);
	if (rc < 0)
		return rc;
	h.host = ob_str_z(ob_arena_dup(a, ob_buf_str(&host)));
	if (ob_sys_boot_id(h.boot_id) < 0)
		h.boot_id[0] = '\0';
	if (ob_proc_pid_space(&h.pid_space) < 0)
		h.pid_space = 0;
	*ret = h;
	return a->failed ? -ENOMEM : 0;
}

/* --- checksum ------------------------------------------------------------- */

int
fl_sum_append(struct ob_buf *object)
{
	uint64_t sum = ob_hash64(object->p, object->n, 0);

	ob_buf_truncate(object, object->n - 1); /* the closing brace */
	return ob_buf_printf(
	    object, SUM_KEY "%016llx\"}", (unsigned long long)sum);
}

int
fl_sum_check(struct ob_str object)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	size_t body = object.n - SUM_BYTES, key = sizeof(SUM_KEY) - 1;
	uint64_t sum;

	if (object.n <= SUM_BYTES ||
	    memcmp(object.p + body, SUM_KEY, key) != 0 ||
	    ob_num_base(
		ob_str_n(object.p + body + key, 16), 16, UINT64_MAX, &sum) < 0)
		return -EBADMSG;
	ob_buf_add(&b, object.p, body);
	if (ob_buf_add_c(&b, '}') < 0)
		return ob_buf_err(&b);
	return ob_hash64(b.p, b.n, 0) == sum ? 0 : -EBADMSG;
}

/* --- writing -------------------------------------------------------------- */

/* The first characters of text that fit into max bytes. */
static struct ob_str
cut(struct ob_str text, size_t max, bool *ret_cut)
{
	if (text.n <= max)
		return text;
	*ret_cut = true;
	while (max > 0 && ((unsigned char)text.p[max] & 0xc0) == 0x80)
		max--;
	return ob_str_n(text.p, max);
}

static void
put_str(struct ob_json *j, const char *key, struct ob_str text)
{
	if (ob_str_is_empty(text))
		return;
	ob_json_key(j, ob_str_z(key));
	ob_json_str(j, text);
}

static void
put_u64(struct ob_json *j, const char *key, uint64_t n)
{
	ob_json_key(j, ob_str_z(key));
	ob_json_u64(j, n);
}

static void
put_since(struct ob_json *j, int64_t since_ns)
{
	const struct timespec time = {
		.tv_sec = (time_t)(since_ns / OB_NS_PER_S),
		.tv_nsec = (long)(since_ns % OB_NS_PER_S),
	};
	char text[OB_TIME_BYTES];
	int n = ob_time_format(text, time, 0, 3);

	if (n > 0)
		put_str(j, "since", ob_str_n(text, (size_t)n));
}

/* What is unknown or does not apply is left out. */
static int
format_with(const struct fl_holder *h, size_t text_max, struct ob_buf *out)
{
	bool is_cut = false;
	struct ob_json j;

	ob_json_init(&j, out, 0);
	ob_json_object_begin(&j);
	put_u64(&j, "pid", (uint64_t)h->pid);
	if (h->start > 0)
		put_u64(&j, "start_ticks", h->start);
	put_str(&j, "boot_id", ob_str_z(h->boot_id));
	put_str(&j, "host", h->host);
	if (h->pid_space > 0)
		put_u64(&j, "pidns", h->pid_space);
	put_u64(&j, "uid", (uint64_t)h->uid);
	put_str(&j, "kind", ob_str_z(fl_kind_name(h->kind)));
	put_str(&j, "mode", ob_str_z(ob_lock_mode_name(h->mode)));
	if (h->slot >= 0)
		put_u64(&j, "slot", (uint64_t)h->slot);
	if (h->token > 0)
		put_u64(&j, "token", h->token);
	put_str(&j, "note", cut(h->note, text_max, &is_cut));
	put_str(&j, "command", cut(h->command, text_max, &is_cut));
	put_since(&j, h->since_ns);
	if (h->ttl_ms > 0)
		put_u64(&j, "ttl_ms", (uint64_t)h->ttl_ms);
	if (h->ino > 0) {
		put_u64(&j, "lock_dev", h->dev);
		put_u64(&j, "lock_ino", h->ino);
	}
	put_str(&j, "marker_token", h->marker_token);
	if (is_cut) {
		ob_json_key(&j, OB_STR("cut"));
		ob_json_bool(&j, true);
	}
	ob_json_object_end(&j);
	return ob_json_err(&j);
}

int
fl_holder_format(
    const struct fl_holder *h, size_t max_bytes, struct ob_buf *out)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);

	/* A byte may become six (\u0001), so the room is found by trying. */
	for (size_t text_max = max_bytes;; text_max /= 2) {
		int rc;

		ob_buf_reset(&b);
		rc = format_with(h, text_max, &b);
		if (rc == 0)
			rc = fl_sum_append(&b);
		if (rc < 0)
			return rc;
		if (b.n <= max_bytes)
			return ob_buf_add_str(out, ob_buf_str(&b));
		if (text_max == 0)
			return -ENOBUFS;
	}
}

/* --- reading -------------------------------------------------------------- */

static struct ob_str
get_str(const struct ob_val *v, const char *key)
{
	const struct ob_val *member = ob_val_get(v, ob_str_z(key));

	return member != NULL && member->type == OB_VAL_STRING
	           ? ob_val_str(member)
	           : ob_str_n(NULL, 0);
}

/* The number, or missing when there is none. */
static int64_t
get_i64(const struct ob_val *v, const char *key, int64_t missing)
{
	const struct ob_val *member = ob_val_get(v, ob_str_z(key));
	int64_t n;

	if (member == NULL || member->type != OB_VAL_NUMBER ||
	    ob_num_i64(ob_val_str(member), 0, INT64_MAX, &n) < 0)
		return missing;
	return n;
}

static uint64_t
get_u64(const struct ob_val *v, const char *key)
{
	const struct ob_val *member = ob_val_get(v, ob_str_z(key));
	uint64_t n;

	if (member == NULL || member->type != OB_VAL_NUMBER ||
	    ob_num_u64(ob_val_str(member), 0, UINT64_MAX, &n) < 0)
		return 0;
	return n;
}

static int
kind_of(struct ob_str name)
{
	for (int k = 0; k <= FL_KIND_DOTLOCK; k++)
		if (ob_str_eq_z(name, fl_kind_name(k)))
			return k;
	return OB_LOCK_AUTO;
}

static void
take_members(const struct ob_val *v, struct fl_holder *h)
{
	struct ob_str boot = get_str(v, "boot_id"), mode = get_str(v, "mode");
	struct timespec since;

	*h = (struct fl_holder){
		.pid = get_i64(v, "pid", 0),
		.start = get_u64(v, "start_ticks"),
		.host = get_str(v, "host"),
		.pid_space = get_u64(v, "pidns"),
		.uid = get_i64(v, "uid", -1),
		.kind = kind_of(get_str(v, "kind")),
		.mode = ob_str_eq_z(mode, "shared") ? OB_LOCK_SH : OB_LOCK_EX,
		.token = get_u64(v, "token"),
		.note = get_str(v, "note"),
		.command = get_str(v, "command"),
		.ttl_ms = get_i64(v, "ttl_ms", 0),
		.dev = get_u64(v, "lock_dev"),
		.ino = get_u64(v, "lock_ino"),
		.marker_token = get_str(v, "marker_token"),
	};
	h->slot = (int)get_i64(v, "slot", -1);
	if (boot.n == OB_SYS_BOOT_ID_SIZE - 1)
		memcpy(h->boot_id, boot.p, boot.n);
	if (ob_time_parse(get_str(v, "since"), &since) == 0 &&
	    since.tv_sec > 0 && since.tv_sec < INT64_MAX / OB_NS_PER_S)
		h->since_ns =
		    (int64_t)since.tv_sec * OB_NS_PER_S + since.tv_nsec;
}

int
fl_holder_parse(struct ob_str text, struct ob_arena *a, struct fl_holder *ret)
{
	static const struct ob_limits limits = { 4, 64, 4096 };
	struct fl_holder h;
	struct ob_tree tree;
	struct ob_val v;
	char *copy;
	int rc;

	text = ob_str_trim(text);
	rc = fl_sum_check(text);
	if (rc < 0)
		return rc;
	copy = ob_arena_dup(a, text);
	if (copy == NULL)
		return -ENOMEM;
	ob_tree_init(&tree, a, &limits);
	rc = ob_json_read(&tree, ob_str_n(copy, text.n), &v, NULL);
	if (rc < 0)
		return rc;
	take_members(&v, &h);
	if (h.pid <= 0 || h.slot > INT16_MAX)
		return -EBADMSG;
	*ret = h;
	return 0;
}

/* --- judging -------------------------------------------------------------- */

int
fl_holder_is_local(const struct fl_holder *h, const struct fl_holder *self)
{
	return h->host.n > 0 && ob_str_eq(h->host, self->host) &&
	       h->pid_space == self->pid_space;
}

int
fl_holder_is_dead(
    const struct fl_holder *h, const struct fl_holder *self, int64_t now_ns)
{
	int64_t end_ns;

	if (h->ttl_ms > 0 &&
	    ob_mul_i64(h->ttl_ms, OB_NS_PER_MS, &end_ns) == 0 &&
	    ob_add_i64(h->since_ns, end_ns, &end_ns) == 0 && now_ns >= end_ns)
		return 1;
	if (!fl_holder_is_local(h, self))
		return 0;
	if (h->boot_id[0] != '\0' && self->boot_id[0] != '\0' &&
	    strcmp(h->boot_id, self->boot_id) != 0)
		return 1;
	return ob_proc_is_alive(h->pid, h->start) == 0;
}

/* --- markers -------------------------------------------------------------- */

int
fl_marker_format(const struct fl_holder *h, struct ob_buf *out)
{
	size_t before = out->n;

	if (ob_buf_printf(out, "%lld\n", (long long)h->pid) < 0)
		return ob_buf_err(out);
	if (fl_holder_format(
		h, OB_MARKER_BYTES_MAX - (out->n - before) - 1, out) < 0)
		return -ENOBUFS;
	return ob_buf_add_c(out, '\n');
}

int
fl_marker_parse(struct ob_str text, struct ob_arena *a, struct fl_holder *ret)
{
	struct ob_str line;
	int64_t pid;
	int rc;

	if (!ob_str_split(&text, '\n', &line) ||
	    ob_num_i64(ob_str_trim(line), 1, INT32_MAX, &pid) < 0)
		return -EBADMSG;
	if (ob_str_is_empty(ob_str_trim(text))) {
		*ret = (struct fl_holder){ .pid = pid,
			.uid = -1,
			.slot = -1,
			.kind = FL_KIND_DOTLOCK,
			.mode = OB_LOCK_EX };
		return 0;
	}
	rc = fl_holder_parse(text, a, ret);
	return rc < 0 ? rc : ret->pid == pid ? 0 : -EBADMSG;
}
