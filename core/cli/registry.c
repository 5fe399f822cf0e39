#include "cli/registry.h"

#define APPLET(ident) extern const struct ob_applet ident##_applet;
#include "applets.inc"
#undef APPLET

const struct ob_applet *const ob_applets[] = {
#define APPLET(ident) &ident##_applet,
#include "applets.inc"
#undef APPLET
	NULL,
};
