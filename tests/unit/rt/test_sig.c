#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "os/feature.h"
#include "os/wait.h"
#include "rt/sig.h"

#define SOON ob_clock_deadline_ns(5 * OB_NS_PER_S)

static char seen[64];
static size_t n_seen;

static void
note(struct ob_sig_handler *h, const struct ob_siginfo *info)
{
	(void)info;
	seen[n_seen++] = *(const char *)h->arg;
}

static struct ob_sig_handler
handler(const char *letter)
{
	return (struct ob_sig_handler){ .fn = note,
		.arg = (void *)(uintptr_t)letter };
}

/* Each promise holds with a signalfd and with a pipe. */
static void
without_signalfd(void)
{
	CHECK_INT(ob_os_disable(OB_STR("signalfd"), NULL), 0);
}

static void
check_order(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a"), b = handler("b"),
			      c = handler("c");

	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_on(&s, &b, SIGUSR2), 0);
	CHECK_INT(ob_sig_on(&s, &c, SIGUSR1), 0);
	CHECK_INT(ob_sig_dispatch(&s), 0);
	raise(SIGUSR1);
	CHECK(ob_wait_fd(ob_sig_fd(&s), POLLIN, SOON) & POLLIN);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	CHECK_MEM(seen, n_seen, "ac");
	raise(SIGUSR2);
	raise(SIGUSR1);
	CHECK_INT(ob_sig_dispatch(&s), 2);
	CHECK_UINT(n_seen, 5);
	ob_sig_off(&s, &a);
	ob_sig_off(&s, &a);
	n_seen = 0;
	raise(SIGUSR1);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	CHECK_MEM(seen, n_seen, "c");
	CHECK_INT(ob_sig_wait(&s, OB_NO_WAIT), -ETIMEDOUT);
	ob_sig_close(&s);
}

static void
several_handlers_run_in_their_order(void)
{
	check_order();
}

static void
several_handlers_run_in_their_order_by_pipe(void)
{
	without_signalfd();
	check_order();
}

static void
check_section(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a"), b = handler("b");

	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_on(&s, &b, SIGTERM), 0);
	ob_sig_enter(&s);
	ob_sig_enter(&s);
	raise(SIGUSR1);
	raise(SIGTERM);
	CHECK_INT(ob_sig_dispatch(&s), 0);
	ob_sig_leave(&s);
	CHECK_INT(ob_sig_dispatch(&s), 0);
	CHECK_UINT(n_seen, 0);
	ob_sig_leave(&s);
	CHECK_INT(ob_sig_wait(&s, SOON), 2);
	CHECK_UINT(n_seen, 2);
	ob_sig_close(&s);
}

static void
a_critical_section_delivers_late(void)
{
	check_section();
}

static void
a_critical_section_delivers_late_by_pipe(void)
{
	without_signalfd();
	check_section();
}

static struct ob_sig *registry;
static struct ob_sig_handler other;

static void
swap(struct ob_sig_handler *h, const struct ob_siginfo *info)
{
	note(h, info);
	ob_sig_off(registry, h);
	ob_sig_off(registry, &other);
	other = handler("o");
	CHECK_INT(ob_sig_on(registry, &other, SIGUSR1), 0);
	CHECK_INT(ob_sig_dispatch(registry), 0);
}

static void
handlers_may_register_and_unregister(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a"), z = handler("z");

	registry = &s;
	a.fn = swap;
	other = handler("x");
	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_on(&s, &other, SIGUSR1), 0);
	CHECK_INT(ob_sig_on(&s, &z, SIGUSR1), 0);
	raise(SIGUSR1);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	CHECK_MEM(seen, n_seen, "az");
	raise(SIGUSR1);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	CHECK_MEM(seen, n_seen, "azzo");
	ob_sig_close(&s);
}

static void
check_restored(void)
{
	struct sigaction before, after;
	struct ob_sig s;
	struct ob_sig_handler a = handler("a");
	sigset_t mask_before, mask_after;

	CHECK(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
	sigaction(SIGPIPE, NULL, &before);
	sigprocmask(SIG_SETMASK, NULL, &mask_before);
	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_ignore(&s, SIGPIPE), 0);
	raise(SIGUSR1);
	raise(SIGPIPE);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	ob_sig_close(&s);
	sigaction(SIGPIPE, NULL, &after);
	CHECK(after.sa_handler == before.sa_handler);
	sigaction(SIGUSR1, NULL, &after);
	CHECK(after.sa_handler == SIG_IGN);
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	for (int signo = 1; signo < NSIG; signo++)
		CHECK_INT(sigismember(&mask_after, signo),
		    sigismember(&mask_before, signo));
}

