#include "cli/cx.h"

#include <string.h>

#include "base/bsd.h"
#include "os/clock.h"
#include "os/tty.h"

const struct ob_source ob_source_system = {
	.real_ns = ob_clock_realtime_ns,
	.mono_ns = ob_clock_monotonic_ns,
	.random = arc4random_buf,
};

static bool
ask_tty(enum ob_tty_fact *fact, int fd)
{
	if (*fact == OB_TTY_UNKNOWN)
		*fact = fd >= 0 && ob_tty_is(fd) ? OB_TTY_YES : OB_TTY_NO;
	return *fact == OB_TTY_YES;
}

bool
ob_cx_in_is_tty(struct ob_cx *cx)
{
	return ask_tty(&cx->in_tty, cx->in->fd);
}

bool
ob_cx_out_is_tty(struct ob_cx *cx)
{
	return ask_tty(&cx->out_tty, cx->out->fd);
}

bool
ob_cx_err_is_tty(struct ob_cx *cx)
{
	return ask_tty(&cx->err_tty, cx->err->fd);
}

/* NO_COLOR (no-color.org), CLICOLOR_FORCE (bixense.com/clicolors). */
static bool
is_colored(struct ob_cx *cx, bool (*is_tty)(struct ob_cx *))
{
	const char *term = ob_env_get(cx->env, "TERM");
	const char *force = ob_env_get_filled(cx->env, "CLICOLOR_FORCE");

	switch (cx->color) {
	case OB_COLOR_ALWAYS: return true;
	case OB_COLOR_NEVER: return false;
	case OB_COLOR_AUTO: break;
	}
	if (ob_env_get_filled(cx->env, "NO_COLOR") != NULL)
		return false;
	if (force != NULL && strcmp(force, "0") != 0)
		return true;
	return term != NULL && strcmp(term, "dumb") != 0 && is_tty(cx);
}

bool
ob_cx_out_color(struct ob_cx *cx)
{
	return is_colored(cx, ob_cx_out_is_tty);
}

bool
ob_cx_err_color(struct ob_cx *cx)
{
	return is_colored(cx, ob_cx_err_is_tty);
}
