#include "cli/help.h"

#include <string.h>

#include "base/buf.h"
#include "cli/diag.h"
#include "cli/out.h"
#include "cli/registry.h"
#include "fmt/json.h"
#include "ob_version.h"

#define SHORT_LINES 24
#define TEXT_MAX    ((size_t)1 << 20)
#define LEFT_COLS   28

const struct ob_opt *
ob_help_table(const struct ob_verb *v, unsigned i)
{
	switch (i) {
	case 0: return v->opts;
	case 1: return v->shared;
	case 2: return ob_opt_house(ob_verb_house(v));
	default: return NULL;
	}
}

bool
ob_help_is_word(const char *word)
{
	return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0 ||
	       strcmp(word, "--help=all") == 0 || strcmp(word, "help") == 0;
}

static bool
names(const struct ob_opt *o, const char *word)
{
	struct ob_str w = ob_str_z(word);

	if (word[1] != '-')
		return word[1] != '\0' && word[2] == '\0' &&
		       (o->letter == word[1] || o->alias_letter == word[1]);
	w = ob_str_n(w.p + 2, ob_str_find(w, '=') - 2);
	return (o->name != NULL && ob_str_eq_z(w, o->name)) ||
	       (o->alias != NULL && ob_str_eq_z(w, o->alias));
}

const struct ob_opt *
ob_help_find_option(const struct ob_applet *a, const char *word)
{
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		for (unsigned t = 0; t < OB_OPT_TABLES; t++)
			for (const struct ob_opt *o = ob_help_table(v, t);
			     o != NULL && o->kind != OB_OPT_NONE; o++)
				if (names(o, word))
					return o;
	return NULL;
}

void
ob_help_command(
    struct ob_buf *out, const struct ob_applet *a, const struct ob_verb *v)
{
	ob_buf_add_z(out, "opsbox");
	if (strcmp(a->name, "opsbox") != 0)
		ob_buf_printf(out, " %s", a->name);
	if (v != NULL)
		ob_buf_printf(out, " %s", v->name);
}

static void
add_operand(struct ob_buf *out, const struct ob_operand *o)
{
	const char *more = o->max == 0 || o->max > 1 ? "..." : "";

	ob_buf_printf(out, o->min == 0 ? " [%s%s]" : " %s%s", o->metavar, more);
}

void
ob_help_synopsis(
    struct ob_buf *out, const struct ob_applet *a, const struct ob_verb *v)
{
	ob_buf_printf(out, "%s %s [OPTION...]", a->name, v->name);
	for (const struct ob_operand *o = v->operands; o && o->metavar; o++)
		add_operand(out, o);
}

/* "  -n, --limit N             at most N rows" */
static void
add_option(struct ob_buf *out, const struct ob_opt *o, enum ob_help_size size)
{
	size_t start = out->n, left;

	if (o->letter != 0)
		ob_buf_printf(out, "  -%c", o->letter);
	else
		ob_buf_add_z(out, "    ");
	if (o->alias_letter != 0)
		ob_buf_printf(out, ", -%c", o->alias_letter);
	if (o->name != NULL)
		ob_buf_printf(out, "%s--%s%s", o->letter != 0 ? ", " : "  ",
		    o->flags & OB_OPT_NEGATABLE ? "[no-]" : "", o->name);
	if (o->alias != NULL && size == OB_HELP_ALL)
		ob_buf_printf(out, ", --%s", o->alias);
	if (o->metavar != NULL)
		ob_buf_printf(out, " %s", o->metavar);
	left = out->n - start;
	if (left < LEFT_COLS)
		ob_buf_fill(out, ' ', LEFT_COLS - left);
	else
		ob_buf_add_z(out, "  ");
	ob_buf_add_z(out, o->help == NULL ? "" : o->help);
	if (size == OB_HELP_ALL && o->def != NULL)
		ob_buf_printf(out, " (default %s)", o->def);
	ob_buf_add_c(out, '\n');
}

