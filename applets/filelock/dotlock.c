/* See dotlock.h. */
#include "dotlock.h"

#include <errno.h>
#include <fcntl.h>

#define ARENA_MAX ((size_t)64 * 1024)

struct judge {
	struct fl_holder self;
	int64_t (*real_ns)(void);
};

const char *
fl_dotlock_path(struct ob_arena *a, const char *path)
{
	const char *end =
	    ob_str_has_suffix(ob_str_z(path), OB_STR(".lock")) ? "" : ".lock";

	return ob_arena_printf(a, "%s%s", path, end);
}

static int
judge_marker(struct ob_str says, void *ctx)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(ARENA_MAX);
	const struct judge *j = ctx;
	struct fl_holder h;
	int rc = fl_marker_parse(says, &a, &h);

	return rc < 0 ? rc : fl_holder_is_dead(&h, &j->self, j->real_ns());
}

static void
make_token(void (*random)(void *p, size_t n), char token[FL_MARKER_TOKEN_BYTES])
{
	unsigned char bits[FL_MARKER_TOKEN_BYTES / 2];

	random(bits, sizeof(bits));
	for (size_t i = 0; i < sizeof(bits); i++) {
		token[2 * i] = "0123456789abcdef"[bits[i] >> 4];
		token[2 * i + 1] = "0123456789abcdef"[bits[i] & 15];
	}
}

int
fl_dotlock_take(struct fl_holder *h, const struct fl_dotlock *how,
    struct ob_buf *ret_says, struct ob_err *err)
{
	struct judge judge = { *h, how->real_ns };
	struct ob_marker_opts opts = { .perm = how->perm,
		.deadline_ns = how->deadline_ns,
		.judge = judge_marker,
		.ctx = &judge };
	char token[FL_MARKER_TOKEN_BYTES];
	int rc;

	make_token(how->random, token);
	h->kind = FL_KIND_DOTLOCK;
	h->mode = OB_LOCK_EX;
	h->marker_token = ob_str_n(token, sizeof(token));
	rc = fl_marker_format(h, ret_says);
	h->marker_token = ob_str_n(NULL, 0);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot create '%s'", how->path);
	opts.contents = ob_buf_str(ret_says);
	rc = ob_marker_take(AT_FDCWD, how->path, &opts, err);
	if (rc < 0)
		ob_buf_reset(ret_says);
	return rc;
}
