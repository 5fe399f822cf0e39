#include "status.h"

#include "base/timefmt.h"
#include "fmt/json.h"
#include "holder.h"

static const char *const result_names[] = {
	[FL_GRANTED] = "granted",
	[FL_BUSY] = "busy",
	[FL_TIMEOUT] = "timeout",
	[FL_DEADLOCK] = "deadlock",
	[FL_LOST] = "lost",
	[FL_ERROR] = "error",
};

static void
put_text(struct ob_json *j, const char *key, const char *text)
{
	ob_json_key(j, ob_str_z(key));
	ob_json_str(j, ob_str_z(text));
}

/* A number, or null where there is none. */
static void
put_number(struct ob_json *j, const char *key, int64_t n, bool is_known)
{
	ob_json_key(j, ob_str_z(key));
	if (is_known)
		ob_json_i64(j, n);
	else
		ob_json_null(j);
}

static void
put_ms(struct ob_json *j, const char *key, int64_t ns)
{
	int64_t us = ns / 1000; /* finer is noise */

	ob_json_key(j, ob_str_z(key));
	if (ns < 0)
		ob_json_null(j);
	else
		ob_json_f64(j, (double)us / 1000);
}

int
fl_status_write(const struct fl_status *s, struct ob_buf *out)
{
	struct ob_json j;
	const struct timespec time = {
		.tv_sec = (time_t)(s->finished_ns / 1000000000),
		.tv_nsec = (long)(s->finished_ns % 1000000000),
	};
	char at[OB_TIME_BYTES];
	int n;

	ob_json_init(&j, out, 0);
	ob_json_object_begin(&j);
	put_text(&j, "result", result_names[s->result]);
	if (s->path != NULL) {
		ob_json_text(&j, OB_STR("path"), ob_str_z(s->path));
	} else {
		ob_json_key(&j, OB_STR("path"));
		ob_json_null(&j);
	}
	put_text(&j, "type", fl_kind_name(s->kind));
	put_text(&j, "mode", ob_lock_mode_name(s->mode));
	put_number(&j, "slot", s->slot, s->slot >= 0);
	put_ms(&j, "waited_ms", s->waited_ns);
	put_ms(&j, "held_ms", s->held_ns);
	ob_json_key(&j, OB_STR("token"));
	if (s->token > 0)
		ob_json_u64(&j, s->token);
	else
		ob_json_null(&j);
	put_number(&j, "pid", s->pid, s->pid > 0);
	put_number(&j, "exit_code", s->command_code, s->command_code >= 0);
	put_number(&j, "signal", s->command_signal, s->command_signal > 0);
	put_number(&j, "code", s->code, true);
	ob_json_key(&j, OB_STR("at"));
	n = ob_time_format(at, time, 0, 3);
	if (n < 0)
		ob_json_null(&j);
	else
		ob_json_str(&j, ob_str_n(at, (size_t)n));
	ob_json_object_end(&j);
	ob_json_newline(&j);
	return ob_json_err(&j);
}
