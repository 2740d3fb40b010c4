/* client.h - an HTTP client on the desk's loop (libcurl inside): HTTP/1.1 and 2, TLS,
 * decompression, redirects, limits.
 *
 * Two pools of connections: one for requests that the guard watches, one for those allowed to reach
 * any address. A pooled connection is used again without asking the guard, so the two never share.
 * Knows nothing of Lua. One thread; nothing here is called from within a request's news.
 */
#ifndef LEDE_NET_CLIENT_H
#define LEDE_NET_CLIENT_H

#include "loop/workers.h"

typedef struct lede__http lede__http;
typedef struct lede__request lede__request;

LEDE_MUST_CHECK lede_status lede__http_open(lede_loop *loop, lede__http **out, lede_error *err);
void lede__http_close(lede__http *h); /* every request is closed by then; NULL is fine */

/* Everything is copied. */
typedef struct lede__request_order {
    const char *url,
        *method; /* method: upper case; GET, HEAD and POST follow redirects as browsers do */
    const char *const *headers; /* "Name: value"; ends with NULL */
    lede_str body;
    bool has_body;
    bool private_too;  /* addresses of this machine and of private networks are allowed */
    int timeout_ms;    /* of the whole; 0 = none */
    int connect_ms;    /* 0 = 5,000 */
    int redirects;     /* followed at most */
    size_t max_bytes;  /* of the body, decoded */
    size_t window;     /* bytes held for the reader; then the sender waits */
    const char *ca;    /* a file of certificates to trust instead of the system's; NULL */
    const char *sigv4; /* "aws:amz:REGION:SERVICE" signs with user; NULL */
    const char *user;  /* "NAME:PASSWORD", for the URL's host only; NULL */
} lede__request_order;

/* Starts a request. news(ctx) is called from the loop whenever there is more to see below: head,
 * bytes, the end. */
LEDE_MUST_CHECK lede_status lede__request_start(lede__http *h, const lede__request_order *o,
                                                void (*news)(void *ctx), void *ctx,
                                                lede__request **out, lede_error *err);
void lede__request_close(lede__request *r); /* at any time; no news afterwards. NULL is fine */

bool lede__request_has_head(const lede__request *r);
int lede__request_status(const lede__request *r);      /* 200, 304, ... */
const char *lede__request_url(const lede__request *r); /* after redirects */
int lede__request_version(const lede__request *r);     /* 10, 11, 20 */
lede_str lede__request_headers(
    const lede__request *r); /* "name\0value\0" each, names in lower case, in order */
int64_t lede__request_retry_after(
    const lede__request *r); /* seconds that the server asks for; 0 = does not */
bool lede__request_ended(const lede__request *r,
                         const lede_error **why); /* *why: NULL when all is there */
/* What has come and was not taken. Clear it when taken and say so: the sender goes on. */
lede_buf *lede__request_body(lede__request *r);
void lede__request_taken(lede__request *r);

#endif
