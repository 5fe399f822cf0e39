/*
 * The log of a daemon: one line an event on a stream, for people who grep and
 * for programs.
 *
 *	time=2026-03-01T12:00:00.25Z level=info msg="job started" job=x pid=7
 *	{"time":"2026-03-01T12:00:00.25Z","level":"info","message":"job started",...}
 *
 * The message is a constant of the program; what varies are fields. A value
 * from outside cannot end the line, fake a field or talk to a terminal: it is
 * quoted and escaped (logfmt) or a JSON string, and cut after
 * OB_LOG_VALUE_MAX bytes. No colour.
 *
 * A rate limit bounds what an enemy can make us write: lines past it are
 * counted, and the count is logged before the next line that passes.
 *
 * Each line is flushed. A stream that fails loses lines in silence: a daemon
 * goes on without its log. Rotated files: rt/rotlog.
 */
#ifndef OB_CLI_LOG_H
#define OB_CLI_LOG_H

#include <stdint.h>

#include "cli/cx.h"
#include "cli/out.h"

#define OB_LOG_VALUE_MAX 4096

enum ob_log_level {
	OB_LOG_ERR,
	OB_LOG_WARN,
	OB_LOG_INFO,
	OB_LOG_DEBUG,
	OB_LOG_LEVEL_COUNT
};

/* "err", "warn", "info", "debug", NULL: the choices of an option. */
extern const char *const ob_log_level_names[];

enum ob_log_format { OB_LOG_LOGFMT, OB_LOG_JSON, OB_LOG_FORMAT_COUNT };

/* "logfmt", "json", NULL */
extern const char *const ob_log_format_names[];

/* Ends with a NULL key. Keys are constants: lower_snake, units in the name. */
struct ob_log_field {
	const char *key;
	struct ob_cell value; /* RAW is written as text by logfmt */
};

struct ob_log {
	struct ob_stream *to;
	const struct ob_source *source;
	enum ob_log_level level; /* what is above it is not written */
	enum ob_log_format format;
	uint64_t max_lines; /* in each window; 0 = no limit */
	int64_t window_ns;

	uint64_t lines, dropped; /* of the window */
	int64_t window_start_ns;
};

/* Level info, logfmt, at most 1000 lines in 10 s; the members may be set. */
void ob_log_init(
    struct ob_log *log, struct ob_stream *to, const struct ob_source *source);

/* Whether a line of that level would be written, for fields that cost. */
bool ob_log_is_on(const struct ob_log *log, enum ob_log_level level);

/* fields may be NULL. */
void ob_log_write(struct ob_log *log, enum ob_log_level level,
    const char *message, const struct ob_log_field *fields);

/* ob_log(&log, OB_LOG_INFO, "job started", { "pid", ob_i64(pid) }) */
#define ob_log(log, level, ...) OB_LOG_CALL(log, level, __VA_ARGS__, { NULL })
#define OB_LOG_CALL(log, level, message, ...) \
	do { \
		if (ob_log_is_on(log, level)) \
			ob_log_write(log, level, message, \
			    (const struct ob_log_field[]){ __VA_ARGS__ }); \
	} while (0)

#endif
