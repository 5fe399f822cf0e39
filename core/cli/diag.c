#include "cli/diag.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "cli/applet.h"
#include "fmt/json.h"

/*
 * Messages are built without memory, since there may be none to say so. A text
 * is cut at TEXT_BYTES; escaping makes at most six bytes of one, in JSON.
 */
#define TEXT_BYTES 1024
#define LINE_BYTES (6 * (TEXT_BYTES + OB_ERR_HINT_MAX) + 512)

const struct ob_exit_row ob_exit_rows[] = {
	{ OB_EX_OK, "done; yes" },
	{ OB_EX_NO, "the honest no: absent, busy, differs, no match" },
	{ OB_EX_USAGE, "wrong command line" },
	{ OB_EX_DATAERR, "malformed or corrupt data" },
	{ OB_EX_NOINPUT, "input missing" },
	{ OB_EX_UNAVAILABLE, "service or feature not available" },
	{ OB_EX_SOFTWARE, "a bug of opsbox" },
	{ OB_EX_OSERR, "system error" },
	{ OB_EX_CANTCREAT, "cannot create output" },
	{ OB_EX_IOERR, "I/O error, disk full included" },
	{ OB_EX_TEMPFAIL, "temporary failure, or time ran out" },
	{ OB_EX_PROTOCOL, "remote protocol error" },
	{ OB_EX_NOPERM, "permission denied" },
	{ OB_EX_CONFIG, "configuration error" },
	{ 0, NULL },
};

int
ob_exit_of(int negative_errno)
{
	switch (-negative_errno) {
	case EINVAL:
	case ENAMETOOLONG: return OB_EX_USAGE;
	case EBADMSG:
	case EILSEQ: return OB_EX_DATAERR;
	case ENOENT:
	case ENOTDIR: return OB_EX_NOINPUT;
	case ENOTSUP:
	case ENOSYS:
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH: return OB_EX_UNAVAILABLE;
	case EEXIST:
	case EISDIR:
	case EROFS: return OB_EX_CANTCREAT;
	case EBADF:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case ENOSPC: return OB_EX_IOERR;
	case EAGAIN:
	case EBUSY:
	case EDEADLK:
	case ETIMEDOUT: return OB_EX_TEMPFAIL;
	case EPROTO: return OB_EX_PROTOCOL;
	case EACCES:
	case EPERM: return OB_EX_NOPERM;
	case EPIPE: return OB_EX_SIGPIPE;
	case EDOM: return OB_EX_CONFIG;
	default: return OB_EX_OSERR;
	}
}

