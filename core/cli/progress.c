#include "cli/progress.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "cli/diag.h"
#include "cli/term.h"

#define FIRST_NS   (INT64_C(300) * OB_NS_PER_MS)
#define EVERY_NS   (INT64_C(100) * OB_NS_PER_MS)
#define LINE_BYTES 4096
#define BAR_MIN    10
#define BAR_MAX    30
#define ERASE      "\r\x1b[K" /* ECMA-48: EL */

/* --- the line ----------------------------------------------------------- */

static void
add_amount(struct ob_buf *b, enum ob_progress_unit unit, uint64_t n)
{
	char text[OB_NUM_BYTES];

	ob_buf_add(b, text,
	    unit == OB_PROGRESS_BYTES ? ob_num_format_size(text, n)
				      : ob_num_format_u64(text, n));
}

/* Adds "  part" if it fits. */
static void
add_part(struct ob_buf *out, const struct ob_buf *part, unsigned columns)
{
	size_t used = ob_utf8_columns(ob_buf_str(out));
	size_t gap = used == 0 ? 0 : 2;

	if (part->n == 0 ||
	    used + gap + ob_utf8_columns(ob_buf_str(part)) > columns)
		return;
	ob_buf_fill(out, ' ', gap);
	ob_buf_add_str(out, ob_buf_str(part));
}

/* 0 to 1 of a known total. */
static double
share(const struct ob_progress_state *s)
{
	return s->done >= s->total ? 1 : (double)s->done / (double)s->total;
}

static void
make_bar(struct ob_buf *b, const struct ob_progress_state *s, size_t room)
{
	size_t inner, filled;

	if (room < BAR_MIN + 2)
		return;
	inner = room - 2 < BAR_MAX ? room - 2 : BAR_MAX;
	filled = (size_t)(share(s) * (double)inner);
	ob_buf_add_c(b, '[');
	ob_buf_fill(b, '=', filled);
	ob_buf_fill(b, ' ', inner - filled);
	ob_buf_add_c(b, ']');
}

/* "12M/s", and "eta 5s" where there is a total. */
static void
make_rate(
    struct ob_buf *rate, struct ob_buf *eta, const struct ob_progress_state *s)
{
	double seconds = (double)s->elapsed_ns / (double)OB_NS_PER_S;
	double per_second, left;
	char text[OB_NUM_BYTES];
	int64_t whole;

	if (s->done == 0 || s->elapsed_ns < OB_NS_PER_MS)
		return;
	per_second = (double)s->done / seconds;
	if (per_second < 1e18) {
		add_amount(rate, s->unit, (uint64_t)per_second);
		ob_buf_add_z(rate, "/s");
	}
	if (s->done >= s->total)
		return;
	left = (double)(s->total - s->done) / per_second;
	if (left > 100 * 86400.0)
		return;                  /* nobody waits for that */
	whole = (int64_t)(left + 0.999); /* never "0" while something is left */
	ob_buf_add_z(eta, "eta ");
	ob_buf_add(eta, text,
	    ob_num_format_duration(
		text, (whole > 0 ? whole : 1) * OB_NS_PER_S));
}

void
ob_progress_render(
    struct ob_buf *out, const struct ob_progress_state *s, unsigned columns)
{
	OB_AUTO_BUF struct ob_buf line = OB_BUF_INIT(LINE_BYTES);
	OB_AUTO_BUF struct ob_buf part = OB_BUF_INIT(LINE_BYTES);
	OB_AUTO_BUF struct ob_buf rate = OB_BUF_INIT(64);
	OB_AUTO_BUF struct ob_buf eta = OB_BUF_INIT(64);

	ob_diag_escape(&part, ob_str_z(s->label));
	add_part(&line, &part, columns);
	ob_buf_reset(&part);
	add_amount(&part, s->unit, s->done);
	if (s->total > 0) {
		ob_buf_add_c(&part, '/');
		add_amount(&part, s->unit, s->total);
		ob_buf_printf(&part, "  %3u%%", (unsigned)(share(s) * 100));
	}
	add_part(&line, &part, columns);
	make_rate(&rate, &eta, s);
	add_part(&line, &rate, columns);
	add_part(&line, &eta, columns);
	if (s->total > 0) {
		size_t used = ob_utf8_columns(ob_buf_str(&line));

		ob_buf_reset(&part);
		make_bar(&part, s, used + 2 < columns ? columns - used - 2 : 0);
		add_part(&line, &part, columns);
	}
	ob_buf_add_str(out, ob_buf_str(&line));
}

/* --- on the terminal ---------------------------------------------------- */

void
ob_progress_begin(struct ob_progress *p, struct ob_cx *cx, const char *label,
    enum ob_progress_unit unit, uint64_t total)
{
	const char *term = ob_env_get(cx->env, "TERM");

	*p = (struct ob_progress){
		.cx = cx,
		.state = { .label = label, .unit = unit, .total = total },
		.off = cx->verbosity < 0 || !ob_cx_err_is_tty(cx) ||
		       term == NULL || strcmp(term, "dumb") == 0,
	};
	if (p->off)
		return;
	p->start_ns = cx->source->mono_ns();
	p->next_ns = p->start_ns + FIRST_NS;
}

void
ob_progress_step(struct ob_progress *p, uint64_t done)
{
	OB_AUTO_BUF struct ob_buf line = OB_BUF_INIT(LINE_BYTES);
	unsigned columns;
	int64_t now_ns;

	if (p->off)
		return;
	p->state.done = done;
	now_ns = p->cx->source->mono_ns();
	if (now_ns < p->next_ns)
		return;
	p->next_ns = now_ns + EVERY_NS;
	p->state.elapsed_ns = now_ns - p->start_ns;
	columns = ob_cx_err_width(p->cx);
	ob_buf_add_z(&line, ERASE);
	/* The last column stays free: some terminals wrap there. */
	ob_progress_render(&line, &p->state, columns - 1);
	(void)ob_stream_str(p->cx->err, ob_buf_str(&line)); /* decoration */
	(void)ob_stream_flush(p->cx->err);
	p->shown = true;
}

void
ob_progress_end(struct ob_progress *p)
{
	if (!p->shown)
		return;
	(void)ob_stream_puts(p->cx->err, ERASE); /* decoration */
	(void)ob_stream_flush(p->cx->err);
	p->shown = false;
}
