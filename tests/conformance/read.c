/*
 * conformance-read json FILE...: reads each file and prints "accept FILE" or
 * "reject FILE MESSAGE", separated by tabs. Status 0 when each file could be
 * opened, whatever the verdicts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "fmt/jsonread.h"

#define FILE_MAX ((size_t)1 << 30)

static int
read_file(const char *path, struct ob_buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0)
		(void)ob_buf_reserve(ret, (size_t)st.st_size + 65536);
	while (n > 0) {
		char *p = ob_buf_reserve(ret, 65536);

		n = p == NULL ? -1 : read(fd, p, 65536);
		if (n > 0)
			ob_buf_commit(ret, (size_t)n);
	}
	if (fd >= 0)
		(void)close(fd); /* was only read */
	return n < 0 ? -1 : 0;
}

static int
judge(const char *path)
{
	OB_AUTO_BUF struct ob_buf in = OB_BUF_INIT(FILE_MAX);
	OB_AUTO_ARENA struct ob_arena arena = OB_ARENA_INIT(8 * FILE_MAX);
	struct ob_err err = OB_ERR_INIT;
	struct ob_tree tree;
	struct ob_val v;

	if (read_file(path, &in) < 0) {
		dprintf(2, "conformance-read: cannot read '%s'\n", path);
		return -1;
	}
	ob_tree_init(&tree, &arena, NULL);
	if (ob_json_read(&tree, ob_buf_str(&in), &v, &err) == 0)
		dprintf(1, "accept\t%s\n", path);
	else
		dprintf(1, "reject\t%s\t%s\n", path, err.msg);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "json") != 0) {
		dprintf(2, "usage: conformance-read json FILE...\n");
		return 64;
	}
	for (int i = 2; i < argc; i++)
		if (judge(argv[i]) < 0)
			return 66;
	return 0;
}
