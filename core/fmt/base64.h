/*
 * Base64 of RFC 4648 section 4 (alphabet A-Z a-z 0-9 + /, padded).
 *
 * The decoder is strict: padding is required, and white space, foreign bytes
 * and non-zero bits behind the last byte are refused, so that each sequence
 * of bytes has exactly one text.
 */
#ifndef OB_FMT_BASE64_H
#define OB_FMT_BASE64_H

#include "base/buf.h"
#include "base/str.h"

/* Appends the text of the bytes; returns the buffer's sticky error. */
int ob_base64_encode(struct ob_buf *out, struct ob_str bytes);

/*
 * Appends the bytes of the text. -EBADMSG when it is not base64 (out is as
 * before), or the buffer's sticky error.
 */
int ob_base64_decode(struct ob_buf *out, struct ob_str text);

#endif
