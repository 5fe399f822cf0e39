/*
 * The applets of this build, and how one applet reaches another (the shell its
 * builtins, filelock and envcfg a store): by name, through here only.
 */
#ifndef OB_CLI_REGISTRY_H
#define OB_CLI_REGISTRY_H

#include "cli/applet.h"

/* Sorted by name; ends with NULL. */
extern const struct ob_applet *const ob_applets[];

/* By name or alias; NULL when this build has none. */
const struct ob_applet *ob_applet_find(const char *name);

#endif
