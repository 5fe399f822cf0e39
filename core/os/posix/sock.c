#include "os/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/bsd.h"
#include "base/check.h"
#include "base/err.h"
#include "os/file.h"
#include "os/wait.h"

/* How often a path may change under our hands before we give up. */
#define BIND_TRIES 8

/* A connect to a full backlog has no event to wait for; it is tried again. */
#define BACKLOG_TICK_NS INT64_C(2000000)

static const int socket_types[] = {
	[OB_SOCK_STREAM] = SOCK_STREAM,
	[OB_SOCK_SEQPACKET] = SOCK_SEQPACKET,
	[OB_SOCK_DGRAM] = SOCK_DGRAM,
};

static const struct {
	int level, name;
} options[OB_SOCK_OPTION_COUNT] = {
	[OB_SOCK_NODELAY] = { IPPROTO_TCP, TCP_NODELAY },
	[OB_SOCK_KEEPALIVE] = { SOL_SOCKET, SO_KEEPALIVE },
	[OB_SOCK_SEND_BYTES] = { SOL_SOCKET, SO_SNDBUF },
	[OB_SOCK_RECV_BYTES] = { SOL_SOCKET, SO_RCVBUF },
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un un;
	struct sockaddr_storage storage;
};

static int
open_socket(int domain, int type, int *ret_fd)
{
	int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int
unix_address(const char *path, size_t max, union address *ret)
{
	size_t n = strlen(path);

	if (n == 0)
		return -EINVAL;
	if (n > max)
		return -ENAMETOOLONG;
	memset(ret, 0, sizeof(*ret));
	ret->un.sun_family = AF_UNIX;
	memcpy(ret->un.sun_path, path, n + 1);
	return 0;
}

/* Waits for a connect under way, and tells how it ended. */
static int
finish_connect(int fd, int64_t deadline_ns)
{
	int error = 0;
	socklen_t n = sizeof(error);
	int rc = ob_wait_fd(fd, POLLOUT, deadline_ns);

	if (rc < 0)
		return rc;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0)
		return -errno;
	return -error;
}

static int
connect_until(int fd, const union address *to, socklen_t n, int64_t deadline_ns)
{
	for (;;) {
		int64_t tick_ns;
		int rc;

		if (connect(fd, &to->any, n) == 0)
			return 0;
		/* An interrupted connect goes on by itself. */
		if (errno == EINPROGRESS || errno == EINTR)
			return finish_connect(fd, deadline_ns);
		if (errno != EAGAIN)
			return -errno;
		tick_ns = ob_clock_deadline_ns(BACKLOG_TICK_NS);
		if (tick_ns >= deadline_ns)
			return -ETIMEDOUT;
		rc = ob_clock_sleep_until(tick_ns);
		if (rc < 0)
			return rc;
	}
}

int
ob_sock_unix_connect(const char *path, enum ob_sock_type type,
    int64_t deadline_ns, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	union address to;
	int rc = unix_address(path, OB_SOCK_PATH_MAX, &to);

	if (rc == 0)
		rc = open_socket(AF_UNIX, socket_types[type], &fd);
	if (rc == 0)
		rc = connect_until(fd, &to, sizeof(to.un), deadline_ns);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot connect to '%s'", path);
	return ob_steal_fd(&fd);
}

/*
 * Who is at the path: 0 nobody, 1 a socket without a listener (its identity in
 * *ret_st), -EADDRINUSE a living server, -EEXIST something else.
 */
