/* SO_PEERCRED also tells the process id. */
#include "os/sock.h"

#include <errno.h>

int
ob_sock_peer(int fd, struct ob_sock_peer *ret_peer)
{
	struct ucred who;
	socklen_t n = sizeof(who);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) < 0)
		return -errno;
	/* What is no unix socket has no peer of a process. */
	if (who.uid == (uid_t)-1)
		return -ENOTSUP;
	*ret_peer = (struct ob_sock_peer){ who.pid, who.uid, who.gid };
	return 0;
}
