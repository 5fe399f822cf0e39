#include "rt/frame.h"

#include <errno.h>
#include <string.h>

#include "base/check.h"
#include "os/file.h"
#include "os/wait.h"

/* One receive; frames are small, and what is left is told again. */
#define CHUNK_BYTES (size_t)(32 * 1024)

static uint32_t
get_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void
put_u32(unsigned char *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(value >> (8 * i));
}

int
ob_frame_take_fd(struct ob_frame *frame, size_t i)
{
	OB_CHECK(i < frame->n_fds);
	return ob_steal_fd(&frame->fds[i]);
}

/* --- reading ----------------------------------------------------------- */

void
ob_frame_reader_init(struct ob_frame_reader *r, size_t max_payload_bytes)
{
	memset(r, 0, sizeof(*r));
	r->max_payload = max_payload_bytes;
	/* One frame short of its last byte, and a receive behind it. */
	ob_buf_init(
	    &r->in, OB_FRAME_HEADER_BYTES + max_payload_bytes + CHUNK_BYTES);
}

/* Ends the life of the last frame: its bytes, and the fds nobody took. */
static void
drop_fds(struct ob_frame_reader *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)ob_close(&r->fds[i]); /* nothing was written by us */
	r->n_fds -= n;
	memmove(r->fds, r->fds + n, r->n_fds * sizeof(r->fds[0]));
	r->n_given = 0;
}

void
ob_frame_reader_release(struct ob_frame_reader *r)
{
	drop_fds(r, r->n_fds);
	ob_buf_release(&r->in);
	r->at = 0;
}

/* Moves what is not consumed to the front. */
static void
make_room(struct ob_frame_reader *r)
{
	if (r->at > 0)
		ob_buf_drop(&r->in, r->at);
	r->at = 0;
}

ssize_t
ob_frame_read(struct ob_frame_reader *r, int fd)
{
	size_t n_fds = 0;
	ssize_t got;
	char *p;

	if (r->err < 0)
		return r->err;
	drop_fds(r, r->n_given);
	make_room(r);
	if (r->in.n > r->in.max - CHUNK_BYTES)
		return -ENOBUFS;
	p = ob_buf_reserve(&r->in, CHUNK_BYTES);
	if (p == NULL)
		return ob_buf_err(&r->in);
	got = ob_sock_recv_fds(fd, p, CHUNK_BYTES, r->fds + r->n_fds,
	    OB_SOCK_FDS_MAX - r->n_fds, &n_fds, OB_NO_WAIT);
	if (got == -ETIMEDOUT)
		return -EAGAIN;
	if (got < 0)
		return got;
	ob_buf_commit(&r->in, (size_t)got);
	r->n_fds += n_fds;
	return got;
}

int
ob_frame_feed(struct ob_frame_reader *r, const void *p, size_t n,
    const int *fds, size_t n_fds)
{
	if (r->err < 0)
		return r->err;
	drop_fds(r, r->n_given);
	if (n_fds > OB_SOCK_FDS_MAX - r->n_fds)
		return -EMFILE;
	make_room(r);
	if (n > r->in.max - r->in.n)
		return -ENOBUFS;
	if (ob_buf_add(&r->in, p, n) < 0)
		return ob_buf_err(&r->in);
	if (n_fds > 0)
		memcpy(r->fds + r->n_fds, fds, n_fds * sizeof(fds[0]));
	r->n_fds += n_fds;
	return 0;
}

/* Of a header: 0, -EBADMSG, -EMSGSIZE. */
static int
check_header(const struct ob_frame_reader *r, const unsigned char *h)
{
	if (h[4] != OB_FRAME_VERSION || h[7] != 0 || h[6] > OB_SOCK_FDS_MAX)
		return -EBADMSG;
	return get_u32(h) > r->max_payload ? -EMSGSIZE : 0;
}

int
ob_frame_next(struct ob_frame_reader *r, struct ob_frame *ret_frame)
{
	const unsigned char *h;
	size_t left, n;

	if (r->err < 0)
		return r->err;
	drop_fds(r, r->n_given);
	left = r->in.n - r->at;
	/* A descriptor belongs to bytes that came with it. */
	if (left == 0 && r->n_fds > 0)
		return r->err = -EBADMSG;
	if (left < OB_FRAME_HEADER_BYTES)
		return 0;
	h = (const unsigned char *)r->in.p + r->at;
	r->err = check_header(r, h);
	if (r->err < 0)
		return r->err;
	n = get_u32(h);
	if (h[6] > r->n_fds)
		return r->err = -EBADMSG;
	if (left - OB_FRAME_HEADER_BYTES < n)
		return 0;
	*ret_frame = (struct ob_frame){
		.type = h[5],
		.p = n == 0 ? NULL : r->in.p + r->at + OB_FRAME_HEADER_BYTES,
		.n = n,
		.fds = r->fds,
		.n_fds = h[6],
	};
	r->n_given = h[6];
	r->at += OB_FRAME_HEADER_BYTES + n;
	return 1;
}

