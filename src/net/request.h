/* request.h - one HTTP/1.1 request after another out of the bytes of a connection, strictly, within
 * limits.
 *
 * Pure: no sockets, no loop. Bytes go in as they come; when a request is whole the reader stops
 * before the next one.
 */
#ifndef LEDE_NET_REQUEST_H
#define LEDE_NET_REQUEST_H

#include "lede/server.h"

typedef struct lede__reader lede__reader;

typedef enum lede__reading {
    LEDE__READ_MORE, /* all bytes are eaten */
    LEDE__READ_DONE, /* a request is whole; see lede__reader_next() */
    LEDE__READ_BAD   /* no request: lede__reader_status() says with what to answer before closing */
} lede__reading;

/* Keeps limits. NULL: no memory. */
lede__reader *lede__reader_new(const lede_server_limits *limits);
void lede__reader_free(lede__reader *r); /* NULL is fine */
/* Reads on; *eaten says how many of the bytes. */
lede__reading lede__reader_read(lede__reader *r, lede_str bytes, size_t *eaten);
/* Forgets the request that was whole, and gives its memory back. */
void lede__reader_next(lede__reader *r);

bool lede__reader_begun(const lede__reader *r);   /* some bytes of a request are read */
bool lede__reader_in_body(const lede__reader *r); /* its head is whole */
/* Whether the client waits for "100 Continue" before it sends the body; true once. */
bool lede__reader_asks_to_go_on(lede__reader *r);
int lede__reader_status(const lede__reader *r);

/* Of a whole request. Texts are borrowed until lede__reader_next(). */
lede_method lede__reader_method(const lede__reader *r);
lede_str lede__reader_target(const lede__reader *r);
/* The first value of a field (names without case), and how many fields have the name (may be NULL).
 */
lede_str lede__reader_field(const lede__reader *r, lede_str name, unsigned *count);
lede_str lede__reader_body(const lede__reader *r);
bool lede__reader_keeps_alive(const lede__reader *r);

#endif
