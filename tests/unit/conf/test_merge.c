#include "conf/merge.h"

#include <errno.h>
#include <stdio.h>

#include "fmt/json.h"
#include "unit.h"

struct layer {
	enum ob_scope scope;
	const char *json;
};

static struct ob_conf *
conf_of(const struct layer *layers, size_t n)
{
	struct ob_conf_opts opts = { .env_prefix = NULL };
	struct ob_conf *conf = NULL;
	struct ob_err err = OB_ERR_INIT;

	CHECK_INT(ob_conf_new(&conf, &opts), 0);
	for (size_t i = 0; i < n; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "f%zu", i);
		if (ob_conf_add_text(conf, layers[i].scope, name,
			ob_str_z(layers[i].json), OB_FMT_JSON, &err) < 0)
			FAIL("%s", err.msg);
	}
	return conf;
}

static int
dump_line(void *ctx, struct ob_str path, const struct ob_val *v)
{
	struct ob_buf *b = ctx;
	struct ob_json j;

	ob_buf_printf(b, "%.*s=", OB_STR_ARG(path));
	ob_json_init(&j, b, 0);
	CHECK_INT(ob_json_val(&j, v), 0);
	return ob_buf_add_c(b, ' ');
}

static void
check_merge(const struct layer *layers, size_t n, const char *expected)
{
	static struct ob_errlist errors;
	struct ob_conf *conf = conf_of(layers, n);
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(1 << 20);

	if (ob_conf_build(conf, &errors) < 0)
		FAIL("%s", errors.v[0].msg);
	CHECK_INT(ob_conf_walk(conf, dump_line, &b), 0);
	CHECK_STR(ob_buf_z(&b), expected);
	ob_conf_free(&conf);
}

#define CHECK_MERGE(expected, ...) \
	check_merge((const struct layer[]){ __VA_ARGS__ }, \
	    sizeof((const struct layer[]){ __VA_ARGS__ }) / \
		sizeof(struct layer), \
	    expected)

static void
higher_scopes_win_whatever_the_order(void)
{
	CHECK_MERGE("a=3 b=1 c=2 ", { OB_SCOPE_CLI, "{\"a\":3}" },
	    { OB_SCOPE_DEFAULT, "{\"a\":1,\"b\":1}" },
	    { OB_SCOPE_ENV, "{\"a\":2,\"c\":2}" });
	CHECK_MERGE("a=2 ", { OB_SCOPE_FILE, "{\"a\":1}" },
	    { OB_SCOPE_FILE, "{\"a\":2}" });
}

static void
tables_merge_and_all_else_replaces(void)
{
	CHECK_MERGE("t.x=1 t.y=3 t.u.v=4 t.z=5 l=[3] ",
	    { OB_SCOPE_FILE,
		"{\"t\":{\"x\":1,\"y\":2,\"u\":{\"v\":1}},\"l\":[1,2]}" },
	    { OB_SCOPE_FILE,
		"{\"t\":{\"y\":3,\"u\":{\"v\":4},\"z\":5},\"l\":[3]}" });
	CHECK_MERGE("a={} b.\"c.d\"=1 ",
	    { OB_SCOPE_FILE, "{\"a\":{},\"b\":{\"c.d\":1}}" });
	CHECK_MERGE("a=2 ", { OB_SCOPE_FILE, "{\"a\":1,\"a\":2}" });
}

static void
null_removes_a_key_and_what_is_below(void)
{
	CHECK_MERGE("b=1 ", { OB_SCOPE_FILE, "{\"a\":{\"x\":1},\"b\":1}" },
	    { OB_SCOPE_FILE, "{\"a\":null,\"c\":null}" });
	CHECK_MERGE("a.y=2 ", { OB_SCOPE_FILE, "{\"a\":{\"x\":1}}" },
	    { OB_SCOPE_FILE, "{\"a\":null}" },
	    { OB_SCOPE_FILE, "{\"a\":{\"y\":2,\"z\":null}}" });
	CHECK_MERGE("a=1 ", { OB_SCOPE_FILE, "{\"a\":{\"x\":1}}" },
	    { OB_SCOPE_FILE, "{\"a\":null}" }, { OB_SCOPE_FILE, "{\"a\":1}" });
	CHECK_MERGE("");
}

static void
merging_leaves_the_sources_as_they_are(void)
{
	static const struct layer layers[] = {
		{ OB_SCOPE_FILE, "{\"a\":{\"x\":1}}" },
		{ OB_SCOPE_FILE, "{\"a\":{\"x\":2,\"y\":3}}" },
	};
	static struct ob_errlist errors;
	struct ob_conf *conf = conf_of(layers, 2);
	const struct ob_val *a;

	CHECK_INT(ob_conf_build(conf, &errors), 0);
	a = ob_val_get(&conf->sources.v[0].root, OB_STR("a"));
	CHECK_UINT(a->u.table->n, 1);
	CHECK_MEM(a->u.table->v[0].val.u.text, 1, "1");
	ob_conf_free(&conf);
}

static void
a_table_against_a_value_names_both_places(void)
{
	static const struct layer layers[] = {
		{ OB_SCOPE_FILE, "{\"a\":{\"x\":1},\n \"b\":[1],\"ok\":1}" },
		{ OB_SCOPE_FILE, "{\"a\":\"text\",\"b\":{},\"ok\":2}" },
	};
	static struct ob_errlist errors;
	struct ob_conf *conf = conf_of(layers, 2);

	CHECK_INT(ob_conf_build(conf, &errors), -EDOM);
	CHECK_UINT(errors.n, 2);
	CHECK_STR(errors.v[0].msg,
	    "cannot merge 'a': it is a string in f1:1:6 and a table in "
	    "f0:1:6");
	CHECK_STR(errors.v[1].msg,
	    "cannot merge 'b': it is a table in f1:1:17 and a list in "
	    "f0:2:6");
	CHECK_INT(errors.v[1].code, -EDOM);
	ob_conf_free(&conf);
}

