/*
 * What opsbox does under its own name: lists, links, help.
 */
#ifndef OB_CLI_BOX_H
#define OB_CLI_BOX_H

#include "cli/cx.h"

/*
 * Runs a whole command line: argv[0]'s last part names an applet, or argv[1]
 * does, or it is an option of opsbox itself. Returns the exit code.
 */
int ob_box_run(struct ob_cx *cx, int argc, char **argv);

#endif
