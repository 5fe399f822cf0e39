/*
 * Frames from a hostile peer, in pieces. Oracle: what was understood, written
 * again, is what was read.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "rt/frame.h"

#define MAX_PAYLOAD 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ob_frame_reader r;
	struct ob_frame_writer w;
	struct ob_frame f;
	/* The first byte chooses the size of the pieces. */
	size_t step = size > 0 ? (size_t)data[0] + 1 : 1, at = 1;
	int rc = 0;

	ob_frame_reader_init(&r, MAX_PAYLOAD);
	ob_frame_writer_init(&w, size + OB_FRAME_HEADER_BYTES);
	while (at < size && rc >= 0) {
		size_t n = size - at < step ? size - at : step;

		rc = ob_frame_feed(&r, data + at, n, NULL, 0);
		at += n;
		while (rc >= 0 && (rc = ob_frame_next(&r, &f)) == 1)
			OB_CHECK(
			    ob_frame_add(&w, f.type, f.p, f.n, NULL, 0) == 0);
	}
	OB_CHECK(w.out.n == 0 || memcmp(w.out.p, data + 1, w.out.n) == 0);
	ob_frame_writer_release(&w);
	ob_frame_reader_release(&r);
	return 0;
}
