#include "cli/complete.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "cli/help.h"
#include "cli/registry.h"

/*
 * Where the binary answers nothing, the shell completes file names. NAMES
 * stands for the list of applets.
 */
#define NAMES "\1"

static const char bash_script[] =
    "_opsbox() {\n"
    "\tlocal IFS=$'\\n'\n"
    "\tCOMPREPLY=($(opsbox __complete \"${COMP_WORDS[@]:0:COMP_CWORD+1}\" "
    "2>/dev/null | cut -f1))\n"
    "}\n"
    "complete -o default -F _opsbox opsbox" NAMES "\n";

static const char zsh_script[] =
    "#compdef opsbox" NAMES "\n"
    "_opsbox() {\n"
    "\tlocal -a lines\n"
    "\tlines=(\"${(@f)$(opsbox __complete \"${(@)words[1,CURRENT]}\" "
    "2>/dev/null | sed 's/:/\\\\:/g; s/\\t/:/')}\")\n"
    "\t[[ -n $lines ]] && _describe opsbox lines || _files\n"
    "}\n"
    "if [[ $funcstack[1] == _opsbox ]]; then _opsbox \"$@\"; "
    "else compdef _opsbox opsbox" NAMES "; fi\n";

static const char fish_script[] =
    "function __opsbox_complete\n"
    "\topsbox __complete (commandline -opc) (commandline -ct) 2>/dev/null\n"
    "end\n"
    "for name in opsbox" NAMES "\n"
    "\tcomplete -c $name -a '(__opsbox_complete)'\n"
    "end\n";

static const struct {
	const char *shell, *script;
} scripts[] = {
	{ "bash", bash_script },
	{ "zsh", zsh_script },
	{ "fish", fish_script },
};

int
ob_complete_script(struct ob_cx *cx, const char *shell)
{
	const char *script = NULL;
	struct ob_str rest, part;

	for (size_t i = 0; i < OB_COUNT(scripts); i++)
		if (strcmp(shell, scripts[i].shell) == 0)
			script = scripts[i].script;
	if (script == NULL)
		return -ENOENT;
	rest = ob_str_z(script);
	while (ob_str_split(&rest, NAMES[0], &part)) {
		ob_stream_str(cx->out, part);
		for (size_t i = 0; rest.p != NULL && ob_applets[i] != NULL; i++)
			ob_stream_printf(cx->out, " %s", ob_applets[i]->name);
	}
	return 0;
}

static void
offer(struct ob_cx *cx, const char *start, const char *word,
    const char *description)
{
	if (ob_z_has_prefix(word, start))
		ob_stream_printf(cx->out, "%s\t%s\n", word,
		    description == NULL ? "" : description);
}

static void
offer_options(struct ob_cx *cx, const struct ob_verb *v, const char *start)
{
	OB_AUTO_BUF struct ob_buf word = OB_BUF_INIT(128);

	for (unsigned t = 0; t < OB_OPT_TABLES; t++)
		for (const struct ob_opt *o = ob_help_table(v, t);
		     o != NULL && o->kind != OB_OPT_NONE; o++) {
			if (o->name == NULL || (o->flags & OB_OPT_HIDDEN))
				continue;
			ob_buf_reset(&word);
			ob_buf_printf(&word, "--%s", o->name);
			offer(cx, start, ob_buf_z(&word), o->help);
		}
}

static void
offer_verbs(struct ob_cx *cx, const struct ob_applet *a, const char *start)
{
	for (const struct ob_verb *v = a->verbs; v->name != NULL; v++)
		if (!(v->flags & OB_V_HIDDEN))
			offer(cx, start, v->name, v->summary);
}

static void
offer_choices(struct ob_cx *cx, const struct ob_opt *o, const char *start)
{
	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++)
		offer(cx, start, o->choices[i], NULL);
}

