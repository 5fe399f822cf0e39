/*
 * Daemons: leave the terminal, say when they are ready, name themselves.
 *
 *	rc = ob_daemon_detach(&d, -1, deadline_ns, err);
 *	if (rc != 0)
 *		return rc < 0 ? ... : OB_EX_OK;   (the process that was started)
 *	... open sockets ...                      (the daemon)
 *	ob_daemon_ready(&d);
 *
 * The process that was started returns only when the daemon is ready or has
 * failed, with the daemon's own words. Nothing here exits but the process in
 * between, which has no user.
 */
#ifndef OB_RT_DAEMON_H
#define OB_RT_DAEMON_H

#include <stdint.h>

struct ob_err;

struct ob_daemon {
	int report_fd; /* to the process that waits; -1: told already */
};

/*
 * Splits off a daemon: a session of its own that can get no terminal, working
 * directory /, 0 from and 1 and 2 to /dev/null, or 1 and 2 to log_fd unless it
 * is -1. Call it before anything has threads, locks by pid or a loop.
 *
 * Returns 0 in the daemon. In the process that was started: 1 when the daemon
 * is ready; what it failed with and its words; -ECHILD when it ended without a
 * word; -ETIMEDOUT when the deadline passed (it goes on).
 */
int ob_daemon_detach(struct ob_daemon *ret_daemon, int log_fd,
    int64_t deadline_ns, struct ob_err *err);

/* Lets the waiting process go; harmless the second time. */
void ob_daemon_ready(struct ob_daemon *d);

/* The same with a failure; the daemon ends afterwards. */
void ob_daemon_fail(struct ob_daemon *d, const struct ob_err *why);

/* Readiness by descriptor, as s6 wants it: a newline, then it is closed. */
int ob_daemon_notify_fd(int fd);

/*
 * Tells the service manager a state ("READY=1\nSTATUS=...") as sd_notify(3)
 * does: one datagram to address, which is the value of NOTIFY_SOCKET ("/path"
 * or "@abstract"). NULL or "": nobody asks, 0. 1 when it was sent.
 */
int ob_daemon_notify(const char *address, const char *state);

/*
 * The title in ps(1), by setproctitle(3) of libbsd. init moves the environment
 * to make room, so it comes early in the daemon's life, with main's argv and
 * the process's environment.
 */
void ob_daemon_title_init(int argc, char **argv, char **env);
void ob_daemon_title(const char *title);

#endif
