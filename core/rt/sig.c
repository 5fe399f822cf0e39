#include "rt/sig.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/check.h"
#include "os/file.h"
#include "os/wait.h"

/*
 * Dispositions belong to the process, and a signal handler has no argument:
 * these three are owned by the registry that is open.
 */
static struct ob_sig *owner;
static volatile sig_atomic_t raised[NSIG];
static volatile sig_atomic_t wake_fd = -1;

static void
on_signal(int signo)
{
	int saved = errno;
	ssize_t n;

	raised[signo] = 1;
	/* A full pipe is fine: the reader will look at `raised` anyway. */
	n = write(wake_fd, "", 1);
	(void)n;
	errno = saved;
}

static bool
can_wait(int signo)
{
	switch (signo) {
	case SIGKILL:
	case SIGSTOP:
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGABRT: return false;
	default: return signo > 0 && signo < NSIG;
	}
}

int
ob_sig_open(struct ob_sig *s, unsigned flags)
{
	int fds[2];
	int rc;

	if (owner != NULL)
		return -EBUSY;
	memset(s, 0, sizeof(*s));
	TAILQ_INIT(&s->handlers);
	sigemptyset(&s->taken);
	sigemptyset(&s->blocked);
	sigemptyset(&s->watched);
	s->flags = flags;
	s->write_fd = -1;
	rc = ob_sigfd_open(&s->watched);
	if (rc >= 0) {
		s->read_fd = rc;
	} else {
		if (rc != -ENOTSUP)
			return rc;
		rc = ob_fd_pipe(fds);
		if (rc < 0)
			return rc;
		(void)ob_fd_set_nonblock(fds[0], OB_ON); /* cannot fail on */
		(void)ob_fd_set_nonblock(fds[1], OB_ON); /* a fresh pipe */
		s->read_fd = fds[0];
		s->write_fd = fds[1];
		wake_fd = fds[1];
	}
	owner = s;
	return 0;
}

static bool
uses_pipe(const struct ob_sig *s)
{
	return s->write_fd >= 0;
}

/* Remembers the disposition before the first change. */
static int
change_disposition(struct ob_sig *s, int signo, void (*handler)(int))
{
	struct sigaction before, now = { .sa_flags = SA_RESTART };

	now.sa_handler = handler;
	sigfillset(&now.sa_mask);
	if (sigaction(signo, &now, &before) < 0)
		return -errno;
	if (!sigismember(&s->taken, signo)) {
		s->before[signo] = before;
		sigaddset(&s->taken, signo);
	}
	return 0;
}

static void
restore_disposition(struct ob_sig *s, int signo)
{
	if (!sigismember(&s->taken, signo))
		return;
	OB_CHECK(sigaction(signo, &s->before[signo], NULL) == 0);
	sigdelset(&s->taken, signo);
}

/* The first handler of signo: from now on it goes to our descriptor. */
static int
take(struct ob_sig *s, int signo)
{
	struct sigaction now;
	sigset_t one, before;
	int rc;

	if (sigaction(signo, NULL, &now) < 0)
		return -errno;
	if (s->flags & OB_SIG_KEEP_IGNORED && now.sa_handler == SIG_IGN &&
	    !sigismember(&s->taken, signo))
		return -EALREADY;
	rc = change_disposition(s, signo, uses_pipe(s) ? on_signal : SIG_DFL);
	if (rc < 0)
		return rc;
	sigaddset(&s->watched, signo);
	if (uses_pipe(s))
		return 0;
	sigemptyset(&one);
	sigaddset(&one, signo);
	OB_CHECK(sigprocmask(SIG_BLOCK, &one, &before) == 0);
	if (!sigismember(&before, signo))
		sigaddset(&s->blocked, signo);
	return ob_sigfd_change(s->read_fd, &s->watched);
}

/* The last handler has left: signo does what it did before. */
static void
give_back(struct ob_sig *s, int signo)
{
	sigset_t one;

	sigdelset(&s->watched, signo);
	raised[signo] = 0;
	if (!uses_pipe(s))
		(void)ob_sigfd_change(s->read_fd, &s->watched);
	restore_disposition(s, signo);
	if (sigismember(&s->blocked, signo)) {
		sigemptyset(&one);
		sigaddset(&one, signo);
		sigdelset(&s->blocked, signo);
		OB_CHECK(sigprocmask(SIG_UNBLOCK, &one, NULL) == 0);
	}
}

int
ob_sig_on(struct ob_sig *s, struct ob_sig_handler *h, int signo)
{
	OB_CHECK(h->signo == 0);
	if (!can_wait(signo))
		return -EINVAL;
	if (!sigismember(&s->watched, signo)) {
		int rc = take(s, signo);

		if (rc < 0) {
			if (sigismember(&s->watched, signo))
				give_back(s, signo);
			return rc;
		}
	}
	h->signo = signo;
	h->serial = s->serial++;
	TAILQ_INSERT_TAIL(&s->handlers, h, entry);
	return 0;
}

static bool
has_handler(const struct ob_sig *s, int signo)
{
	const struct ob_sig_handler *h;

	TAILQ_FOREACH (h, &s->handlers, entry)
		if (h->signo == signo)
			return true;
	return false;
}

