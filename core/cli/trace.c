#include "cli/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"
#include "fmt/json.h"
#include "os/file.h"

#define LINE_BYTES ((size_t)64 << 10)

/* What each kind calls its members; NULL = has none. */
static const struct {
	const char *event;
	const char *id, *value;
} kinds[OB_TRACE_COUNT] = {
	[OB_TRACE_START] = { "start", NULL, NULL },
	[OB_TRACE_VERB] = { "verb", NULL, NULL },
	[OB_TRACE_REGION] = { "region", NULL, "duration_ns" },
	[OB_TRACE_CHILD_START] = { "child_start", "child_pid", NULL },
	[OB_TRACE_CHILD_EXIT] = { "child_exit", "child_pid", "status" },
	[OB_TRACE_IO] = { "io", "fd", "bytes" },
	[OB_TRACE_EXIT] = { "exit", NULL, "code" },
};

static void
put_number(struct ob_json *j, const char *key, int64_t number)
{
	if (key == NULL)
		return;
	ob_json_key(j, ob_str_z(key));
	ob_json_i64(j, number);
}

static void
emit(struct ob_trace_sink *sink, const struct ob_trace_event *e)
{
	struct ob_trace_writer *w =
	    OB_CONTAINER(sink, struct ob_trace_writer, sink);
	OB_AUTO_BUF struct ob_buf line = OB_BUF_INIT(LINE_BYTES);
	struct ob_json j;

	ob_json_init(&j, &line, 0);
	ob_json_object_begin(&j);
	put_number(&j, "mono_ns", w->source->mono_ns());
	put_number(&j, "pid", getpid());
	ob_json_key(&j, OB_STR("event"));
	ob_json_str(&j, ob_str_z(kinds[e->kind].event));
	if (e->name != NULL)
		ob_json_text(&j, OB_STR("name"), ob_str_z(e->name));
	put_number(&j, kinds[e->kind].id, e->id);
	put_number(&j, kinds[e->kind].value, e->value);
	ob_json_object_end(&j);
	ob_json_newline(&j);
	if (ob_json_err(&j) < 0 || ob_write_full(w->fd, line.p, line.n) < 0)
		ob_trace_close(w);
}

/* N of "fd:N", which must be open. */
static int
find_fd(const char *digits, struct ob_err *err)
{
	int64_t fd;

	if (ob_num_i64(ob_str_z(digits), 0, INT_MAX, &fd) < 0)
		return ob_err_msg(err, -EINVAL,
		    "cannot trace to 'fd:%s': not a descriptor number", digits);
	if (fcntl((int)fd, F_GETFD) < 0)
		return ob_err_set(
		    err, -errno, "cannot trace to 'fd:%s'", digits);
	return (int)fd;
}

int
ob_trace_open(struct ob_trace_writer *w, const struct ob_cx *cx,
    const char *where, struct ob_err *err)
{
	bool is_file = false;
	int fd;

	if (strcmp(where, "1") == 0) {
		fd = STDERR_FILENO;
	} else if (ob_z_has_prefix(where, "fd:")) {
		fd = find_fd(where + 3, err);
	} else {
		is_file = true;
		fd = ob_open(
		    cx->cwd_fd, where, O_WRONLY | O_CREAT | O_APPEND, 0600);
		if (fd < 0)
			ob_err_set(err, fd, "cannot trace to '%s'", where);
	}
	if (fd < 0)
		return fd;
	*w = (struct ob_trace_writer){
		.sink.emit = emit,
		.source = cx->source,
		.fd = fd,
		.owns_fd = is_file,
	};
	ob_trace_set(&w->sink);
	return 0;
}

void
ob_trace_close(struct ob_trace_writer *w)
{
	if (w->fd < 0)
		return;
	ob_trace_set(NULL);
	if (w->owns_fd)
		(void)ob_close(&w->fd); /* nobody to tell */
	w->fd = -1;
}
