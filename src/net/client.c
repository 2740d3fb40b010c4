/* client.c - libcurl's multi interface on libuv: sockets are polled, its timer is ours. See
 * net/client.h.
 *
 * curl_multi_socket_action() may close sockets and so free what the callback at work was called
 * with; and it must not be called from within curl's own callbacks, which is why a timeout of 0
 * goes through the loop, too. */
#include "net/client_inside.h"

#include "base/banned.h"

#include <assert.h>
#include <stdlib.h>

/* More than anybody asks for at once: a queue here would let targets that hang hold up the others.
 * How many requests a host gets is lede.http's to say. */
enum { CONNECTIONS = 512, CONNECTIONS_TO_A_HOST = 256 };

typedef struct polled {
    uv_poll_t poll;
    curl_socket_t fd;
    lede__pool_of *pool;
} polled;

/* ---- what curl finished */

static void take_ended(lede__pool_of *pool) {
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(pool->multi, &left)) != NULL) {
        if (m->msg != CURLMSG_DONE)
            continue;
        lede__request *r = NULL;
        const CURLcode code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&r);
        curl_multi_remove_handle(pool->multi, m->easy_handle); /* m is gone */
        lede__request_over(r, code);
    }
}

/* ---- sockets */

static void on_closed(uv_handle_t *handle) {
    polled *p = handle->data;
    p->pool->http->handles--;
    free(p);
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    const polled *p = poll->data;
    lede__pool_of *pool = p->pool;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;
    if (events & UV_READABLE)
        flags |= CURL_CSELECT_IN;
    if (events & UV_WRITABLE)
        flags |= CURL_CSELECT_OUT;
    curl_multi_socket_action(pool->multi, p->fd, flags, &running);
    take_ended(pool);
}

static polled *start_polling(lede__pool_of *pool, curl_socket_t fd) {
    polled *p = malloc(sizeof *p);
    if (!p)
        return NULL;
    *p = (polled){.fd = fd, .pool = pool};
    p->poll.data = p;
    if (uv_poll_init_socket(pool->http->uv, &p->poll, fd) != 0) {
        free(p);
        return NULL;
    }
    pool->http->handles++;
    curl_multi_assign(pool->multi, fd, p);
    return p;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *of_socket) {
    lede__pool_of *pool = ctx;
    polled *p = of_socket;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (p)
            uv_close((uv_handle_t *)&p->poll, on_closed);
        curl_multi_assign(pool->multi, fd, NULL);
        return 0;
    }
    if (!p)
        p = start_polling(pool, fd);
    if (!p)
        return -1;
    const int events =
        (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&p->poll, events, on_poll) == 0 ? 0 : -1;
}

/* ---- time */

static void on_timer(uv_timer_t *timer) {
    lede__pool_of *pool = timer->data;
    int running;
    curl_multi_socket_action(pool->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_ended(pool);
}

static int on_timeout(CURLM *multi, long ms, void *ctx) {
    lede__pool_of *pool = ctx;
    (void)multi;
    if (ms < 0) {
        uv_timer_stop(&pool->timer);
        return 0;
    }
    uv_update_time(pool->http->uv);
    uv_timer_start(&pool->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

/* ---- opening and closing */

static bool open_pool(lede__http *h, lede__pool_of *pool) {
    pool->http = h;
    pool->multi = curl_multi_init();
    if (!pool->multi)
        return false;
    (void)uv_timer_init(h->uv, &pool->timer);
    pool->timer.data = pool;
    h->handles++;
    curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool);
    curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool);
    curl_multi_setopt(pool->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)CONNECTIONS);
    curl_multi_setopt(pool->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CONNECTIONS_TO_A_HOST);
    curl_multi_setopt(pool->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return true;
}

static void on_timer_closed(uv_handle_t *handle) {
    const lede__pool_of *pool = handle->data;
    pool->http->handles--;
}

lede_status lede__http_open(lede_loop *loop, lede__http **out, lede_error *err) {
    *out = NULL;
    lede__http *h = calloc(1, sizeof *h);
    if (!h)
        return lede_fail(err, LEDE_ENOMEM, "http: out of memory");
    h->uv = lede_loop_uv(loop);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(h);
        return lede_fail(err, LEDE_ENOMEM, "http: libcurl cannot start");
    }
    if (!open_pool(h, &h->pools[0]) || !open_pool(h, &h->pools[1])) {
        lede__http_close(h);
        return lede_fail(err, LEDE_ENOMEM, "http: out of memory");
    }
    *out = h;
    return LEDE_OK;
}

void lede__http_close(lede__http *h) {
    if (!h)
        return;
    for (int i = 0; i < 2; i++) {
        if (!h->pools[i].multi)
            continue;
        curl_multi_cleanup(h->pools[i].multi);
        uv_close((uv_handle_t *)&h->pools[i].timer, on_timer_closed);
    }
    while (h->handles > 0)
        uv_run(h->uv, UV_RUN_ONCE);
    curl_global_cleanup();
    free(h);
}
