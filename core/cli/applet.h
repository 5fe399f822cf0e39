/*
 * The entry of an applet: what applets/<name>/<name>.c defines.
 *
 *	static const struct ob_verb verbs[] = {
 *		{ .name = "list", .summary = "...", .flags = OB_INPROC | OB_V_ROWS,
 *		    .opts = list_rows, .opts_size = sizeof(struct list_opts),
 *		    .run = list_run },
 *		OB_VERBS_END,
 *	};
 *
 *	const struct ob_applet psmon_applet = {
 *		.name = "psmon", .summary = "...", .verbs = verbs,
 *	};
 *
 * A verb returns an exit code >= 0 (cli/exit.h), or a negative errno with the
 * words in cx->error; cli/run.c then prints the one line and picks the code.
 */
#ifndef OB_CLI_APPLET_H
#define OB_CLI_APPLET_H

#include "cli/cx.h"
#include "cli/exit.h"
#include "cli/opt.h"

struct ob_col;

enum ob_verb_flags {
	/*
	 * Run classes: how the shell runs the verb. INPROC: as a function of
	 * its own process; short, leaves no trace in the process, polls
	 * cx->cancel. FORK: in a forked child. EXEC: re-executed.
	 */
	OB_INPROC = 1 << 0,
	OB_FORK = 0,
	OB_EXEC = 1 << 1,

	OB_V_ROWS = 1 << 2,    /* has --json --ndjson --plain --header */
	OB_V_NUL = 1 << 3,     /* has -0 */
	OB_V_COMMAND = 1 << 4, /* operands are a command: options end there */
	OB_V_DEFAULT = 1 << 5, /* chosen when no verb is named */
	OB_V_HIDDEN = 1 << 6,  /* in no list */
	OB_V_OWN_QV = 1 << 7,  /* -q and -v mean something of its own */
	OB_V_JSON = 1 << 8,    /* has --json alone (one object) */
};

struct ob_verb {
	const char *name;
	const char *summary;         /* one line, lower case, no full stop */
	unsigned flags;              /* enum ob_verb_flags */
	const struct ob_opt *opts;   /* NULL = none of its own */
	const struct ob_opt *shared; /* a second table, shared by verbs; it
	                                fills the same struct */
	size_t opts_size;
	const struct ob_operand *operands; /* NULL = none allowed */
	const struct ob_col *cols;         /* what rows hold, or NULL */
	const char *examples[3];           /* command lines, at most two */
	const struct ob_exit_row *exits;   /* meanings of its own; or NULL */
	int (*run)(struct ob_cx *cx, const void *opts, int argc, char **argv);
};

#define OB_VERBS_END \
	{ \
		.name = NULL \
	}

struct ob_applet {
	const char *name;
	const char *const
	    *aliases; /* NULL-terminated; not linked by --install */
	const char *summary;
	const struct ob_verb *verbs; /* ends with a NULL name */
	/*
	 * NULL: the first operand names the verb. Else the applet decides, and
	 * goes on with ob_applet_dispatch() or ob_verb_run().
	 */
	int (*run)(struct ob_cx *cx, int argc, char **argv);
};

/* A verb by name, or NULL. */
const struct ob_verb *ob_verb_find(const struct ob_applet *a, const char *name);

/* The verb with OB_V_DEFAULT, or NULL. */
const struct ob_verb *ob_verb_default(const struct ob_applet *a);

/* Which house options the verb has. */
enum ob_house_kind ob_verb_house(const struct ob_verb *v);

/*
 * Runs one verb: parses argv[0..argc) (without the verb's name), handles the
 * house options, calls run, flushes out, prints the error. Returns the exit
 * code, never a negative value.
 */
int
ob_verb_run(struct ob_cx *cx, const struct ob_verb *v, int argc, char **argv);

/*
 * Runs an applet as its command line says; argv[0] is the name it was called
 * by. Fills cx->applet, ->verb, ->called. Returns the exit code.
 */
int ob_applet_run(
    struct ob_cx *cx, const struct ob_applet *a, int argc, char **argv);

/* The usual way to the verb, for an applet with a run function of its own. */
int ob_applet_dispatch(struct ob_cx *cx, int argc, char **argv);

#endif
