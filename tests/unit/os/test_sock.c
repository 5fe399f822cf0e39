#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/sock.h"
#include "os/wait.h"

#define SOON ob_clock_deadline_ns(INT64_C(5000000000))

static int
listen_here(const char *path)
{
	struct ob_err err = OB_ERR_INIT;
	int fd = ob_sock_unix_listen(path, OB_SOCK_STREAM, 0600, 8, &err);

	if (fd < 0)
		FAIL("%s (%d)", err.msg, fd);
	return fd;
}

static int
accept_soon(int server)
{
	int fd;

	CHECK(ob_wait_fd(server, POLLIN, SOON) > 0);
	fd = ob_sock_accept(server);
	CHECK(fd >= 0);
	return fd;
}

static int
open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
a_unix_stream_carries_bytes_both_ways(void)
{
	int server = listen_here("s");
	int client = ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL);
	int peer;
	char got[8];

	CHECK(client >= 0);
	peer = accept_soon(server);
	CHECK_INT(ob_sock_send_full(client, "hello", 5, SOON), 0);
	CHECK_INT(ob_sock_recv_full(peer, got, 5, SOON), 0);
	CHECK_MEM(got, 5, "hello");
	CHECK_INT(ob_sock_send(peer, "yes", 3, SOON), 3);
	CHECK_INT(ob_sock_recv(client, got, sizeof(got), SOON), 3);
	CHECK_MEM(got, 3, "yes");

	CHECK_INT(ob_sock_shutdown(client, SHUT_WR), 0);
	CHECK_INT(ob_sock_recv(peer, got, sizeof(got), SOON), 0);
	CHECK_INT(ob_sock_recv_full(peer, got, 1, SOON), -ENODATA);
	close(peer);
	CHECK_INT(ob_sock_send(client, "x", 1, SOON), -EPIPE);
	CHECK_INT(ob_sock_shutdown(server + 100, SHUT_WR), -EBADF);
}

static void
descriptors_are_close_on_exec_and_non_blocking(void)
{
	int server = listen_here("s");
	int client = ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL);
	int peer = accept_soon(server);
	int pair[2];

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, pair), 0);
	const int all[] = { server, client, peer, pair[0], pair[1] };
	for (size_t i = 0; i < OB_COUNT(all); i++) {
		CHECK(fcntl(all[i], F_GETFD) & FD_CLOEXEC);
		CHECK(fcntl(all[i], F_GETFL) & O_NONBLOCK);
	}
}

static void
a_server_has_its_mode_whatever_the_umask(void)
{
	struct stat st;

	umask(0);
	listen_here("s");
	CHECK_INT(lstat("s", &st), 0);
	CHECK(S_ISSOCK(st.st_mode));
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_INT(st.st_nlink, 1);
}

static void
a_living_server_keeps_its_path(void)
{
	struct ob_err err = OB_ERR_INIT;
	int server = listen_here("s");

	CHECK_INT(ob_sock_unix_listen("s", OB_SOCK_STREAM, 0600, 8, &err),
	    -EADDRINUSE);
	CHECK_STR(err.msg, "cannot listen on 's'");
	close(accept_soon(server)); /* the question whether it lives */
	CHECK(ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL) >= 0);
}

static void
a_dead_socket_is_replaced(void)
{
	int fd = listen_here("s");

	close(fd);
	CHECK_INT(ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL),
	    -ECONNREFUSED);
	listen_here("s");
	CHECK(ob_sock_unix_connect("s", OB_SOCK_STREAM, SOON, NULL) >= 0);
}

