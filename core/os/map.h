/*
 * struct ob_mmap: a mapping of a file or of anonymous memory.
 *
 * (The hash map is base/map.h; symbols here are ob_mmap_*.) A mapping is
 * independent of the descriptor it was made from, which may be closed. Access
 * beyond the end of the file raises SIGBUS, see rt/sig.h.
 */
#ifndef OB_OS_MAP_H
#define OB_OS_MAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ob_mmap {
	void *p; /* NULL = nothing is mapped */
	size_t n;
	unsigned flags; /* as given */
};

enum {
	OB_MMAP_READ = 0,     /* always possible */
	OB_MMAP_WRITE = 1,    /* the memory may be written */
	OB_MMAP_PRIVATE = 2,  /* writes are ours alone, the file stays */
	OB_MMAP_POPULATE = 4, /* read now, not page by page; a wish */
	OB_MMAP_NO_FORK = 8   /* children do not get it; a wish */
};

/*
 * Maps n bytes of fd from offset, a multiple of ob_sys_page_bytes(); the file
 * may be shorter. -EINVAL for n = 0, -EACCES when fd is not open for it,
 * -ENODEV when it is no file that can be mapped.
 */
int ob_mmap_file(
    int fd, off_t offset, size_t n, unsigned flags, struct ob_mmap *ret);

/* Zeroed memory, shared with children unless OB_MMAP_PRIVATE. */
int ob_mmap_anon(size_t n, unsigned flags, struct ob_mmap *ret);

/* Safe to repeat, and on a struct of zeros. */
void ob_mmap_release(struct ob_mmap *m);

static inline void
ob_auto_mmap(struct ob_mmap *m)
{
	ob_mmap_release(m);
}

#define OB_AUTO_MMAP __attribute__((cleanup(ob_auto_mmap)))

/*
 * Changes the size; m->p may move. fd and offset are those of the mapping of a
 * file, fd -1 for anonymous memory; of that only private memory can grow
 * (-EINVAL), since children keep what they share. On failure the mapping is as
 * before.
 */
int ob_mmap_resize(struct ob_mmap *m, int fd, off_t offset, size_t n);

enum ob_mmap_flush {
	OB_MMAP_START, /* begin writing, do not wait */
	OB_MMAP_WAIT   /* until it is on the disk */
};

/*
 * Writes back [at, at + n), rounded to pages. -EINVAL outside the mapping. The
 * file's size is not covered: ob_fd_sync().
 */
int ob_mmap_sync(
    const struct ob_mmap *m, size_t at, size_t n, enum ob_mmap_flush how);

enum ob_mmap_advice {
	OB_MMAP_NORMAL,
	OB_MMAP_SEQUENTIAL,
	OB_MMAP_RANDOM,
	OB_MMAP_WILLNEED,
	OB_MMAP_DONTNEED /* may be forgotten; shared file pages stay intact */
};

/* Tells how [at, at + n) will be used, rounded to pages; only a wish. */
int ob_mmap_advise(
    const struct ob_mmap *m, size_t at, size_t n, enum ob_mmap_advice advice);

/* Makes all of it read-only, or writable again. */
int ob_mmap_protect(struct ob_mmap *m, unsigned flags);

#endif
