/*
 * Sockets: unix (stream, seqpacket, datagram) and TCP, servers and clients.
 *
 * Every descriptor made here is close-on-exec and non-blocking from birth; no
 * call raises SIGPIPE. Functions that may have to wait take a deadline on
 * CLOCK_MONOTONIC (os/wait.h) and return -ETIMEDOUT after it, -EINTR after a
 * signal. Those with more than one cause of failure explain it in err.
 *
 * A unix server's path appears at once with its final mode: the socket is bound
 * under a temporary name, and linked to its own when it listens. A path that is
 * taken is tried first: whoever answers keeps it (-EADDRINUSE), a socket that
 * nobody listens on is replaced, anything that is no socket is left alone
 * (-EEXIST). Two servers that replace the same dead socket in the same instant
 * can both believe to have won: who cannot bear that holds a lock file meanwhile
 * (rt/pidfile).
 *
 * Abstract names, name resolution and encryption are not here.
 */
#ifndef OB_OS_SOCK_H
#define OB_OS_SOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

struct ob_err;

/*
 * The longest path of a unix server or client: sun_path less the NUL, and for
 * a server less its temporary suffix too.
 */
#define OB_SOCK_PATH_MAX        107
#define OB_SOCK_SERVER_PATH_MAX 100

/* Most descriptors that one message carries. */
#define OB_SOCK_FDS_MAX 64

/* Room for a numeric address: IPv6, '%' and an interface name. */
#define OB_SOCK_HOST_MAX 64

enum ob_sock_type {
	OB_SOCK_STREAM,
	OB_SOCK_SEQPACKET,
	OB_SOCK_DGRAM,
};

enum ob_sock_option {
	OB_SOCK_NODELAY,    /* TCP: small messages leave at once; 0 or 1 */
	OB_SOCK_KEEPALIVE,  /* 0 or 1 */
	OB_SOCK_SEND_BYTES, /* kernel buffers; the kernel rounds as it likes */
	OB_SOCK_RECV_BYTES,
	OB_SOCK_OPTION_COUNT
};

struct ob_sock_peer {
	pid_t pid; /* 0: the system cannot tell */
	uid_t uid;
	gid_t gid;
};

/*
 * Creates a listening (datagram: bound) unix socket at path with that mode.
 * Returns its fd; -ENAMETOOLONG, -EADDRINUSE, -EEXIST as said above.
 */
int ob_sock_unix_listen(const char *path, enum ob_sock_type type, mode_t mode,
    int backlog, struct ob_err *err);

/*
 * Connects to the server at path. A full backlog is waited for until the
 * deadline. -ENOENT and -ECONNREFUSED: there is no server.
 */
int ob_sock_unix_connect(const char *path, enum ob_sock_type type,
    int64_t deadline_ns, struct ob_err *err);

/* Two connected unix sockets. */
int ob_sock_pair(enum ob_sock_type type, int ret_fds[2]);

/*
 * Listens on a numeric IPv4 or IPv6 address; NULL is 127.0.0.1. Port 0 takes a
 * free one, see ob_sock_port(). A name instead of a number is -EINVAL.
 */
int ob_sock_tcp_listen(
    const char *host, uint16_t port, int backlog, struct ob_err *err);

/* Connects to a numeric address; NULL is 127.0.0.1. */
int ob_sock_tcp_connect(
    const char *host, uint16_t port, int64_t deadline_ns, struct ob_err *err);

/* The local port of a TCP socket, or -errno. */
int ob_sock_port(int fd);

/* The peer of a TCP socket as number and port; -EINVAL if it is no TCP. */
int
ob_sock_tcp_peer(int fd, char ret_host[OB_SOCK_HOST_MAX], uint16_t *ret_port);

/*
 * Takes the next connection; -EAGAIN when none waits. A connection that its
 * peer gave up in the meantime is skipped. -EMFILE and -ENFILE leave it in the
 * backlog: the listener stays readable.
 */
int ob_sock_accept(int fd);

/*
 * One send: how many of the n bytes went out (a stream may take less), waiting
 * until the deadline for room. -EPIPE and -ECONNRESET: the peer has gone.
 */
ssize_t ob_sock_send(int fd, const void *p, size_t n, int64_t deadline_ns);

/*
 * All n bytes, over as many sends as it takes; 0 or -errno. It goes on after a
 * signal. After a failure the stream is cut at an unknown place: close it.
 */
int ob_sock_send_full(int fd, const void *p, size_t n, int64_t deadline_ns);

/*
 * One receive of up to n bytes: the count, 0 at the end of a stream. A datagram
 * longer than n is -EMSGSIZE, and lost.
 */
ssize_t ob_sock_recv(int fd, void *p, size_t n, int64_t deadline_ns);

/*
 * Exactly n bytes; 0 or -errno; -ENODATA when the stream ends before. It goes
 * on after a signal.
 */
int ob_sock_recv_full(int fd, void *p, size_t n, int64_t deadline_ns);

/*
 * Sends bytes (n >= 1) with n_fds descriptors attached to the first of them,
 * over a unix socket. The sender keeps its own; close them after it. Returns
 * the bytes sent: with the first byte all descriptors have gone.
 * -EINVAL: more than OB_SOCK_FDS_MAX.
 */
ssize_t ob_sock_send_fds(int fd, const void *p, size_t n, const int *fds,
    size_t n_fds, int64_t deadline_ns);

/*
 * Receives bytes and the descriptors that came with them; *ret_n_fds says how
 * many, all close-on-exec and now the caller's. When more come than max_fds, or
 * the process has no room for them, all that came are closed and the call is
 * -EMFILE: bytes of a stream are lost then, so the caller closes it.
 */
ssize_t ob_sock_recv_fds(int fd, void *p, size_t n, int *ret_fds,
    size_t max_fds, size_t *ret_n_fds, int64_t deadline_ns);

/* Who connected (or made the pair), as it was then. */
int ob_sock_peer(int fd, struct ob_sock_peer *ret_peer);

/* how is SHUT_RD, SHUT_WR or SHUT_RDWR. */
int ob_sock_shutdown(int fd, int how);

int ob_sock_set(int fd, enum ob_sock_option option, int value);
int ob_sock_get(int fd, enum ob_sock_option option, int *ret_value);

#endif