bool
ob_frame_is_partial(const struct ob_frame_reader *r)
{
	return r->in.n > r->at;
}

/* --- writing ----------------------------------------------------------- */

void
ob_frame_writer_init(struct ob_frame_writer *w, size_t max_bytes)
{
	memset(w, 0, sizeof(*w));
	ob_buf_init(&w->out, max_bytes);
	w->fds.max = 16 * OB_SOCK_FDS_MAX;
}

void
ob_frame_writer_release(struct ob_frame_writer *w)
{
	for (size_t i = w->fds_at; i < w->fds.n; i++)
		(void)ob_close(&w->fds.v[i].fd); /* never sent: see header */
	ob_vec_release(&w->fds);
	ob_buf_release(&w->out);
	w->at = w->fds_at = 0;
}

/* Forgets what was sent. */
static void
compact(struct ob_frame_writer *w)
{
	size_t n = w->fds.n - w->fds_at;

	if (w->fds_at > 0)
		memmove(
		    w->fds.v, w->fds.v + w->fds_at, n * sizeof(w->fds.v[0]));
	for (size_t i = 0; i < n; i++)
		w->fds.v[i].at -= w->at;
	w->fds.n = n;
	w->fds_at = 0;
	if (w->at > 0)
		ob_buf_drop(&w->out, w->at);
	w->at = 0;
}

int
ob_frame_add(struct ob_frame_writer *w, uint8_t type, const void *p, size_t n,
    const int *fds, size_t n_fds)
{
	unsigned char *h;
	size_t begin;
	int rc;

	if (n_fds > OB_SOCK_FDS_MAX)
		return -EINVAL;
	if (n > UINT32_MAX)
		return -EMSGSIZE;
	compact(w);
	begin = w->out.n;
	if (n > w->out.max || OB_FRAME_HEADER_BYTES > w->out.max - n ||
	    begin > w->out.max - n - OB_FRAME_HEADER_BYTES)
		return -ENOBUFS;
	rc = ob_vec_reserve(&w->fds, n_fds);
	if (rc < 0)
		return rc;
	h = (unsigned char *)ob_buf_reserve(&w->out, OB_FRAME_HEADER_BYTES + n);
	if (h == NULL) {
		w->out.err = 0; /* this frame failed, the queue is sound */
		return -ENOMEM;
	}
	put_u32(h, (uint32_t)n);
	h[4] = OB_FRAME_VERSION;
	h[5] = type;
	h[6] = (unsigned char)n_fds;
	h[7] = 0;
	if (n > 0)
		memcpy(h + OB_FRAME_HEADER_BYTES, p, n);
	ob_buf_commit(&w->out, OB_FRAME_HEADER_BYTES + n);
	for (size_t i = 0; i < n_fds; i++)
		w->fds.v[w->fds.n++] =
		    (struct ob_frame_fd){ .at = begin, .fd = fds[i] };
	return 0;
}

size_t
ob_frame_pending(const struct ob_frame_writer *w)
{
	return w->out.n - w->at;
}

/* Sends up to the next frame that has descriptors of its own. */
static ssize_t
send_once(struct ob_frame_writer *w, int fd)
{
	int fds[OB_SOCK_FDS_MAX];
	size_t end = w->out.n, i = w->fds_at, n_fds = 0;
	ssize_t sent;

	for (; i < w->fds.n && w->fds.v[i].at == w->at; i++)
		fds[n_fds++] = w->fds.v[i].fd;
	if (i < w->fds.n)
		end = w->fds.v[i].at;
	sent = ob_sock_send_fds(
	    fd, w->out.p + w->at, end - w->at, fds, n_fds, OB_NO_WAIT);
	if (sent <= 0)
		return sent;
	for (; w->fds_at < i; w->fds_at++)
		(void)ob_close(&w->fds.v[w->fds_at].fd); /* it is the peer's */
	w->at += (size_t)sent;
	return sent;
}

int
ob_frame_write(struct ob_frame_writer *w, int fd)
{
	while (ob_frame_pending(w) > 0) {
		ssize_t sent = send_once(w, fd);

		if (sent == -ETIMEDOUT)
			return 1;
		if (sent < 0)
			return (int)sent;
	}
	compact(w);
	return 0;
}
