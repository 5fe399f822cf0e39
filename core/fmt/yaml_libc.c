#include "fmt/yaml_libc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/num.h"

/* A block knows its neighbours, so that it can be taken out in any order. */
struct ob_fy_block {
	struct ob_fy_block *next, **link;
	size_t n;
	_Alignas(16) char data[];
};

/*
 * Owned by ob_fy_heap_enter() and _leave(), that is by the one call of
 * ob_yaml_read_all() that runs: libfyaml has no parameter to hand a heap by.
 */
static struct ob_fy_heap *current;

void
ob_fy_heap_enter(struct ob_fy_heap *heap, size_t max_bytes)
{
	*heap = (struct ob_fy_heap){ .max_bytes = max_bytes, .outer = current };
	current = heap;
}

void
ob_fy_heap_leave(struct ob_fy_heap *heap)
{
	struct ob_fy_block *next;

	OB_CHECK(current == heap);
	for (struct ob_fy_block *b = heap->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	current = heap->outer;
}

/* --- memory ------------------------------------------------------------------ */

void *ob_fy_malloc(size_t n);
void *ob_fy_calloc(size_t count, size_t size);
void *ob_fy_realloc(void *p, size_t n);
void ob_fy_free(void *p);
char *ob_fy_strdup(const char *s);

static void
link_block(struct ob_fy_block *b)
{
	b->next = current->blocks;
	b->link = &current->blocks;
	if (b->next != NULL)
		b->next->link = &b->next;
	current->blocks = b;
	current->used_bytes += b->n;
}

static void
unlink_block(struct ob_fy_block *b)
{
	*b->link = b->next;
	if (b->next != NULL)
		b->next->link = b->link;
	current->used_bytes -= b->n;
}

/* old is no longer linked; NULL for a new one. */
static void *
allocate(struct ob_fy_block *old, size_t n)
{
	struct ob_fy_block *b;

	if (n > current->max_bytes - current->used_bytes) {
		current->full = true;
		return NULL;
	}
	b = realloc(old, sizeof(*b) + n);
	if (b == NULL) {
		current->failed = true;
		return NULL;
	}
	b->n = n;
	link_block(b);
	return b->data;
}

static struct ob_fy_block *
block_of(void *p)
{
	return (
	    struct ob_fy_block *)(void *)((char *)p -
					  offsetof(struct ob_fy_block, data));
}

void *
ob_fy_malloc(size_t n)
{
	return allocate(NULL, n);
}

void *
ob_fy_calloc(size_t count, size_t size)
{
	size_t n;
	void *p;

	if (ob_mul(count, size, &n) < 0)
		return NULL;
	p = allocate(NULL, n);
	return p == NULL ? NULL : memset(p, 0, n);
}

void *
ob_fy_realloc(void *p, size_t n)
{
	struct ob_fy_block *b = p == NULL ? NULL : block_of(p);
	void *moved;

	if (b == NULL)
		return allocate(NULL, n);
	unlink_block(b);
	moved = allocate(b, n);
	if (moved == NULL)
		link_block(b); /* as it was */
	return moved;
}

void
ob_fy_free(void *p)
{
	if (p == NULL)
		return;
	unlink_block(block_of(p));
	free(block_of(p));
}

char *
ob_fy_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = allocate(NULL, n);

	return copy == NULL ? NULL : memcpy(copy, s, n);
}

/* --- texts ------------------------------------------------------------------- */

int ob_fy_vasprintf(char **ret, int fortify, const char *fmt, va_list args)
    OB_PRINTF(3, 0);
int
ob_fy_asprintf(char **ret, int fortify, const char *fmt, ...) OB_PRINTF(3, 4);
long ob_fy_strtol(const char *s, char **ret_end, int base);

int
ob_fy_vasprintf(char **ret, int fortify, const char *fmt, va_list args)
{
	va_list again;
	int n;

	(void)fortify;
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	*ret = n < 0 ? NULL : allocate(NULL, (size_t)n + 1);
	if (*ret == NULL)
		return -1;
	return vsnprintf(*ret, (size_t)n + 1, fmt, args);
}

int
ob_fy_asprintf(char **ret, int fortify, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = ob_fy_vasprintf(ret, fortify, fmt, args);
	va_end(args);
	return n;
}

/* Decimal, which is all that a %YAML directive has. */
long
ob_fy_strtol(const char *s, char **ret_end, int base)
{
	uint64_t v = 0;
	size_t n = 0;

	(void)base;
	while (s[n] >= '0' && s[n] <= '9')
		n++;
	if (ob_num_u64(ob_str_n(s, n), 0, INT32_MAX, &v) < 0)
		v = 0;
	if (ret_end != NULL)
		memcpy(ret_end, &(const char *){ s + n }, sizeof(*ret_end));
	return (long)v;
}

