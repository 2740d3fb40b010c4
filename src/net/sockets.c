/* sockets.c - libuv streams with a window and words. See net/sockets.h.
 *
 * A connection that failed cannot be tried again on the same handle, so each address of a name gets
 * a new one; the old ones close behind our back, and the memory goes with the last. */
#include "net/sockets.h"

#include "loop/work.h"

#include "base/banned.h"

#include <uv.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WINDOW = 256 << 10, PIECE = 64 << 10, BACKLOG = 128 };

typedef union stream {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
} stream;

struct lede__socket {
    stream *stream; /* NULL while names are looked up, and when it could not be */
    uv_loop_t *uv;
    uv_getaddrinfo_t lookup;
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    struct addrinfo *addresses, *next;
    int busy; /* requests under way: they are told, even after close */
    bool closed, settled, reading, full, input_ended;
    size_t unwritten;
    lede_buf input;
    lede_error why, broken;
    void (*news)(void *ctx);
    void *ctx;
    char name[160];
};

/* ---- memory */

static void on_stream_closed(uv_handle_t *handle) { free(handle); }

static void close_stream(lede__socket *s) {
    if (s->stream)
        uv_close(&s->stream->handle, on_stream_closed);
    s->stream = NULL;
}

static void free_when_done(lede__socket *s) {
    if (!s->closed || s->busy)
        return;
    uv_freeaddrinfo(s->addresses);
    lede_buf_fini(&s->input);
    free(s);
}

static void done(lede__socket *s) {
    s->busy--;
    free_when_done(s);
}

static void tell(lede__socket *s) {
    if (!s->closed)
        s->news(s->ctx);
}

static stream *new_stream(uv_loop_t *uv, bool local) {
    stream *st = calloc(1, sizeof *st);
    if (!st)
        return NULL;
    const int rc = local ? uv_pipe_init(uv, &st->pipe, 0) : uv_tcp_init(uv, &st->tcp);
    if (rc == 0)
        return st;
    free(st);
    return NULL;
}

static lede__socket *new_socket(uv_loop_t *uv, void (*news)(void *ctx), void *ctx) {
    lede__socket *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->uv = uv;
    s->news = news;
    s->ctx = ctx;
    lede_buf_init(&s->input, LEDE_BUF_MAX);
    return s;
}

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "net: out of memory");
}

static lede_status status_of(int rc) {
    return rc == UV_ENOMEM       ? LEDE_ENOMEM
           : rc == UV_EADDRINUSE ? LEDE_EBUSY
           : rc == UV_EACCES     ? LEDE_EDENIED
                                 : LEDE_EIO;
}

static void settle(lede__socket *s, int rc) {
    s->settled = true;
    if (rc != 0) {
        (void)lede_fail(&s->why, status_of(rc), "cannot connect to %s: %s", s->name,
                        uv_strerror(rc));
        s->input_ended = true;
    }
    tell(s);
}

/* ---- reading */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
    lede__socket *s = handle->data;
    char *room = lede_buf_room(&s->input, PIECE);
    (void)suggested;
    *out = uv_buf_init(room, room ? PIECE : 0);
}

static void end_input(lede__socket *s, int rc) {
    s->input_ended = true;
    s->reading = false;
    (void)uv_read_stop(&s->stream->stream);
    if (rc != UV_EOF && !s->why.status)
        (void)lede_fail(&s->why, status_of(rc == UV_ENOBUFS ? UV_ENOMEM : rc), "reading: %s",
                        uv_strerror(rc));
}

static void on_read(uv_stream_t *uv, ssize_t n, const uv_buf_t *into) {
    lede__socket *s = uv->data;
    (void)into;
    if (n == 0)
        return;
    if (n > 0)
        lede_buf_seal(&s->input, (size_t)n);
    else
        end_input(s, (int)n);
    if (s->reading && s->input.len >= WINDOW) {
        s->full = true;
        s->reading = false;
        (void)uv_read_stop(uv);
    }
    tell(s);
}

static void start_reading(lede__socket *s) {
    s->reading = true;
    (void)uv_read_start(&s->stream->stream, on_alloc, on_read);
}

lede_buf *lede__socket_input(lede__socket *s) { return &s->input; }

void lede__socket_taken(lede__socket *s) {
    if (!s->full || !s->stream)
        return;
    s->full = false;
    start_reading(s);
}

bool lede__socket_input_ended(const lede__socket *s, const lede_error **why) {
    *why = s->why.status ? &s->why : NULL;
    return s->input_ended;
}

