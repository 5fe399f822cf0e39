/*
 * Running a command while something is held: start, pass signals on, await
 * the end. Prints nothing.
 */
#ifndef FL_COMMAND_H
#define FL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct fl_command {
	char **argv;      /* NULL-terminated */
	char *const *env; /* NULL-terminated */
	const char *search_path;
	/* Descriptors of the locks, close-on-exec. */
	const int *fds;
	size_t n_fds;
	/*
	 * The command inherits the descriptors, and with them the lock. Else
	 * the lock stays here, and the command is killed if we die before it;
	 * where that cannot be promised (no such thing on this system, a
	 * set-user-id command) it inherits after all, so that it never runs
	 * unlocked.
	 */
	bool inherits;
	/*
	 * A limit of its time: then it gets end_signal, and later KILL, with
	 * all of its process group, which is its own for that.
	 */
	int64_t limit_ns; /* 0 = none */
	int64_t kill_after_ns;
	int end_signal;
	/* Called once it runs; NULL = nobody asks. */
	void (*started)(int64_t pid, void *ctx);
	void *started_ctx;
	struct ob_arena *scratch;
};

struct fl_end {
	int64_t pid;    /* 0: it never ran */
	int code;       /* as shells put it: its own, 128 + signal, 126, 127 */
	int signal;     /* that killed it, or 0 */
	bool timed_out; /* the limit was over; code is 124 */
};

/*
 * Runs the command to its end. A failure to start is negative errno with words
 * in err and ret->code 125, 126 or 127.
 *
 * TERM, INT, HUP, QUIT, USR1, USR2, CONT and WINCH are passed on, except those
 * of the terminal, which the command gets itself. When the command stops, so do
 * we. These signals stay blocked afterwards: the process is about to end with
 * the command's status and shall not be killed in between.
 */
int fl_command_run(
    const struct fl_command *c, struct fl_end *ret, struct ob_err *err);

/*
 * Becomes the command, which inherits the descriptors. Returns only when that
 * failed, with *ret_code as above.
 */
int
fl_command_exec(const struct fl_command *c, int *ret_code, struct ob_err *err);

#endif
