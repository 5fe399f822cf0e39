/*
 * Parser of the kernel's list of locks; see lock_rows.h.
 */
#include "os/lock_rows.h"

#include <errno.h>

#include "base/num.h"

/* The next word, over any number of blanks; the empty slice at the end. */
static struct ob_str
next_word(struct ob_str *line)
{
	struct ob_str word = { NULL, 0 };

	while (word.n == 0 && ob_str_split(line, ' ', &word)) {
	}
	return word;
}

static enum ob_lock_kind
kind_of(struct ob_str word)
{
	if (ob_str_eq_z(word, "FLOCK"))
		return OB_LOCK_FLOCK;
	if (ob_str_eq_z(word, "OFDLCK"))
		return OB_LOCK_OFD;
	if (ob_str_eq_z(word, "POSIX"))
		return OB_LOCK_POSIX;
	return OB_LOCK_AUTO; /* none of ours */
}

/* "fd:00:2531452": two numbers of base 16 and one of base 10. */
static int
parse_file(struct ob_str word, struct ob_lock_file *ret)
{
	struct ob_str part[2];
	uint64_t major, minor, ino;

	if (!ob_str_split(&word, ':', &part[0]) ||
	    !ob_str_split(&word, ':', &part[1]) || word.p == NULL ||
	    ob_num_base(part[0], 16, UINT32_MAX, &major) < 0 ||
	    ob_num_base(part[1], 16, UINT32_MAX, &minor) < 0 ||
	    ob_num_u64(word, 0, UINT64_MAX, &ino) < 0)
		return -EBADMSG;
	ret->dev_major = (uint32_t)major;
	ret->dev_minor = (uint32_t)minor;
	ret->ino = ino;
	return 0;
}

/* First and last byte, or EOF, to start and length. */
static int
parse_range(struct ob_str first, struct ob_str last, struct ob_lock_range *ret)
{
	int64_t start, end;

	if (ob_num_i64(first, 0, INT64_MAX, &start) < 0)
		return -EBADMSG;
	ret->start = start;
	ret->length = 0;
	if (ob_str_eq_z(last, "EOF"))
		return 0;
	if (ob_num_i64(last, start, INT64_MAX, &end) < 0)
		return -EBADMSG;
	/* A lock of all 2^63 bytes has no other length than "to the end". */
	ret->length = end - start == INT64_MAX ? 0 : end - start + 1;
	return 0;
}

int
ob_lock_row_parse(struct ob_str line, struct ob_lock_row *ret)
{
	struct ob_lock_row row = { .pid = -1 };
	struct ob_str id = next_word(&line), word = next_word(&line), first;

	if (id.n < 2 || id.p[id.n - 1] != ':' ||
	    ob_num_u64(ob_str_n(id.p, id.n - 1), 0, UINT64_MAX, &row.id) < 0)
		return -EBADMSG;
	if (ob_str_eq_z(word, "->")) {
		row.waiting = true;
		word = next_word(&line);
	}
	row.kind = kind_of(word);
	if (row.kind == OB_LOCK_AUTO)
		return word.n > 0 ? 0 : -EBADMSG;

	(void)next_word(&line); /* ADVISORY or MANDATORY: of the past */
	word = next_word(&line);
	row.mode = ob_str_eq_z(word, "WRITE") ? OB_LOCK_EX : OB_LOCK_SH;
	if (row.mode == OB_LOCK_SH && !ob_str_eq_z(word, "READ"))
		return -EBADMSG;
	if (ob_num_i64(next_word(&line), -1, INT32_MAX, &row.pid) < 0 ||
	    parse_file(next_word(&line), &row.file) < 0)
		return -EBADMSG;
	if (row.pid == 0)
		row.pid = -1; /* of another pid namespace */
	first = next_word(&line);
	if (parse_range(first, next_word(&line), &row.range) < 0)
		return -EBADMSG;
	*ret = row;
	return 1;
}