/* ---- writing */

typedef struct writing {
    uv_write_t request;
    lede__socket *of;
    size_t len;
    char bytes[];
} writing;

static void on_written(uv_write_t *request, int rc) {
    writing *w = request->data;
    lede__socket *s = w->of;
    s->unwritten -= w->len;
    if (rc != 0 && !s->broken.status)
        (void)lede_fail(&s->broken, status_of(rc), "writing: %s", uv_strerror(rc));
    free(w);
    tell(s);
    done(s);
}

lede_status lede__socket_write(lede__socket *s, lede_str bytes, lede_error *err) {
    if (!s->stream || s->why.status)
        return lede_fail(err, LEDE_EIO, "not connected");
    writing *w = malloc(sizeof *w + bytes.len);
    if (!w)
        return no_memory(err);
    w->of = s;
    w->len = bytes.len;
    w->request.data = w;
    if (bytes.len)
        memcpy(w->bytes, bytes.ptr, bytes.len);
    const uv_buf_t buf = uv_buf_init(w->bytes, (unsigned)bytes.len);
    const int rc = uv_write(&w->request, &s->stream->stream, &buf, 1, on_written);
    if (rc != 0) {
        free(w);
        return lede_fail(err, status_of(rc), "writing: %s", uv_strerror(rc));
    }
    s->busy++;
    s->unwritten += bytes.len;
    return LEDE_OK;
}

size_t lede__socket_unwritten(const lede__socket *s) { return s->unwritten; }
const lede_error *lede__socket_broken(const lede__socket *s) {
    return s->broken.status ? &s->broken : NULL;
}

static void on_shutdown(uv_shutdown_t *request, int rc) {
    (void)rc; /* the other end has gone already */
    done(request->data);
}

void lede__socket_finish(lede__socket *s) {
    if (!s->stream || s->shutdown.data)
        return;
    s->shutdown.data = s;
    if (uv_shutdown(&s->shutdown, &s->stream->stream, on_shutdown) == 0)
        s->busy++;
}

/* ---- connecting */

static void try_next(lede__socket *s, int rc);

static void on_connect(uv_connect_t *request, int rc) {
    lede__socket *s = request->data;
    if (s->closed) {
        /* nobody asks any more */
    } else if (rc == 0) {
        start_reading(s);
        settle(s, 0);
    } else {
        close_stream(s);
        try_next(s, rc);
    }
    done(s);
}

/* Each address in turn; rc is why the one before it did not do. */
static void try_next(lede__socket *s, int rc) {
    while (s->next) {
        const struct addrinfo *at = s->next;
        s->next = at->ai_next;
        s->stream = new_stream(s->uv, false);
        rc = UV_ENOMEM;
        if (!s->stream)
            break;
        s->stream->handle.data = s;
        rc = uv_tcp_connect(&s->connect, &s->stream->tcp, at->ai_addr, on_connect);
        if (rc == 0) {
            s->busy++;
            return;
        }
        close_stream(s);
    }
    settle(s, rc);
}

static void on_lookup(uv_getaddrinfo_t *request, int rc, struct addrinfo *found) {
    lede__socket *s = request->data;
    s->addresses = s->next = found;
    if (!s->closed) {
        if (rc == 0)
            try_next(s, UV_EADDRNOTAVAIL);
        else
            settle(s, rc);
    }
    done(s);
}

static int look_up(lede__socket *s, const lede__place *to) {
    char port[12];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    snprintf(port, sizeof port, "%d", to->port);
    snprintf(s->name, sizeof s->name, "%s port %d", to->host, to->port);
    if (lede__work_ready(NULL))
        return UV_ENOMEM;
    return uv_getaddrinfo(s->uv, &s->lookup, on_lookup, to->host, port, &hints);
}

static int begin(lede__socket *s, const lede__place *to) {
    s->connect.data = s->lookup.data = s;
    if (to->host)
        return look_up(s, to);
    snprintf(s->name, sizeof s->name, "%s", to->path);
    s->stream = new_stream(s->uv, true);
    if (!s->stream)
        return UV_ENOMEM;
    s->stream->handle.data = s;
    uv_pipe_connect(&s->connect, &s->stream->pipe, to->path, on_connect);
    return 0;
}

