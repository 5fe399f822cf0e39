#include "cli/registry.h"

#include <string.h>

#define APPLET(ident) extern const struct ob_applet ident##_applet;
#include "applets.inc"
#undef APPLET

const struct ob_applet *const ob_applets[] = {
#define APPLET(ident) &ident##_applet,
#include "applets.inc"
#undef APPLET
	NULL,
};

const struct ob_applet *
ob_applet_find(const char *name)
{
	for (size_t i = 0; ob_applets[i] != NULL; i++) {
		const struct ob_applet *a = ob_applets[i];

		if (strcmp(a->name, name) == 0)
			return a;
		for (size_t k = 0; a->aliases != NULL && a->aliases[k]; k++)
			if (strcmp(a->aliases[k], name) == 0)
				return a;
	}
	return NULL;
}
