/*
 * Errors: a negative errno up the stack, and one optional object with the
 * words.
 *
 * A function that can fail returns 0 or a count >= 0 on success and -errno on
 * failure. Where the errno alone does not tell the user enough it takes a
 * `struct ob_err *` as its LAST parameter; NULL is allowed and costs nothing.
 * The idiom is one line:
 *
 *	return ob_err_set(err, -errno, "cannot open '%s'", path);
 *
 * Messages are "cannot <verb> '<object>'", lower case, no full stop, no
 * newline. The text of the errno is appended when the message is printed
 * (cli/diag), and the control characters in it are escaped there, so paths go
 * in as they are. Text that does not fit is cut, never an error of its own.
 *
 * Nothing is allocated and nothing needs a release.
 */
#ifndef OB_BASE_ERR_H
#define OB_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/attr.h"

#define OB_ERR_MSG_MAX  512
#define OB_ERR_HINT_MAX 256

struct ob_err {
	int code;      /* negative errno; 0 = no error recorded */
	bool complete; /* msg says it all: errno's text is not appended */
	char msg[OB_ERR_MSG_MAX];
	char hint[OB_ERR_HINT_MAX]; /* "" = none */
};

#define OB_ERR_INIT \
	{ \
		0 \
	}

/* Forgets the recorded error. */
void ob_err_reset(struct ob_err *err);

/*
 * Records code (negative) and the message, drops an earlier hint, returns
 * code. The printed line ends in errno's text.
 */
int
ob_err_set(struct ob_err *err, int code, const char *fmt, ...) OB_PRINTF(3, 4);

/* The same for a message that is complete without errno's text. */
int
ob_err_msg(struct ob_err *err, int code, const char *fmt, ...) OB_PRINTF(3, 4);
int ob_err_vmsg(struct ob_err *err, int code, const char *fmt, va_list args)
    OB_PRINTF(3, 0);

/* Adds the way out ("hint: ..."), when we know one. Call it after the above. */
void ob_err_hint(struct ob_err *err, const char *fmt, ...) OB_PRINTF(2, 3);

#endif
