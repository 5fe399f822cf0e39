/*
 * The YAML 1.2 reader, by libfyaml, which is one file of ours (fmt/yaml.c) and
 * optional: a build without it has fmt/yaml_none.c, which answers -ENOTSUP.
 *
 * Plain words are typed by the core schema of YAML 1.2.2, section 10.3, and by
 * nothing else: yes, no, on, off and 1:30 are strings, 012 is the number 12.
 * The tags !!str, !!int, !!float, !!bool and !!null are obeyed, others are
 * ignored. Numbers keep their digits in the form that JSON has; .inf and .nan
 * are inf and nan.
 *
 * Keys are scalars, taken as text; a key that comes twice is an error, and "<<"
 * is a key like any other. An alias stands for the anchored value itself, and
 * all that aliases stand for is counted: past a million nodes it is an error.
 */
#ifndef OB_FMT_YAML_H
#define OB_FMT_YAML_H

#include "base/err.h"
#include "base/str.h"
#include "fmt/value.h"

/*
 * Writes the root of the only document to *ret; of an empty input it is a
 * null. -EBADMSG with "LINE:COL: ..." and the place in tree->error; -ENOMEM;
 * -ENOTSUP. Texts of the tree may point into the input.
 */
int ob_yaml_read(struct ob_tree *tree, struct ob_str input, struct ob_val *ret,
    struct ob_err *err);

/* The same of any number of documents, as a list. */
int ob_yaml_read_all(struct ob_tree *tree, struct ob_str input,
    struct ob_val *ret, struct ob_err *err);

#endif