/* --- characters --------------------------------------------------------------- */

/* The classes of the C locale, as <ctype.h> of glibc asks for them. */
#define IN(c, low, high) ((c) >= (low) && (c) <= (high))
#define UPPER(c)         (IN(c, 'A', 'Z') ? _ISupper | _ISalpha | _ISalnum : 0)
#define LOWER(c)         (IN(c, 'a', 'z') ? _ISlower | _ISalpha | _ISalnum : 0)
#define DIGIT(c)         (IN(c, '0', '9') ? _ISdigit | _ISalnum | _ISxdigit : 0)
#define HEX(c)           (IN(c, 'a', 'f') || IN(c, 'A', 'F') ? _ISxdigit : 0)
#define SPACE(c)         (IN(c, 9, 13) || (c) == ' ' ? _ISspace : 0)
#define BLANK(c)         ((c) == 9 || (c) == ' ' ? _ISblank : 0)
#define PRINT(c)         (IN(c, 32, 126) ? _ISprint : 0)
#define CONTROL(c)       (IN(c, 0, 31) || (c) == 127 ? _IScntrl : 0)
#define CLASSES(c) \
	(unsigned short)(UPPER(c) | LOWER(c) | DIGIT(c) | HEX(c) | SPACE(c) | \
			 BLANK(c) | PRINT(c) | CONTROL(c))
#define CLASSES_4(c) CLASSES(c), CLASSES(c + 1), CLASSES(c + 2), CLASSES(c + 3)
#define CLASSES_16(c) \
	CLASSES_4(c), CLASSES_4(c + 4), CLASSES_4(c + 8), CLASSES_4(c + 12)

/* Indices are those of signed char and of unsigned char: -128 to 255. */
static const unsigned short classes[384] = {
	[128] = CLASSES_16(0),
	CLASSES_16(16),
	CLASSES_16(32),
	CLASSES_16(48),
	CLASSES_16(64),
	CLASSES_16(80),
	CLASSES_16(96),
	CLASSES_16(112),
};

const unsigned short *const *ob_fy_ctype(void);

const unsigned short *const *
ob_fy_ctype(void)
{
	static const unsigned short *const middle = classes + 128;

	return &middle;
}

/* --- what fails ---------------------------------------------------------------- */

/* Searches that it makes in a few bytes at a time. */
char *ob_fy_strchr(const char *z, int c);
char *
ob_fy_strchr(const char *z, int c)
{
	return (char *)(uintptr_t)ob_z_find(z, (char)c);
}

char *ob_fy_strrchr(const char *z, int c);
char *
ob_fy_strrchr(const char *z, int c)
{
	if (c == '\0')
		return (char *)(uintptr_t)(z + strlen(z));
	return (char *)(uintptr_t)ob_z_find_last(z, (char)c);
}

int ob_fy_strncmp(const char *a, const char *b, size_t n);
int
ob_fy_strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; a++, b++, n--)
		if (*a != *b || *a == '\0')
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

/* Each answers as its original does when it cannot. */
#define REFUSED(type, name, params, answer) \
	type ob_fy_##name params; \
	type ob_fy_##name params \
	{ \
		errno = ENOSYS; \
		return answer; \
	}

REFUSED(int, cfmakeraw, (void), -1)
REFUSED(int, close, (void), -1)
REFUSED(int, fclose, (void), EOF)
REFUSED(void *, fdopen, (void), NULL)
REFUSED(int, feof, (void), 1)
REFUSED(int, ferror, (void), 1)
REFUSED(int, fileno, (void), -1)
REFUSED(void *, fopen, (void), NULL)
REFUSED(int, fputs, (void), EOF)
REFUSED(size_t, fread, (void), 0)
REFUSED(int, fstat, (void), -1)
REFUSED(size_t, fwrite, (void), 0)
REFUSED(char *, getenv, (void), NULL)
REFUSED(int, isatty, (void), 0)
REFUSED(void *, mmap, (void), (void *)-1)
REFUSED(int, munmap, (void), -1)
REFUSED(int, open, (void), -1)
REFUSED(long, read, (void), -1)
REFUSED(int, select, (void), -1)
REFUSED(int, sscanf, (void), EOF)
REFUSED(int, tcgetattr, (void), -1)
REFUSED(int, tcsetattr, (void), -1)
REFUSED(int, vfprintf, (void), -1)
REFUSED(int, vsscanf, (void), EOF)
REFUSED(long, write, (void), -1)

/* Of parts that a reader of events never enters. */
#define UNREACHABLE(name) \
	OB_NORETURN void ob_fy_##name(void); \
	void ob_fy_##name(void) \
	{ \
		OB_BUG("libfyaml called " #name); \
	}

UNREACHABLE(abort)
UNREACHABLE(fdelt)
UNREACHABLE(qsort_r)