lede_status lede__socket_connect(lede_loop *loop, const lede__place *to, void (*news)(void *ctx),
                                 void *ctx, lede__socket **out, lede_error *err) {
    *out = NULL;
    lede__socket *s = new_socket(lede_loop_uv(loop), news, ctx);
    if (!s)
        return no_memory(err);
    const int rc = begin(s, to);
    if (rc != 0) {
        lede__socket_close(s);
        return lede_fail(err, status_of(rc), "cannot connect: %s", uv_strerror(rc));
    }
    s->busy++;
    *out = s;
    return LEDE_OK;
}

bool lede__socket_settled(const lede__socket *s, const lede_error **why) {
    *why = s->why.status ? &s->why : NULL;
    return s->settled;
}

void lede__socket_close(lede__socket *s) {
    if (!s)
        return;
    s->closed = true;
    if (s->busy && s->lookup.data && !s->stream)
        (void)uv_cancel((uv_req_t *)&s->lookup);
    close_stream(s);
    free_when_done(s);
}

/* ---- listening */

struct lede__listener {
    stream *stream;
    uv_loop_t *uv;
    bool local;
    int waiting; /* connections not taken */
    void (*news)(void *ctx);
    void *ctx;
};

static void on_connection(uv_stream_t *uv, int rc) {
    lede__listener *l = uv->data;
    if (rc != 0)
        return; /* one that went away at once */
    l->waiting++;
    l->news(l->ctx);
}

static int bind_tcp(stream *st, const lede__place *at) {
    uv_getaddrinfo_t lookup;
    char port[12];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    snprintf(port, sizeof port, "%d", at->port);
    int rc = uv_getaddrinfo(st->handle.loop, &lookup, NULL, at->host, port, &hints);
    if (rc != 0)
        return rc;
    rc = uv_tcp_bind(&st->tcp, lookup.addrinfo->ai_addr, 0);
    uv_freeaddrinfo(lookup.addrinfo);
    return rc;
}

lede_status lede__listener_open(lede_loop *loop, const lede__place *at, void (*news)(void *ctx),
                                void *ctx, lede__listener **out, lede_error *err) {
    *out = NULL;
    lede__listener *l = calloc(1, sizeof *l);
    if (!l)
        return no_memory(err);
    *l = (lede__listener){.uv = lede_loop_uv(loop), .local = !at->host, .news = news, .ctx = ctx};
    l->stream = new_stream(l->uv, l->local);
    int rc = UV_ENOMEM;
    if (l->stream) {
        l->stream->handle.data = l;
        rc = l->local ? uv_pipe_bind(&l->stream->pipe, at->path) : bind_tcp(l->stream, at);
    }
    if (rc == 0)
        rc = uv_listen(&l->stream->stream, BACKLOG, on_connection);
    if (rc != 0) {
        lede__listener_close(l);
        return lede_fail(err, status_of(rc), "cannot listen at %s port %d: %s",
                         at->host ? at->host : at->path, at->port, uv_strerror(rc));
    }
    *out = l;
    return LEDE_OK;
}

void lede__listener_close(lede__listener *l) {
    if (!l)
        return;
    if (l->stream)
        uv_close(&l->stream->handle,
                 on_stream_closed); /* libuv removes the path of a Unix socket */
    free(l);
}

int lede__listener_port(const lede__listener *l) {
    struct sockaddr_storage at;
    int len = sizeof at;
    if (l->local || uv_tcp_getsockname(&l->stream->tcp, (struct sockaddr *)&at, &len) != 0)
        return 0;
    return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                          : ((struct sockaddr_in *)&at)->sin_port);
}

bool lede__listener_waits(const lede__listener *l) { return l->waiting > 0; }

lede_status lede__listener_take(lede__listener *l, void (*news)(void *ctx), void *ctx,
                                lede__socket **out, lede_error *err) {
    *out = NULL;
    if (!l->waiting)
        return lede_fail(err, LEDE_ENOTFOUND, "nobody has connected");
    l->waiting--;
    lede__socket *s = new_socket(l->uv, news, ctx);
    if (s)
        s->stream = new_stream(l->uv, l->local);
    if (!s || !s->stream) {
        lede__socket_close(s);
        return no_memory(err);
    }
    s->stream->handle.data = s;
    const int rc = uv_accept(&l->stream->stream, &s->stream->stream);
    if (rc != 0) {
        lede__socket_close(s);
        return lede_fail(err, LEDE_EIO, "cannot accept: %s", uv_strerror(rc));
    }
    s->settled = true;
    start_reading(s);
    *out = s;
    return LEDE_OK;
}
