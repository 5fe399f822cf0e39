/*
 * Running out of memory on purpose, in a case of its own process.
 */
#ifndef TESTS_LIB_NOMEM_H
#define TESTS_LIB_NOMEM_H

#include <stdlib.h>
#include <sys/resource.h>

#include "unit.h"

#if defined(__SANITIZE_ADDRESS__)
#	define NOMEM_WORKS 0
#elif defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define NOMEM_WORKS 0
#	endif
#endif
#ifndef NOMEM_WORKS
#	define NOMEM_WORKS 1
#endif

/* From now on the kernel gives this process no more memory. */
static inline void
no_more_memory(void)
{
	const struct rlimit none = { 0, 0 };
	void *probe;

	if (!NOMEM_WORKS)
		SKIP("AddressSanitizer needs memory of its own");
	CHECK_INT(setrlimit(RLIMIT_AS, &none), 0);
	probe = malloc((size_t)1 << 26);
	free(probe);
	if (probe != NULL)
		SKIP("RLIMIT_AS has no effect here");
}

#endif
