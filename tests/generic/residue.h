/*
 * What running a thing a thousand times leaves behind in this process:
 * descriptors, allocated memory, signal dispositions and mask, working
 * directory, umask, limits, the environment and the terminal of standard input.
 */
#ifndef TESTS_GENERIC_RESIDUE_H
#define TESTS_GENERIC_RESIDUE_H

#include <stdbool.h>

#define RESIDUE_TEXT 4200

/*
 * Calls run(arg, times), first a few times to let caches fill, then 1000 times,
 * and compares before and after these. true: something was left behind, and
 * what says what, as in "changes descriptor 5". Standard input is a terminal.
 */
bool residue_find(
    void (*run)(void *arg, int times), void *arg, char what[RESIDUE_TEXT]);

/* Makes standard input a terminal of our own. */
void residue_make_terminal(void);

#endif
