/*
 * See lockset.h. A search over holders, breadth first; each is looked at once,
 * so it ends however many circles there are.
 */
#include "lockset.h"

#include <errno.h>
#include <stdbool.h>

#include "base/vec.h"

#define ANCESTORS_MAX 1000

struct node {
	int64_t pid;    /* holds what the one before waits for */
	int64_t waiter; /* who waits for it */
	size_t from;    /* index of the node before; SIZE_MAX = the first */
};

struct search {
	const struct fl_lockset *set;
	OB_VEC(struct node) nodes;
};

static bool
is_same(const struct ob_lock_file *a, const struct ob_lock_file *b)
{
	return a->ino == b->ino && a->dev_major == b->dev_major &&
	       a->dev_minor == b->dev_minor;
}

/* pid is above or equal to the other one. */
static bool
is_above(const struct fl_lockset *set, int64_t pid, int64_t other)
{
	for (int i = 0; i < ANCESTORS_MAX && other > 0; i++) {
		if (other == pid)
			return true;
		other = set->parent(other, set->ctx);
	}
	return false;
}

static int
add_holders(struct search *s, const struct ob_lock_file *file, int64_t waiter,
    size_t from)
{
	for (size_t i = 0; i < s->set->n; i++) {
		const struct ob_lock_row *row = &s->set->rows[i];
		struct node node = { row->pid, waiter, from };
		bool is_known = false;

		if (row->waiting || row->pid <= 0 || !is_same(&row->file, file))
			continue;
		for (size_t k = 0; k < s->nodes.n && !is_known; k++)
			is_known = s->nodes.v[k].pid == row->pid;
		if (!is_known && ob_vec_push(&s->nodes, node) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The node that is `steps` before nodes[at]. */
static const struct node *
before(const struct search *s, size_t at, size_t steps)
{
	while (steps-- > 0)
		at = s->nodes.v[at].from;
	return &s->nodes.v[at];
}

/* The way from the first holder to nodes[last], who is above us. */
static void
tell(const struct search *s, size_t last, struct ob_buf *out)
{
	size_t steps = 0;

	for (size_t at = last; s->nodes.v[at].from != SIZE_MAX; steps++)
		at = s->nodes.v[at].from;
	ob_buf_printf(
	    out, "held by %lld", (long long)before(s, last, steps)->pid);
	while (steps-- > 0) {
		const struct node *node = before(s, last, steps);

		ob_buf_printf(out, ", where %lld waits for %lld",
		    (long long)node->waiter, (long long)node->pid);
	}
	ob_buf_add_z(out, ", where this waits");
}

int
fl_lockset_find_circle(const struct fl_lockset *set, int64_t pid,
    const struct ob_lock_file *file, struct ob_buf *ret_words)
{
	struct search s = { .set = set };
	int rc;

	s.nodes.max = FL_LOCKSET_MAX;
	rc = add_holders(&s, file, pid, SIZE_MAX);
	for (size_t at = 0; rc == 0 && at < s.nodes.n; at++) {
		int64_t holder = s.nodes.v[at].pid;

		if (is_above(set, holder, pid)) {
			tell(&s, at, ret_words);
			rc = 1;
		}
		for (size_t i = 0; rc == 0 && i < set->n; i++) {
			const struct ob_lock_row *row = &set->rows[i];

			if (row->waiting && row->pid > 0 &&
			    is_above(set, holder, row->pid))
				rc = add_holders(&s, &row->file, row->pid, at);
		}
	}
	ob_vec_release(&s.nodes);
	return rc;
}
