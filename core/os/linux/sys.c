/*
 * The id of this boot and the memory of the machine, from /proc and sysinfo(2).
 */
#include "os/sys.h"

#include <errno.h>
#include <sys/sysinfo.h>

#include "os/file.h"

#define MEMINFO_MAX 16384

int
ob_sys_boot_id(char ret[OB_SYS_BOOT_ID_SIZE])
{
	OB_AUTO_CLOSE int fd =
	    ob_open(AT_FDCWD, "/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
	char id[OB_SYS_BOOT_ID_SIZE];
	ssize_t got;

	if (fd < 0)
		return fd;
	got = ob_read_full(fd, id, sizeof(id));
	if (got < 0)
		return (int)got;
	if (got < OB_SYS_BOOT_ID_SIZE - 1)
		return -EBADMSG;
	id[OB_SYS_BOOT_ID_SIZE - 1] = '\0'; /* instead of the newline */
	memcpy(ret, id, sizeof(id));
	return 0;
}

/* The figure of a line "NAME:   12345 kB", in bytes; 0 when absent. */
static uint64_t
meminfo_bytes(struct ob_str text, struct ob_str name)
{
	struct ob_str line;

	while (ob_str_split(&text, '\n', &line)) {
		uint64_t kilobytes = 0;
		size_t i = name.n;

		if (!ob_str_has_prefix(line, name))
			continue;
		while (i < line.n && line.p[i] == ' ')
			i++;
		/* 13 digits of kilobytes are more than any machine has */
		for (size_t end = i + 13; i < line.n && i < end; i++) {
			if (line.p[i] < '0' || line.p[i] > '9')
				break;
			kilobytes =
			    kilobytes * 10 + (uint64_t)(line.p[i] - '0');
		}
		return kilobytes * 1024;
	}
	return 0;
}

int
ob_sys_memory(struct ob_sys_memory *ret)
{
	OB_AUTO_BUF struct ob_buf text = OB_BUF_INIT(MEMINFO_MAX);
	struct sysinfo info;

	if (sysinfo(&info) < 0)
		return -errno;
	*ret = (struct ob_sys_memory){
		.total_bytes = (uint64_t)info.totalram * info.mem_unit,
		.swap_total_bytes = (uint64_t)info.totalswap * info.mem_unit,
		.swap_free_bytes = (uint64_t)info.freeswap * info.mem_unit,
	};
	/* Only /proc tells what is available; without it that is not known. */
	if (ob_file_read_all(AT_FDCWD, "/proc/meminfo", &text, NULL) == 0)
		ret->available_bytes =
		    meminfo_bytes(ob_buf_str(&text), OB_STR("MemAvailable:"));
	return 0;
}
