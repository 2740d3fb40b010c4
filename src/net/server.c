/* server.c - listens, keeps the list of connections and looks at their limits. See lede/server.h.
 *
 * One timer looks at all connections twice a second instead of one timer each: a limit is kept to
 * half a second, and a connection that waits costs nothing.
 */
#include "net/connection.h"

#include "loop/workers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { SWEEP_MS = 500, BACKLOG = 1024 };

static int or_else(int value, int otherwise) { return value ? value : otherwise; }

static void complete_limits(lede_server_limits *l) {
    l->head_bytes = l->head_bytes ? l->head_bytes : 16 << 10;
    l->target_bytes = l->target_bytes ? l->target_bytes : 8 << 10;
    l->body_bytes = l->body_bytes ? l->body_bytes : 1 << 20;
    l->fields = l->fields ? l->fields : 100;
    l->connections = l->connections ? l->connections : 8192;
    l->head_ms = or_else(l->head_ms, 10000);
    l->body_ms = or_else(l->body_ms, 30000);
    l->answer_ms = or_else(l->answer_ms, 60000);
    l->write_ms = or_else(l->write_ms, 20000);
    l->idle_ms = or_else(l->idle_ms, 60000);
    l->grace_ms = or_else(l->grace_ms, 2000);
}

static void sweep(uv_timer_t *timer) {
    lede_server *s = timer->data;
    const uint64_t now = uv_now(s->uv);
    for (lede__connection *c = s->first, *next; c; c = next) {
        next = c->next;
        if ((c->until && now >= c->until) || (s->stopping && now >= s->stop_by))
            lede__connection_late(c);
    }
    lede__events_beat(s);
}

/* The connection that waited longest for a request to begin. */
static lede__connection *longest_idle(const lede_server *s) {
    lede__connection *found = NULL;
    for (lede__connection *c = s->first; c; c = c->next)
        if (c->waiting == LEDE__IDLE && (!found || c->until < found->until))
            found = c;
    return found;
}

static void on_connection(uv_stream_t *listener, int status) {
    lede_server *s = listener->data;
    if (status < 0)
        return;
    if (s->stats.open >= s->limits.connections) {
        lede__connection *idle = longest_idle(s);
        if (idle)
            lede__connection_drop(idle);
    }
    lede__connection_accept(s);
}

/* ---- opening */

static int address_of(const char *text, int port, struct sockaddr_storage *out) {
    if (uv_ip4_addr(text, port, (struct sockaddr_in *)out) == 0)
        return 0;
    return uv_ip6_addr(text, port, (struct sockaddr_in6 *)out);
}

static void on_handle_closed(uv_handle_t *handle) { ((lede_server *)handle->data)->handles--; }

static int port_of(const uv_tcp_t *tcp) {
    struct sockaddr_storage at;
    int len = sizeof at;
    if (uv_tcp_getsockname(tcp, (struct sockaddr *)&at, &len) != 0)
        return 0;
    const bool six = at.ss_family == AF_INET6;
    return ntohs(six ? ((struct sockaddr_in6 *)&at)->sin6_port
                     : ((struct sockaddr_in *)&at)->sin_port);
}

/* Listens on one port. libuv reports a taken one only here, so the handle is made anew for each. */
static int listen_on(lede_server *s, int port) {
    struct sockaddr_storage at;
    int rc = uv_tcp_init(s->uv, &s->listener);
    if (rc)
        return rc;
    s->listener.data = s;
    s->handles++;
    rc = address_of(s->address, port, &at);
    if (!rc)
        rc = uv_tcp_bind(&s->listener, (struct sockaddr *)&at, 0);
    if (!rc)
        rc = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
    if (rc) {
        uv_close((uv_handle_t *)&s->listener, on_handle_closed);
        while (s->handles > 0)
            uv_run(s->uv, UV_RUN_NOWAIT);
        return rc;
    }
    s->port = port_of(&s->listener);
    return 0;
}

static lede_status listen_somewhere(lede_server *s, lede_error *err) {
    const int tries = s->options.port && s->options.port_tries > 0 ? s->options.port_tries : 1;
    struct sockaddr_storage at;
    if (address_of(s->address, 0, &at) != 0)
        return lede_fail(err, LEDE_EINVAL, "server: '%s' is no IP address", s->address);
    int rc = UV_EADDRINUSE;
    for (int i = 0; i < tries && rc == UV_EADDRINUSE && s->options.port + i <= 65535; i++)
        rc = listen_on(s, s->options.port + i);
    if (!rc)
        return LEDE_OK;
    const lede_status st = rc == UV_EADDRINUSE ? LEDE_EBUSY : LEDE_EIO;
    return lede_fail(err, st, "server: cannot listen on %s port %d: %s", s->address,
                     s->options.port, uv_strerror(rc));
}

lede_status lede_server_open(struct lede_loop *loop, const lede_server_options *o,
                             lede_server **out, lede_error *err) {
    *out = NULL;
    lede_server *s = calloc(1, sizeof *s);
    if (!s)
        return lede_fail(err, LEDE_ENOMEM, "server: out of memory");
    s->uv = lede_loop_uv(loop);
    s->options = *o;
    s->limits = o->limits;
    complete_limits(&s->limits);
    snprintf(s->address, sizeof s->address, "%s", o->address ? o->address : "127.0.0.1");
    snprintf(s->host, sizeof s->host, "%s", o->host ? o->host : "");
    const lede_status st = listen_somewhere(s, err);
    if (st) {
        free(s);
        return st;
    }
    uv_timer_init(s->uv, &s->sweep);
    s->sweep.data = s;
    s->handles++;
    uv_timer_start(&s->sweep, sweep, SWEEP_MS, SWEEP_MS);
    *out = s;
    return LEDE_OK;
}

int lede_server_port(const lede_server *s) { return s->port; }
void lede_server_get_stats(const lede_server *s, lede_server_stats *out) { *out = s->stats; }

/* ---- ending */

void lede_server_stop(lede_server *s) {
    if (s->stopping)
        return;
    s->stopping = true;
    s->stop_by = uv_now(s->uv) + (uint64_t)s->limits.grace_ms;
    uv_close((uv_handle_t *)&s->listener, on_handle_closed);
    lede__events_stop(s);
    for (lede__connection *c = s->first, *next; c; c = next) {
        next = c->next;
        if (c->waiting == LEDE__IDLE || c->waiting == LEDE__HEAD)
            lede__connection_drop(c);
    }
}

bool lede_server_stopped(const lede_server *s) { return s->stopping && s->stats.open == 0; }

void lede_server_close(lede_server *s) {
    if (!s)
        return;
    lede_server_stop(s);
    assert(!s->channels);
    for (lede__connection *c = s->first, *next; c; c = next) {
        next = c->next;
        lede__connection_drop(c);
    }
    uv_close((uv_handle_t *)&s->sweep, on_handle_closed);
    while (s->handles > 0)
        uv_run(s->uv, UV_RUN_ONCE);
    free(s);
}
