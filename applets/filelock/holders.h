/*
 * Who holds locks and who waits for them, from all sources: the system's table
 * of locks, the open files of processes, holder records and markers.
 */
#ifndef FL_HOLDERS_H
#define FL_HOLDERS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "holder.h"

#define FL_ROWS_MAX 65536

/* What is unknown: NULL, empty, 0, for pid and slot -1. */
struct fl_row {
	struct ob_lock_file file;
	const char *path;
	int kind; /* see holder.h */
	enum ob_lock_mode mode;
	bool is_waiting;
	int64_t pid;
	struct ob_str host, command, note;
	int64_t since_ns; /* since the epoch */
	struct ob_lock_range range;
	int slot;
	uint64_t token;
	bool is_stale; /* a marker whose owner is dead */
};

struct fl_rows {
	struct fl_row *v; /* sorted by path, holders first */
	size_t n, cap, max;
	struct ob_arena *arena; /* texts */
};

void fl_rows_init(struct fl_rows *rows, struct ob_arena *a);
void fl_rows_release(struct fl_rows *rows);

/*
 * All locks of the n files; one that does not exist has none. n = 0: of the
 * whole system, as far as this user may see it, which is -ENOTSUP where it keeps
 * no table; for named files other sources have to do there.
 */
int fl_rows_collect(struct fl_rows *rows, size_t n, const char *const *paths,
    int64_t now_ns, struct ob_err *err);

#endif
