/* checked.h - a file of bytes that were worked out of something else, mapped by whoever needs them.
 * Never changed in place: the next one is written beside and renamed. Each block is checked when it
 * is first touched, so opening costs nothing however long the file is. */
#ifndef LEDE_BIND_CHECKED_H
#define LEDE_BIND_CHECKED_H

#include "lede/text.h"

typedef struct lede__checked lede__checked;
/* Maps the file if it is whole as far as its head says, and made of that; else NULL. */
lede__checked *lede__checked_open(const char *dir, const char *name, uint64_t made_of);
void lede__checked_close(lede__checked *c);           /* NULL is fine */
lede_str lede__checked_bytes(const lede__checked *c); /* 8-byte aligned */
/* Whether those n of its bytes are as they were written. May be asked by any thread; c is a
 * lede__checked, see lede_related_whole. */
bool lede__checked_whole(void *c, const void *at, size_t n);

/* The bytes to write are appended to a buffer that began so. */
void lede__checked_begin(lede_buf *b);
LEDE_MUST_CHECK lede_status lede__checked_write(const char *dir, const char *name, uint64_t made_of,
                                                lede_buf *b, lede_error *err);
void lede__checked_remove(const char *dir, const char *name); /* absent is fine */

#endif
