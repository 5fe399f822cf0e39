#include "base/vec.h"

#include <errno.h>
#include <stdint.h>

#include "base/num.h"

#define FIRST_ITEMS 8

int
ob_vec_grow(
    void **v, size_t *cap, size_t n, size_t extra, size_t max, size_t size)
{
	size_t want = *cap < FIRST_ITEMS ? FIRST_ITEMS : *cap;
	size_t bytes;
	void *p;

	if (extra > max || n > max - extra)
		return -ENOBUFS;
	if (n + extra <= *cap)
		return 0;
	while (want < n + extra && want <= SIZE_MAX / 2)
		want *= 2;
	if (want < n + extra)
		want = n + extra;
	if (want > max)
		want = max;
	if (ob_mul(want, size, &bytes) < 0)
		return -ENOMEM;
	p = realloc(*v, bytes);
	if (p == NULL)
		return -ENOMEM;
	*v = p;
	*cap = want;
	return 0;
}

/* Tells the two failures of a push apart. */
int
ob_vec_why(size_t n, size_t max)
{
	return n >= max ? -ENOBUFS : -ENOMEM;
}
