/*
 * Help, all of it generated from the tables of verbs and options: the text of
 * --help, the version line, the lists, and the JSON dump that tests, the man
 * pages' lint and completions read.
 */
#ifndef OB_CLI_HELP_H
#define OB_CLI_HELP_H

#include "cli/applet.h"

enum ob_help_size {
	OB_HELP_SHORT, /* at most 24 lines of 80 columns */
	OB_HELP_ALL,
};

/* --help of cx->verb on cx->out. Returns 0. */
int ob_help_verb(struct ob_cx *cx, enum ob_help_size size);

/* The verbs of an applet, on to. Returns 0. */
int ob_help_applet(
    struct ob_cx *cx, const struct ob_applet *a, struct ob_stream *to);

/* "opsbox 0.1.0 (commit) features" on cx->out. Returns 0. */
int ob_help_version(struct ob_cx *cx);

/* Appends what runs a verb (NULL: the applet) from anywhere: "opsbox psmon
 * list", "opsbox --install". */
void ob_help_command(
    struct ob_buf *out, const struct ob_applet *a, const struct ob_verb *v);

/* Appends "psmon list [OPTION...] [PID...]". */
void ob_help_synopsis(
    struct ob_buf *out, const struct ob_applet *a, const struct ob_verb *v);

/* Whether a word asks an applet for help: -h, --help, --help=all, help. */
bool ob_help_is_word(const char *word);

/* The option a word with a dash, such as "--limit=3" or "-n", names in any
 * verb of the applet, or NULL. */
const struct ob_opt *
ob_help_find_option(const struct ob_applet *a, const char *word);

/* The table i (own, shared, house) of a verb's options, or NULL. */
const struct ob_opt *ob_help_table(const struct ob_verb *v, unsigned i);

/* Everything about every applet as one JSON object on cx->out: 0 or the
 * error. */
int ob_help_json(struct ob_cx *cx);

#endif
