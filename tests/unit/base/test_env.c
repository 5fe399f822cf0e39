#include "base/env.h"

#include <stddef.h>

#include "unit.h"

static const char *const vars[] = { "PATH=/bin", "NOTHING=", "ODD", "A=1=2",
	"A=3", "PATHS=x", NULL };
static const struct ob_env env = { vars };

static void
names_are_matched_whole(void)
{
	CHECK_STR(ob_env_get(env, "PATH"), "/bin");
	CHECK_STR(ob_env_get(env, "PATHS"), "x");
	CHECK_STR(ob_env_get(env, "PAT"), NULL);
	CHECK_STR(ob_env_get(env, "ODD"), NULL);
	CHECK_STR(ob_env_get(env, "A"), "1=2");
}

static void
an_empty_value_counts_as_unset_where_asked(void)
{
	CHECK_STR(ob_env_get(env, "NOTHING"), "");
	CHECK_STR(ob_env_get_filled(env, "NOTHING"), NULL);
	CHECK_STR(ob_env_get_filled(env, "MISSING"), NULL);
	CHECK_STR(ob_env_get_filled(env, "PATH"), "/bin");
}

static void
null_is_the_empty_environment(void)
{
	CHECK_STR(ob_env_get((struct ob_env){ NULL }, "PATH"), NULL);
}

OB_TESTS(env) = {
	OB_TEST(names_are_matched_whole),
	OB_TEST(an_empty_value_counts_as_unset_where_asked),
	OB_TEST(null_is_the_empty_environment),
	OB_TESTS_END,
};