static void
closing_restores_mask_and_dispositions(void)
{
	check_restored();
}

static void
closing_restores_mask_and_dispositions_by_pipe(void)
{
	without_signalfd();
	check_restored();
}

static void
what_was_ignored_can_stay_so(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a"), b = handler("b");

	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	CHECK_INT(ob_sig_open(&s, OB_SIG_KEEP_IGNORED), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGHUP), -EALREADY);
	CHECK_INT(ob_sig_on(&s, &b, SIGTERM), 0);
	raise(SIGHUP);
	CHECK_INT(ob_sig_wait(&s, OB_NO_WAIT), -ETIMEDOUT);
	ob_sig_close(&s);
}

static void
signals_that_cannot_wait_are_refused(void)
{
	static const int refused[] = { SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, 0, -1,
		NSIG };
	struct ob_sig s, second;
	struct ob_sig_handler a = handler("a");

	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_open(&second, 0), -EBUSY);
	for (size_t i = 0; i < OB_COUNT(refused); i++)
		CHECK_INT(ob_sig_on(&s, &a, refused[i]), -EINVAL);
	CHECK_INT(ob_sig_ignore(&s, SIGKILL), -EINVAL);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_ignore(&s, SIGUSR1), -EINVAL);
	ob_sig_close(&s);
}

static void
the_sender_is_known(void)
{
	struct ob_siginfo info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = ob_sigfd_open(&set);
	if (fd == -ENOTSUP)
		SKIP("no signalfd here");
	CHECK_INT(ob_sigfd_read(fd, &info), 0);
	kill(getpid(), SIGUSR1);
	CHECK_INT(ob_sigfd_read(fd, &info), 1);
	CHECK_INT(info.signo, SIGUSR1);
	CHECK_INT(info.pid, getpid());
	CHECK_UINT(info.uid, getuid());
}

static void
blocking_nests_and_respects_the_registry(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a");
	sigset_t set, outer, inner, now;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	CHECK_INT(ob_sig_open(&s, 0), 0);
	ob_sig_block(&set, &outer);
	ob_sig_block(&set, &inner);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	ob_sig_unblock(&inner);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK_INT(sigismember(&now, SIGTERM), 1);
	ob_sig_unblock(&outer);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK_INT(sigismember(&now, SIGTERM), 0);
	raise(SIGUSR1);
	CHECK_INT(ob_sig_wait(&s, SOON), 1);
	ob_sig_close(&s);
	sigprocmask(SIG_SETMASK, NULL, &now);
	CHECK_INT(sigismember(&now, SIGUSR1), 0);
}

static void
a_child_gets_the_dispositions_from_before(void)
{
	struct ob_sig s;
	struct ob_sig_handler a = handler("a"), b = handler("b");
	int status;
	pid_t pid;

	without_signalfd();
	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	CHECK_INT(ob_sig_open(&s, 0), 0);
	CHECK_INT(ob_sig_on(&s, &a, SIGUSR1), 0);
	CHECK_INT(ob_sig_on(&s, &b, SIGHUP), 0);
	CHECK_INT(ob_sig_ignore(&s, SIGUSR2), 0);
	pid = fork();
	if (pid == 0) {
		struct sigaction now;

		ob_sig_reset_in_child();
		sigaction(SIGHUP, NULL, &now);
		if (now.sa_handler != SIG_IGN)
			_exit(1);
		sigaction(SIGUSR2, NULL, &now);
		if (now.sa_handler != SIG_DFL)
			_exit(2);
		raise(SIGUSR1);
		_exit(3);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status));
	CHECK_INT(WTERMSIG(status), SIGUSR1);
	ob_sig_close(&s);
}

OB_TESTS(sig) = {
	OB_TEST(several_handlers_run_in_their_order),
	OB_TEST(several_handlers_run_in_their_order_by_pipe),
	OB_TEST(a_critical_section_delivers_late),
	OB_TEST(a_critical_section_delivers_late_by_pipe),
	OB_TEST(handlers_may_register_and_unregister),
	OB_TEST(closing_restores_mask_and_dispositions),
	OB_TEST(closing_restores_mask_and_dispositions_by_pipe),
	OB_TEST(what_was_ignored_can_stay_so),
	OB_TEST(signals_that_cannot_wait_are_refused),
	OB_TEST(the_sender_is_known),
	OB_TEST(blocking_nests_and_respects_the_registry),
	OB_TEST(a_child_gets_the_dispositions_from_before),
	OB_TESTS_END,
};
