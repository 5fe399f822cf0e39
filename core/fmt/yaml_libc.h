/*
 * The C library as libfyaml sees it. For fmt/yaml.c only.
 *
 * The build takes a copy of libfyaml.a in which the functions named in
 * yaml_libc.syms are replaced by ours (objcopy --redefine-syms). What that
 * gives:
 *
 *  - memory has a maximum, and all of it goes when a document has been read,
 *    also what libfyaml 0.7.12 forgets after a syntax error;
 *  - the parser of foreign text cannot open a file, write, look at a terminal
 *    or read the environment: those functions fail;
 *  - a start of opsbox does not look up thirty symbols of libc (20000
 *    instructions) that a parser of text in memory never calls.
 */
#ifndef OB_FMT_YAML_LIBC_H
#define OB_FMT_YAML_LIBC_H

#include <stdbool.h>
#include <stddef.h>

struct ob_fy_block;

/* The memory of one document being read. */
struct ob_fy_heap {
	struct ob_fy_block *blocks;
	size_t used_bytes, max_bytes;
	bool full;   /* the maximum was reached */
	bool failed; /* malloc failed */
	struct ob_fy_heap *outer;
};

/*
 * libfyaml allocates from the heap between these two. The second frees all of
 * it. They nest.
 */
void ob_fy_heap_enter(struct ob_fy_heap *heap, size_t max_bytes);
void ob_fy_heap_leave(struct ob_fy_heap *heap);

#endif
