#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"
#include "os/tty.h"

/* The terminal's side of a new pseudo-terminal; ret_master drives it. */
static int
open_terminal(int *ret_master)
{
	const char *name;
	int slave;

	*ret_master = posix_openpt(O_RDWR | O_NOCTTY);
	if (*ret_master < 0 || grantpt(*ret_master) < 0 ||
	    unlockpt(*ret_master) < 0)
		SKIP("no pseudo-terminals here");
	name = ptsname(*ret_master);
	CHECK(name != NULL);
	slave = ob_open(AT_FDCWD, name, O_RDWR | O_NOCTTY, 0);
	CHECK(slave >= 0);
	return slave;
}

static void
terminals_are_told_from_others(void)
{
	int master, fd = open_terminal(&master), null = ob_fd_open_null(O_RDWR);
	struct ob_tty_size size = { 1, 2 };
	struct ob_tty_mode mode = { 0 };

	CHECK(ob_tty_is(fd));
	CHECK(!ob_tty_is(null));
	CHECK(!ob_tty_is(-1));
	CHECK_INT(ob_tty_size(null, &size), -ENOTTY);
	CHECK_INT(ob_tty_set_size(null, size), -ENOTTY);
	CHECK_UINT(size.columns, 1);
	CHECK_INT(ob_tty_raw(null, OB_TTY_SIGNALS, &mode), -ENOTTY);
	CHECK(!mode.saved);
	CHECK_INT(ob_tty_restore(null, &mode), 0);
}

static void
the_size_is_that_of_the_device(void)
{
	int master, fd = open_terminal(&master);
	struct ob_tty_size size;

	CHECK_INT(ob_tty_size(fd, &size), -ENOTSUP);
	if (ob_tty_set_size(fd, (struct ob_tty_size){ 97, 31 }) == -ENOTSUP)
		SKIP("the system cannot set the size");
	CHECK_INT(ob_tty_size(fd, &size), 0);
	CHECK_UINT(size.columns, 97);
	CHECK_UINT(size.rows, 31);
}

static void
raw_mode_delivers_each_byte_unchanged(void)
{
	int master, fd = open_terminal(&master);
	struct ob_tty_mode mode = { 0 };
	struct termios t;
	char got[4];

	CHECK_INT(ob_tty_raw(fd, OB_TTY_NO_SIGNALS, &mode), 0);
	CHECK(mode.saved);
	CHECK_INT(ob_write_full(master, "a\r\x03\x11", 4), 0);
	CHECK_INT(ob_read_full(fd, got, 4), 4);
	CHECK_BYTES(got, 4, "a\r\x03\x11", 4);
	CHECK_INT(ob_tty_restore(fd, &mode), 0);
	CHECK_INT(tcgetattr(fd, &t), 0);
	CHECK((t.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG));
	CHECK_INT(ob_tty_restore(fd, &mode), 0);

	CHECK_INT(ob_tty_raw(fd, OB_TTY_SIGNALS, &mode), 0);
	CHECK_INT(tcgetattr(fd, &t), 0);
	CHECK((t.c_lflag & (ICANON | ECHO | ISIG)) == ISIG);
}

OB_TESTS(tty) = {
	OB_TEST(terminals_are_told_from_others),
	OB_TEST(the_size_is_that_of_the_device),
	OB_TEST(raw_mode_delivers_each_byte_unchanged),
	OB_TESTS_END,
};
