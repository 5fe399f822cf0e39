#include "cli/term.h"

#include "base/num.h"
#include "os/tty.h"

#define WIDTH_MAX 10000

static const char *const sequences[OB_STYLE_COUNT] = {
	[OB_STYLE_PLAIN] = "\x1b[0m",
	[OB_STYLE_HEAD] = "\x1b[1m",
	[OB_STYLE_NAME] = "\x1b[1;34m",
	[OB_STYLE_DIM] = "\x1b[2m",
	[OB_STYLE_GOOD] = "\x1b[32m",
	[OB_STYLE_WARN] = "\x1b[33m",
	[OB_STYLE_BAD] = "\x1b[1;31m",
	[OB_STYLE_MATCH] = "\x1b[1;33m",
	[OB_STYLE_ADDED] = "\x1b[32m",
	[OB_STYLE_REMOVED] = "\x1b[31m",
};

static unsigned
width_of(struct ob_cx *cx, int fd)
{
	struct ob_str columns = ob_str_z(ob_env_get(cx->env, "COLUMNS"));
	struct ob_tty_size size;
	uint64_t wanted;

	if (ob_num_u64(columns, 1, WIDTH_MAX, &wanted) == 0)
		return (unsigned)wanted;
	if (fd >= 0 && ob_tty_size(fd, &size) == 0)
		return size.columns < WIDTH_MAX ? size.columns : WIDTH_MAX;
	return OB_WIDTH_UNKNOWN;
}

unsigned
ob_cx_width(struct ob_cx *cx)
{
	return width_of(cx, cx->out->fd);
}

unsigned
ob_cx_err_width(struct ob_cx *cx)
{
	return width_of(cx, cx->err->fd);
}

const char *
ob_cx_out_style(struct ob_cx *cx, enum ob_style style)
{
	return ob_cx_out_color(cx) ? sequences[style] : "";
}

const char *
ob_cx_err_style(struct ob_cx *cx, enum ob_style style)
{
	return ob_cx_err_color(cx) ? sequences[style] : "";
}
