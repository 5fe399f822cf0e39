/*
 * Terminals: whether, how big, and raw mode.
 *
 * Width and colour as the user wants them (COLUMNS, NO_COLOR) are decided in
 * cli/term; here are the facts of the device alone.
 */
#ifndef OB_OS_TTY_H
#define OB_OS_TTY_H

#include <stdbool.h>
#include <termios.h>

/* Closed descriptors are no terminals. */
bool ob_tty_is(int fd);

struct ob_tty_size {
	unsigned columns;
	unsigned rows;
};

/* -ENOTTY; -ENOTSUP when the terminal does not know its size. */
int ob_tty_size(int fd, struct ob_tty_size *ret);

/* Sets the size, for terminals that we emulate. */
int ob_tty_set_size(int fd, struct ob_tty_size size);

/* Settings to go back to. Zero is "nothing saved". */
struct ob_tty_mode {
	bool saved;
	struct termios was;
};

enum ob_tty_signals {
	OB_TTY_SIGNALS,   /* ^C, ^Z and ^\ still send signals */
	OB_TTY_NO_SIGNALS /* every key is input */
};

/*
 * Raw mode: each byte is delivered as it comes, nothing is echoed or
 * translated on the way in; output translation (NL to CR NL) stays. Fills
 * *ret_before; input typed ahead is kept. -EIO when we are in the background
 * of an orphaned group.
 */
int
ob_tty_raw(int fd, enum ob_tty_signals signals, struct ob_tty_mode *ret_before);

/* Back to what was saved; does nothing when nothing was. Safe to repeat. */
int ob_tty_restore(int fd, struct ob_tty_mode *before);

#endif
