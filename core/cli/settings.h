/*
 * Settings: options that files and the environment may give as well.
 *
 * Each row with OB_OPT_SETTING is a setting of its applet; its key is the long
 * name with '_' for '-'. From lowest to highest:
 *
 *	the row's default
 *	/etc/opsbox/APPLET.toml
 *	$XDG_CONFIG_HOME/opsbox/APPLET.toml   ($HOME/.config without it)
 *	OPSBOX_APPLET_KEY                     (in upper case, '_' for '-')
 *	the command line
 *
 * An option on the command line also wins over settings of other rows that
 * fill the same field or are of the same group. A path in a file is relative
 * to the directory of that file. A key in a file that is no setting is an
 * error, since it is a typing mistake. Verbs without settings read nothing.
 *
 * Rows of kind COUNT cannot be settings.
 */
#ifndef OB_CLI_SETTINGS_H
#define OB_CLI_SETTINGS_H

#include "cli/applet.h"
#include "conf/source.h"

#define OB_SETTINGS_SYSTEM_DIR "/etc/opsbox"

enum ob_settings_for {
	OB_SETTINGS_RUN,     /* without defaults: the parser knows them */
	OB_SETTINGS_EXPLAIN, /* with them, as the lowest source */
};

/*
 * The merged settings of an applet; *ret is to be freed. -EDOM for an unknown
 * key, else what conf/source.h says. On failure *ret may be set all the same,
 * for the place of a syntax error. system_dir is OB_SETTINGS_SYSTEM_DIR but in
 * tests.
 */
int ob_settings_open(const struct ob_applet *a, struct ob_env env,
    const char *system_dir, enum ob_settings_for use, struct ob_conf **ret,
    struct ob_err *err);

/*
 * Fills what the command line of a parsed verb left open. Texts are copied to
 * p->arena. -EDOM: a value is not what its row asks for, with its place.
 */
int ob_settings_apply(
    const struct ob_conf *conf, struct ob_parse *p, struct ob_err *err);

/* Whether any row of the tables is a setting. */
bool ob_settings_exist(const struct ob_parse *p);

/*
 * Calls fn for the key of each setting, once, in the order of the verbs. A
 * result other than 0 ends it and is returned.
 */
int ob_settings_walk(const struct ob_applet *a,
    int (*fn)(void *ctx, const char *key, const struct ob_opt *row), void *ctx);

#endif
