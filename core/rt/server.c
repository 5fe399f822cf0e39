#include "rt/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/err.h"
#include "os/file.h"
#include "os/wait.h"

#define BACKLOG 4096

/* Connections taken in one turn, so that clients are served meanwhile. */
#define ACCEPTS_PER_TURN 32

static bool
is_owner_or_root(const struct ob_sock_peer *peer)
{
	return peer->uid == 0 || peer->uid == geteuid();
}

static size_t
count_of_uid(const struct ob_server *s, uid_t uid)
{
	const struct ob_server_client *c;
	size_t n = 0;

	TAILQ_FOREACH (c, &s->clients, entry)
		n += c->peer.uid == uid;
	return n;
}

static bool
may_come_in(const struct ob_server *s, const struct ob_sock_peer *peer)
{
	const struct ob_server_params *p = &s->params;

	if (s->n_clients >= p->max_clients)
		return false;
	if (p->allow != NULL ? !p->allow(p->arg, peer)
			     : !is_owner_or_root(peer))
		return false;
	return count_of_uid(s, peer->uid) < p->max_clients_per_uid;
}

/* --- one client -------------------------------------------------------- */

static bool
is_congested(const struct ob_server_client *c)
{
	return ob_frame_pending(&c->writer) >
	       c->server->params.max_out_bytes / 2;
}

/* What the loop shall tell us, by the state the client is in. */
static void
update_events(struct ob_server_client *c)
{
	unsigned events = 0;

	if (!c->at_end && !c->closing && !is_congested(c))
		events |= OB_POLL_IN;
	if (ob_frame_pending(&c->writer) > 0)
		events |= OB_POLL_OUT;
	/* It fails only for a descriptor that is not there. */
	OB_CHECK(ob_loop_set_events(c->server->loop, &c->fd, events) == 0);
}

static void
resume_listening(struct ob_server *s)
{
	if (!s->paused)
		return;
	if (s->reserve_fd < 0)
		s->reserve_fd = ob_fd_open_null(O_RDONLY);
	s->paused = false;
	OB_CHECK(ob_loop_set_events(s->loop, &s->listener, OB_POLL_IN) == 0);
}

static void
free_client(struct ob_server_client *c)
{
	struct ob_server *s = c->server;
	int fd = c->fd.fd;

	if (s->params.on_close != NULL)
		s->params.on_close(c, c->why);
	ob_loop_remove_fd(s->loop, &c->fd);
	ob_loop_remove_timer(s->loop, &c->first_frame);
	ob_loop_remove_defer(s->loop, &c->turn);
	ob_frame_reader_release(&c->reader);
	ob_frame_writer_release(&c->writer);
	TAILQ_REMOVE(&s->clients, c, entry);
	s->n_clients--;
	(void)ob_close(&fd); /* a socket: nothing to lose */
	free(c);
	resume_listening(s);
}

void
ob_server_drop(struct ob_server_client *c, int why)
{
	if (c->closing)
		return;
	c->closing = true;
	c->why = why;
	ob_loop_defer(c->server->loop, &c->turn);
}

int
ob_server_send(struct ob_server_client *c, uint8_t type, const void *p,
    size_t n, const int *fds, size_t n_fds)
{
	int rc;

	if (c->closing)
		return -EPIPE;
	rc = ob_frame_add(&c->writer, type, p, n, fds, n_fds);
	if (rc == 0)
		ob_loop_defer(c->server->loop, &c->turn);
	return rc;
}

/*
 * Hands out what has arrived: 0, 1 when more may be in our buffer, which no
 * event would tell of, or a negative errno for a drop.
 */
static int
take_frames(struct ob_server_client *c)
{
	const struct ob_server_params *p = &c->server->params;
	struct ob_frame frame;

	for (int i = 0; i < OB_SERVER_FRAMES; i++) {
		int rc;

		if (c->closing)
			return 0;
		if (is_congested(c))
			return 1;
		rc = ob_frame_next(&c->reader, &frame);
		if (rc <= 0)
			return rc;
		ob_loop_remove_timer(c->server->loop, &c->first_frame);
		rc = p->on_frame(c, &frame);
		if (rc < 0)
			return rc;
	}
	return 1;
}

/* The end of a turn: requests, then answers. */
static void
on_turn(struct ob_loop *loop, struct ob_loop_defer *d)
{
	struct ob_server_client *c = d->arg;
	int more = take_frames(c);
	int rc;

	c->more = more > 0;
	if (more < 0)
		ob_server_drop(c, more);
	rc = ob_frame_write(&c->writer, c->fd.fd);
	if (rc < 0)
		ob_server_drop(c, rc);
	/* While it is congested, room in the socket brings us back. */
	if (more > 0 && !is_congested(c))
		ob_loop_defer(loop, &c->turn);
	/* All it asked is answered, and it asks no more. */
	if (c->at_end && more == 0 && rc == 0)
		ob_server_drop(
		    c, ob_frame_is_partial(&c->reader) ? -ECONNRESET : 0);
	if (c->closing)
		free_client(c);
	else
		update_events(c);
}

static void
on_client(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	struct ob_server_client *c = h->arg;

	if (c->more) {
		/* First what has been read already. */
	} else if (events & (OB_POLL_IN | OB_POLL_HUP | OB_POLL_ERR) &&
		   !c->at_end) {
		ssize_t n = ob_frame_read(&c->reader, h->fd);

		if (n == 0)
			c->at_end = true;
		else if (n < 0 && n != -EAGAIN && n != -EINTR)
			ob_server_drop(c, (int)n);
	} else if (events & (OB_POLL_HUP | OB_POLL_ERR)) {
		/* It reads no more either: there is nobody to answer. */
		ob_server_drop(c, 0);
	}
	ob_loop_defer(loop, &c->turn);
}

