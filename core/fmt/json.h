/*
 * The JSON writer (RFC 8259): a stream of calls to text.
 *
 *	struct ob_json j;
 *	ob_json_init(&j, &buf, 0);
 *	ob_json_object_begin(&j);
 *	ob_json_key(&j, OB_STR("pid"));
 *	ob_json_i64(&j, pid);
 *	ob_json_object_end(&j);
 *	ob_json_newline(&j);
 *	return ob_json_err(&j);
 *
 * Commas, colons, quotes and indentation are the writer's business. Calls in
 * an order that gives no JSON (a value without a key inside an object, an end
 * without a begin) are bugs of the caller and fail an OB_CHECK.
 *
 * Errors are sticky in the buffer: write everything, ask ob_json_err() once.
 * With a sink the text leaves in pieces and the buffer stays small; a failure
 * of the sink becomes the sticky error.
 *
 * Text is valid UTF-8 whatever comes in: each maximal part of a string that is
 * not UTF-8 becomes one U+FFFD (the practice of Unicode 15, section 3.9). What
 * must not be lost goes through ob_json_text() or ob_json_payload().
 *
 * The reader is fmt/jsonread.h.
 */
#ifndef OB_FMT_JSON_H
#define OB_FMT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "fmt/value.h"

/* Takes all n bytes: 0, or a negative errno that ends the writing. */
typedef int ob_json_sink(void *ctx, const char *p, size_t n);

struct ob_json {
	struct ob_buf *out;
	ob_json_sink *sink; /* NULL: everything stays in out */
	void *sink_ctx;
	unsigned indent; /* blanks per level; 0 = all on one line */
	unsigned depth;
	uint64_t objects; /* a bit for each of the outer 64 levels: an object */
	bool comma;       /* a value stands before the next one */
	bool keyed;       /* a key stands before the next value */
};

/* Writes into out, which the caller owns and which may hold text already. */
void ob_json_init(struct ob_json *j, struct ob_buf *out, unsigned indent);

/* Hands what is in out to sink whenever 16 KiB have come together. */
void ob_json_set_sink(struct ob_json *j, ob_json_sink *sink, void *ctx);

/* Hands the rest to the sink; returns the sticky error. Without one: that. */
int ob_json_flush(struct ob_json *j);

/* 0, or why text is missing: -ENOBUFS, -ENOMEM, what the sink returned. */
int ob_json_err(const struct ob_json *j);

void ob_json_object_begin(struct ob_json *j);
void ob_json_object_end(struct ob_json *j);
void ob_json_array_begin(struct ob_json *j);
void ob_json_array_end(struct ob_json *j);

/* The key of the value that comes next. Keys are not compared. */
void ob_json_key(struct ob_json *j, struct ob_str key);

void ob_json_str(struct ob_json *j, struct ob_str text);
void ob_json_i64(struct ob_json *j, int64_t value);
void ob_json_u64(struct ob_json *j, uint64_t value);

/* Digits that read back as the same value (base/num); nan, inf are null. */
void ob_json_f64(struct ob_json *j, double value);
void ob_json_bool(struct ob_json *j, bool value);
void ob_json_null(struct ob_json *j);

/* A value that is JSON text already: copied as it is, not checked. */
void ob_json_raw(struct ob_json *j, struct ob_str json);

/*
 * Members of an object whose value may not be UTF-8. A text (path, command
 * line) is the string with replacements and, when there were any, a sibling
 * <key>_b64 with the bytes. A payload (a stored value) is the string, or
 * <key>_b64 instead of it.
 */
void ob_json_text(struct ob_json *j, struct ob_str key, struct ob_str bytes);
void ob_json_payload(struct ob_json *j, struct ob_str key, struct ob_str bytes);

/*
 * A whole tree as one value, without its shadowed members. Numbers go out as
 * they came in; dates, inf and nan as strings. 0, or -ENOMEM for the stack that stands in
 * for recursion (the text is incomplete then); errors of the text are sticky.
 */
int ob_json_val(struct ob_json *j, const struct ob_val *v);

/* Ends the line behind a complete top-level value; another one may follow. */
void ob_json_newline(struct ob_json *j);

#endif
