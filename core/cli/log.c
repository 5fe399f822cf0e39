#include "cli/log.h"

#include <string.h>

#include "base/num.h"
#include "cli/diag.h"

#define LINE_BYTES  ((size_t)1 << 20)
#define WINDOW_NS   (INT64_C(10) * OB_NS_PER_S)
#define WINDOW_MAX  1000
#define VALUE_BYTES ((size_t)16 * OB_LOG_VALUE_MAX) /* escapes included */

const char *const ob_log_level_names[] = {
	[OB_LOG_ERR] = "err",
	[OB_LOG_WARN] = "warn",
	[OB_LOG_INFO] = "info",
	[OB_LOG_DEBUG] = "debug",
	[OB_LOG_LEVEL_COUNT] = NULL,
};

const char *const ob_log_format_names[] = {
	[OB_LOG_LOGFMT] = "logfmt",
	[OB_LOG_JSON] = "json",
	[OB_LOG_FORMAT_COUNT] = NULL,
};

/* --- values ------------------------------------------------------------- */

/* At most OB_LOG_VALUE_MAX bytes, no character cut in two. */
static struct ob_str
cut(struct ob_str s)
{
	size_t n = OB_LOG_VALUE_MAX;

	if (s.n <= n)
		return s;
	while (
	    n > OB_LOG_VALUE_MAX - 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return ob_str_n(s.p, n);
}

/* Whether logfmt can have it bare: printable ASCII but ' ', '"', '=', '\'. */
static bool
is_bare(struct ob_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' ||
		    s.p[i] == '=' || s.p[i] == '\\')
			return false;
	return s.n > 0;
}

static void
add_quoted(struct ob_buf *b, struct ob_str s)
{
	ob_buf_add_c(b, '"');
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && s.p[n] != '"' && s.p[n] != '\\')
			n++;
		ob_diag_escape(b, ob_str_n(s.p, n));
		if (n < s.n) {
			ob_buf_add_c(b, '\\');
			ob_buf_add_c(b, s.p[n++]);
		}
		s = ob_str_n(s.p + n, s.n - n);
	}
	ob_buf_add_c(b, '"');
}

static void
add_value(struct ob_buf *b, struct ob_str s)
{
	if (is_bare(s))
		ob_buf_add_str(b, s);
	else
		add_quoted(b, s);
}

/* The cell with its text cut. */
static struct ob_cell
bounded(const struct ob_cell *c)
{
	struct ob_cell copy = *c;

	if (c->type == OB_CELL_TEXT || c->type == OB_CELL_DATA)
		copy.s = cut(c->s);
	return copy;
}

/* --- lines -------------------------------------------------------------- */

static void
add_logfmt(struct ob_buf *line, enum ob_log_level level, const char *message,
    int64_t now_ns, const struct ob_log_field *f)
{
	OB_AUTO_BUF struct ob_buf value = OB_BUF_INIT(VALUE_BYTES);
	struct ob_cell cell = ob_time(now_ns);

	ob_buf_add_z(line, "time=");
	ob_cell_add_raw(line, &cell);
	ob_buf_printf(line, " level=%s msg=", ob_log_level_names[level]);
	add_value(line, cut(ob_str_z(message)));
	for (; f != NULL && f->key != NULL; f++) {
		cell = bounded(&f->value);
		ob_buf_reset(&value);
		ob_cell_add_raw(&value, &cell);
		ob_buf_printf(line, " %s=", f->key);
		if (cell.type != OB_CELL_NULL)
			add_value(line, cut(ob_buf_str(&value)));
	}
	ob_buf_add_c(line, '\n');
}

static void
add_json(struct ob_buf *line, enum ob_log_level level, const char *message,
    int64_t now_ns, const struct ob_log_field *f)
{
	struct ob_cell cell = ob_time(now_ns);
	struct ob_json j;

	ob_json_init(&j, line, 0);
	ob_json_object_begin(&j);
	ob_cell_add_json(&j, OB_STR("time"), &cell);
	ob_json_key(&j, OB_STR("level"));
	ob_json_str(&j, ob_str_z(ob_log_level_names[level]));
	ob_json_key(&j, OB_STR("message"));
	ob_json_str(&j, cut(ob_str_z(message)));
	for (; f != NULL && f->key != NULL; f++) {
		cell = bounded(&f->value);
		ob_cell_add_json(&j, ob_str_z(f->key), &cell);
	}
	ob_json_object_end(&j);
	ob_json_newline(&j);
}

static void
write_line(struct ob_log *log, enum ob_log_level level, const char *message,
    const struct ob_log_field *fields)
{
	OB_AUTO_BUF struct ob_buf line = OB_BUF_INIT(LINE_BYTES);
	int64_t now_ns = log->source->real_ns();

	if (log->format == OB_LOG_JSON)
		add_json(&line, level, message, now_ns, fields);
	else
		add_logfmt(&line, level, message, now_ns, fields);
	if (ob_buf_err(&line) < 0)
		return; /* a line that is no line helps nobody */
	(void)ob_stream_str(log->to, ob_buf_str(&line)); /* nobody to tell */
	(void)ob_stream_flush(log->to);
}

/* --- the limit ---------------------------------------------------------- */

/* Whether one more line may be written now. */
static bool
may_write(struct ob_log *log)
{
	int64_t now_ns;
	uint64_t dropped = log->dropped;

	if (log->max_lines == 0)
		return true;
	now_ns = log->source->mono_ns();
	if (log->window_start_ns == 0 ||
	    now_ns - log->window_start_ns >= log->window_ns) {
		log->window_start_ns = now_ns;
		log->lines = 0;
		log->dropped = 0;
		if (dropped > 0)
			write_line(log, OB_LOG_WARN, "lines dropped",
			    (const struct ob_log_field[]){
				{ "lines", ob_u64(dropped) }, { NULL } });
	}
	if (log->lines >= log->max_lines) {
		log->dropped++;
		return false;
	}
	log->lines++;
	return true;
}

void
ob_log_init(
    struct ob_log *log, struct ob_stream *to, const struct ob_source *source)
{
	*log = (struct ob_log){
		.to = to,
		.source = source,
		.level = OB_LOG_INFO,
		.max_lines = WINDOW_MAX,
		.window_ns = WINDOW_NS,
	};
}

bool
ob_log_is_on(const struct ob_log *log, enum ob_log_level level)
{
	return level <= log->level;
}

void
ob_log_write(struct ob_log *log, enum ob_log_level level, const char *message,
    const struct ob_log_field *fields)
{
	if (ob_log_is_on(log, level) && may_write(log))
		write_line(log, level, message, fields);
}
