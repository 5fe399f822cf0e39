#include "cli/box.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/complete.h"
#include "cli/diag.h"
#include "cli/help.h"
#include "cli/out.h"
#include "cli/registry.h"
#include "os/self.h"

struct link_opts {
	bool symbolic, force, json;
};

static const char usage_text[] =
    "usage: opsbox APPLET [ARGUMENT...]\n"
    "       opsbox --list [--json]\n"
    "       opsbox --install [-s] [--force] DIR\n"
    "       opsbox --uninstall DIR\n"
    "       opsbox help [APPLET [VERB]] | help --json\n"
    "       opsbox completion bash|zsh|fish\n"
    "       opsbox --version\n"
    "\n"
    "A link to opsbox that has the name of an applet runs that applet.\n"
    "\n"
    "applets:\n";

static int
usage(struct ob_cx *cx, struct ob_stream *to, int code)
{
	(void)cx;
	ob_stream_puts(to, usage_text);
	for (size_t i = 0; ob_applets[i] != NULL; i++)
		ob_stream_printf(to, "  %-10s %s\n", ob_applets[i]->name,
		    ob_applets[i]->summary);
	return code;
}

static const struct ob_col list_cols[] = {
	{ "name", "NAME", OB_CELL_TEXT, .help = "applet" },
	{ "summary", "SUMMARY", OB_CELL_TEXT, .help = "what it does" },
	{ "verbs", "VERBS", OB_CELL_RAW, .help = "names of its verbs" },
	OB_COL_END,
};

static int
list_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	OB_AUTO_BUF struct ob_buf verbs = OB_BUF_INIT(65536);
	struct ob_out out;
	int rc;

	(void)options;
	(void)argc;
	(void)argv;
	if (cx->out_mode == OB_OUT_TABLE || cx->out_mode == OB_OUT_PLAIN) {
		for (size_t i = 0; ob_applets[i] != NULL; i++)
			ob_stream_printf(cx->out, "%s\n", ob_applets[i]->name);
		return OB_EX_OK;
	}
	rc = ob_out_begin(&out, cx, list_cols, OB_OUT_ROWS);
	for (size_t i = 0; rc == 0 && ob_applets[i] != NULL; i++) {
		const struct ob_applet *a = ob_applets[i];
		struct ob_json j;

		ob_buf_reset(&verbs);
		ob_json_init(&j, &verbs, 0);
		ob_json_array_begin(&j);
		for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
			if (!(v->flags & OB_V_HIDDEN))
				ob_json_str(&j, ob_str_z(v->name));
		ob_json_array_end(&j);
		rc = ob_out_row(&out,
		    (struct ob_cell[]){ ob_text_z(a->name),
			ob_text_z(a->summary), ob_raw(ob_buf_str(&verbs)) });
	}
	return ob_out_end(&out, rc);
}

/* --- links -------------------------------------------------------------- */

/* The path of this binary: the system's word, else an absolute argv[0]. */
static int
find_self(struct ob_cx *cx, const char *argv0, struct ob_buf *ret)
{
	int rc = ob_self_path(ret);

	if (rc == 0)
		return 0;
	if (argv0[0] == '/') {
		ob_buf_reset(ret);
		return ob_buf_add_z(ret, argv0);
	}
	rc = ob_err_set(&cx->error, rc, "cannot find this program");
	ob_err_hint(&cx->error, "call it by its full path");
	return rc;
}

/* Whether the entry is a link to the file that st describes. */
static bool
is_link_to(int dir, const char *name, const struct stat *self)
{
	struct stat st;

	return fstatat(dir, name, &st, 0) == 0 && st.st_dev == self->st_dev &&
	       st.st_ino == self->st_ino;
}

/* Whether the entry is this very program, which nothing may take away: its
 * own name in its own directory. */
static bool
is_self(int dir, const char *name, const char *self)
{
	const char *slash = ob_z_find_last(self, '/');
	OB_AUTO_FREE char *parent = NULL;
	struct stat own, st;

	if (slash == NULL || strcmp(slash + 1, name) != 0)
		return false;
	parent = ob_str_dup(ob_str_n(self, (size_t)(slash - self) + 1));
	return parent == NULL ||
	       (stat(parent, &own) == 0 && fstat(dir, &st) == 0 &&
		   own.st_dev == st.st_dev && own.st_ino == st.st_ino);
}

static int
make_link(struct ob_cx *cx, int dir, const char *path, const char *self,
    const char *name, const struct link_opts *o)
{
	int rc = o->symbolic ? symlinkat(self, dir, name)
	                     : linkat(AT_FDCWD, self, dir, name, 0);

	if (rc == 0)
		return 0;
	rc =
	    ob_err_set(&cx->error, -errno, "cannot create '%s/%s'", path, name);
	if (rc == -EXDEV || rc == -EPERM)
		ob_err_hint(&cx->error, "'-s' makes symbolic links");
	if (rc == -EEXIST)
		ob_err_hint(&cx->error, "'--force' replaces it");
	return rc;
}

