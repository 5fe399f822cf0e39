/*
 * A server on a unix socket, over the event loop: it accepts, checks who comes,
 * takes frames (rt/frame.h) apart and sends answers.
 *
 *  - Only users that `allow` accepts get in; by default our own and root.
 *  - Clients are limited in all and per user; beyond that a connection is
 *    closed at once. When the process runs out of descriptors the same happens
 *    through one kept in reserve, so the loop never spins on the backlog.
 *  - A client that does not complete its first frame in time is dropped, and
 *    so is one that sends garbage.
 *  - Answers are queued and sent when the turn ends, many in one send. While
 *    more than half of max_out_bytes waits, nothing more is read from that
 *    client (backpressure); others are not delayed.
 *  - At most OB_SERVER_FRAMES frames a turn from one client.
 *
 * A stale socket of a dead server is replaced, see os/sock.h.
 */
#ifndef OB_RT_SERVER_H
#define OB_RT_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bsd.h"
#include "os/sock.h"
#include "rt/frame.h"
#include "rt/loop.h"

struct ob_err;
struct ob_server;
struct ob_server_client;

#define OB_SERVER_FRAMES 64

struct ob_server_params {
	const char *path;
	mode_t mode; /* of the socket; 0 = 0600 */
	size_t max_clients;
	size_t max_clients_per_uid;
	size_t max_payload_bytes; /* of a frame that comes in */
	size_t max_out_bytes;     /* queued for one client */
	int64_t first_frame_ns;   /* time for the first frame; 0 = any */

	/* May this user come in? NULL: our own and root. */
	bool (*allow)(void *arg, const struct ob_sock_peer *peer);

	/* A client has come, for client->data; a negative errno drops it. */
	int (*on_open)(struct ob_server_client *client);

	/*
	 * A frame has come. A negative errno drops the client, when the answers
	 * that wait are sent or at once if they cannot be.
	 */
	int (*on_frame)(
	    struct ob_server_client *client, struct ob_frame *frame);

	/*
	 * The client goes, for the last look at client->data: why is 0 when it
	 * closed in order, else a negative errno.
	 */
	void (*on_close)(struct ob_server_client *client, int why);

	void *arg; /* the caller's */
};

struct ob_server_client {
	struct ob_server *server;
	struct ob_sock_peer peer;
	void *data; /* the caller's */
	/* private */
	struct ob_loop_fd fd;
	struct ob_loop_timer first_frame;
	struct ob_loop_defer turn;
	struct ob_frame_reader reader;
	struct ob_frame_writer writer;
	bool closing; /* nothing more is read */
	bool at_end;  /* the peer sends no more */
	bool more;    /* whole frames may wait in reader */
	int why;
	TAILQ_ENTRY(ob_server_client) entry;
};

struct ob_server {
	struct ob_server_params params;
	struct ob_loop *loop;
	/* private */
	struct ob_loop_fd listener;
	int reserve_fd;
	bool paused; /* no descriptor left: not listening */
	size_t n_clients;
	TAILQ_HEAD(ob_server_clients, ob_server_client) clients;
};

/* Listens; the strings of params must live as long as the server. */
int ob_server_open(struct ob_server *s, struct ob_loop *loop,
    const struct ob_server_params *params, struct ob_err *err);

/* The same on a socket that listens already, which it takes over. */
int ob_server_adopt(struct ob_server *s, struct ob_loop *loop,
    const struct ob_server_params *params, int fd, struct ob_err *err);

/* Drops all clients and removes the socket's name, unless it was adopted. */
void ob_server_close(struct ob_server *s);

/*
 * Queues a frame; the descriptors are the server's then. -ENOBUFS when the
 * client is too slow and max_out_bytes wait: the caller decides whether to
 * drop it. -EPIPE when it is being dropped.
 */
int ob_server_send(struct ob_server_client *client, uint8_t type, const void *p,
    size_t n, const int *fds, size_t n_fds);

/*
 * Ends a connection at the end of the turn, after what was queued went out as
 * far as the socket takes it; safe anywhere. client is gone afterwards.
 */
void ob_server_drop(struct ob_server_client *client, int why);

#endif
