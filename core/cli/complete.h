/*
 * Shell completion. The script for each shell is a few lines that ask the
 * binary itself (`opsbox __complete WORD...`), so completions are right for
 * every subset of applets and cannot go out of date.
 */
#ifndef OB_CLI_COMPLETE_H
#define OB_CLI_COMPLETE_H

#include "cli/cx.h"

/* Writes the script for bash, zsh or fish: 0, or -ENOENT for another shell. */
int ob_complete_script(struct ob_cx *cx, const char *shell);

/*
 * Writes the candidates for the last of the words (the command line so far,
 * words[0] is opsbox or an applet), one a line: "WORD\tdescription". Returns
 * an exit code.
 */
int ob_complete_words(struct ob_cx *cx, int n, char **words);

#endif
