/*
 * Exit codes of every applet: one table, which scripts rely on. A code is
 * never given another meaning. From 64 on they are those of sysexits.h.
 */
#ifndef OB_CLI_EXIT_H
#define OB_CLI_EXIT_H

enum ob_exit {
	OB_EX_OK = 0,           /* done; yes */
	OB_EX_NO = 1,           /* the honest no: absent, busy, differs */
	OB_EX_USAGE = 64,       /* wrong command line */
	OB_EX_DATAERR = 65,     /* malformed or corrupt data */
	OB_EX_NOINPUT = 66,     /* input missing */
	OB_EX_UNAVAILABLE = 69, /* service or feature not available */
	OB_EX_SOFTWARE = 70,    /* our bug */
	OB_EX_OSERR = 71,       /* system error */
	OB_EX_CANTCREAT = 73,   /* cannot create output */
	OB_EX_IOERR = 74,       /* I/O error, disk full */
	OB_EX_TEMPFAIL = 75,    /* try again: busy, time ran out */
	OB_EX_PROTOCOL = 76,    /* the remote side spoke nonsense */
	OB_EX_NOPERM = 77,      /* permission denied */
	OB_EX_CONFIG = 78,      /* configuration wrong */

	/* Verbs that run a command pass its status through, except: */
	OB_EX_TIMEDOUT = 124,  /* we ended the command, its time was over */
	OB_EX_OWNFAIL = 125,   /* the wrapper itself failed */
	OB_EX_CANNOTRUN = 126, /* command found, not executable */
	OB_EX_NOTFOUND = 127,  /* command not found */
	OB_EX_SIGNAL = 128,    /* + n: killed by signal n */
	OB_EX_SIGPIPE = 141,   /* the reader of our output went away */
};

/* A row of opsbox.1's table, for `opsbox help --json` and its lint. */
struct ob_exit_row {
	int code;
	const char *meaning;
};

/* Ends with a NULL meaning. */
extern const struct ob_exit_row ob_exit_rows[];

/* The code that stands for a negative errno where a verb says nothing else. */
int ob_exit_of(int negative_errno);

#endif
