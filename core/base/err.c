#include "base/err.h"

#include <stdio.h>

#include "base/check.h"

/* Analysers are told by macros what these return (tests/static). */
#undef ob_err_set
#undef ob_err_msg

OB_PRINTF(4, 0)
static int
record(
    struct ob_err *err, int code, bool complete, const char *fmt, va_list args)
{
	OB_CHECK(code < 0);
	if (err == NULL)
		return code;

	err->code = code;
	err->complete = complete;
	err->hint[0] = '\0';
	if (vsnprintf(err->msg, sizeof(err->msg), fmt, args) < 0)
		err->msg[0] = '\0';
	return code;
}

void
ob_err_reset(struct ob_err *err)
{
	err->code = 0;
	err->complete = false;
	err->msg[0] = '\0';
	err->hint[0] = '\0';
}

int
ob_err_set(struct ob_err *err, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)record(err, code, false, fmt, args); /* returns code */
	va_end(args);
	return code;
}

int
ob_err_vmsg(struct ob_err *err, int code, const char *fmt, va_list args)
{
	return record(err, code, true, fmt, args);
}

int
ob_err_msg(struct ob_err *err, int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)ob_err_vmsg(err, code, fmt, args); /* returns code */
	va_end(args);
	return code;
}

void
ob_err_hint(struct ob_err *err, const char *fmt, ...)
{
	va_list args;

	if (err == NULL)
		return;
	va_start(args, fmt);
	if (vsnprintf(err->hint, sizeof(err->hint), fmt, args) < 0)
		err->hint[0] = '\0';
	va_end(args);
}