static void
what_is_no_socket_is_left_alone(void)
{
	int fd = open("s", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct stat st;

	CHECK(fd >= 0);
	CHECK_INT(
	    ob_sock_unix_listen("s", OB_SOCK_STREAM, 0600, 8, NULL), -EEXIST);
	CHECK_INT(lstat("s", &st), 0);
	CHECK(S_ISREG(st.st_mode));
}

static void
a_failed_server_leaves_no_file(void)
{
	CHECK_INT(mkdir("dir", 0700), 0);
	CHECK(open("dir/s", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0);
	CHECK_INT(ob_sock_unix_listen("dir/s", OB_SOCK_STREAM, 0600, 8, NULL),
	    -EEXIST);
	CHECK_INT(unlink("dir/s"), 0);
	CHECK_INT(rmdir("dir"), 0); /* it is empty */
}

static void
paths_that_do_not_fit_are_refused(void)
{
	char path[OB_SOCK_PATH_MAX + 2];

	memset(path, 'x', sizeof(path));
	path[OB_SOCK_SERVER_PATH_MAX + 1] = '\0';
	CHECK_INT(ob_sock_unix_listen(path, OB_SOCK_STREAM, 0600, 8, NULL),
	    -ENAMETOOLONG);
	path[OB_SOCK_SERVER_PATH_MAX] = '\0';
	listen_here(path);
	CHECK(ob_sock_unix_connect(path, OB_SOCK_STREAM, SOON, NULL) >= 0);
	memset(path, 'x', sizeof(path));
	path[OB_SOCK_PATH_MAX + 1] = '\0';
	CHECK_INT(ob_sock_unix_connect(path, OB_SOCK_STREAM, SOON, NULL),
	    -ENAMETOOLONG);
	CHECK_INT(
	    ob_sock_unix_connect("", OB_SOCK_STREAM, SOON, NULL), -EINVAL);
	CHECK_INT(
	    ob_sock_unix_connect("none", OB_SOCK_STREAM, SOON, NULL), -ENOENT);
}

static void
a_full_backlog_ends_with_the_deadline(void)
{
	int fds[16], rc = 0;

	CHECK(ob_sock_unix_listen("s", OB_SOCK_STREAM, 0600, 1, NULL) >= 0);
	for (size_t i = 0; i < OB_COUNT(fds) && rc >= 0; i++)
		rc = ob_sock_unix_connect("s", OB_SOCK_STREAM,
		    ob_clock_deadline_ns(INT64_C(20000000)), NULL);
	CHECK_INT(rc, -ETIMEDOUT);
}

static void
seqpackets_keep_their_bounds(void)
{
	int fd[2];
	char got[8];

	CHECK_INT(ob_sock_pair(OB_SOCK_SEQPACKET, fd), 0);
	CHECK_INT(ob_sock_send(fd[0], "one", 3, SOON), 3);
	CHECK_INT(ob_sock_send(fd[0], "three", 5, SOON), 5);
	CHECK_INT(ob_sock_recv(fd[1], got, sizeof(got), SOON), 3);
	CHECK_INT(ob_sock_recv(fd[1], got, 2, SOON), -EMSGSIZE);
}

static void
datagrams_reach_a_bound_socket(void)
{
	int server, client;
	char got[8];

	server = ob_sock_unix_listen("d", OB_SOCK_DGRAM, 0600, 0, NULL);
	CHECK(server >= 0);
	client = ob_sock_unix_connect("d", OB_SOCK_DGRAM, SOON, NULL);
	CHECK(client >= 0);
	CHECK_INT(ob_sock_send(client, "note", 4, SOON), 4);
	CHECK_INT(ob_sock_recv(server, got, sizeof(got), SOON), 4);
	CHECK_MEM(got, 4, "note");
}

static void
waits_end_with_their_deadline(void)
{
	int fd[2];
	char big[65536] = { 0 };
	int rc;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, fd), 0);
	CHECK_INT(ob_sock_recv(fd[0], big, 1, OB_NO_WAIT), -ETIMEDOUT);
	CHECK_INT(
	    ob_sock_recv(fd[0], big, 1, ob_clock_deadline_ns(INT64_C(1000000))),
	    -ETIMEDOUT);
	do
		rc = ob_sock_send_full(fd[0], big, sizeof(big),
		    ob_clock_deadline_ns(INT64_C(1000000)));
	while (rc == 0);
	CHECK_INT(rc, -ETIMEDOUT);
}

