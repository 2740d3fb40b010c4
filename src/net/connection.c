/* connection.c - one connection: its requests one after the other, what it waits for, its end.
 *
 * A request is handed over when it is whole; the bytes behind it stay until it is answered, and
 * nothing more is read meanwhile. So a client that pipelines without reading waits for itself, and
 * a connection holds one answer at most. Between requests it holds no memory but its own few
 * hundred bytes: all connections read into one buffer of the server.
 */
#include "net/connection.h"

#include "net/target.h"

#include <assert.h>
#include <stdlib.h>

enum { LINGER_MS = 1000 };

/* ---- life */

static void on_closed(uv_handle_t *handle) {
    lede__connection *c = handle->data;
    lede_server *s = c->server;
    assert(c->writes == 0);
    s->handles--;
    lede__reader_free(c->reader);
    lede_content_close(c->content);
    lede_buf_fini(&c->rest);
    lede_buf_fini(&c->head);
    free(c);
}

static void unlink_from(lede_server *s, lede__connection *c) {
    if (c->previous)
        c->previous->next = c->next;
    else
        s->first = c->next;
    if (c->next)
        c->next->previous = c->previous;
}

/* The handler may answer later all the same; then it speaks to nobody. */
static void leave_request(lede__connection *c) {
    if (!c->request)
        return;
    c->request->connection = NULL;
    c->request->query = (lede_str){0};
    c->request = NULL;
}

void lede__connection_drop(lede__connection *c) {
    if (c->waiting == LEDE__CLOSING)
        return;
    lede__events_leave(c);
    leave_request(c);
    c->waiting = LEDE__CLOSING;
    c->until = 0;
    c->server->stats.open--;
    unlink_from(c->server, c);
    uv_close((uv_handle_t *)&c->tcp, on_closed);
}

void lede__connection_wait(lede__connection *c, lede__waiting for_what) {
    const lede_server_limits *l = &c->server->limits;
    const int ms[] = {[LEDE__IDLE] = l->idle_ms,     [LEDE__HEAD] = l->head_ms,
                      [LEDE__BODY] = l->body_ms,     [LEDE__HANDLER] = l->answer_ms,
                      [LEDE__WRITING] = l->write_ms, [LEDE__STREAMING] = 0,
                      [LEDE__LINGERING] = LINGER_MS, [LEDE__CLOSING] = 0};
    if (c->waiting == LEDE__CLOSING)
        return;
    c->waiting = for_what;
    c->until = ms[for_what] ? uv_now(c->server->uv) + (uint64_t)ms[for_what] : 0;
}

void lede__connection_late(lede__connection *c) {
    c->server->stats.timed_out += c->waiting != LEDE__LINGERING;
    switch (c->waiting) {
    case LEDE__HEAD:
    case LEDE__BODY:
        lede__answer_refusal(c, 408);
        return;
    case LEDE__HANDLER:
        leave_request(c);
        lede__answer_refusal(c, 504);
        return;
    case LEDE__IDLE:
    case LEDE__WRITING:
    case LEDE__STREAMING:
    case LEDE__LINGERING:
    case LEDE__CLOSING:
        lede__connection_drop(c);
        return;
    }
}

/* ---- requests */

/* 0, or the status to refuse the request with. */
static int check(const lede__connection *c, lede_request *q) {
    const lede_server *s = c->server;
    const lede__reader *r = c->reader;
    unsigned hosts, origins;
    lede__target target;
    const lede_str host = lede__reader_field(r, LEDE_STR("Host"), &hosts);
    const lede_str origin = lede__reader_field(r, LEDE_STR("Origin"), &origins);
    const lede_str site = lede__reader_field(r, LEDE_STR("Sec-Fetch-Site"), NULL);
    const lede_str mode = lede__reader_field(r, LEDE_STR("Sec-Fetch-Mode"), NULL);
    if (hosts != 1 || !lede__target_split(lede__reader_target(r), &target))
        return 400;
    if (target.authority.len && !lede_str_eq_nocase(target.authority, host))
        return 400;
    if (!lede__host_known(host, s->address, s->host[0] ? s->host : NULL))
        return 421;
    if (origins > 1 || !lede__origin_allowed(origin, host, site, mode))
        return 403;
    if (lede__reader_method(r) == LEDE_POST && !origin.len)
        return 403; /* a form or a script of ours says where it comes from */
    q->query = target.query;
    q->method = lede__reader_method(r);
    return lede__target_path(target.path, &q->path);
}

/* A request that is refused is no reason to hang up: it was read to its end. */
static void hand_over(lede__connection *c) {
    lede_server *s = c->server;
    lede_request *q = calloc(1, sizeof *q);
    s->stats.requests++;
    c->keep = lede__reader_keeps_alive(c->reader) && !s->stopping;
    if (!q) {
        lede__connection_drop(c);
        return;
    }
    *q = (lede_request){.connection = c, .server = s, .method = lede__reader_method(c->reader)};
    lede_buf_init(&q->path, s->limits.target_bytes);
    c->request = q;
    lede__connection_wait(c, LEDE__HANDLER);
    const int status = check(c, q);
    if (status) {
        s->stats.refused++;
        lede_request_answer(q, &(lede_answer){.status = status});
        return;
    }
    s->options.answer(s->options.ctx, q);
}

