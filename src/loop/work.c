/* work.c - uv_queue_work with memory of its own. See loop/work.h. */
#include "loop/work.h"

#include <uv.h>

#include <stdlib.h>

struct lede__work {
    uv_work_t uv;
    void (*run)(void *ctx);
    void (*after)(void *ctx);
    void *ctx;
};

static void on_work(uv_work_t *uv) {
    lede__work *w = uv->data;
    w->run(w->ctx);
}

static void on_done(uv_work_t *uv, int status) {
    lede__work *w = uv->data;
    void (*after)(void *) = w->after;
    void *ctx = w->ctx;
    (void)status;
    free(w);
    after(ctx);
}

lede_status lede__work_start(lede_loop *loop, void (*run)(void *ctx), void (*after)(void *ctx),
                             void *ctx, lede__work **out, lede_error *err) {
    *out = NULL;
    lede__work *w = malloc(sizeof *w);
    if (!w)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    *w = (lede__work){.run = run, .after = after, .ctx = ctx};
    w->uv.data = w;
    const int rc = uv_queue_work(lede_loop_uv(loop), &w->uv, on_work, on_done);
    if (rc != 0) {
        free(w);
        return lede_fail(err, LEDE_EIO, "cannot start a thread: %s", uv_strerror(rc));
    }
    *out = w;
    return LEDE_OK;
}

void lede__work_cancel(lede__work *w) { (void)uv_cancel((uv_req_t *)&w->uv); }