/* A new link takes the place of name in one step. */
static int
replace_link(struct ob_cx *cx, int dir, const char *path, const char *self,
    const char *name, const struct link_opts *o)
{
	char temporary[NAME_MAX];
	uint64_t random;
	struct ob_buf b = OB_BUF_INIT(sizeof(temporary) - 1);
	int rc;

	cx->source->random(&random, sizeof(random));
	ob_buf_printf(&b, ".%s.%016llx", name, (unsigned long long)random);
	rc = make_link(cx, dir, path, self, ob_buf_z(&b), o);
	if (rc == 0 && renameat(dir, ob_buf_z(&b), dir, name) < 0) {
		rc = ob_err_set(
		    &cx->error, -errno, "cannot replace '%s/%s'", path, name);
		(void)unlinkat(dir, ob_buf_z(&b), 0); /* the error is told */
	}
	ob_buf_release(&b);
	return rc;
}

static int
open_dir(
    struct ob_cx *cx, const char *path, struct stat *self_st, const char *self)
{
	int dir;

	if (stat(self, self_st) < 0)
		return ob_err_set(&cx->error, -errno, "cannot open '%s'", self);
	dir = openat(cx->cwd_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return ob_err_set(
		    &cx->error, -errno, "cannot open directory '%s'", path);
	return dir;
}

static int
install_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	const struct link_opts *o = options;
	OB_AUTO_BUF struct ob_buf self = OB_BUF_INIT(PATH_MAX);
	const char *path = argv[0];
	struct stat st;
	int dir, rc = find_self(cx, cx->argv0, &self);

	(void)argc;
	if (rc < 0)
		return rc;
	dir = open_dir(cx, path, &st, ob_buf_z(&self));
	if (dir < 0)
		return dir;
	for (size_t i = 0; rc == 0 && ob_applets[i] != NULL; i++) {
		const char *name = ob_applets[i]->name;
		struct stat old;
		bool exists =
		    fstatat(dir, name, &old, AT_SYMLINK_NOFOLLOW) == 0;

		if (exists && is_link_to(dir, name, &st) &&
		    (S_ISLNK(old.st_mode) == o->symbolic ||
			is_self(dir, name, ob_buf_z(&self))))
			continue;
		if (exists && o->force)
			rc = replace_link(
			    cx, dir, path, ob_buf_z(&self), name, o);
		else
			rc = make_link(cx, dir, path, ob_buf_z(&self), name, o);
	}
	close(dir);
	return rc;
}

static int
uninstall_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	OB_AUTO_BUF struct ob_buf self = OB_BUF_INIT(PATH_MAX);
	const char *path = argv[0];
	struct stat st;
	int dir, rc = find_self(cx, cx->argv0, &self);

	(void)options;
	(void)argc;
	if (rc < 0)
		return rc;
	dir = open_dir(cx, path, &st, ob_buf_z(&self));
	if (dir < 0)
		return dir;
	for (size_t i = 0; rc == 0 && ob_applets[i] != NULL; i++) {
		const char *name = ob_applets[i]->name;

		if (is_link_to(dir, name, &st) &&
		    !is_self(dir, name, ob_buf_z(&self)) &&
		    unlinkat(dir, name, 0) < 0)
			rc = ob_err_set(&cx->error, -errno,
			    "cannot remove '%s/%s'", path, name);
	}
	close(dir);
	return rc;
}

/* --- help, completion --------------------------------------------------- */

static int
unknown_applet(struct ob_cx *cx, const char *word)
{
	struct ob_nearest best;
	const char *near;

	ob_nearest_init(&best, word);
	for (size_t i = 0; ob_applets[i] != NULL; i++)
		ob_nearest_add(&best, ob_applets[i]->name);
	near = ob_nearest_get(&best);
	return near == NULL
	           ? ob_usage(cx, "unknown applet '%s'", word)
	           : ob_usage(cx, "unknown applet '%s' (did you mean '%s'?)",
			 word, near);
}

static int
help_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	const struct ob_applet *a;
	const struct ob_verb *v;

	(void)options;
	if (cx->out_mode == OB_OUT_JSON)
		return ob_help_json(cx);
	if (argc == 0)
		return usage(cx, cx->out, OB_EX_OK);
	a = ob_applet_find(argv[0]);
	if (a == NULL)
		return unknown_applet(cx, argv[0]);
	if (argc == 1)
		return ob_help_applet(cx, a, cx->out);
	v = ob_verb_find(a, argv[1]);
	if (v == NULL)
		return ob_usage(
		    cx, "unknown verb '%s' of '%s'", argv[1], argv[0]);
	cx->applet = a;
	cx->verb = v;
	return ob_help_verb(cx, OB_HELP_ALL);
}

static int
completion_run(struct ob_cx *cx, const void *options, int argc, char **argv)
{
	int rc = ob_complete_script(cx, argv[0]);

	(void)options;
	(void)argc;
	if (rc < 0)
		return ob_usage(cx,
		    "unknown shell '%s', expected bash, zsh or fish", argv[0]);
	return OB_EX_OK;
}

