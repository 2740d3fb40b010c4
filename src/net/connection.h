/* connection.h - what the files of the server share: server.c, connection.c, answer.c, events.c. */
#ifndef LEDE_NET_CONNECTION_H
#define LEDE_NET_CONNECTION_H

#include "lede/server.h"
#include "net/request.h"

#include <uv.h>

typedef struct lede__connection lede__connection;

/* What a connection waits for; each has its limit of time. */
typedef enum lede__waiting {
    LEDE__IDLE,      /* for a request to begin */
    LEDE__HEAD,      /* for its head to end */
    LEDE__BODY,      /* for its body to end */
    LEDE__HANDLER,   /* for its answer */
    LEDE__WRITING,   /* for the client to take the answer */
    LEDE__STREAMING, /* for nothing: an event stream */
    LEDE__LINGERING, /* for the client to hang up after it was refused */
    LEDE__CLOSING
} lede__waiting;

struct lede_server {
    uv_loop_t *uv;
    uv_tcp_t listener;
    uv_timer_t sweep;
    lede__connection *first; /* all that are open, the newest first */
    lede_events *channels;
    lede_server_options options;
    lede_server_limits limits;
    char address[64], host[256];
    int port;
    lede_server_stats stats;
    unsigned handles; /* listener, sweep and connections that are not closed yet */
    bool stopping;
    uint64_t stop_by;
    int64_t date_second;
    char date[40];
    char read[64 << 10]; /* what a connection read, until its callback returns */
};

struct lede__connection {
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    lede_server *server;
    lede__connection *next, *previous;
    lede__connection *next_stream, *previous_stream;
    lede_events *channel;
    lede__reader *reader;
    lede_request *request; /* with the handler */
    lede__waiting waiting;
    uint64_t until; /* uv_now of the limit; 0 = none */
    lede_buf rest;  /* read, and of the next request */
    lede_buf head;  /* of the answer, while the client has not taken it */
    size_t head_sent;
    lede_content *content;              /* likewise */
    lede_str left;                      /* of its bytes */
    unsigned writes;                    /* of events that are under way */
    bool keep, feeding, reading, ended; /* ended: the client sends no more */
};

struct lede_request {
    lede__connection *connection; /* NULL: the client went away */
    lede_server *server;
    lede_method method;
    lede_buf path, kept; /* kept: the texts of a request whose connection is gone */
    lede_str query;
};

/* ---- connection.c */
void lede__connection_accept(lede_server *s);
void lede__connection_drop(lede__connection *c);
void lede__connection_wait(lede__connection *c, lede__waiting for_what);
/* The limit of what it waits for was passed. */
void lede__connection_late(lede__connection *c);
/* The answer is with the client: on to the next request. */
void lede__connection_answered(lede__connection *c);

/* ---- answer.c */
/* Sends c->head and c->left; both are filled. */
void lede__answer_send(lede__connection *c);
/* Answers what is no request, and hangs up. */
void lede__answer_refusal(lede__connection *c, int status);
const char *lede__date(lede_server *s); /* as Date has it */
const char *lede__status_words(int status);
void lede__request_free(lede_request *q);

/* ---- events.c */
void lede__events_leave(lede__connection *c); /* before it is dropped */
void lede__events_beat(lede_server *s);       /* about twice a second */
void lede__events_stop(lede_server *s);       /* ends all streams */

#endif
