/*
 * The verbs of filelock and what they share.
 */
#ifndef FL_VERBS_H
#define FL_VERBS_H

#include "cli/applet.h"
#include "cli/out.h"

/* Names of kinds, in the order of enum ob_lock_kind and FL_KIND_DOTLOCK. */
extern const char *const fl_types[];

/*
 * The deadline that the text of --timeout means, NULL = none given, then *ret
 * stays: a number of seconds, with flock(1)'s ".5", or a duration with a unit;
 * 0 is OB_LOCK_TRY.
 */
int fl_deadline(struct ob_cx *cx, const char *text, int64_t *ret_ns);

/* take.c */
struct fl_lock_opts {
	int mode; /* enum mode of take.c */
	bool nonblock, close, no_fork, is_ofd;
	bool fair, unlink, follow, nofollow, many, show_version;
	bool fallback, fence, finds_deadlock, no_record;
	const char *timeout, *dir, *status_file, *pid_file, *note, *on,
	    *command;
	const char *perm, *group;
	int64_t conflict_code;
	int type, fd, status_fd, convert, end_signal;
	int64_t limit_ns, kill_after_ns;
	uint64_t slots, start, length;
};
extern const struct ob_opt fl_lock_rows[], fl_flock_rows[], fl_run_rows[],
    fl_sem_rows[];
extern const struct ob_operand fl_flock_operands[], fl_run_operands[];
extern const struct ob_exit_row fl_flock_exits[], fl_run_exits[];
int fl_flock_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_run_run(struct ob_cx *cx, const void *opts, int argc, char **argv);

/* look.c */
struct fl_look_opts {
	bool shared;
	int type;
	uint64_t slots;
	const char *timeout;
};

extern const struct ob_col fl_list_cols[], fl_status_cols[], fl_probe_cols[];
extern const struct ob_opt fl_check_rows[], fl_wait_rows[];
extern const struct ob_operand fl_list_operands[], fl_file_operands[],
    fl_probe_operands[];
extern const struct ob_exit_row fl_list_exits[], fl_status_exits[],
    fl_check_exits[], fl_wait_exits[], fl_probe_exits[];
int fl_list_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_status_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_check_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_wait_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_probe_run(struct ob_cx *cx, const void *opts, int argc, char **argv);

/* mark.c */
struct fl_mark_opts {
	int64_t pid, ttl_ns;
	const char *timeout, *note, *token;
	bool nonblock, renew, force, dry_run;
};

extern const struct ob_opt fl_mark_rows[], fl_unmark_rows[], fl_break_rows[];
extern const struct ob_operand fl_fence_operands[];
extern const struct ob_exit_row fl_mark_exits[], fl_unmark_exits[],
    fl_break_exits[], fl_fence_exits[];
int fl_mark_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_unmark_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_break_run(struct ob_cx *cx, const void *opts, int argc, char **argv);
int fl_fence_run(struct ob_cx *cx, const void *opts, int argc, char **argv);

#endif
