#include "fmt/tsv.h"

int
ob_tsv_escape(struct ob_buf *out, struct ob_str cell)
{
	for (size_t i = 0; i < cell.n; i++) {
		switch (cell.p[i]) {
		case '\t': ob_buf_add_z(out, "\\t"); break;
		case '\n': ob_buf_add_z(out, "\\n"); break;
		case '\r': ob_buf_add_z(out, "\\r"); break;
		case '\\': ob_buf_add_z(out, "\\\\"); break;
		default: ob_buf_add_c(out, cell.p[i]); break;
		}
	}
	return ob_buf_err(out);
}
