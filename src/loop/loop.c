/* loop.c - the desk's libuv loop and its interruption. See loop/workers.h.
 *
 * Signals are caught by a handler of our own, not by uv_signal_t: a desk that is busy outside the
 * loop must still die of the second Ctrl-C, and libuv would only note it. Hence the two statics: a
 * handler has no argument.
 */
#include "loop/workers.h"

#include <uv.h>

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

struct lede_loop {
    uv_loop_t uv;
    uv_async_t wake;
    struct sigaction old_int, old_term, old_pipe;
};

static uv_async_t *the_wake; /* of the one open loop, for the handler */
static volatile sig_atomic_t interruptions;

static void on_signal(int number) {
    if (interruptions) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    interruptions = 1;
    if (the_wake)
        uv_async_send(the_wake);
}

static void on_wake(uv_async_t *wake) { uv_stop(wake->loop); }

static void catch_signals(lede_loop *loop) {
    struct sigaction catch = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&catch.sa_mask);
    sigemptyset(&ignore.sa_mask);
    interruptions = 0;
    the_wake = &loop->wake;
    sigaction(SIGINT, NULL, &loop->old_int);
    /* A shell starts background jobs with SIGINT ignored: then it stays so. */
    if (loop->old_int.sa_handler != SIG_IGN)
        sigaction(SIGINT, &catch, NULL);
    sigaction(SIGTERM, &catch, &loop->old_term);
    sigaction(SIGPIPE, &ignore, &loop->old_pipe);
}

static void release_signals(lede_loop *loop) {
    sigaction(SIGINT, &loop->old_int, NULL);
    sigaction(SIGTERM, &loop->old_term, NULL);
    sigaction(SIGPIPE, &loop->old_pipe, NULL);
    the_wake = NULL;
}

lede_status lede_loop_open(lede_loop **out, lede_error *err) {
    *out = NULL;
    assert(!the_wake);
    lede_loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return lede_fail(err, LEDE_ENOMEM, "loop: out of memory");
    int rc = uv_loop_init(&loop->uv);
    if (rc == 0) {
        rc = uv_async_init(&loop->uv, &loop->wake, on_wake);
        if (rc != 0)
            uv_loop_close(&loop->uv);
    }
    if (rc != 0) {
        free(loop);
        return lede_fail(err, LEDE_EIO, "loop: cannot start: %s", uv_strerror(rc));
    }
    uv_unref((uv_handle_t *)&loop->wake);
    catch_signals(loop);
    *out = loop;
    return LEDE_OK;
}

void lede_loop_close(lede_loop *loop) {
    if (!loop)
        return;
    release_signals(loop);
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    const int rc = uv_loop_close(&loop->uv);
    assert(rc == 0);
    if (rc == 0)
        free(loop);
}

void *lede_loop_uv(lede_loop *loop) { return &loop->uv; }

bool lede_loop_interrupted(const lede_loop *loop) {
    (void)loop;
    return interruptions != 0;
}

static lede_status interrupted(lede_error *err) {
    if (!interruptions)
        return LEDE_OK;
    interruptions = 0;
    return lede_fail(err, LEDE_ECANCELED, "interrupted");
}

lede_status lede_loop_run(lede_loop *loop, const bool *done, lede_error *err) {
    while (!interruptions && !*done)
        if (uv_run(&loop->uv, UV_RUN_ONCE) == 0)
            break;
    return interrupted(err);
}

static void on_over(uv_timer_t *timer) { *(bool *)timer->data = true; }

static void on_timer_closed(uv_handle_t *timer) { *(bool *)timer->data = true; }

lede_status lede_loop_run_for(lede_loop *loop, const bool *done, int ms, lede_error *err) {
    uv_timer_t timer;
    bool over = false;
    uv_timer_init(&loop->uv, &timer);
    timer.data = &over;
    uv_timer_start(&timer, on_over, (uint64_t)ms, 0);
    while (!interruptions && !*done && !over)
        uv_run(&loop->uv, UV_RUN_ONCE);
    over = false;
    uv_close((uv_handle_t *)&timer, on_timer_closed);
    while (!over)
        uv_run(&loop->uv, UV_RUN_NOWAIT);
    return interrupted(err);
}
