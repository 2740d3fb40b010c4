/* routes_ask.c - one job for one worker: see routes_ask.h. */
#include "bind/routes_ask.h"

enum { DEADLINE_MS = 20000 };

typedef struct asked {
    lede__take_routes *take;
    void *ctx;
    bool taken, finished;
    lede_status status;
    lede_error *err;
} asked;

static void take_answer(asked *a, lede_str frame) {
    lede__wire w = lede__wire_of(frame);
    const lede_str routes = lede__get_str(&w);
    const lede__told told = lede__told_of(&w);
    a->taken = true;
    a->status = w.bad ? lede_fail(a->err, LEDE_EFORMAT, "publish: a worker's routes could not be read") : a->take(a->ctx, routes, &told, a->err);
}

static void take_failure(asked *a, lede_status why, lede_str frame) {
    lede__wire w = lede__wire_of(frame);
    lede__get32(&w); /* no page's number */
    const lede_str message = lede__get_str(&w);
    a->status = lede_fail(a->err, why, "%.*s", (int)message.len, message.ptr ? message.ptr : "");
}

static void on_answer(void *ctx, uint8_t type, lede_str frame) {
    asked *a = ctx;
    if (a->status)
        return;
    if (type == LEDE_A_ROUTES)
        take_answer(a, frame);
    else if (type == LEDE_A_FAILED || type == LEDE_A_REFUSED)
        take_failure(a, type == LEDE_A_FAILED ? LEDE_ESCRIPT : LEDE_EIO, frame);
}

static void on_end(void *ctx, lede_status status, const lede_error *err) {
    asked *a = ctx;
    if (status && !a->status)
        a->status = lede_fail(a->err, status, "loading plugins: %s", err->message);
    a->finished = true;
}

lede_status lede__ask_routes(lede__publication *p, lede__take_routes *take, void *ctx, lede_error *err) {
    asked a = {.take = take, .ctx = ctx, .err = err};
    const lede_job j = {.type = LEDE_W_ROUTES, .ctx = &a, .answer = on_answer, .end = on_end, .deadline_ms = DEADLINE_MS};
    lede_status st = lede_workers_submit(p->workers, &j, err);
    if (st)
        return st;
    st = lede_loop_run(p->loop, &a.finished, err);
    if (!a.finished)
        lede__publication_stop(p); /* the job points here */
    st = st ? st : a.status;
    return st || a.taken ? st : lede_fail(err, LEDE_EFORMAT, "publish: a worker had no routes");
}
