/*
 * From the options of a command line to a merged configuration.
 */
#ifndef EC_CHAIN_H
#define EC_CHAIN_H

#include "cli/applet.h"
#include "conf/merge.h"
#include "conf/source.h"
#include "os/stream.h"

/* Options of all verbs: those of sources, then each verb's own. */
struct ec_opts {
	struct ob_opt_values sources; /* --file, --set, ... in their order */
	const char *env_prefix, *env_sep;
	bool dotenv_wins;
	const char *applet; /* --applet: its settings instead of sources */

	int to;               /* list: enum ec_form */
	bool show_secrets;    /* list, explain */
	bool sure;            /* -y: secrets on a terminal */
	int type;             /* get: enum ec_type */
	const char *fallback; /* get: --default */
	bool raw;             /* get */
	bool all, order;      /* explain */
	bool pure;            /* run */
	struct ob_opt_values keep;
	const char *prefix; /* run, list */
};

/* The rows of the sources; a table that verbs share. */
extern const struct ob_opt ec_source_rows[];

struct ec_chain {
	const struct ec_opts *opts;
	struct ob_env env;
	int cwd_fd;
	struct ob_reader *in; /* for "-" */
	struct ob_arena *scratch;
	const struct ob_applet *applet; /* its settings; NULL = the sources */

	/* Out. */
	struct ob_conf *conf;     /* to be freed, also after a failure */
	struct ob_errlist errors; /* when the merge failed */
};

/* Whether the options name any source. */
bool ec_has_sources(const struct ec_opts *o);

/*
 * Reads and merges every source. 0, or a negative errno with the words in err:
 * -EINVAL wrong command line, else as conf/source.h says. After a failed merge
 * errors holds all messages and err the first.
 */
int ec_chain_open(struct ec_chain *c, struct ob_err *err);

#endif