static const struct ob_opt install_rows[] = {
	{ "symbolic", 's', OB_OPT_FLAG, OB_OPT_AT(struct link_opts, symbolic),
	    OB_OPT_COMMON, .help = "symbolic links instead of hard links" },
	{ "force", 0, OB_OPT_FLAG, OB_OPT_AT(struct link_opts, force),
	    OB_OPT_COMMON, .help = "replace what has the name of an applet" },
	OB_OPT_END,
};

static const struct ob_operand dir_operand[] = {
	{ "DIR", 1, 1, "directory of the links" },
	{ NULL },
};

static const struct ob_operand help_operands[] = {
	{ "APPLET", 0, 1, "one applet" },
	{ "VERB", 0, 1, "one of its verbs" },
	{ NULL },
};

static const struct ob_operand shell_operand[] = {
	{ "SHELL", 1, 1, "bash, zsh or fish" },
	{ NULL },
};

static const struct ob_verb box_verbs[] = {
	{ "--list", "list the applets", OB_INPROC | OB_V_ROWS,
	    .cols = list_cols, .run = list_run },
	{ "--install", "make a link for each applet", OB_FORK, install_rows,
	    .opts_size = sizeof(struct link_opts), .operands = dir_operand,
	    .examples = { "opsbox --install -s ~/bin" }, .run = install_run },
	{ "--uninstall", "remove the links to this opsbox", OB_FORK,
	    .operands = dir_operand, .run = uninstall_run },
	{ "help", "explain an applet or a verb", OB_INPROC | OB_V_JSON,
	    .operands = help_operands, .run = help_run },
	{ "completion", "print the completion script of a shell", OB_INPROC,
	    .operands = shell_operand, .run = completion_run },
	OB_VERBS_END,
};

static const struct ob_applet box = {
	.name = "opsbox",
	.summary = "the systems toolbox",
	.verbs = box_verbs,
};

/* An option of opsbox or the name of an applet, mistyped. */
static int
unknown_word(struct ob_cx *cx, const char *word)
{
	bool is_option = word[0] == '-';
	const char *kind = is_option ? "option" : "applet", *near;
	struct ob_nearest best;

	ob_nearest_init(&best, word);
	for (const struct ob_verb *v = box_verbs; v->name != NULL; v++)
		if ((v->name[0] == '-') == is_option)
			ob_nearest_add(&best, v->name);
	for (size_t i = 0; !is_option && ob_applets[i] != NULL; i++)
		ob_nearest_add(&best, ob_applets[i]->name);
	near = ob_nearest_get(&best);
	ob_err_msg(&cx->error, -EINVAL,
	    "unknown %s '%s'%s%s%s; see 'opsbox --help'", kind, word,
	    near == NULL ? "" : " (did you mean '", near == NULL ? "" : near,
	    near == NULL ? "" : "'?)");
	ob_diag(cx, &cx->error, OB_EX_USAGE);
	return OB_EX_USAGE;
}

static const char *
last_part(const char *path)
{
	const char *slash = ob_z_find_last(path, '/');

	return slash == NULL ? path : slash + 1;
}

static int
run_box(struct ob_cx *cx, int argc, char **argv)
{
	const struct ob_applet *a;

	if (argc < 2)
		return usage(cx, cx->err, OB_EX_USAGE);
	a = ob_applet_find(argv[1]);
	if (a != NULL)
		return ob_applet_run(cx, a, argc - 1, argv + 1);
	if (strcmp(argv[1], "__complete") == 0)
		return ob_complete_words(cx, argc - 2, argv + 2);
	if (ob_help_is_word(argv[1]) && strcmp(argv[1], "help") != 0)
		return usage(cx, cx->out, OB_EX_OK);
	if (strcmp(argv[1], "--version") != 0 &&
	    ob_verb_find(&box, argv[1]) == NULL)
		return unknown_word(cx, argv[1]);
	return ob_applet_run(cx, &box, argc, argv);
}

int
ob_box_run(struct ob_cx *cx, int argc, char **argv)
{
	const char *name = argc > 0 ? last_part(argv[0]) : "opsbox";
	const struct ob_applet *a;
	int code;

	cx->argv0 = argc > 0 ? argv[0] : "opsbox";
	if (name[0] == '-') /* a login shell */
		name++;
	a = ob_applet_find(name);
	if (a != NULL)
		return ob_applet_run(cx, a, argc, argv);
	cx->called = "opsbox";
	code = run_box(cx, argc, argv);
	if (ob_stream_flush(cx->out) < 0 && code == OB_EX_OK) {
		ob_err_set(&cx->error, cx->out->err,
		    "cannot write to standard output");
		code = cx->out->err == -EPIPE ? OB_EX_SIGPIPE : OB_EX_IOERR;
		if (code == OB_EX_IOERR)
			ob_diag(cx, &cx->error, code);
	}
	(void)ob_stream_flush(cx->err); /* nobody to tell */
	return code;
}
