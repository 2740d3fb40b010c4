/* poll.c - uv_poll_t with memory of its own. See loop/poll.h. */
#include "loop/poll.h"

#include <uv.h>

#include <stdlib.h>

struct lede__poll {
    uv_poll_t uv;
    void (*fn)(void *ctx);
    void *ctx;
};

static void on_poll(uv_poll_t *uv, int status, int events) {
    const lede__poll *p = uv->data;
    (void)status, (void)events; /* an error is read as one */
    p->fn(p->ctx);
}

static void on_closed(uv_handle_t *handle) { free(handle->data); }

void lede__poll_stop(lede__poll *p) {
    if (p)
        uv_close((uv_handle_t *)&p->uv, on_closed);
}

lede_status lede__poll_start(lede_loop *loop, int fd, void (*fn)(void *ctx), void *ctx,
                             lede__poll **out, lede_error *err) {
    *out = NULL;
    lede__poll *p = malloc(sizeof *p);
    if (!p)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    *p = (lede__poll){.fn = fn, .ctx = ctx};
    p->uv.data = p;
    int rc = uv_poll_init(lede_loop_uv(loop), &p->uv, fd);
    if (rc != 0) {
        free(p);
        return lede_fail(err, LEDE_EIO, "cannot wait for input: %s", uv_strerror(rc));
    }
    rc = uv_poll_start(&p->uv, UV_READABLE, on_poll);
    if (rc == 0) {
        *out = p;
        return LEDE_OK;
    }
    lede__poll_stop(p);
    return lede_fail(err, LEDE_EIO, "cannot wait for input: %s", uv_strerror(rc));
}
