#include "os/tty.h"

#include <errno.h>
#include <unistd.h>

bool
ob_tty_is(int fd)
{
	return isatty(fd) == 1;
}

static int
set_mode(int fd, const struct termios *mode)
{
	int rc;

	do
		rc = tcsetattr(fd, TCSADRAIN, mode);
	while (rc < 0 && errno == EINTR);
	return rc < 0 ? -errno : 0;
}

int
ob_tty_raw(int fd, enum ob_tty_signals signals, struct ob_tty_mode *ret_before)
{
	struct ob_tty_mode before = { .saved = true };
	struct termios raw;
	int rc;

	if (tcgetattr(fd, &before.was) < 0)
		return -errno;
	raw = before.was;
	raw.c_iflag &=
	    ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	if (signals == OB_TTY_NO_SIGNALS)
		raw.c_lflag &= ~(tcflag_t)ISIG;
	raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	rc = set_mode(fd, &raw);
	if (rc == 0)
		*ret_before = before;
	return rc;
}

int
ob_tty_restore(int fd, struct ob_tty_mode *before)
{
	int rc;

	if (!before->saved)
		return 0;
	rc = set_mode(fd, &before->was);
	if (rc == 0)
		before->saved = false;
	return rc;
}
