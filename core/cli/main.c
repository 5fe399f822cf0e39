/*
 * opsbox: the process around the applets. Builds the context from the process
 * and is the only place that ends it.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "cli/box.h"
#include "cli/exit.h"
#include "cli/switch.h"
#include "os/file.h"

#define OUT_BYTES     ((size_t)64 * 1024)
#define ERR_BYTES     ((size_t)4 * 1024)
#define LINE_MAX      ((size_t)64 << 20)
#define SCRATCH_BYTES ((size_t)1 << 30)

/* Untouched pages cost nothing, so the buffers are as large as they help. */
static char out_buf[OUT_BYTES], err_buf[ERR_BYTES];

int
main(int argc, char **argv, char **envp)
{
	struct ob_reader in;
	struct ob_stream out, err;
	OB_AUTO_ARENA struct ob_arena scratch = OB_ARENA_INIT(SCRATCH_BYTES);
	struct ob_cx cx = {
		.in = &in,
		.out = &out,
		.err = &err,
		.env = { (const char *const *)envp },
		.cwd_fd = AT_FDCWD,
		.scratch = &scratch,
		.source = &ob_source_system,
	};
	struct ob_trace_writer trace = OB_TRACE_WRITER_OFF;
	int code;

	if (ob_fd_fill_std() < 0)
		return OB_EX_OSERR;
	ob_reader_init_fd(&in, 0, LINE_MAX);
	ob_stream_init_fd(&out, 1, out_buf, sizeof(out_buf), OB_STREAM_BLOCK);
	ob_stream_init_fd(&err, 2, err_buf, sizeof(err_buf), OB_STREAM_BLOCK);
	code = ob_switches_apply(&cx, &trace);
	if (code == OB_EX_OK)
		code = ob_box_run(&cx, argc, argv);
	ob_trace_close(&trace);
	ob_reader_release(&in);
	return code;
}
