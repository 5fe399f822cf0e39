/*
 * filelock: locks for scripts. The entry and the table of verbs.
 *
 *	filelock FILE CMD...        as flock(1), under the name flock too
 *	filelock run NAME -- CMD... the same with codes that a script can trust
 *
 * Verbs that take a lock and run a command are in take.c, those that look at
 * locks in look.c, those about markers and numbers of grants in mark.c.
 */
#include <string.h>

#include "base/str.h"
#include "cli/applet.h"
#include "verbs.h"

static const struct ob_verb verbs[] = {
	{
	    .name = "flock",
	    .summary = "run a command under a lock, as flock(1)",
	    .flags = OB_FORK | OB_V_COMMAND | OB_V_DEFAULT | OB_V_JSON,
	    .opts = fl_flock_rows,
	    .shared = fl_lock_rows,
	    .opts_size = sizeof(struct fl_lock_opts),
	    .operands = fl_flock_operands,
	    .exits = fl_flock_exits,
	    .examples = { "filelock -n /tmp/backup.lock tar -cf b.tar data",
		"filelock -w 5 . -c 'make && make install'" },
	    .run = fl_flock_run,
	},
	{
	    .name = "run",
	    .summary = "run a command under a lock; 75 means held",
	    .flags = OB_FORK | OB_V_JSON,
	    .opts = fl_run_rows,
	    .shared = fl_lock_rows,
	    .opts_size = sizeof(struct fl_lock_opts),
	    .operands = fl_run_operands,
	    .exits = fl_run_exits,
	    .examples = { "filelock run --timeout 5s deploy -- ./deploy.sh",
		"filelock run --all ./a ./b -- cp a b" },
	    .run = fl_run_run,
	},
	{
	    .name = "sem",
	    .summary = "run a command in one of N slots (run --slots)",
	    .flags = OB_FORK | OB_V_JSON,
	    .opts = fl_sem_rows,
	    .shared = fl_lock_rows,
	    .opts_size = sizeof(struct fl_lock_opts),
	    .operands = fl_run_operands,
	    .exits = fl_run_exits,
	    .examples = { "filelock sem -j 4 ./build -- make" },
	    .run = fl_run_run,
	},
	{
	    .name = "list",
	    .summary = "who holds locks and who waits for them",
	    .flags = OB_INPROC | OB_V_ROWS | OB_V_NUL,
	    .operands = fl_list_operands,
	    .cols = fl_list_cols,
	    .exits = fl_list_exits,
	    .examples = { "filelock list", "filelock list --json ./lk" },
	    .run = fl_list_run,
	},
	{
	    .name = "status",
	    .summary = "who holds a file",
	    .flags = OB_INPROC | OB_V_ROWS,
	    .operands = fl_file_operands,
	    .cols = fl_status_cols,
	    .exits = fl_status_exits,
	    .examples = { "filelock status ./lk" },
	    .run = fl_status_run,
	},
	{
	    .name = "who",
	    .summary = "who holds a file (status)",
	    .flags = OB_INPROC | OB_V_ROWS,
	    .operands = fl_file_operands,
	    .cols = fl_status_cols,
	    .exits = fl_status_exits,
	    .examples = { "filelock who ./lk" },
	    .run = fl_status_run,
	},
	{
	    .name = "check",
	    .summary = "is a file free? creates nothing",
	    .flags = OB_INPROC,
	    .opts = fl_check_rows,
	    .opts_size = sizeof(struct fl_look_opts),
	    .operands = fl_file_operands,
	    .exits = fl_check_exits,
	    .examples = { "filelock check ./lk && echo free" },
	    .run = fl_check_run,
	},
	{
	    .name = "wait",
	    .summary = "wait until a file is free, and take nothing",
	    .flags = OB_FORK,
	    .opts = fl_wait_rows,
	    .shared = fl_check_rows,
	    .opts_size = sizeof(struct fl_look_opts),
	    .operands = fl_file_operands,
	    .exits = fl_wait_exits,
	    .examples = { "filelock wait --timeout 5s ./lk" },
	    .run = fl_wait_run,
	},
	{
	    .name = "mark",
	    .summary = "leave a marker and return; prints its token",
	    .flags = OB_FORK,
	    .opts = fl_mark_rows,
	    .opts_size = sizeof(struct fl_mark_opts),
	    .operands = fl_file_operands,
	    .exits = fl_mark_exits,
	    .examples = { "token=$(filelock mark ./job --pid $$)" },
	    .run = fl_mark_run,
	},
	{
	    .name = "unmark",
	    .summary = "remove one's own marker",
	    .flags = OB_INPROC,
	    .opts = fl_unmark_rows,
	    .opts_size = sizeof(struct fl_mark_opts),
	    .operands = fl_file_operands,
	    .exits = fl_unmark_exits,
	    .examples = { "filelock unmark ./job --token $token" },
	    .run = fl_unmark_run,
	},
	{
	    .name = "break",
	    .summary = "remove the marker of the dead",
	    .flags = OB_INPROC,
	    .opts = fl_break_rows,
	    .opts_size = sizeof(struct fl_mark_opts),
	    .operands = fl_file_operands,
	    .exits = fl_break_exits,
	    .examples = { "filelock break --dry-run ./job" },
	    .run = fl_break_run,
	},
	{
	    .name = "fence",
	    .summary = "refuse who has lost its lock",
	    .flags = OB_INPROC,
	    .operands = fl_fence_operands,
	    .exits = fl_fence_exits,
	    .examples = { "filelock fence check ./db.fence $OPSBOX_LOCK_TOKEN" },
	    .run = fl_fence_run,
	},
	{
	    .name = "probe",
	    .summary = "which kinds of lock work in a directory",
	    .flags = OB_INPROC | OB_V_ROWS,
	    .operands = fl_probe_operands,
	    .cols = fl_probe_cols,
	    .exits = fl_probe_exits,
	    .examples = { "filelock probe /mnt" },
	    .run = fl_probe_run,
	},
	OB_VERBS_END,
};

static const char *const aliases[] = { "flock", NULL };

/* Under the name flock there are no verbs. */
static int
applet_run(struct ob_cx *cx, int argc, char **argv)
{
	const char *slash = ob_z_find_last(argv[0], '/');
	const char *name = slash == NULL ? argv[0] : slash + 1;

	if (strcmp(name, "flock") != 0)
		return ob_applet_dispatch(cx, argc, argv);
	cx->called = "flock";
	return ob_verb_run(cx, &verbs[0], argc - 1, argv + 1);
}

const struct ob_applet filelock_applet = {
	.name = "filelock",
	.aliases = aliases,
	.summary = "locks for scripts: flock(1) and more",
	.verbs = verbs,
	.run = applet_run,
};