static int
probe_path(const union address *at, enum ob_sock_type type, struct stat *ret_st)
{
	OB_AUTO_CLOSE int fd = -1;
	int rc;

	if (lstat(at->un.sun_path, ret_st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(ret_st->st_mode))
		return -EEXIST;
	rc = open_socket(AF_UNIX, socket_types[type], &fd);
	if (rc < 0)
		return rc;
	if (connect(fd, &at->any, sizeof(at->un)) == 0)
		return -EADDRINUSE;
	switch (errno) {
	case ECONNREFUSED: return 1;
	case ENOENT: return 0;
	/* A full backlog, another type or user: somebody is there. */
	case EAGAIN:
	case EPROTOTYPE:
	case EACCES: return -EADDRINUSE;
	default: return -errno;
	}
}

/* Gives the bound socket its name, when that is free or its owner is dead. */
static int
claim_path(
    const char *temporary, const union address *at, enum ob_sock_type type)
{
	const char *path = at->un.sun_path;

	for (int i = 0; i < BIND_TRIES; i++) {
		struct stat dead, now;
		int rc = probe_path(at, type, &dead);

		if (rc < 0)
			return rc;
		if (rc == 0) {
			if (link(temporary, path) == 0)
				return unlink(temporary) < 0 ? -errno : 0;
			if (errno != EEXIST)
				return -errno;
			continue;
		}
		if (lstat(path, &now) < 0 || now.st_ino != dead.st_ino ||
		    now.st_dev != dead.st_dev)
			continue;
		return rename(temporary, path) < 0 ? -errno : 0;
	}
	return -EADDRINUSE;
}

/* Binds under a name nobody else has; ret_name gets it. */
static int
bind_temporary(int fd, const char *path, union address *ret_name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";

	for (int i = 0; i < BIND_TRIES; i++) {
		char suffix[8] = ".";
		int rc = unix_address(path, OB_SOCK_SERVER_PATH_MAX, ret_name);

		if (rc < 0)
			return rc;
		for (size_t k = 1; k < sizeof(suffix) - 1; k++)
			suffix[k] = letters[arc4random_uniform(32)];
		memcpy(ret_name->un.sun_path + strlen(path), suffix,
		    sizeof(suffix));
		if (bind(fd, &ret_name->any, sizeof(ret_name->un)) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -EADDRINUSE;
}

static int
listen_at(
    int fd, const char *path, enum ob_sock_type type, mode_t mode, int backlog)
{
	union address at, temporary;
	int rc = unix_address(path, OB_SOCK_SERVER_PATH_MAX, &at);

	if (rc < 0)
		return rc;
	rc = bind_temporary(fd, path, &temporary);
	if (rc < 0)
		return rc;
	if (chmod(temporary.un.sun_path, mode) < 0 ||
	    (type != OB_SOCK_DGRAM && listen(fd, backlog) < 0))
		rc = -errno;
	else
		rc = claim_path(temporary.un.sun_path, &at, type);
	if (rc < 0)
		(void)unlink(temporary.un.sun_path); /* rc says more */
	return rc;
}

int
ob_sock_unix_listen(const char *path, enum ob_sock_type type, mode_t mode,
    int backlog, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	int rc = open_socket(AF_UNIX, socket_types[type], &fd);

	if (rc == 0)
		rc = listen_at(fd, path, type, mode, backlog);

	if (rc < 0)
		return ob_err_set(err, rc, "cannot listen on '%s'", path);
	return ob_steal_fd(&fd);
}

int
ob_sock_pair(enum ob_sock_type type, int ret_fds[2])
{
	int fds[2];

	if (socketpair(AF_UNIX,
		socket_types[type] | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return -errno;
	ret_fds[0] = fds[0];
	ret_fds[1] = fds[1];
	return 0;
}

static int
tcp_address(
    const char *host, uint16_t port, union address *ret, socklen_t *ret_n)
{
	if (host == NULL)
		host = "127.0.0.1";
	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(port);
		*ret_n = sizeof(ret->v4);
		return 0;
	}
	if (inet_pton(AF_INET6, host, &ret->v6.sin6_addr) == 1) {
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = htons(port);
		*ret_n = sizeof(ret->v6);
		return 0;
	}
	return -EINVAL;
}

int
ob_sock_tcp_listen(
    const char *host, uint16_t port, int backlog, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	const int on = 1;
	union address at;
	socklen_t n;
	int rc = tcp_address(host, port, &at, &n);

	if (rc == 0)
		rc = open_socket(at.any.sa_family, SOCK_STREAM, &fd);
	if (rc == 0 &&
	    (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
		bind(fd, &at.any, n) < 0 || listen(fd, backlog) < 0))
		rc = -errno;
	if (rc < 0)
		return ob_err_set(err, rc, "cannot listen on '%s' port %u",
		    host == NULL ? "127.0.0.1" : host, (unsigned)port);
	return ob_steal_fd(&fd);
}

int
ob_sock_tcp_connect(
    const char *host, uint16_t port, int64_t deadline_ns, struct ob_err *err)
{
	OB_AUTO_CLOSE int fd = -1;
	union address to;
	socklen_t n;
	int rc = tcp_address(host, port, &to, &n);

	if (rc == 0)
		rc = open_socket(to.any.sa_family, SOCK_STREAM, &fd);
	if (rc == 0)
		rc = connect_until(fd, &to, n, deadline_ns);
	if (rc < 0)
		return ob_err_set(err, rc, "cannot connect to '%s' port %u",
		    host == NULL ? "127.0.0.1" : host, (unsigned)port);
	return ob_steal_fd(&fd);
}

int
ob_sock_port(int fd)
{
	union address at;
	socklen_t n = sizeof(at);

	if (getsockname(fd, &at.any, &n) < 0)
		return -errno;
	switch (at.any.sa_family) {
	case AF_INET: return ntohs(at.v4.sin_port);
	case AF_INET6: return ntohs(at.v6.sin6_port);
	default: return -EINVAL;
	}
}

int
ob_sock_tcp_peer(int fd, char ret_host[OB_SOCK_HOST_MAX], uint16_t *ret_port)
{
	union address from;
	socklen_t n = sizeof(from);
	const void *number;

	if (getpeername(fd, &from.any, &n) < 0)
		return -errno;
	switch (from.any.sa_family) {
	case AF_INET: number = &from.v4.sin_addr; break;
	case AF_INET6: number = &from.v6.sin6_addr; break;
	default: return -EINVAL;
	}
	if (inet_ntop(from.any.sa_family, number, ret_host, OB_SOCK_HOST_MAX) ==
	    NULL)
		return -errno;
	*ret_port = ntohs(from.any.sa_family == AF_INET ? from.v4.sin_port
							: from.v6.sin6_port);
	return 0;
}

int
ob_sock_accept(int fd)
{
	for (;;) {
		int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (got >= 0)
			return got;
		if (errno != ECONNABORTED && errno != EINTR)
			return -errno;
	}
}

/* One sendmsg that waits for room. */
static ssize_t
send_message(int fd, const struct msghdr *m, int64_t deadline_ns)
{
	for (;;) {
		ssize_t sent = sendmsg(fd, m, MSG_NOSIGNAL | MSG_DONTWAIT);
		int rc;

		if (sent >= 0)
			return sent;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return -errno;
		rc = ob_wait_fd(fd, POLLOUT, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

static ssize_t
recv_message(int fd, struct msghdr *m, int64_t deadline_ns)
{
	for (;;) {
		ssize_t got = recvmsg(fd, m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		int rc;

		if (got >= 0)
			return got;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return -errno;
		rc = ob_wait_fd(fd, POLLIN, deadline_ns);
		if (rc < 0)
			return rc;
	}
}

static struct iovec
bytes(const void *p, size_t n)
{
	/* iovec has no const form; sendmsg only reads. */
	return (struct iovec){ .iov_base = (void *)(uintptr_t)p, .iov_len = n };
}

ssize_t
ob_sock_send(int fd, const void *p, size_t n, int64_t deadline_ns)
{
	struct iovec v = bytes(p, n);
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	return send_message(fd, &m, deadline_ns);
}

int
ob_sock_send_full(int fd, const void *p, size_t n, int64_t deadline_ns)
{
	const char *at = p;

	while (n > 0) {
		ssize_t sent = ob_sock_send(fd, at, n, deadline_ns);

		if (sent == -EINTR)
			continue;
		if (sent < 0)
			return (int)sent;
		at += sent;
		n -= (size_t)sent;
	}
	return 0;
}

ssize_t
ob_sock_recv(int fd, void *p, size_t n, int64_t deadline_ns)
{
	struct iovec v = bytes(p, n);
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	ssize_t got = recv_message(fd, &m, deadline_ns);

	return got >= 0 && m.msg_flags & MSG_TRUNC ? -EMSGSIZE : got;
}

int
ob_sock_recv_full(int fd, void *p, size_t n, int64_t deadline_ns)
{
	char *at = p;

	while (n > 0) {
		ssize_t got = ob_sock_recv(fd, at, n, deadline_ns);

		if (got == -EINTR)
			continue;
		if (got < 0)
			return (int)got;
		if (got == 0)
			return -ENODATA;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

/* Aligned room for the control message of OB_SOCK_FDS_MAX descriptors. */
union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(OB_SOCK_FDS_MAX * sizeof(int))];
};

ssize_t
ob_sock_send_fds(int fd, const void *p, size_t n, const int *fds, size_t n_fds,
    int64_t deadline_ns)
{
	struct iovec v = bytes(p, n);
	union control control = { 0 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };

	if (n == 0 || n_fds > OB_SOCK_FDS_MAX)
		return -EINVAL;
	if (n_fds > 0) {
		struct cmsghdr *c = &control.align;

		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, n_fds * sizeof(int));
	}
	return send_message(fd, &m, deadline_ns);
}

/* Copies the descriptors out of the control messages; returns their number. */
static size_t
collect_fds(struct msghdr *m, int fds[OB_SOCK_FDS_MAX])
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		OB_CHECK(here <= OB_SOCK_FDS_MAX - n);
		memcpy(fds + n, CMSG_DATA(c), here * sizeof(int));
		n += here;
	}
	return n;
}

ssize_t
ob_sock_recv_fds(int fd, void *p, size_t n, int *ret_fds, size_t max_fds,
    size_t *ret_n_fds, int64_t deadline_ns)
{
	struct iovec v = bytes(p, n);
	union control control = { 0 };
	struct msghdr m = { .msg_iov = &v,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	int fds[OB_SOCK_FDS_MAX];
	size_t n_fds;
	ssize_t got = recv_message(fd, &m, deadline_ns);

	if (got < 0)
		return got;
	n_fds = collect_fds(&m, fds);
	if (m.msg_flags & (MSG_CTRUNC | MSG_TRUNC) || n_fds > max_fds) {
		for (size_t i = 0; i < n_fds; i++)
			(void)close(fds[i]); /* not ours: nothing was written */
		return m.msg_flags & MSG_TRUNC ? -EMSGSIZE : -EMFILE;
	}
	if (n_fds > 0)
		memcpy(ret_fds, fds, n_fds * sizeof(int));
	*ret_n_fds = n_fds;
	return got;
}

int
ob_sock_shutdown(int fd, int how)
{
	return shutdown(fd, how) < 0 ? -errno : 0;
}

int
ob_sock_set(int fd, enum ob_sock_option option, int value)
{
	if (setsockopt(fd, options[option].level, options[option].name, &value,
		sizeof(value)) < 0)
		return -errno;
	return 0;
}

int
ob_sock_get(int fd, enum ob_sock_option option, int *ret_value)
{
	int value = 0;
	socklen_t n = sizeof(value);

	if (getsockopt(fd, options[option].level, options[option].name, &value,
		&n) < 0)
		return -errno;
	*ret_value = value;
	return 0;
}