static unsigned
count_lines(const struct ob_buf *b)
{
	unsigned n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

/* Common options first; the rest as long as the short help has room. */
static bool
add_options(struct ob_buf *out, const struct ob_verb *v, enum ob_help_size size)
{
	bool left_out = false;

	for (int pass = 0; pass < 2; pass++)
		for (unsigned t = 0; t < OB_OPT_TABLES; t++)
			for (const struct ob_opt *o = ob_help_table(v, t);
			     o != NULL && o->kind != OB_OPT_NONE; o++) {
				bool common = o->flags & OB_OPT_COMMON;

				if ((o->flags & OB_OPT_HIDDEN) ||
				    common != (pass == 0))
					continue;
				if (size == OB_HELP_SHORT &&
				    count_lines(out) >= SHORT_LINES - 2)
					left_out = true;
				else
					add_option(out, o, size);
			}
	return left_out;
}

static void
add_exits(struct ob_buf *out, const struct ob_verb *v)
{
	if (v->exits == NULL)
		return;
	ob_buf_add_z(out, "\nexit codes:\n");
	for (const struct ob_exit_row *e = v->exits; e->meaning != NULL; e++)
		ob_buf_printf(out, "  %3d  %s\n", e->code, e->meaning);
	ob_buf_add_z(out, "  the others: see opsbox(1)\n");
}

int
ob_help_verb(struct ob_cx *cx, enum ob_help_size size)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT(TEXT_MAX);
	const struct ob_verb *v = cx->verb;
	const char *name = cx->applet->name;

	ob_buf_printf(&b, "%s %s: %s\nusage: ", name, v->name, v->summary);
	ob_help_synopsis(&b, cx->applet, v);
	ob_buf_add_z(&b, "\n");
	if (v->examples[0] != NULL)
		ob_buf_add_z(&b, "\nexamples:\n");
	for (unsigned i = 0; v->examples[i] != NULL; i++)
		ob_buf_printf(&b, "  %s\n", v->examples[i]);
	if (size == OB_HELP_ALL && v->operands != NULL) {
		ob_buf_add_z(&b, "\noperands:\n");
		for (const struct ob_operand *o = v->operands; o->metavar; o++)
			ob_buf_printf(&b, "  %-*s%s\n", LEFT_COLS - 2,
			    o->metavar, o->help == NULL ? "" : o->help);
	}
	ob_buf_add_z(&b, "\noptions:\n");
	if (add_options(&b, v, size)) {
		ob_buf_add_z(&b, "more: ");
		ob_help_command(&b, cx->applet, v);
		ob_buf_add_z(&b, " --help=all\n");
	}
	if (size == OB_HELP_ALL)
		add_exits(&b, v);
	(void)ob_stream_str(cx->out, ob_buf_str(&b)); /* sticky */
	return OB_EX_OK;
}

int
ob_help_applet(
    struct ob_cx *cx, const struct ob_applet *a, struct ob_stream *to)
{
	(void)cx;
	ob_stream_printf(to, "%s: %s\n", a->name, a->summary);
	ob_stream_printf(to, "usage: %s VERB [OPTION...]\n\nverbs:\n", a->name);
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		if (!(v->flags & OB_V_HIDDEN))
			ob_stream_printf(to, "  %-10s %s%s\n", v->name,
			    v->summary,
			    v->flags & OB_V_DEFAULT ? " (default)" : "");
	ob_stream_printf(to,
	    "\nOne verb: opsbox %s VERB --help. Manual: opsbox-%s(1)\n",
	    a->name, a->name);
	return OB_EX_OK;
}

int
ob_help_version(struct ob_cx *cx)
{
	ob_stream_puts(cx->out, "opsbox " OPSBOX_VERSION);
	if (OPSBOX_COMMIT[0] != '\0')
		ob_stream_puts(cx->out, " (" OPSBOX_COMMIT ")");
	for (size_t i = 0; ob_applets[i] != NULL; i++)
		ob_stream_printf(cx->out, " %s", ob_applets[i]->name);
	ob_stream_puts(cx->out, "\n");
	return OB_EX_OK;
}

/* --- the dump ----------------------------------------------------------- */

static void
put_text(struct ob_json *j, const char *key, const char *text)
{
	ob_json_key(j, ob_str_z(key));
	if (text == NULL)
		ob_json_null(j);
	else
		ob_json_str(j, ob_str_z(text));
}

static void
put_letter(struct ob_json *j, const char *key, char letter)
{
	const char text[2] = { letter, '\0' };

	put_text(j, key, letter == 0 ? NULL : text);
}

static void
put_bool(struct ob_json *j, const char *key, bool value)
{
	ob_json_key(j, ob_str_z(key));
	ob_json_bool(j, value);
}

static void
put_texts(struct ob_json *j, const char *key, const char *const *texts)
{
	ob_json_key(j, ob_str_z(key));
	ob_json_array_begin(j);
	for (size_t i = 0; texts != NULL && texts[i] != NULL; i++)
		ob_json_str(j, ob_str_z(texts[i]));
	ob_json_array_end(j);
}

static const char *
kind_name(enum ob_opt_kind kind)
{
	static const char *const kinds[] = {
		[OB_OPT_FLAG] = "flag",
		[OB_OPT_COUNT] = "count",
		[OB_OPT_SET] = "set",
		[OB_OPT_STR] = "string",
		[OB_OPT_PATH] = "path",
		[OB_OPT_INT] = "int",
		[OB_OPT_UINT] = "uint",
		[OB_OPT_FD] = "fd",
		[OB_OPT_FLOAT] = "float",
		[OB_OPT_SIZE] = "size",
		[OB_OPT_DURATION] = "duration",
		[OB_OPT_CHOICE] = "choice",
		[OB_OPT_LIST] = "list",
	};

	return kinds[kind];
}

