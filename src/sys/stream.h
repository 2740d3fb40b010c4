/* stream.h - an open file, read and written piece by piece. Counted: a thread may still read what
 * was closed. */
#ifndef LEDE_SYS_STREAM_H
#define LEDE_SYS_STREAM_H

#include "lede/text.h"

typedef struct lede__stream lede__stream;

/* mode: 'r' an existing file, 'w' a new or emptied one, 'a' at its end. */
LEDE_MUST_CHECK lede_status lede__stream_open(const char *path, char mode, lede__stream **out,
                                              lede_error *err);
lede__stream *lede__stream_ref(lede__stream *s);
void lede__stream_close(lede__stream *s); /* of one owner; NULL is fine */
/* Appends at most max bytes; none at the end. */
LEDE_MUST_CHECK lede_status lede__stream_read(lede__stream *s, size_t max, lede_buf *out,
                                              lede_error *err);
LEDE_MUST_CHECK lede_status lede__stream_write(lede__stream *s, lede_str bytes, lede_error *err);
LEDE_MUST_CHECK lede_status lede__stream_sync(lede__stream *s, lede_error *err);

#endif
