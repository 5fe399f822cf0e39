/*
 * Two applets that stand in for real ones in the tests of cli: this runner
 * links no others, so that its results do not depend on what is built.
 */
#ifndef TESTS_UNIT_CLI_SAMPLE_H
#define TESTS_UNIT_CLI_SAMPLE_H

#include "cli/applet.h"

/* No default verb; an alias; verbs list, get, fail, run, secret. */
extern const struct ob_applet alpha_applet;

/* A default verb, show; an entry function that counts its calls. */
extern const struct ob_applet beta_applet;

extern int beta_calls;

#endif
