/*
 * Option tables: the one place where an option is a fact.
 *
 * A verb has an array of `struct ob_opt` rows and a plain struct that the
 * parser fills by offset. From the same rows come the usage line, --help,
 * completion, the JSON dump for the man page's lint, and the settings that
 * files and environment may give.
 *
 *	struct list_opts { uint64_t limit; const char *sort; bool tree; };
 *
 *	static const struct ob_opt list_rows[] = {
 *		{ "limit", 'n', OB_OPT_UINT, OB_OPT_AT(struct list_opts, limit),
 *		    .metavar = "N", .help = "at most N rows" },
 *		...
 *		OB_OPT_END,
 *	};
 *
 * Kinds and the type of the field they fill:
 *
 *	FLAG      bool                      --tree, --no-tree if NEGATABLE
 *	COUNT     int                       -v -v
 *	SET       int                       becomes min; rows that share the field
 *	                                    choose among values, the last counts
 *	STR PATH  const char *              NULL when absent
 *	INT       int64_t                   min..max
 *	UINT FD   uint64_t / int
 *	FLOAT     double
 *	SIZE      uint64_t                  bytes; 64K 16M 1G
 *	DURATION  int64_t                   ns; 250ms 5s 2m; bare = seconds
 *	CHOICE    int                       index into choices
 *	LIST      struct ob_opt_values      repeatable, keeps the order; several
 *	                                    rows may share one field
 *
 * The struct is zeroed, then defaults (`def`, in the syntax of the option),
 * then settings, then the command line are applied, so a field needs no
 * "was it given" twin unless zero is a value: give it a default then, or ask
 * ob_opt_is_given().
 *
 * Syntax: --x=v, --x v, -xv, -x v, bundled flags, `--` ends options. Options
 * may stand anywhere among the operands, except in a verb with OB_V_COMMAND,
 * where parsing stops at the first operand. Prefixes of long names are not
 * accepted: they would freeze future names.
 */
#ifndef OB_CLI_OPT_H
#define OB_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum ob_opt_kind {
	OB_OPT_NONE, /* the end of a table */
	OB_OPT_FLAG,
	OB_OPT_COUNT,
	OB_OPT_SET,
	OB_OPT_STR,
	OB_OPT_PATH,
	OB_OPT_INT,
	OB_OPT_UINT,
	OB_OPT_FD,
	OB_OPT_FLOAT,
	OB_OPT_SIZE,
	OB_OPT_DURATION,
	OB_OPT_CHOICE,
	OB_OPT_LIST,
};

enum ob_opt_flags {
	OB_OPT_COMMON = 1 << 0,    /* shown by the short --help */
	OB_OPT_HIDDEN = 1 << 1,    /* shown by no help */
	OB_OPT_NEGATABLE = 1 << 2, /* FLAG: --no-NAME as well */
	OB_OPT_SETTING = 1 << 3,   /* files and environment may give it */
	OB_OPT_SECRET = 1 << 4,    /* its value is shown nowhere */
	OB_OPT_REQUIRED = 1 << 5,  /* refused when absent */
	OB_OPT_LAST = 1 << 6,      /* what follows it are operands */
};

/*
 * The small members share one word: ld.so walks over every word of a table of
 * pointers at each start.
 */
struct ob_opt {
	const char *name;    /* long name without dashes; NULL = letter only */
	char letter;         /* 0 = long name only */
	uint8_t kind;        /* enum ob_opt_kind */
	uint16_t offset;     /* of the field; see OB_OPT_AT */
	uint8_t flags;       /* enum ob_opt_flags */
	uint8_t group;       /* non-zero: at most one of the group is given */
	char alias_letter;   /* another letter of the same row */
	const char *alias;   /* another long name of the same row */
	const char *metavar; /* "FILE"; NULL for flags and counts */
	const char *help;    /* one line, lower case, no full stop */
	const char *def;     /* default, in the option's syntax */
	int64_t min, max;    /* numbers; both 0 = the type's range, a max
	                        below min = no upper limit (INT, UINT) */
	const char *const *choices; /* CHOICE: names, NULL-terminated */
};

#define OB_OPT_AT(type, field) (uint16_t) offsetof(type, field)
#define OB_OPT_END \
	{ \
		.kind = OB_OPT_NONE \
	}

struct ob_opt_value {
	const struct ob_opt *opt; /* the row it was given by */
	const char *value;
};

struct ob_opt_values {
	struct ob_opt_value *v; /* in the arena of the parse */
	size_t n;
};

/* An operand of a verb, for the synopsis and the count. */
struct ob_operand {
	const char *metavar; /* "FILE"; NULL ends the table */
	unsigned min, max;   /* max 0 = no limit */
	const char *help;
};

/* The options that every verb has; cli/run.c acts on them. */
struct ob_house {
	bool help_all, help, version;
	bool json, ndjson, plain, header, nul;
	bool no_header;
	int quiet, verbose;
	int color; /* enum ob_color_when */
};

/* Which of them a verb has: each kind has those of the later ones too. */
enum ob_house_kind {
	OB_HOUSE_NUL,  /* rows, and -0 */
	OB_HOUSE_ROWS, /* --json --ndjson --plain --header */
	OB_HOUSE_JSON, /* --json alone */
	OB_HOUSE_QV,   /* -q -v */
	OB_HOUSE_ALL,  /* --color --help --version */
};

/* The rows of that kind; they fill struct ob_house; ends with OB_OPT_NONE. */
const struct ob_opt *ob_opt_house(enum ob_house_kind kind);

#define OB_OPT_TABLES 3

/* What one parse works on and gives. */
struct ob_parse {
	/* In: option tables and the structs that they fill. */
	struct {
		const struct ob_opt *rows; /* ends with OB_OPT_NONE */
		void *target;
	} table[OB_OPT_TABLES];
	bool stops_at_operand;
	struct ob_arena *arena; /* operands and lists live here */

	/* Out. */
	char **operands; /* argc + 1 pointers into argv; NULL-terminated */
	int n_operands;
	bool saw_dashes;               /* `--` ended the options */
	int dashes_at;                 /* operands before the `--` */
	uint64_t given[OB_OPT_TABLES]; /* bit i: row i came by argv */
};

/*
 * Parses argv[0..argc). 0, or -EINVAL (usage) with the word and what was
 * expected, -ENOMEM.
 */
int ob_opt_parse(struct ob_parse *p, int argc, char **argv, struct ob_err *err);

/* Whether a word with the row's value may follow: not for FLAG, COUNT, SET. */
bool ob_opt_takes_value(const struct ob_opt *row);

/* Applies the `def` texts of all tables. A wrong one is our bug. */
void ob_opt_defaults(struct ob_parse *p);

/* Sets one row from text, as the parser does; what names the origin in the
 * message ("option '--limit'", "variable 'OPSBOX_PSMON_LIMIT'"). */
int ob_opt_set(const struct ob_opt *row, void *target, const char *what,
    const char *value, struct ob_arena *arena, struct ob_err *err);

/* Whether the row that fills this offset of table t came by argv. */
bool ob_opt_is_given(const struct ob_parse *p, unsigned t, size_t offset);

/* "NAME" of the nearest candidate for a mistyped word, or NULL. */
struct ob_nearest {
	const char *word;
	const char *best;
	unsigned distance;
};
void ob_nearest_init(struct ob_nearest *n, const char *word);
void ob_nearest_add(struct ob_nearest *n, const char *candidate);
const char *ob_nearest_get(const struct ob_nearest *n);

#endif
