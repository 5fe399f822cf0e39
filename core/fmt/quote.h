/*
 * Text as one literal word of a shell's source, byte for byte the same after
 * evaluation. Always quoted, even where the text would not need it, and never
 * by $'...', which not every shell knows.
 */
#ifndef OB_FMT_QUOTE_H
#define OB_FMT_QUOTE_H

#include "base/buf.h"
#include "base/str.h"

enum ob_quote_style {
	OB_QUOTE_SH,   /* sh, dash, bash, zsh, mksh, busybox: 'it'\''s' */
	OB_QUOTE_FISH, /* 'it\'s' */
	OB_QUOTE_PWSH, /* PowerShell: 'it''s' */
	OB_QUOTE_NU,   /* nushell's raw string: r#'it's'# */
};

/*
 * Appends the quoted text. -EINVAL: it holds a NUL, which no shell can carry.
 * -EILSEQ: it is not UTF-8, which PowerShell and nushell ask of their source.
 * Out is as before then. Else the buffer's sticky error.
 */
int ob_quote(struct ob_buf *out, enum ob_quote_style style, struct ob_str text);

#endif