static void
on_first_frame_late(struct ob_loop *loop, struct ob_loop_timer *t)
{
	(void)loop;
	ob_server_drop(t->arg, -ETIMEDOUT);
}

/* --- the listener ------------------------------------------------------ */

/* Takes fd over. */
static int
add_client(struct ob_server *s, int fd, const struct ob_sock_peer *peer)
{
	const struct ob_server_params *p = &s->params;
	struct ob_server_client *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL) {
		(void)ob_close(&fd); /* nothing was said yet */
		return -ENOMEM;
	}
	c->server = s;
	c->peer = *peer;
	c->fd = (struct ob_loop_fd){ .fn = on_client, .arg = c };
	c->turn = (struct ob_loop_defer){ .fn = on_turn, .arg = c };
	c->first_frame =
	    (struct ob_loop_timer){ .fn = on_first_frame_late, .arg = c };
	rc = ob_loop_add_fd(s->loop, &c->fd, fd, OB_POLL_IN);
	if (rc == 0 && p->first_frame_ns > 0) {
		rc = ob_loop_set_timer(s->loop, &c->first_frame,
		    ob_clock_deadline_ns(p->first_frame_ns));
		if (rc < 0)
			ob_loop_remove_fd(s->loop, &c->fd);
	}
	if (rc < 0) {
		(void)ob_close(&fd); /* nothing was said yet */
		free(c);
		return rc;
	}
	ob_frame_reader_init(&c->reader, p->max_payload_bytes);
	ob_frame_writer_init(&c->writer, p->max_out_bytes);
	TAILQ_INSERT_TAIL(&s->clients, c, entry);
	s->n_clients++;
	if (p->on_open != NULL) {
		rc = p->on_open(c);
		if (rc < 0)
			ob_server_drop(c, rc);
	}
	return 0;
}

/*
 * No descriptor is left: one connection is closed by means of the reserve; if
 * not even that helps, the listener rests until a client goes.
 */
static void
shed(struct ob_server *s)
{
	int fd;

	(void)ob_close(&s->reserve_fd); /* /dev/null */
	fd = ob_sock_accept(s->listener.fd);
	if (fd >= 0)
		(void)ob_close(&fd); /* that is the answer */
	s->reserve_fd = ob_fd_open_null(O_RDONLY);
	if (s->reserve_fd >= 0)
		return;
	s->reserve_fd = -1;
	if (s->n_clients == 0)
		return;
	s->paused = true;
	OB_CHECK(ob_loop_set_events(s->loop, &s->listener, 0) == 0);
}

static void
on_listener(struct ob_loop *loop, struct ob_loop_fd *h, unsigned events)
{
	struct ob_server *s = h->arg;

	(void)loop;
	(void)events;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		struct ob_sock_peer peer;
		int fd = ob_sock_accept(h->fd);

		if (fd == -EMFILE || fd == -ENFILE)
			shed(s);
		if (fd < 0)
			return;
		if (ob_sock_peer(fd, &peer) < 0 || !may_come_in(s, &peer))
			(void)ob_close(&fd); /* that is the answer */
		else
			/* Out of memory: the peer sees the end. */
			(void)add_client(s, fd, &peer);
	}
}

int
ob_server_adopt(struct ob_server *s, struct ob_loop *loop,
    const struct ob_server_params *params, int fd, struct ob_err *err)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->params = *params;
	s->loop = loop;
	s->listener = (struct ob_loop_fd){ .fn = on_listener, .arg = s };
	TAILQ_INIT(&s->clients);
	s->reserve_fd = ob_fd_open_null(O_RDONLY);
	rc = s->reserve_fd < 0
	         ? s->reserve_fd
	         : ob_loop_add_fd(loop, &s->listener, fd, OB_POLL_IN);
	if (rc < 0) {
		if (s->reserve_fd >= 0)
			(void)ob_close(&s->reserve_fd); /* /dev/null */
		(void)ob_close(&fd); /* nobody has connected */
		return ob_err_set(err, rc, "cannot listen on '%s'",
		    params->path == NULL ? "socket" : params->path);
	}
	s->params.path = NULL;
	return 0;
}

int
ob_server_open(struct ob_server *s, struct ob_loop *loop,
    const struct ob_server_params *params, struct ob_err *err)
{
	int fd = ob_sock_unix_listen(params->path, OB_SOCK_STREAM,
	    params->mode == 0 ? 0600 : params->mode, BACKLOG, err);
	int rc;

	if (fd < 0)
		return fd;
	rc = ob_server_adopt(s, loop, params, fd, err);
	if (rc < 0)
		(void)unlink(params->path); /* rc says more */
	else
		s->params.path = params->path;
	return rc;
}

void
ob_server_close(struct ob_server *s)
{
	struct ob_server_client *c, *next;
	int fd = s->listener.fd;

	for (c = TAILQ_FIRST(&s->clients); c != NULL; c = next) {
		next = TAILQ_NEXT(c, entry);
		/* What the socket takes at once still goes out. */
		(void)ob_frame_write(&c->writer, c->fd.fd);
		c->closing = true;
		free_client(c);
	}
	ob_loop_remove_fd(s->loop, &s->listener);
	if (s->params.path != NULL)
		(void)unlink(s->params.path); /* a stale one does no harm */
	(void)ob_close(&fd);                  /* sockets and /dev/null: */
	(void)ob_close(&s->reserve_fd);       /* nothing to lose */
}
