/*
 * Length-prefixed frames over a stream, with descriptors on unix sockets.
 *
 * A frame, integers little endian:
 *
 *	offset  size  field
 *	0       4     length of the payload in bytes
 *	4       1     version of this header, 1
 *	5       1     type, the user's
 *	6       1     number of descriptors, 0 to 64
 *	7       1     reserved, 0
 *	8       ...   payload
 *
 * Descriptors travel with the first byte of their frame. Another version, a
 * reserved byte that is not 0, a payload beyond the reader's maximum or
 * descriptors that do not match are errors for good: the stream cannot be
 * trusted any more, and the connection is closed. A reader holds what arrived,
 * never what a length promises.
 */
#ifndef OB_RT_FRAME_H
#define OB_RT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "os/sock.h"

#define OB_FRAME_VERSION      1
#define OB_FRAME_HEADER_BYTES 8

struct ob_frame {
	uint8_t type;
	const char *p; /* n bytes, or NULL when n is 0 */
	size_t n;
	int *fds; /* those not taken are closed by the reader */
	size_t n_fds;
};

/* Moves a descriptor out of a frame; it is the caller's then. */
int ob_frame_take_fd(struct ob_frame *frame, size_t i);

struct ob_frame_reader {
	struct ob_buf in;
	size_t at;          /* consumed bytes of in */
	size_t max_payload; /* bytes */
	int fds[OB_SOCK_FDS_MAX];
	size_t n_fds, n_given; /* arrived; of them in the last frame */
	int err;               /* the error for good */
};

void ob_frame_reader_init(struct ob_frame_reader *r, size_t max_payload_bytes);

/* Closes the descriptors that nobody took. */
void ob_frame_reader_release(struct ob_frame_reader *r);

/*
 * Receives once from a non-blocking unix socket. The bytes got, 0 at the end
 * of the stream, -EAGAIN when there is nothing, -ECONNRESET, -EMFILE; -ENOBUFS
 * as long as whole frames wait for ob_frame_next().
 */
ssize_t ob_frame_read(struct ob_frame_reader *r, int fd);

/*
 * The same from memory; takes the descriptors over. 0, -ENOBUFS, -EMFILE,
 * -ENOMEM: nothing was taken then.
 */
int ob_frame_feed(struct ob_frame_reader *r, const void *p, size_t n,
    const int *fds, size_t n_fds);

/*
 * The next whole frame: 1, 0 when more must arrive first; -EBADMSG, -EMSGSIZE
 * as said above, again and again. The frame is valid until the next call with
 * this reader.
 */
int ob_frame_next(struct ob_frame_reader *r, struct ob_frame *ret_frame);

/* Whether a frame has begun that is not complete. */
bool ob_frame_is_partial(const struct ob_frame_reader *r);

struct ob_frame_fd {
	size_t at; /* where in out its frame begins */
	int fd;
};

struct ob_frame_writer {
	struct ob_buf out;
	size_t at; /* sent bytes of out */
	OB_VEC(struct ob_frame_fd) fds;
	size_t fds_at; /* sent ones */
};

/* max_bytes: most bytes that may wait for being sent, headers included. */
void ob_frame_writer_init(struct ob_frame_writer *w, size_t max_bytes);

/* Closes the descriptors that were not sent. */
void ob_frame_writer_release(struct ob_frame_writer *w);

/*
 * Queues a frame. On success the descriptors are the writer's, which closes
 * them when they are sent; on failure they stay the caller's and nothing is
 * queued: -ENOBUFS at the maximum, -EMSGSIZE beyond 4 GiB, -EINVAL for more
 * than OB_SOCK_FDS_MAX descriptors, -ENOMEM.
 */
int ob_frame_add(struct ob_frame_writer *w, uint8_t type, const void *p,
    size_t n, const int *fds, size_t n_fds);

/* Bytes that wait for being sent. */
size_t ob_frame_pending(const struct ob_frame_writer *w);

/*
 * Sends what a non-blocking unix socket takes: 0 when all is sent, 1 when some
 * waits for room, -EPIPE and the like when the peer has gone.
 */
int ob_frame_write(struct ob_frame_writer *w, int fd);

#endif