/* Code points that move, hide or reorder what a terminal shows. */
static bool
is_harmless(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return false;
	return !(c == 0x061c || c == 0x200e || c == 0x200f || c == 0xfeff ||
		 (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
}

static void
escape_one(struct ob_buf *out, uint32_t c)
{
	if (c == '\n')
		ob_buf_add_z(out, "\\n");
	else if (c == '\t')
		ob_buf_add_z(out, "\\t");
	else if (c < 0x80)
		ob_buf_printf(out, "\\x%02x", (unsigned)c);
	else
		ob_buf_printf(out, "\\u{%04x}", (unsigned)c);
}

void
ob_diag_escape(struct ob_buf *out, struct ob_str text)
{
	while (text.n > 0) {
		uint32_t c;
		size_t n = ob_utf8_decode(text, &c);

		if (c == OB_UTF8_INVALID) {
			for (size_t i = 0; i < n; i++)
				ob_buf_printf(
				    out, "\\x%02x", (unsigned char)text.p[i]);
		} else if (is_harmless(c)) {
			ob_buf_add(out, text.p, n);
		} else {
			escape_one(out, c);
		}
		text = ob_str_n(text.p + n, text.n - n);
	}
}

static const char *
speaker(const struct ob_cx *cx)
{
	return cx->called != NULL ? cx->called : "opsbox";
}

static void
say_line(struct ob_cx *cx, const char *prefix, const char *text)
{
	char storage[LINE_BYTES];
	struct ob_buf line;

	ob_buf_init_fixed(&line, storage, sizeof(storage));
	ob_buf_add_z(&line, prefix);
	ob_buf_add_z(&line, ": ");
	ob_diag_escape(&line, ob_str_z(text));
	(void)ob_stream_str(cx->err, ob_buf_str(&line)); /* nobody to tell */
	(void)ob_stream_write(cx->err, "\n", 1);
}

static bool
speaks_json(const struct ob_cx *cx)
{
	return cx->out_mode == OB_OUT_JSON || cx->out_mode == OB_OUT_NDJSON;
}

static void
put_number_or_null(struct ob_json *j, struct ob_str key, int number)
{
	ob_json_key(j, key);
	if (number == 0)
		ob_json_null(j);
	else
		ob_json_i64(j, number);
}

/* Every message has the same keys; code and errno are null where none is. */
static void
say_json(struct ob_cx *cx, const char *text, int exit_code, int errno_value,
    const char *hint)
{
	char storage[LINE_BYTES];
	struct ob_buf line;
	struct ob_json j;

	ob_buf_init_fixed(&line, storage, sizeof(storage));
	ob_json_init(&j, &line, 0);
	ob_json_object_begin(&j);
	ob_json_key(&j, OB_STR("applet"));
	ob_json_str(&j, ob_str_z(speaker(cx)));
	ob_json_key(&j, OB_STR("message"));
	ob_json_str(&j, ob_str_z(text));
	put_number_or_null(&j, OB_STR("code"), exit_code);
	put_number_or_null(&j, OB_STR("errno"), errno_value);
	ob_json_key(&j, OB_STR("hint"));
	if (hint[0] == '\0')
		ob_json_null(&j);
	else
		ob_json_str(&j, ob_str_z(hint));
	ob_json_object_end(&j);
	ob_json_newline(&j);
	(void)ob_stream_str(cx->err, ob_buf_str(&line)); /* nobody to tell */
}

void
ob_diag(struct ob_cx *cx, const struct ob_err *err, int exit_code)
{
	char text[TEXT_BYTES];

	(void)snprintf(text, sizeof(text), "%s%s%s", err->msg,
	    err->complete || err->msg[0] == '\0' ? "" : ": ",
	    err->complete ? "" : strerror(-err->code)); /* what fits */
	if (speaks_json(cx)) {
		say_json(cx, text, exit_code, err->complete ? 0 : -err->code,
		    err->hint);
	} else {
		say_line(cx, speaker(cx), text);
		if (err->hint[0] != '\0')
			say_line(cx, "hint", err->hint);
	}
	(void)ob_stream_flush(cx->err); /* nobody to tell */
}

OB_PRINTF(2, 0)
static void
say(struct ob_cx *cx, const char *fmt, va_list args)
{
	char text[TEXT_BYTES];

	(void)vsnprintf(text, sizeof(text), fmt, args); /* what fits */
	if (speaks_json(cx))
		say_json(cx, text, 0, 0, "");
	else
		say_line(cx, speaker(cx), text);
	(void)ob_stream_flush(cx->err); /* nobody to tell */
}

void
ob_warn(struct ob_cx *cx, const char *fmt, ...)
{
	va_list args;

	if (cx->verbosity < 0)
		return;
	va_start(args, fmt);
	say(cx, fmt, args);
	va_end(args);
}

void
ob_note(struct ob_cx *cx, const char *fmt, ...)
{
	va_list args;

	if (cx->verbosity < 1)
		return;
	va_start(args, fmt);
	say(cx, fmt, args);
	va_end(args);
}

int
ob_usage(struct ob_cx *cx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)ob_err_vmsg(&cx->error, -EINVAL, fmt, args); /* returns code */
	va_end(args);
	return -EINVAL;
}
