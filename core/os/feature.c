#include "os/feature.h"

#include <errno.h>

#include "base/attr.h"

/* Owner: ob_os_disable(), called by the border of the program. */
static unsigned disabled;

static const char *const feature_names[] = {
	[OB_OS_CLOSE_RANGE] = "close_range",
	[OB_OS_COPY_FILE_RANGE] = "copy_file_range",
	[OB_OS_EPOLL] = "epoll",
	[OB_OS_FICLONE] = "ficlone",
	[OB_OS_INOTIFY] = "inotify",
	[OB_OS_PIDFD] = "pidfd",
	[OB_OS_SEEK_HOLE] = "seek_hole",
	[OB_OS_SENDFILE] = "sendfile",
	[OB_OS_SIGNALFD] = "signalfd",
	[OB_OS_TMPFILE] = "tmpfile",
};

bool
ob_os_may(enum ob_os_feature feature)
{
	return (disabled >> feature & 1) == 0;
}

/* The feature's number, or OB_OS_FEATURE_COUNT. */
static unsigned
find(struct ob_str name)
{
	unsigned i = 0;

	while (
	    i < OB_COUNT(feature_names) && !ob_str_eq_z(name, feature_names[i]))
		i++;
	return i;
}

int
ob_os_disable(struct ob_str list, struct ob_err *err)
{
	unsigned wanted = 0;
	struct ob_str part;

	while (ob_str_split(&list, ',', &part)) {
		unsigned feature = find(part);

		if (ob_str_is_empty(part))
			continue;
		if (feature == OB_OS_FEATURE_COUNT)
			return ob_err_msg(err, -EINVAL,
			    "cannot disable '%.*s': no such feature",
			    OB_STR_ARG(part));
		wanted |= 1u << feature;
	}
	disabled |= wanted;
	return 0;
}
