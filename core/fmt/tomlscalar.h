/*
 * The words of TOML that are neither string nor bracket: numbers, booleans and
 * dates. For fmt/toml.c only.
 */
#ifndef OB_FMT_TOMLSCALAR_H
#define OB_FMT_TOMLSCALAR_H

#include "fmt/toml.h"
#include "fmt/value.h"

/*
 * The length of the word at the start of s, a date and time with a blank
 * between them included; 0 when there is none.
 */
size_t ob_toml_word(struct ob_str s);

/*
 * Fills type and text of *v from a word. NULL, or what is wrong with it; out
 * of memory is *ret_nomem.
 */
const char *ob_toml_scalar(struct ob_tree *tree, struct ob_str word,
    enum ob_toml_version version, struct ob_val *v, bool *ret_nomem);

#endif
