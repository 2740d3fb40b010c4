/* events.c - server-sent events: one text, many sockets. See lede/server.h.
 *
 * A stream costs its connection and nothing else: no buffer, no timer. An event is composed once
 * and shared by all writes of it; nearly all are taken by the socket at once and need none.
 */
#include "net/connection.h"

#include <stdlib.h>

enum { BEAT_MS = 15000, BEHIND_MAX = 64 << 10 };

struct lede_events {
    lede_server *server;
    lede_events *next;
    lede__connection *first;
    unsigned count;
    uint64_t number, said_at;
};

/* A text that is being written to some of them. */
typedef struct text {
    unsigned owners;
    lede_buf bytes;
} text;

typedef struct writing {
    uv_write_t request;
    lede__connection *connection;
    text *text;
} writing;

static text *text_new(void) {
    text *t = calloc(1, sizeof *t);
    if (t) {
        t->owners = 1;
        lede_buf_init(&t->bytes, 1 << 20);
    }
    return t;
}

static void text_drop(text *t) {
    if (--t->owners > 0)
        return;
    lede_buf_fini(&t->bytes);
    free(t);
}

/* ---- writing */

static void on_wrote(uv_write_t *request, int status) {
    writing *w = (writing *)request;
    lede__connection *c = w->connection;
    c->writes--;
    text_drop(w->text);
    free(w);
    if (status < 0)
        lede__connection_drop(c);
}

static bool write_rest(lede__connection *c, text *t, size_t from) {
    writing *w = malloc(sizeof *w);
    if (!w)
        return false;
    *w = (writing){.connection = c, .text = t};
    uv_buf_t b = uv_buf_init(t->bytes.ptr + from, (unsigned)(t->bytes.len - from));
    t->owners++;
    c->writes++;
    if (uv_write(&w->request, (uv_stream_t *)&c->tcp, &b, 1, on_wrote) == 0)
        return true;
    t->owners--;
    c->writes--;
    free(w);
    return false;
}

static void give(lede__connection *c, text *t) {
    uv_stream_t *stream = (uv_stream_t *)&c->tcp;
    uv_buf_t b = uv_buf_init(t->bytes.ptr, (unsigned)t->bytes.len);
    if (uv_stream_get_write_queue_size(stream) > BEHIND_MAX) {
        lede__connection_drop(c);
        return;
    }
    const int n = uv_try_write(stream, &b, 1);
    if (n < 0 && n != UV_EAGAIN)
        lede__connection_drop(c);
    else if (n < (int)b.len && !write_rest(c, t, n > 0 ? (size_t)n : 0))
        lede__connection_drop(c);
}

static void give_all(lede_events *e, text *t) {
    e->said_at = uv_now(e->server->uv);
    for (lede__connection *c = e->first, *next; c; c = next) {
        next = c->next_stream;
        give(c, t);
    }
}

/* ---- the text of an event */

static void add_event(lede_buf *b, uint64_t number, lede_str event, lede_str data) {
    lede_buf_addf(b, "id: %llu\nevent: %.*s\n", (unsigned long long)number, (int)event.len,
                  event.ptr);
    do {
        const size_t end = lede_str_find(data, '\n', 0);
        lede_buf_adds(b, "data: ");
        lede_buf_add(b, lede_str_n(data.ptr, end));
        lede_buf_addc(b, '\n');
        data = lede_str_sub(data, end + 1);
    } while (data.len);
    lede_buf_addc(b, '\n');
}

lede_status lede_events_send(lede_events *e, lede_str event, lede_str data, lede_error *err) {
    text *t = text_new();
    if (!t)
        return lede_fail(err, LEDE_ENOMEM, "server: out of memory");
    add_event(&t->bytes, ++e->number, event, data);
    const lede_status st = lede_buf_status(&t->bytes, err);
    if (!st)
        give_all(e, t);
    text_drop(t);
    return st;
}

/* ---- streams */

void lede_events_join(lede_events *e, lede_request *q, lede_str event, lede_str first) {
    static const char head[] =
        "Content-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 400\n\n";
    lede__connection *c = q->connection;
    text *t = c ? text_new() : NULL;
    lede__request_free(q);
    if (!c)
        return;
    c->request = NULL;
    if (!t) {
        lede__connection_drop(c);
        return;
    }
    lede_buf_addf(&t->bytes, "HTTP/1.1 200 OK\r\nDate: %s\r\n%s", lede__date(e->server), head);
    if (first.len)
        add_event(&t->bytes, e->number, event, first);
    lede__connection_wait(c, LEDE__STREAMING);
    lede__reader_free(c->reader);
    c->reader = NULL;
    c->channel = e;
    c->next_stream = e->first;
    c->previous_stream = NULL;
    if (e->first)
        e->first->previous_stream = c;
    e->first = c;
    e->count++;
    e->server->stats.streams++;
    give(c, t);
    text_drop(t);
}

void lede__events_leave(lede__connection *c) {
    lede_events *e = c->channel;
    if (!e)
        return;
    if (c->previous_stream)
        c->previous_stream->next_stream = c->next_stream;
    else
        e->first = c->next_stream;
    if (c->next_stream)
        c->next_stream->previous_stream = c->previous_stream;
    c->channel = NULL;
    e->count--;
    e->server->stats.streams--;
}

/* A line that says nothing: it shows which clients are gone, and keeps what is between awake. */
static void beat(lede_events *e) {
    text *t = text_new();
    if (!t)
        return;
    lede_buf_adds(&t->bytes, ":\n\n");
    give_all(e, t);
    text_drop(t);
}

void lede__events_beat(lede_server *s) {
    for (lede_events *e = s->channels; e; e = e->next)
        if (uv_now(s->uv) - e->said_at >= BEAT_MS)
            beat(e);
}

static void end_streams(lede_events *e) {
    while (e->first)
        lede__connection_drop(e->first);
}

void lede__events_stop(lede_server *s) {
    for (lede_events *e = s->channels; e; e = e->next)
        end_streams(e);
}

unsigned lede_events_count(const lede_events *e) { return e->count; }

lede_status lede_events_open(lede_server *s, lede_events **out, lede_error *err) {
    lede_events *e = *out = calloc(1, sizeof *e);
    if (!e)
        return lede_fail(err, LEDE_ENOMEM, "server: out of memory");
    e->server = s;
    e->next = s->channels;
    e->said_at = uv_now(s->uv);
    s->channels = e;
    return LEDE_OK;
}

void lede_events_close(lede_events *e) {
    if (!e)
        return;
    end_streams(e);
    for (lede_events **at = &e->server->channels; *at; at = &(*at)->next)
        if (*at == e) {
            *at = e->next;
            break;
        }
    free(e);
}