static void
put_option(struct ob_json *j, const struct ob_opt *o, unsigned table)
{
	ob_json_object_begin(j);
	put_text(j, "name", o->name);
	put_letter(j, "letter", o->letter);
	put_text(j, "alias", o->alias);
	put_letter(j, "alias_letter", o->alias_letter);
	put_text(j, "kind", kind_name((enum ob_opt_kind)o->kind));
	put_text(j, "metavar", o->metavar);
	put_text(j, "help", o->help);
	put_text(j, "default", o->def);
	put_texts(j, "choices", o->choices);
	put_bool(j, "house", table == 2);
	put_bool(j, "hidden", o->flags & OB_OPT_HIDDEN);
	put_bool(j, "negatable", o->flags & OB_OPT_NEGATABLE);
	put_bool(j, "setting", o->flags & OB_OPT_SETTING);
	put_bool(j, "required", o->flags & OB_OPT_REQUIRED);
	ob_json_object_end(j);
}

static void
put_exits(struct ob_json *j, const char *key, const struct ob_exit_row *e)
{
	ob_json_key(j, ob_str_z(key));
	ob_json_array_begin(j);
	for (; e != NULL && e->meaning != NULL; e++) {
		ob_json_object_begin(j);
		ob_json_key(j, OB_STR("code"));
		ob_json_i64(j, e->code);
		put_text(j, "meaning", e->meaning);
		ob_json_object_end(j);
	}
	ob_json_array_end(j);
}

static void
put_operands(struct ob_json *j, const struct ob_operand *o)
{
	ob_json_key(j, OB_STR("operands"));
	ob_json_array_begin(j);
	for (; o != NULL && o->metavar != NULL; o++) {
		ob_json_object_begin(j);
		put_text(j, "metavar", o->metavar);
		ob_json_key(j, OB_STR("min"));
		ob_json_u64(j, o->min);
		ob_json_key(j, OB_STR("max"));
		ob_json_u64(j, o->max);
		put_text(j, "help", o->help);
		ob_json_object_end(j);
	}
	ob_json_array_end(j);
}

static void
put_columns(struct ob_json *j, const struct ob_col *c)
{
	ob_json_key(j, OB_STR("columns"));
	ob_json_array_begin(j);
	for (; c != NULL && c->key != NULL; c++) {
		ob_json_object_begin(j);
		put_text(j, "key", c->key);
		put_text(j, "title", c->title);
		put_text(j, "help", c->help);
		ob_json_object_end(j);
	}
	ob_json_array_end(j);
}

static void
put_verb(struct ob_json *j, const struct ob_applet *a, const struct ob_verb *v)
{
	OB_AUTO_BUF struct ob_buf synopsis = OB_BUF_INIT(1024);

	ob_help_synopsis(&synopsis, a, v);
	ob_json_object_begin(j);
	put_text(j, "name", v->name);
	put_text(j, "summary", v->summary);
	put_text(j, "synopsis", ob_buf_z(&synopsis));
	put_text(j, "class",
	    v->flags & OB_INPROC ? "inproc"
	    : v->flags & OB_EXEC ? "exec"
				 : "fork");
	put_bool(j, "default", v->flags & OB_V_DEFAULT);
	put_bool(j, "hidden", v->flags & OB_V_HIDDEN);
	put_bool(j, "rows", v->flags & OB_V_ROWS);
	put_bool(j, "command", v->flags & OB_V_COMMAND);
	put_operands(j, v->operands);
	ob_json_key(j, OB_STR("options"));
	ob_json_array_begin(j);
	for (unsigned t = 0; t < OB_OPT_TABLES; t++)
		for (const struct ob_opt *o = ob_help_table(v, t);
		     o != NULL && o->kind != OB_OPT_NONE; o++)
			put_option(j, o, t);
	ob_json_array_end(j);
	put_columns(j, v->cols);
	put_exits(j, "exits", v->exits);
	put_texts(j, "examples", v->examples);
	ob_json_object_end(j);
}

int
ob_help_json(struct ob_cx *cx)
{
	OB_AUTO_BUF struct ob_buf b = OB_BUF_INIT((size_t)16 << 20);
	struct ob_json j;

	ob_json_init(&j, &b, 0);
	ob_json_object_begin(&j);
	put_text(&j, "version", OPSBOX_VERSION);
	put_exits(&j, "exit_codes", ob_exit_rows);
	ob_json_key(&j, OB_STR("applets"));
	ob_json_array_begin(&j);
	for (size_t i = 0; ob_applets[i] != NULL; i++) {
		const struct ob_applet *a = ob_applets[i];

		ob_json_object_begin(&j);
		put_text(&j, "name", a->name);
		put_texts(&j, "aliases", a->aliases);
		put_text(&j, "summary", a->summary);
		ob_json_key(&j, OB_STR("verbs"));
		ob_json_array_begin(&j);
		for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
			put_verb(&j, a, v);
		ob_json_array_end(&j);
		ob_json_object_end(&j);
	}
	ob_json_array_end(&j);
	ob_json_object_end(&j);
	ob_json_newline(&j);
	if (ob_json_err(&j) < 0)
		return ob_json_err(&j);
	return ob_stream_str(cx->out, ob_buf_str(&b));
}
