/* sockets.h - TCP and Unix sockets on the desk's loop, both ends. Knows nothing of what is said
 * over them. */
#ifndef LEDE_NET_SOCKETS_H
#define LEDE_NET_SOCKETS_H

#include "loop/workers.h"

typedef struct lede__socket lede__socket;
typedef struct lede__listener lede__listener;

typedef struct lede__place {
    const char *host; /* a name or address; NULL with path */
    int port;         /* 0 when listening: any that is free */
    const char *path; /* of a Unix socket */
} lede__place;

/* Begins to connect: to each address of the name in turn. news(ctx) is called from the loop
 * whenever there is more to see below. */
LEDE_MUST_CHECK lede_status lede__socket_connect(lede_loop *loop, const lede__place *to,
                                                 void (*news)(void *ctx), void *ctx,
                                                 lede__socket **out, lede_error *err);
void lede__socket_close(lede__socket *s); /* no news afterwards; NULL is fine */
/* Connected, or not to be: then *why says so. */
bool lede__socket_settled(const lede__socket *s, const lede_error **why);
/* What came and was not taken yet, at most 256 KiB; then the other end waits. Clear it when taken
 * and say so. */
lede_buf *lede__socket_input(lede__socket *s);
void lede__socket_taken(lede__socket *s);
/* Nothing more will come; *why is NULL when the other end was done. */
bool lede__socket_input_ended(const lede__socket *s, const lede_error **why);
/* Queues a copy. */
LEDE_MUST_CHECK lede_status lede__socket_write(lede__socket *s, lede_str bytes, lede_error *err);
size_t lede__socket_unwritten(const lede__socket *s);
/* Why a write failed, or NULL. */
const lede_error *lede__socket_broken(const lede__socket *s);
void lede__socket_finish(lede__socket *s); /* the other end reads an end, after what is queued */

/* Listens at an address (a name is looked up at once). A Unix path that is taken is refused. */
LEDE_MUST_CHECK lede_status lede__listener_open(lede_loop *loop, const lede__place *at,
                                                void (*news)(void *ctx), void *ctx,
                                                lede__listener **out, lede_error *err);
void lede__listener_close(lede__listener *l);       /* NULL is fine */
int lede__listener_port(const lede__listener *l);   /* 0 of a Unix socket */
bool lede__listener_waits(const lede__listener *l); /* somebody has connected */
/* The next who connected; LEDE_ENOTFOUND when nobody waits. */
LEDE_MUST_CHECK lede_status lede__listener_take(lede__listener *l, void (*news)(void *ctx),
                                                void *ctx, lede__socket **out, lede_error *err);

#endif
