#include "fmt/tsv.h"

#include <errno.h>

int
ob_tsv_escape(struct ob_buf *out, struct ob_str field)
{
	size_t plain = 0;

	for (size_t i = 0; i < field.n; i++) {
		char c = field.p[i];

		if (c != '\t' && c != '\n' && c != '\\')
			continue;
		ob_buf_add(out, field.p + plain, i - plain);
		ob_buf_add_c(out, '\\');
		ob_buf_add_c(out, c == '\t' ? 't' : c == '\n' ? 'n' : '\\');
		plain = i + 1;
	}
	if (plain < field.n)
		ob_buf_add(out, field.p + plain, field.n - plain);
	return ob_buf_err(out);
}

int
ob_tsv_unescape(struct ob_buf *out, struct ob_str field)
{
	size_t before = out->n;

	for (size_t i = 0; i < field.n; i++) {
		char c = field.p[i];

		if (c == '\\') {
			c = ++i < field.n ? field.p[i] : '\0';
			if (c != 't' && c != 'n' && c != '\\') {
				ob_buf_truncate(out, before);
				return -EBADMSG;
			}
			c = c == 't' ? '\t' : c == 'n' ? '\n' : c;
		}
		ob_buf_add_c(out, c);
	}
	return ob_buf_err(out);
}

bool
ob_tsv_row(struct ob_str *rest, struct ob_str *ret_row)
{
	return rest->n > 0 && ob_str_split(rest, '\n', ret_row);
}

int
ob_tsv_split(struct ob_str row, struct ob_str *fields, int max)
{
	struct ob_str field;
	int n = 0;

	if (row.p == NULL)
		row = OB_STR("");
	for (; ob_str_split(&row, '\t', &field); n++) {
		if (n == max)
			return -ENOBUFS;
		fields[n] = field;
	}
	return n;
}
