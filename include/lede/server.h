/* server.h - an HTTP/1.1 server for one machine's eyes: the preview's, or anybody's who has bytes
 * to show.
 *
 * Knows nothing of sites. Whoever opens it answers requests: at once, or later. It keeps
 * connections (keep-alive, pipelining), answers HEAD, Range and the conditional headers by the hash
 * of the bytes, compresses text for those who ask, and gives every wait a limit. It listens on
 * 127.0.0.1 unless told otherwise, and refuses before anybody is asked: requests whose Host is none
 * of its names (a page elsewhere may have rebound its name to us), requests from pages of other
 * origins, paths that name hidden files or leave their root, and whatever is no strict HTTP/1.1.
 *
 * One thread: that of the loop. Everything here is called from it.
 */
#ifndef LEDE_SERVER_H
#define LEDE_SERVER_H

#include "lede/text.h"

struct lede_loop;

/* ---- what is served: immutable bytes with their type, hash and compressed forms; shared by
 * reference */

typedef struct lede_content lede_content;
/* Copies both; type is the value of Content-Type. Gives *out with one owner. */
LEDE_MUST_CHECK lede_status lede_content_new(lede_str bytes, lede_str type, lede_content **out,
                                             lede_error *err);
/* The same, but takes the buffer's bytes and leaves it empty, also on failure. */
LEDE_MUST_CHECK lede_status lede_content_take(lede_buf *bytes, lede_str type, lede_content **out,
                                              lede_error *err);
lede_content *lede_content_ref(lede_content *c);
void lede_content_close(lede_content *c); /* each owner once; NULL is fine */
lede_str lede_content_bytes(const lede_content *c);
const unsigned char *lede_content_sha256(const lede_content *c); /* 32 bytes */
/* The media type for a file's name by its ending; "application/octet-stream" when unknown. */
lede_str lede_content_type(lede_str path);

/* ---- the server */

typedef struct lede_server lede_server;
typedef struct lede_request lede_request;

/* 0 means the figure in brackets. Times in ms. */
typedef struct lede_server_limits {
    size_t head_bytes;    /* [16 KiB] request line and fields */
    unsigned fields;      /* [100] */
    size_t target_bytes;  /* [8 KiB] of the request line */
    size_t body_bytes;    /* [1 MiB] */
    unsigned connections; /* [8,192] beyond it the longest idle one makes room, else 503 */
    int head_ms;          /* [10,000] from the first byte of a request to the end of its head */
    int body_ms;          /* [30,000] */
    int answer_ms;        /* [60,000] for an answer that was promised for later: then 504 */
    int write_ms;         /* [20,000] for each 64 KiB that the reader takes */
    int idle_ms;          /* [60,000] between requests */
    int grace_ms;         /* [2,000] of lede_server_stop */
} lede_server_limits;

typedef struct lede_server_options {
    const char *address; /* an IP address; NULL = "127.0.0.1" */
    int port;            /* 0 = any that is free */
    int port_tries;      /* how many ports to try from there on; 0 = 1 */
    const char *host; /* one more name that Host may have; NULL = only this machine's and address */
    lede_server_limits limits;
    void *ctx;
    /* A request that passed the checks. Answer it with one of the calls below, now or later. */
    void (*answer)(void *ctx, lede_request *q);
} lede_server_options;

/* Starts to listen. LEDE_EBUSY: the ports are taken; LEDE_EINVAL: no such address. Gives *out. */
LEDE_MUST_CHECK lede_status lede_server_open(struct lede_loop *loop, const lede_server_options *o,
                                             lede_server **out, lede_error *err);
int lede_server_port(const lede_server *s);
/* Takes no more connections or requests; answers that are on their way may end within grace_ms. */
void lede_server_stop(lede_server *s);
bool lede_server_stopped(const lede_server *s); /* nothing is left of them */
/* Ends what is left at once and runs the loop until it is closed. Requests that were not answered
 * are still to be answered by then: answer them first. NULL is fine. */
void lede_server_close(lede_server *s);

typedef struct lede_server_stats {
    uint64_t connections, requests, refused, timed_out; /* since it opened */
    unsigned open, streams;                             /* now */
} lede_server_stats;
void lede_server_get_stats(const lede_server *s, lede_server_stats *out);

/* ---- a request, from answer() until it is answered. Texts are borrowed until then. */

typedef enum lede_method { LEDE_GET, LEDE_HEAD, LEDE_POST } lede_method;
lede_method lede_request_method(const lede_request *q);
lede_str
lede_request_path(const lede_request *q); /* decoded, begins with '/'; no step begins with '.' */
lede_str lede_request_query(const lede_request *q); /* as it came, without '?' */
lede_str lede_request_field(const lede_request *q,
                            lede_str name); /* its first value; empty: none */
lede_str lede_request_body(const lede_request *q);
void *lede_request_ctx(const lede_request *q); /* of the server */

typedef struct lede_answer {
    int status;            /* 200, 404, ...; 0 = 200 */
    lede_content *content; /* borrowed, kept while needed; NULL = a line that names the status */
    lede_str location;     /* for 301, 302, 303, 308: a path of this server, escaped by it */
    lede_str fields;       /* further "Name: value\r\n" lines */
    bool store;            /* may be kept without asking again: a name that has its hash in it */
} lede_answer;
/* Answers q and ends it. Nothing is sent when the client went away meanwhile. */
void lede_request_answer(lede_request *q, const lede_answer *a);

/* ---- server-sent events: one channel, any number of clients */

typedef struct lede_events lede_events;
LEDE_MUST_CHECK lede_status lede_events_open(lede_server *s, lede_events **out, lede_error *err);
void lede_events_close(lede_events *e); /* ends its streams; before the server; NULL is fine */
/* Answers q with the channel's stream and ends it; first (may be empty) is an event for it alone.
 */
void lede_events_join(lede_events *e, lede_request *q, lede_str event, lede_str first);
/* Sends an event to every client; data may have many lines. One that cannot keep up is dropped: it
 * comes back by itself, and is told the state then. */
LEDE_MUST_CHECK lede_status lede_events_send(lede_events *e, lede_str event, lede_str data,
                                             lede_error *err);
unsigned lede_events_count(const lede_events *e);

#endif
