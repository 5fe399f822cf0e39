/*
 * Which kernel features may be used: the switch behind OPSBOX_DISABLE.
 *
 * Every feature that some kernel or container lacks has a fallback, chosen at
 * run time. So that each ladder can be tested on a machine that has
 * everything, the border of the program (cli, a test) names the features to do
 * without, once, before anything else runs. The implementations in core/os ask
 * ob_os_may() before they try; "may" says nothing about what the kernel has.
 *
 * This is process-wide state, set once and never changed by library code.
 */
#ifndef OB_OS_FEATURE_H
#define OB_OS_FEATURE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum ob_os_feature {
	OB_OS_CLOSE_RANGE,
	OB_OS_COPY_FILE_RANGE,
	OB_OS_EPOLL,
	OB_OS_FICLONE,
	OB_OS_INOTIFY,
	OB_OS_PIDFD,
	OB_OS_SEEK_HOLE,
	OB_OS_SENDFILE,
	OB_OS_SIGNALFD,
	OB_OS_TMPFILE,
	OB_OS_FEATURE_COUNT
};

/* False when the feature was switched off. */
bool ob_os_may(enum ob_os_feature feature);

/*
 * Switches off the features of a list such as "pidfd,inotify"; empty parts are
 * ignored. An unknown name is -EINVAL and nothing changes.
 */
int ob_os_disable(struct ob_str list, struct ob_err *err);

#endif
