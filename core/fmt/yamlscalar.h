/*
 * The core schema: which type a plain word of YAML has. For fmt/yaml.c only.
 */
#ifndef OB_FMT_YAMLSCALAR_H
#define OB_FMT_YAMLSCALAR_H

#include <stdbool.h>

#include "fmt/value.h"

/*
 * Fills type and text of *v from a plain word, which the caller keeps alive.
 * false: out of memory for a number in another form.
 */
bool ob_yaml_plain(struct ob_tree *tree, struct ob_str word, struct ob_val *v);

#endif
