/* Options that several verbs read. */
#include <errno.h>

#include "base/num.h"
#include "cli/diag.h"
#include "os/clock.h"
#include "os/lock.h"
#include "verbs.h"

int
fl_deadline(struct ob_cx *cx, const char *text, int64_t *ret_ns)
{
	int64_t timeout_ns;
	char *whole;

	if (text == NULL)
		return 0;
	whole = ob_arena_printf(
	    cx->scratch, "%s%s", text[0] == '.' ? "0" : "", text);
	if (whole == NULL)
		return ob_err_set(&cx->error, -ENOMEM, "cannot go on");
	if (ob_num_duration(ob_str_z(whole), OB_NS_PER_S, &timeout_ns) < 0)
		return ob_usage(cx,
		    "option '--timeout': '%s' is not a duration such as 0.5, "
		    "250ms, 5s or 2m",
		    text);
	*ret_ns =
	    timeout_ns == 0 ? OB_LOCK_TRY : ob_clock_deadline_ns(timeout_ns);
	return 0;
}