static void
check_tcp(const char *host)
{
	char got[8], name[OB_SOCK_HOST_MAX];
	int client, peer, port, value = 0;
	uint16_t peer_port;
	int server = ob_sock_tcp_listen(host, 0, 8, NULL);

	if (server == -EADDRNOTAVAIL || server == -EAFNOSUPPORT)
		SKIP("no address %s here", host);
	CHECK(server >= 0);
	port = ob_sock_port(server);
	CHECK(port > 0);
	client = ob_sock_tcp_connect(host, (uint16_t)port, SOON, NULL);
	CHECK(client >= 0);
	CHECK_INT(ob_sock_set(client, OB_SOCK_NODELAY, 1), 0);
	CHECK_INT(ob_sock_get(client, OB_SOCK_NODELAY, &value), 0);
	CHECK(value != 0);
	peer = accept_soon(server);
	CHECK_INT(ob_sock_tcp_peer(peer, name, &peer_port), 0);
	CHECK_STR(name, host == NULL ? "127.0.0.1" : host);
	CHECK_INT(peer_port, ob_sock_port(client));
	CHECK_INT(ob_sock_send_full(client, "tcp", 3, SOON), 0);
	CHECK_INT(ob_sock_recv_full(peer, got, 3, SOON), 0);
	CHECK_MEM(got, 3, "tcp");
}

static void
tcp_speaks_ipv4_on_a_free_port(void)
{
	check_tcp(NULL);
}

static void
tcp_speaks_ipv6_on_a_free_port(void)
{
	check_tcp("::1");
}

static void
tcp_takes_numbers_and_no_names(void)
{
	struct ob_err err = OB_ERR_INIT;
	int server;

	CHECK_INT(ob_sock_tcp_listen("localhost", 0, 8, &err), -EINVAL);
	CHECK_STR(err.msg, "cannot listen on 'localhost' port 0");
	CHECK_INT(ob_sock_tcp_connect("1.2.3", 1, SOON, NULL), -EINVAL);

	server = ob_sock_tcp_listen(NULL, 0, 8, NULL);
	CHECK(server >= 0);
	int port = ob_sock_port(server);
	CHECK_INT(
	    ob_sock_tcp_listen(NULL, (uint16_t)port, 8, NULL), -EADDRINUSE);
	close(server);
	CHECK_INT(ob_sock_tcp_connect(NULL, (uint16_t)port, SOON, NULL),
	    -ECONNREFUSED);
}

static void
questions_about_tcp_fail_on_unix_sockets(void)
{
	char name[OB_SOCK_HOST_MAX];
	uint16_t port;
	int fd[2], value;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, fd), 0);
	CHECK_INT(ob_sock_port(fd[0]), -EINVAL);
	CHECK_INT(ob_sock_tcp_peer(fd[0], name, &port), -EINVAL);
	CHECK(ob_sock_set(fd[0], OB_SOCK_NODELAY, 1) < 0);
	CHECK_INT(ob_sock_get(-1, OB_SOCK_SEND_BYTES, &value), -EBADF);
	CHECK_INT(ob_sock_set(fd[0], OB_SOCK_SEND_BYTES, 65536), 0);
	CHECK_INT(ob_sock_accept(fd[0]), -EINVAL);
}

