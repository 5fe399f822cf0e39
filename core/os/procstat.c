/*
 * The parser of /proc/PID/stat, a pure function over hostile bytes: a process
 * chooses its comm, and names such as ") S 1 1 (" are used to fool readers.
 * After comm there are only numbers, so the last ')' ends it.
 */
#include "os/proctab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Fields of proc(5) by their number there; pid is 1, comm 2, state 3. */
enum {
	FIELD_PPID = 4,
	FIELD_START = 22,
	FIELD_RSS = 24, /* the last one that each kernel has written */
	FIELD_CPU = 39
};

#define FLAG_KTHREAD UINT64_C(0x00200000) /* PF_KTHREAD of linux/sched.h */

/* Major numbers of the kernel's admin-guide/devices.txt. */
enum {
	MAJOR_TTY = 4, /* minors from 64 on: serial lines */
	MINOR_TTYS = 64,
	MAJOR_PTS = 136, /* eight of them, 256 minors each at first */
	MAJOR_PTS_LAST = 143
};

/* Digits at *p up to end; moves *p behind them. */
static int
take_u64(const char **p, const char *end, uint64_t *ret)
{
	const char *at = *p;
	uint64_t value = 0;

	for (; at < end && *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(
			value, (uint64_t)(*at - '0'), &value))
			return -EBADMSG;
	if (at == *p)
		return -EBADMSG;
	*p = at;
	*ret = value;
	return 0;
}

/* A number with its sign, as the bits of a two's complement. */
static int
take_number(const char **p, const char *end, uint64_t *ret)
{
	int is_negative = *p < end && **p == '-';
	uint64_t value;
	int rc;

	*p += is_negative;
	rc = take_u64(p, end, &value);
	if (rc < 0)
		return rc;
	if (is_negative && value > (uint64_t)INT64_MAX)
		return -EBADMSG;
	*ret = is_negative ? 0 - value : value;
	return 0;
}

/* Fields FIELD_PPID.. into field[] by number; returns how many numbers. */
static int
take_fields(const char *p, const char *end, uint64_t field[FIELD_CPU + 1])
{
	int n = 0;

	while (p < end && n + FIELD_PPID <= FIELD_CPU) {
		int rc;

		if (*p != ' ')
			return -EBADMSG;
		p++;
		rc = take_number(&p, end, &field[FIELD_PPID + n]);
		if (rc < 0)
			return rc;
		n++;
	}
	return n;
}

static int
is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

int
ob_proc_stat_parse(struct ob_str line, struct ob_proc_stat *ret)
{
	uint64_t field[FIELD_CPU + 1] = { [FIELD_CPU] = UINT64_MAX }, pid;
	const char *p = line.p, *end, *close;
	int n;

	if (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n == 0)
		return -EBADMSG;
	end = line.p + line.n;
	if (take_u64(&p, end, &pid) < 0 || pid > INT32_MAX)
		return -EBADMSG;
	if (end - p < 2 || p[0] != ' ' || p[1] != '(')
		return -EBADMSG;
	p += 2;
	close = memrchr(p, ')', (size_t)(end - p));
	if (close == NULL || end - close < 3 || close[1] != ' ' ||
	    !is_letter(close[2]))
		return -EBADMSG;
	n = take_fields(close + 3, end, field);
	if (n < FIELD_RSS - FIELD_PPID + 1)
		return -EBADMSG;

	*ret = (struct ob_proc_stat){
		.pid = (int64_t)pid,
		.comm = ob_str_n(p, (size_t)(close - p)),
		.state = close[2],
		.ppid = (int64_t)field[4],
		.pgid = (int64_t)field[5],
		.sid = (int64_t)field[6],
		.tty = (int64_t)field[7],
		.tpgid = (int64_t)field[8],
		.flags = field[9],
		.minor_faults = field[10],
		.major_faults = field[12],
		.utime_ticks = field[14],
		.stime_ticks = field[15],
		.priority = (int64_t)field[18],
		.nice = (int64_t)field[19],
		.threads = (int64_t)field[20],
		.start_ticks = field[FIELD_START],
		.vsize_bytes = field[23],
		.rss_pages = (int64_t)field[FIELD_RSS],
		.cpu = (int64_t)field[FIELD_CPU],
	};
	return 0;
}

bool
ob_proc_is_kernel(const struct ob_proc_stat *s)
{
	return (s->flags & FLAG_KTHREAD) != 0;
}

/* The number holds the minor in bits 0 to 7 and 20 to 31, see proc(5). */
size_t
ob_proc_tty_name(int64_t tty, char ret[OB_PROC_TTY_MAX])
{
	uint32_t dev = (uint32_t)tty;
	uint32_t major = dev >> 8 & 0xfff;
	uint32_t minor = (dev & 0xff) | (dev >> 12 & 0xfff00);
	int n;

	if (dev == 0)
		return 0;
	if (major >= MAJOR_PTS && major <= MAJOR_PTS_LAST)
		n = snprintf(ret, OB_PROC_TTY_MAX, "pts/%u",
		    (major - MAJOR_PTS) * 256 + minor);
	else if (major == MAJOR_TTY && minor < MINOR_TTYS)
		n = snprintf(ret, OB_PROC_TTY_MAX, "tty%u", minor);
	else if (major == MAJOR_TTY)
		n = snprintf(
		    ret, OB_PROC_TTY_MAX, "ttyS%u", minor - MINOR_TTYS);
	else
		n = snprintf(ret, OB_PROC_TTY_MAX, "%u:%u", major, minor);
	return n < 0 ? 0 : (size_t)n;
}
