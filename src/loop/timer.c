/* timer.c - uv_timer_t that free themselves. See loop/timer.h.
 *
 * Libuv starts a timer from the loop's cached time, which is old after Lua ran for a while: a timer
 * of 50 ms would ring early. Hence uv_update_time. */
#include "loop/timer.h"

#include <uv.h>

#include <stdlib.h>

struct lede__timer {
    uv_timer_t uv;
    void (*fn)(void *ctx);
    void *ctx;
};

static void on_closed(uv_handle_t *handle) { free(handle->data); }

void lede__timer_stop(lede__timer *t) {
    if (t)
        uv_close((uv_handle_t *)&t->uv, on_closed);
}

static void on_time(uv_timer_t *uv) {
    lede__timer *t = uv->data;
    void (*fn)(void *) = t->fn;
    void *ctx = t->ctx;
    lede__timer_stop(t);
    fn(ctx);
}

lede__timer *lede__timer_start(lede_loop *loop, uint64_t ms, void (*fn)(void *ctx), void *ctx) {
    lede__timer *t = malloc(sizeof *t);
    if (!t)
        return NULL;
    uv_loop_t *uv = lede_loop_uv(loop);
    t->fn = fn;
    t->ctx = ctx;
    (void)uv_timer_init(uv, &t->uv);
    t->uv.data = t;
    uv_update_time(uv);
    (void)uv_timer_start(&t->uv, on_time, ms, 0);
    return t;
}