/* "--color=al": the shell wants the whole word. */
static void
offer_joined(struct ob_cx *cx, const struct ob_opt *o, const char *start)
{
	OB_AUTO_BUF struct ob_buf word = OB_BUF_INIT(128);

	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++) {
		ob_buf_reset(&word);
		ob_buf_printf(&word, "--%s=%s", o->name, o->choices[i]);
		offer(cx, start, ob_buf_z(&word), NULL);
	}
}

/* The option whose value the last word is, or NULL; bash makes three words of
 * "--color=al", and *ret_last is the one of the value. */
static const struct ob_opt *
find_waiting(
    const struct ob_applet *a, int n, char **words, const char **ret_last)
{
	const struct ob_opt *o;
	int at = n - 2;

	*ret_last = words[n - 1];
	if (strcmp(words[n - 1], "=") == 0)
		*ret_last = "";
	else if (n > 3 && strcmp(words[at], "=") == 0)
		at--;
	if (at < 1 || words[at][0] != '-')
		return NULL;
	o = ob_help_find_option(a, words[at]);
	return o != NULL && ob_opt_takes_value(o) &&
	               ob_z_find(words[at], '=') == NULL
	           ? o
	           : NULL;
}

/* words[0] is the applet. */
static int
complete_applet(
    struct ob_cx *cx, const struct ob_applet *a, int n, char **words)
{
	const char *last = words[n - 1];
	const struct ob_verb *v = NULL;
	const struct ob_opt *o;
	const char *value;

	o = find_waiting(a, n, words, &value);
	if (o != NULL) {
		offer_choices(cx, o, value);
		return OB_EX_OK;
	}
	for (int i = 1; i < n - 1 && v == NULL; i++)
		v = ob_verb_find(a, words[i]);
	if (v == NULL && last[0] != '-') {
		offer_verbs(cx, a, last);
		return OB_EX_OK;
	}
	if (v == NULL)
		v = ob_verb_default(a) != NULL ? ob_verb_default(a) : a->verbs;
	if (last[0] != '-')
		return OB_EX_OK;
	o = ob_z_find(last, '=') == NULL ? NULL : ob_help_find_option(a, last);
	if (o != NULL)
		offer_joined(cx, o, last);
	else
		offer_options(cx, v, last);
	return OB_EX_OK;
}

static void
offer_applets(struct ob_cx *cx, const char *start)
{
	for (size_t i = 0; ob_applets[i] != NULL; i++)
		offer(cx, start, ob_applets[i]->name, ob_applets[i]->summary);
}

/* Behind a word of opsbox itself: opsbox help APPLET VERB, completion SHELL. */
static int
complete_own(struct ob_cx *cx, int n, char **words)
{
	const struct ob_applet *a;

	if (strcmp(words[1], "completion") == 0 && n == 3)
		for (size_t i = 0; i < OB_COUNT(scripts); i++)
			offer(cx, words[2], scripts[i].shell, NULL);
	if (strcmp(words[1], "help") != 0)
		return OB_EX_OK;
	a = n == 4 ? ob_applet_find(words[2]) : NULL;
	if (n == 3)
		offer_applets(cx, words[2]);
	else if (a != NULL)
		offer_verbs(cx, a, words[3]);
	return OB_EX_OK;
}

int
ob_complete_words(struct ob_cx *cx, int n, char **words)
{
	static const char *const own[] = { "--help", "--version", "--list",
		"--install", "--uninstall", "help", "completion" };
	const char *name;
	const struct ob_applet *a;

	if (n < 1)
		return OB_EX_USAGE;
	name = ob_z_find_last(words[0], '/') != NULL
	           ? ob_z_find_last(words[0], '/') + 1
	           : words[0];
	a = ob_applet_find(name);
	if (a != NULL && n > 1)
		return complete_applet(cx, a, n, words);
	if (n > 2) {
		a = ob_applet_find(words[1]);
		if (a != NULL)
			return complete_applet(cx, a, n - 1, words + 1);
		return complete_own(cx, n, words);
	}
	offer_applets(cx, words[n - 1]);
	for (size_t i = 0; n == 2 && i < OB_COUNT(own); i++)
		offer(cx, words[1], own[i], NULL);
	return OB_EX_OK;
}