void
ob_sig_off(struct ob_sig *s, struct ob_sig_handler *h)
{
	int signo = h->signo;

	if (signo == 0)
		return;
	if (s->cursor == h)
		s->cursor = TAILQ_NEXT(h, entry);
	TAILQ_REMOVE(&s->handlers, h, entry);
	h->signo = 0;
	if (!has_handler(s, signo))
		give_back(s, signo);
}

int
ob_sig_ignore(struct ob_sig *s, int signo)
{
	if (!can_wait(signo) || sigismember(&s->watched, signo))
		return -EINVAL;
	return change_disposition(s, signo, SIG_IGN);
}

void
ob_sig_close(struct ob_sig *s)
{
	OB_CHECK(owner == s);
	while (!TAILQ_EMPTY(&s->handlers))
		ob_sig_off(s, TAILQ_FIRST(&s->handlers));
	for (int signo = 1; signo < NSIG; signo++)
		restore_disposition(s, signo);
	wake_fd = -1;
	owner = NULL;
	(void)ob_close(&s->read_fd);  /* nothing was written */
	(void)ob_close(&s->write_fd); /* to a file */
}

int
ob_sig_fd(const struct ob_sig *s)
{
	return s->read_fd;
}

static void
call_handlers(struct ob_sig *s, const struct ob_siginfo *info)
{
	uint64_t end = s->serial;
	struct ob_sig_handler *h = TAILQ_FIRST(&s->handlers);

	for (; h != NULL && h->serial < end; h = s->cursor) {
		s->cursor = TAILQ_NEXT(h, entry);
		if (h->signo == info->signo)
			h->fn(h, info);
	}
	s->cursor = NULL;
}

/* The next signal that arrived: 1, 0, or -errno. */
static int
next_signal(struct ob_sig *s, struct ob_siginfo *ret_info)
{
	if (!uses_pipe(s))
		return ob_sigfd_read(s->read_fd, ret_info);
	for (int signo = 1; signo < NSIG; signo++) {
		if (!raised[signo])
			continue;
		raised[signo] = 0;
		*ret_info = (struct ob_siginfo){ .signo = signo };
		return 1;
	}
	return 0;
}

static void
drain_pipe(struct ob_sig *s)
{
	char bytes[64];

	while (
	    ob_read(s->read_fd, bytes, sizeof(bytes)) == (ssize_t)sizeof(bytes))
		continue;
}

int
ob_sig_dispatch(struct ob_sig *s)
{
	struct ob_siginfo info;
	int n = 0, rc = 0;

	if (s->held > 0 || s->dispatching)
		return 0;
	s->dispatching = true;
	/* Emptied before the look at the flags: no wake-up is lost. */
	if (uses_pipe(s))
		drain_pipe(s);
	/* A handler may begin a critical section: the rest waits then. */
	while (s->held == 0 && n < NSIG && (rc = next_signal(s, &info)) > 0) {
		call_handlers(s, &info);
		n++;
	}
	s->dispatching = false;
	return rc < 0 ? rc : n;
}

int
ob_sig_wait(struct ob_sig *s, int64_t deadline_ns)
{
	for (;;) {
		int n = ob_sig_dispatch(s);
		int rc;

		if (n != 0)
			return n;
		rc = ob_wait_fd(s->read_fd, POLLIN, deadline_ns);
		if (rc < 0 && rc != -EINTR)
			return rc;
	}
}

void
ob_sig_enter(struct ob_sig *s)
{
	if (s->held++ == 0 && s->on_hold != NULL)
		s->on_hold(s->on_hold_arg, true);
}

void
ob_sig_leave(struct ob_sig *s)
{
	OB_CHECK(s->held > 0);
	if (--s->held > 0)
		return;
	/* Flags may be set although their bytes were drained already. */
	if (uses_pipe(s)) {
		ssize_t n = write(s->write_fd, "", 1);

		(void)n;
	}
	if (s->on_hold != NULL)
		s->on_hold(s->on_hold_arg, false);
}

void
ob_sig_set_on_hold(
    struct ob_sig *s, void (*on_hold)(void *arg, bool held), void *arg)
{
	s->on_hold = on_hold;
	s->on_hold_arg = arg;
}

void
ob_sig_block(const sigset_t *set, sigset_t *ret_newly)
{
	sigset_t before;

	OB_CHECK(sigprocmask(SIG_BLOCK, set, &before) == 0);
	sigemptyset(ret_newly);
	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(set, signo) == 1 &&
		    sigismember(&before, signo) == 0)
			sigaddset(ret_newly, signo);
}

void
ob_sig_unblock(const sigset_t *newly)
{
	sigset_t set = *newly;

	/* What was registered meanwhile stays blocked for the signalfd. */
	if (owner != NULL && !uses_pipe(owner)) {
		for (int signo = 1; signo < NSIG; signo++) {
			if (sigismember(&set, signo) != 1 ||
			    !sigismember(&owner->watched, signo))
				continue;
			sigdelset(&set, signo);
			sigaddset(&owner->blocked, signo);
		}
	}
	OB_CHECK(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
}

void
ob_sig_reset_in_child(void)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };

	if (owner == NULL)
		return;
	for (int signo = 1; signo < NSIG; signo++) {
		bool was_ignored;

		if (!sigismember(&owner->taken, signo))
			continue;
		was_ignored = owner->before[signo].sa_handler == SIG_IGN;
		(void)sigaction(signo,
		    was_ignored ? &owner->before[signo] : &by_default, NULL);
	}
}
