/* getpeereid() of libbsd or of the system: uid and gid alone. */
#include "os/sock.h"

#include <errno.h>

#include "base/bsd.h"

int
ob_sock_peer(int fd, struct ob_sock_peer *ret_peer)
{
	uid_t uid;
	gid_t gid;

	if (getpeereid(fd, &uid, &gid) < 0)
		return -errno;
	if (uid == (uid_t)-1)
		return -ENOTSUP;
	*ret_peer = (struct ob_sock_peer){ 0, uid, gid };
	return 0;
}
