/* work.c - uv_queue_work with memory of its own. See loop/work.h.
 *
 * libuv 1.44 starts its threads at the first work and calls abort() when one of them cannot be
 * started. So as many are started before, all at once, and ended: the C library keeps their stacks,
 * and libuv's threads take those without asking for memory. */
#include "loop/work.h"

#include <uv.h>

#include <pthread.h>
#include <stdlib.h>

enum { POOL = 4 }; /* libuv's own number */

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

typedef struct trial {
    pthread_mutex_t hold;
    pthread_t threads[POOL];
} trial;

static void *wait_for_the_others(void *ctx) {
    trial *t = ctx;
    pthread_mutex_lock(&t->hold);
    pthread_mutex_unlock(&t->hold);
    return NULL;
}

static bool can_start(void) {
    trial t = {.hold = PTHREAD_MUTEX_INITIALIZER};
    unsigned n = 0;
    pthread_mutex_lock(&t.hold);
    while (n < POOL && pthread_create(&t.threads[n], NULL, wait_for_the_others, &t) == 0)
        n++;
    pthread_mutex_unlock(&t.hold);
    for (unsigned i = 0; i < n; i++)
        pthread_join(t.threads[i], NULL);
    return n == POOL;
}

lede_status lede__work_ready(lede_error *err) {
    static bool ready; /* of the process, as the pool is; the loop's thread alone asks */
    ready = ready || can_start();
    return ready ? LEDE_OK : lede_fail(err, LEDE_ENOMEM, "cannot start threads: out of memory");
}

lede_status lede__work_start(lede_loop *loop, void (*run)(void *ctx), void (*after)(void *ctx),
                             void *ctx, lede__work **out, lede_error *err) {
    *out = NULL;
    const lede_status st = lede__work_ready(err);
    lede__work *w = st ? NULL : malloc(sizeof *w);
    if (st)
        return st;
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