static void go_on(lede__connection *c) {
    static const char words[] = "HTTP/1.1 100 Continue\r\n\r\n";
    uv_buf_t b = uv_buf_init((char *)words, sizeof words - 1);
    if (lede__reader_asks_to_go_on(c->reader) &&
        uv_try_write((uv_stream_t *)&c->tcp, &b, 1) != (int)b.len)
        lede__connection_drop(c);
}

static void note_progress(lede__connection *c) {
    if (lede__reader_in_body(c->reader) && c->waiting != LEDE__BODY)
        lede__connection_wait(c, LEDE__BODY);
    else if (lede__reader_begun(c->reader) && c->waiting == LEDE__IDLE)
        lede__connection_wait(c, LEDE__HEAD);
    go_on(c);
}

static bool takes_requests(const lede__connection *c) {
    return c->waiting == LEDE__IDLE || c->waiting == LEDE__HEAD || c->waiting == LEDE__BODY;
}

/* Reads requests out of bytes and hands them over until one is not answered at once; gives what is
 * left. */
static lede_str feed(lede__connection *c, lede_str bytes) {
    c->feeding = true;
    while (bytes.len && takes_requests(c)) {
        size_t eaten;
        const lede__reading got = lede__reader_read(c->reader, bytes, &eaten);
        bytes = lede_str_sub(bytes, eaten);
        if (got == LEDE__READ_DONE)
            hand_over(c);
        else if (got == LEDE__READ_BAD)
            lede__answer_refusal(c, lede__reader_status(c->reader));
        else
            note_progress(c);
    }
    c->feeding = false;
    return bytes;
}

/* ---- reading */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
    const lede__connection *c = handle->data;
    (void)suggested;
    *out = uv_buf_init(c->server->read, sizeof c->server->read);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void read_or_not(lede__connection *c, bool want) {
    if (c->waiting == LEDE__CLOSING || want == c->reading)
        return;
    c->reading = want;
    if (want)
        uv_read_start((uv_stream_t *)&c->tcp, on_room, on_read);
    else
        uv_read_stop((uv_stream_t *)&c->tcp);
}

/* Keeps what belongs to requests that come later, and stops reading until they are due. */
static void keep_rest(lede__connection *c, lede_str rest) {
    if (takes_requests(c))
        return;
    if (c->waiting == LEDE__HANDLER || c->waiting == LEDE__WRITING) {
        lede_buf_add(&c->rest, rest);
        read_or_not(c, false);
        if (c->rest.status)
            lede__connection_drop(c);
    }
}

static void on_end(lede__connection *c) {
    c->ended = true;
    if (c->waiting == LEDE__HANDLER || c->waiting == LEDE__WRITING)
        read_or_not(c, false); /* it may still read the answer */
    else
        lede__connection_drop(c);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    lede__connection *c = stream->data;
    if (n == UV_EOF)
        on_end(c);
    else if (n < 0)
        lede__connection_drop(c);
    else if (n > 0 && c->waiting != LEDE__LINGERING && c->waiting != LEDE__STREAMING)
        keep_rest(c, feed(c, lede_str_n(buf->base, (size_t)n)));
}

void lede__connection_answered(lede__connection *c) {
    if (!c->keep || c->ended) {
        lede__connection_drop(c);
        return;
    }
    lede__reader_next(c->reader);
    lede__connection_wait(c, LEDE__IDLE);
    if (c->feeding)
        return; /* feed() goes on */
    lede_buf rest = c->rest;
    lede_buf_init(&c->rest, rest.limit);
    const lede_str left = feed(c, lede_buf_str(&rest));
    keep_rest(c, left);
    lede_buf_fini(&rest);
    read_or_not(c, takes_requests(c));
}

void lede__connection_accept(lede_server *s) {
    lede__connection *c = calloc(1, sizeof *c);
    if (!c)
        return;
    c->server = s;
    c->tcp.data = c;
    lede_buf_init(&c->rest, sizeof s->read);
    lede_buf_init(&c->head, 64 << 10);
    c->reader = lede__reader_new(&s->limits);
    if (uv_tcp_init(s->uv, &c->tcp) != 0) {
        lede__reader_free(c->reader);
        free(c);
        return;
    }
    s->stats.connections++;
    s->stats.open++;
    s->handles++;
    c->next = s->first;
    if (s->first)
        s->first->previous = c;
    s->first = c;
    lede__connection_wait(c, LEDE__IDLE);
    if (!c->reader || uv_accept((uv_stream_t *)&s->listener, (uv_stream_t *)&c->tcp) != 0) {
        lede__connection_drop(c);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    read_or_not(c, true);
    if (s->stats.open > s->limits.connections)
        lede__answer_refusal(c, 503);
}