static void
errors_past_the_twentieth_are_counted(void)
{
	OB_AUTO_BUF struct ob_buf low = OB_BUF_INIT(10000);
	OB_AUTO_BUF struct ob_buf high = OB_BUF_INIT(10000);
	static struct ob_errlist errors;
	struct layer layers[2];
	struct ob_conf *conf;

	for (int i = 0; i < 25; i++) {
		ob_buf_printf(&low, "%s\"k%d\":1", i == 0 ? "{" : ",", i);
		ob_buf_printf(&high, "%s\"k%d\":{}", i == 0 ? "{" : ",", i);
	}
	ob_buf_add_c(&low, '}');
	ob_buf_add_c(&high, '}');
	layers[0] = (struct layer){ OB_SCOPE_FILE, ob_buf_z(&low) };
	layers[1] = (struct layer){ OB_SCOPE_FILE, ob_buf_z(&high) };
	conf = conf_of(layers, 2);
	CHECK_INT(ob_conf_build(conf, &errors), -EDOM);
	CHECK_UINT(errors.n, OB_ERRLIST_MAX);
	CHECK_UINT(errors.missed, 5);
	ob_conf_free(&conf);
}

static void
get_finds_what_is_there(void)
{
	static const struct layer layers[] = {
		{ OB_SCOPE_FILE, "{\"a\":{\"b\":[1,2]},\"c\":1}" },
		{ OB_SCOPE_FILE, "{\"c\":null}" },
	};
	static struct ob_errlist errors;
	struct ob_conf *conf = conf_of(layers, 2);
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(10000);
	struct ob_keypath path;
	const struct ob_val *v;

	CHECK_INT(ob_conf_build(conf, &errors), 0);
	CHECK_INT(ob_keypath_parse(&arena, OB_STR("a.b[1]"), &path, NULL), 0);
	v = ob_conf_get(conf, &path);
	CHECK(v != NULL);
	CHECK_MEM(v->u.text, v->n, "2");
	CHECK_INT(ob_keypath_parse(&arena, OB_STR("c"), &path, NULL), 0);
	CHECK(ob_conf_get(conf, &path) == NULL);
	CHECK_INT(ob_keypath_parse(&arena, OB_STR("d.e"), &path, NULL), 0);
	CHECK(ob_conf_get(conf, &path) == NULL);
	ob_conf_free(&conf);
}

static int
stop_at_once(void *ctx, struct ob_str path, const struct ob_val *v)
{
	(void)path;
	(void)v;
	++*(int *)ctx;
	return 7;
}

static void
a_walk_ends_when_its_visitor_says_so(void)
{
	static const struct layer layers[] = { { OB_SCOPE_FILE,
	    "{\"a\":1,\"b\":2}" } };
	static struct ob_errlist errors;
	struct ob_conf *conf = conf_of(layers, 1);
	int calls = 0;

	CHECK_INT(ob_conf_build(conf, &errors), 0);
	CHECK_INT(ob_conf_walk(conf, stop_at_once, &calls), 7);
	CHECK_INT(calls, 1);
	ob_conf_free(&conf);
}

/*
 * The model: 300 random sets of layers over three nested keys, against the
 * rule told in one sentence: the highest scope that has the key, and of those
 * the last one added.
 */
static void
random_layers_follow_the_rule(void)
{
	static const char *const keys[] = { "a", "t.b", "t.u.c" };
	static const char *const before[] = {
		"{\"a\":", "{\"t\":{\"b\":", "{\"t\":{\"u\":{\"c\":"
	};
	static const char *const after[] = { "}", "}}", "}}}" };
	static struct ob_errlist errors;
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(100000);

	for (int round = 0; round < 300; round++) {
		size_t n = 1 + test_random() % 12;
		int winner[3] = { -1, -1, -1 };
		struct layer layers[12];
		char texts[12][40];
		struct ob_conf *conf;

		for (size_t i = 0; i < n; i++) {
			unsigned k = test_random() % 3;

			layers[i].scope =
			    (enum ob_scope)(test_random() % OB_SCOPE_COUNT);
			layers[i].json = texts[i];
			(void)snprintf(texts[i], sizeof(texts[i]), "%s%zu%s",
			    before[k], i, after[k]);
			if (winner[k] < 0 ||
			    layers[winner[k]].scope <= layers[i].scope)
				winner[k] = (int)i;
		}
		conf = conf_of(layers, n);
		CHECK_INT(ob_conf_build(conf, &errors), 0);
		for (int k = 0; k < 3; k++) {
			struct ob_keypath path;
			const struct ob_val *v;

			CHECK_INT(ob_keypath_parse(
				      &arena, ob_str_z(keys[k]), &path, NULL),
			    0);
			v = ob_conf_get(conf, &path);
			CHECK((v == NULL) == (winner[k] < 0));
			if (v != NULL)
				CHECK_INT(v->src, winner[k]);
		}
		ob_conf_free(&conf);
	}
}

OB_TESTS(merge) = {
	OB_TEST(higher_scopes_win_whatever_the_order),
	OB_TEST(tables_merge_and_all_else_replaces),
	OB_TEST(null_removes_a_key_and_what_is_below),
	OB_TEST(merging_leaves_the_sources_as_they_are),
	OB_TEST(a_table_against_a_value_names_both_places),
	OB_TEST(errors_past_the_twentieth_are_counted),
	OB_TEST(get_finds_what_is_there),
	OB_TEST(a_walk_ends_when_its_visitor_says_so),
	OB_TEST(random_layers_follow_the_rule),
	OB_TESTS_END,
};