static void
descriptors_travel_with_the_first_byte(void)
{
	int fd[2], pipe_fds[2], got_fds[2];
	size_t n_fds = 0;
	char got[8];

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, fd), 0);
	CHECK_INT(pipe2(pipe_fds, 0), 0);
	CHECK_INT(ob_sock_send_fds(fd[0], "fd", 2, pipe_fds, 2, SOON), 2);
	CHECK_INT(
	    ob_sock_recv_fds(fd[1], got, sizeof(got), got_fds, 2, &n_fds, SOON),
	    2);
	CHECK_UINT(n_fds, 2);
	CHECK(fcntl(got_fds[0], F_GETFD) & FD_CLOEXEC);
	CHECK_INT(write(got_fds[1], "p", 1), 1);
	CHECK_INT(read(pipe_fds[0], got, 1), 1);
	CHECK_MEM(got, 1, "p");

	CHECK_INT(ob_sock_send_fds(fd[0], "x", 1, NULL, 0, SOON), 1);
	CHECK_INT(
	    ob_sock_recv_fds(fd[1], got, sizeof(got), got_fds, 2, &n_fds, SOON),
	    1);
	CHECK_UINT(n_fds, 0);
	CHECK_INT(ob_sock_send_fds(fd[0], "", 0, pipe_fds, 1, SOON), -EINVAL);
	CHECK_INT(ob_sock_send_fds(
		      fd[0], "x", 1, pipe_fds, OB_SOCK_FDS_MAX + 1, SOON),
	    -EINVAL);
}

static void
descriptors_beyond_the_room_are_closed(void)
{
	int fd[2], sent[5], got_fds[2] = { -1, -1 };
	size_t n_fds = 99;
	char got[8];
	int before;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, fd), 0);
	for (size_t i = 0; i < OB_COUNT(sent); i++)
		sent[i] = fd[0];
	before = open_fds();
	CHECK_INT(ob_sock_send_fds(fd[0], "x", 1, sent, 5, SOON), 1);
	CHECK_INT(
	    ob_sock_recv_fds(fd[1], got, sizeof(got), got_fds, 2, &n_fds, SOON),
	    -EMFILE);
	CHECK_INT(open_fds(), before);
	CHECK_UINT(n_fds, 99);
}

static void
a_peer_is_known_by_its_ids(void)
{
	struct ob_sock_peer peer;
	int fd[2], tcp;

	CHECK_INT(ob_sock_pair(OB_SOCK_STREAM, fd), 0);
	CHECK_INT(ob_sock_peer(fd[0], &peer), 0);
	CHECK_UINT(peer.uid, geteuid());
	CHECK_UINT(peer.gid, getegid());
	CHECK(peer.pid == getpid() || peer.pid == 0);
	tcp = ob_sock_tcp_listen(NULL, 0, 8, NULL);
	CHECK(tcp >= 0);
	CHECK(ob_sock_peer(tcp, &peer) < 0);
}

OB_TESTS(sock) = {
	OB_TEST(a_unix_stream_carries_bytes_both_ways),
	OB_TEST(descriptors_are_close_on_exec_and_non_blocking),
	OB_TEST(a_server_has_its_mode_whatever_the_umask),
	OB_TEST(a_living_server_keeps_its_path),
	OB_TEST(a_dead_socket_is_replaced),
	OB_TEST(what_is_no_socket_is_left_alone),
	OB_TEST(a_failed_server_leaves_no_file),
	OB_TEST(paths_that_do_not_fit_are_refused),
	OB_TEST(a_full_backlog_ends_with_the_deadline),
	OB_TEST(seqpackets_keep_their_bounds),
	OB_TEST(datagrams_reach_a_bound_socket),
	OB_TEST(waits_end_with_their_deadline),
	OB_TEST(tcp_speaks_ipv4_on_a_free_port),
	OB_TEST(tcp_speaks_ipv6_on_a_free_port),
	OB_TEST(tcp_takes_numbers_and_no_names),
	OB_TEST(questions_about_tcp_fail_on_unix_sockets),
	OB_TEST(descriptors_travel_with_the_first_byte),
	OB_TEST(descriptors_beyond_the_room_are_closed),
	OB_TEST(a_peer_is_known_by_its_ids),
	OB_TESTS_END,
};
