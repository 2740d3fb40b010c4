/* loop.c - the desk's libuv loop and its interruption. See loop/workers.h.
 *
 * Signals are caught by a handler of our own, not by uv_signal_t: a desk that is busy outside the
 * loop must still die of the second Ctrl-C, and libuv would only note it. Hence the two statics: a
 * handler has no argument.
 */
#include "loop/workers.h"

#include "base/refused.h"

#include <uv.h>

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct lede_loop {
    uv_loop_t uv;
    uv_async_t wake;
    struct sigaction old_int, old_term, old_pipe;
    bool turning; /* in lede_loop_turn() */
    void (*interrupt)(void *ctx);
    void *interrupt_ctx;
};

static lede_loop *the_loop; /* the open one, for the handler */
static volatile sig_atomic_t interruptions;

static void on_signal(int number) {
    if (interruptions) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    interruptions = 1;
    lede_loop *loop = the_loop;
    if (!loop)
        return;
    uv_async_send(&loop->wake);
    if (loop->interrupt)
        loop->interrupt(loop->interrupt_ctx);
}

static void on_wake(uv_async_t *wake) { uv_stop(wake->loop); }

static void catch_signals(lede_loop *loop) {
    struct sigaction catch = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&catch.sa_mask);
    sigemptyset(&ignore.sa_mask);
    interruptions = 0;
    the_loop = loop;
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
    the_loop = NULL;
}

/* libuv (1.44) calls abort() where it cannot grow its own lists: it ends here, with words and
 * without a signal. */
static void *grow(void *ptr, size_t size) {
    static const char words[] = "lede: the loop is out of memory\n";
    void *p = realloc(ptr, size);
    if (!p && size) {
        if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
            _exit(2);
        _exit(1);
    }
    return p;
}

lede_status lede_loop_open(lede_loop **out, lede_error *err) {
    *out = NULL;
    assert(!the_loop);
    (void)uv_replace_allocator(lede__noted_malloc, grow, lede__noted_calloc, free);
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

lede_status lede_loop_run(lede_loop *loop, const bool *done, lede_error *err) {
    while (!interruptions && !*done)
        if (uv_run(&loop->uv, UV_RUN_ONCE) == 0)
            break;
    if (!interruptions)
        return LEDE_OK;
    interruptions = 0;
    return lede_fail(err, LEDE_ECANCELED, "interrupted");
}

void lede_loop_forgive(lede_loop *loop) {
    (void)loop;
    interruptions = 0;
}

bool lede_loop_turn(lede_loop *loop, bool wait) {
    loop->turning = true;
    const bool alive = uv_run(&loop->uv, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT) != 0;
    loop->turning = false;
    return alive;
}

/* Libuv calls timers back and then sleeps in the same turn; but not when it was told to stop.
 * Outside a turn that would make the next one do nothing. */
void lede_loop_hurry(lede_loop *loop) {
    if (loop->turning)
        uv_stop(&loop->uv);
}

static void count(uv_handle_t *handle, void *ctx) {
    size_t *n = ctx;
    if (uv_is_active(handle) && !uv_is_closing(handle))
        ++*n;
}

size_t lede_loop_handles(lede_loop *loop) {
    size_t n = 0;
    uv_walk(&loop->uv, count, &n);
    return n - 1; /* wake */
}

void lede_loop_on_interrupt(lede_loop *loop, void (*fn)(void *ctx), void *ctx) {
    loop->interrupt_ctx = ctx;
    loop->interrupt = fn;
}
