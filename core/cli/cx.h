/*
 * struct ob_cx: what an applet gets instead of globals.
 *
 * main.c builds it from the process, the shell from its redirections and
 * variables, tests from buffers. Whoever builds it owns everything in it; a
 * verb borrows. A verb writes data to out (mostly through cli/out), records an
 * error in `error` and returns its negative code; cli/run.c prints it once and
 * turns it into an exit code.
 */
#ifndef OB_CLI_CX_H
#define OB_CLI_CX_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/err.h"
#include "os/stream.h"

struct ob_applet;
struct ob_cache;
struct ob_parse;
struct ob_verb;

/* How rows are written; --json, --ndjson, --plain choose. */
enum ob_out_mode {
	OB_OUT_TABLE,  /* aligned, human units */
	OB_OUT_PLAIN,  /* TSV, raw units */
	OB_OUT_JSON,   /* one array, or one object */
	OB_OUT_NDJSON, /* one object a line */
};

enum ob_color_when {
	OB_COLOR_AUTO,
	OB_COLOR_ALWAYS,
	OB_COLOR_NEVER,
};

enum ob_tty_fact {
	OB_TTY_UNKNOWN,
	OB_TTY_NO,
	OB_TTY_YES,
};

/* Time and randomness, fixed in tests. */
struct ob_source {
	int64_t (*real_ns)(void); /* CLOCK_REALTIME, ns since the epoch */
	int64_t (*mono_ns)(void); /* CLOCK_MONOTONIC, ns */
	void (*random)(void *p, size_t n);
};

struct ob_cx {
	struct ob_reader *in;
	struct ob_stream *out, *err;
	struct ob_env env;
	int cwd_fd; /* relative paths start here; AT_FDCWD in a process */
	/* The number of the signal (INT, TERM, HUP) that asks for an end, 0
	 * before; set by whoever owns signals. May be NULL. */
	const volatile sig_atomic_t *cancel;

	/* Asked once, when first needed: ob_cx_is_tty(). Tests preset them. */
	enum ob_tty_fact in_tty, out_tty, err_tty;

	/* Choices of the command line, filled by cli/run.c. */
	enum ob_out_mode out_mode;
	enum ob_color_when color;
	int verbosity;      /* -q: -1, default 0, each -v: +1 */
	bool nul_separated; /* -0 */
	bool want_header;   /* --header, with --plain */
	bool hide_header;   /* --no-header, with a table */

	const char *argv0;  /* of the process, NULL where there is none */
	const char *called; /* who speaks in messages */
	const struct ob_applet *applet;
	const struct ob_verb *verb;
	const struct ob_parse *parse; /* the running verb's; see cli/opt.h */

	struct ob_err error;
	struct ob_arena *scratch; /* freed by the caller after the verb */
	struct ob_cache *cache;   /* NULL in a plain process */
	const struct ob_source *source;
};

/* The process's own clock and random numbers. */
extern const struct ob_source ob_source_system;

/* Whether the stream is a terminal. */
bool ob_cx_in_is_tty(struct ob_cx *cx);
bool ob_cx_out_is_tty(struct ob_cx *cx);
bool ob_cx_err_is_tty(struct ob_cx *cx);

/* Whether text for out (or err) may carry colour: --color, NO_COLOR,
 * CLICOLOR_FORCE, TERM=dumb, and whether it is a terminal. */
bool ob_cx_out_color(struct ob_cx *cx);
bool ob_cx_err_color(struct ob_cx *cx);

#endif
