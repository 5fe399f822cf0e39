#include "env.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "unit.h"

static const struct ob_lockfile_opts opts = {
	.mode = OB_LOCK_EX,
	.flags = OB_LOCKF_CREATE,
	.perm = 0600,
	.deadline_ns = OB_LOCK_TRY,
};

static const char *
get(char **env, const char *name)
{
	return ob_env_get((struct ob_env){ (const char *const *)env }, name);
}

static void
a_grant_is_described_and_the_rest_stays(void)
{
	static const char *const vars[] = { "HOME=/h", "OPSBOX_LOCK_PATH=old",
		"OPSBOX_LOCK_FD=3", "OPSBOX_LOCK_HELD=1.2", "X=y", NULL };
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	struct ob_lockfile *lf = NULL;
	struct fl_grant g = { .kind = OB_LOCK_FLOCK, .mode = OB_LOCK_SH };
	struct stat st;
	char held[100];
	char **env;

	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "f", &opts, NULL), 0);
	g.lf = lf;
	env = fl_env_build(&a, (struct ob_env){ vars }, &g);
	CHECK_STR(env[0], "HOME=/h");
	CHECK_STR(get(env, "X"), "y");
	CHECK_STR(get(env, "OPSBOX_LOCK_PATH"), "f");
	CHECK_STR(get(env, "OPSBOX_LOCK_TYPE"), "flock");
	CHECK_STR(get(env, "OPSBOX_LOCK_MODE"), "shared");
	CHECK(get(env, "OPSBOX_LOCK_FD") == NULL);
	CHECK(get(env, "OPSBOX_LOCK_SLOT") == NULL);
	CHECK(get(env, "OPSBOX_LOCK_STATUS") == NULL);
	CHECK_INT(stat("f", &st), 0);
	snprintf(held, sizeof(held), "1.2:%jx.%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	CHECK_STR(get(env, "OPSBOX_LOCK_HELD"), held);

	g.is_inherited = true;
	g.status_file = "s";
	env = fl_env_build(&a, (struct ob_env){ NULL }, &g);
	CHECK(get(env, "OPSBOX_LOCK_FD") != NULL);
	CHECK_STR(get(env, "OPSBOX_LOCK_STATUS"), "s");
	ob_lockfile_release(&lf);
}

static void
a_lock_around_us_is_recognised(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(1 << 20);
	struct ob_lockfile *lf = NULL, *other = NULL;
	struct fl_grant g = { .kind = OB_LOCK_FLOCK };
	const char *path = NULL;
	struct ob_env inner;

	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "f", &opts, NULL), 0);
	CHECK_INT(ob_lockfile_acquire(&other, AT_FDCWD, "g", &opts, NULL), 0);
	CHECK(!fl_env_holds((struct ob_env){ NULL }, lf, &path));
	g.lf = lf;
	inner.vars =
	    (const char *const *)fl_env_build(&a, (struct ob_env){ NULL }, &g);
	CHECK(fl_env_holds(inner, lf, &path));
	CHECK_STR(path, "f");
	CHECK(!fl_env_holds(inner, other, &path));
	ob_lockfile_release(&lf);
	ob_lockfile_release(&other);
}

static void
a_full_arena_is_no_environment(void)
{
	OB_AUTO_ARENA struct ob_arena a = OB_ARENA_INIT(64);
	struct ob_lockfile *lf = NULL;
	struct fl_grant g = { .kind = OB_LOCK_FLOCK };

	CHECK_INT(ob_lockfile_acquire(&lf, AT_FDCWD, "f", &opts, NULL), 0);
	g.lf = lf;
	CHECK(fl_env_build(&a, (struct ob_env){ NULL }, &g) == NULL);
	ob_lockfile_release(&lf);
}

OB_TESTS(fl_env) = {
	OB_TEST(a_grant_is_described_and_the_rest_stays),
	OB_TEST(a_lock_around_us_is_recognised),
	OB_TEST(a_full_arena_is_no_environment),
	OB_TESTS_END,
};
