/* child.c - polls the pipes of a program and the descriptor of its process. See loop/child.h.
 *
 * Pipes are read and written here and not by libuv's streams, because at its end what still lies in
 * them is read at once: a grandchild may keep them open, and is not waited for. Where the kernel
 * has no descriptors of processes, a timer looks for the end now and then. */
#include "loop/child.h"

#include <uv.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { READ_AT_ONCE = 64 << 10, LOOK_MS = 20, INPUT_MAX = 256 << 20 };
enum { OUT, WORDS, IN, END, POLLS };

struct lede__child {
    uv_poll_t polls[POLLS];
    bool polled[POLLS]; /* the handle is open */
    uv_timer_t look;
    int handles; /* not closed */
    lede__run_child run;
    lede__run_end end;
    bool ended, closed, input_ends, stopped[2];
    lede_buf texts[2], input;
    size_t written, window;
    void (*news)(void *ctx);
    void *ctx;
};

static void tell(lede__child *c) {
    if (!c->closed)
        c->news(c->ctx);
}

/* ---- handles */

static void on_handle_closed(uv_handle_t *handle) {
    lede__child *c = handle->data;
    if (--c->handles > 0)
        return;
    for (int i = 0; i < 2; i++)
        lede_buf_fini(&c->texts[i]);
    lede_buf_fini(&c->input);
    free(c);
}

static int *fd_of(lede__child *c, int i) {
    return i == IN ? &c->run.to : i == END ? &c->run.pid_fd : &c->run.from[i];
}

static void shut(lede__child *c, int i) {
    if (!c->polled[i])
        return;
    c->polled[i] = false;
    uv_close((uv_handle_t *)&c->polls[i], on_handle_closed);
    close(*fd_of(c, i));
    *fd_of(c, i) = -1;
}

static void shut_all(lede__child *c) {
    for (int i = 0; i < POLLS; i++)
        shut(c, i);
    uv_close((uv_handle_t *)&c->look, on_handle_closed);
}

static void poll_for(lede__child *c, int i, int events, uv_poll_cb fn) {
    if (c->polled[i])
        (void)uv_poll_start(&c->polls[i], events, fn);
}

/* ---- outputs */

/* Reads what is there, up to the window; closes at the end. */
static void take(lede__child *c, int i) {
    lede_buf *b = &c->texts[i];
    while (c->polled[i] && b->len < c->window) {
        const size_t left = c->window - b->len;
        char *to = lede_buf_room(b, left < READ_AT_ONCE ? left : READ_AT_ONCE);
        const ssize_t n =
            to ? read(*fd_of(c, i), to, left < READ_AT_ONCE ? left : READ_AT_ONCE) : 0;
        if (n > 0)
            lede_buf_seal(b, (size_t)n);
        else if (n < 0 && errno == EAGAIN)
            return;
        else if (n == 0 || errno != EINTR)
            shut(c, i);
    }
    if (c->polled[i]) {
        c->stopped[i] = true;
        (void)uv_poll_stop(&c->polls[i]);
    }
}

static void on_output(uv_poll_t *poll, int status, int events) {
    lede__child *c = poll->data;
    (void)status, (void)events;
    take(c, poll == &c->polls[OUT] ? OUT : WORDS);
    tell(c);
}

lede_buf *lede__child_output(lede__child *c, int which) { return &c->texts[which]; }

void lede__child_taken(lede__child *c, int which) {
    if (!c->stopped[which] || !c->polled[which])
        return;
    c->stopped[which] = false;
    if (c->ended)
        take(c, which); /* the end was told: nobody polls any more */
    else
        poll_for(c, which, UV_READABLE, on_output);
}

bool lede__child_output_ended(const lede__child *c, int which) {
    return !c->polled[which] || (c->ended && !c->stopped[which]);
}

/* ---- input */

static void feed(lede__child *c) {
    while (c->polled[IN] && c->written < c->input.len) {
        const ssize_t n = write(c->run.to, c->input.ptr + c->written, c->input.len - c->written);
        if (n > 0)
            c->written += (size_t)n;
        else if (n < 0 && errno == EAGAIN)
            return;
        else if (errno != EINTR)
            shut(c, IN);
    }
    lede_buf_clear(&c->input);
    c->written = 0;
    if (c->input_ends)
        shut(c, IN);
    else if (c->polled[IN])
        (void)uv_poll_stop(&c->polls[IN]);
}

static void on_writable(uv_poll_t *poll, int status, int events) {
    lede__child *c = poll->data;
    (void)status, (void)events;
    feed(c);
    tell(c);
}

lede_status lede__child_write(lede__child *c, lede_str bytes, lede_error *err) {
    if (!c->polled[IN] || c->input_ends)
        return lede_fail(err, LEDE_EIO, "the program takes no more input");
    lede_buf_add(&c->input, bytes);
    const lede_status st = lede_buf_status(&c->input, err);
    if (st)
        return st;
    poll_for(c, IN, UV_WRITABLE, on_writable);
    return LEDE_OK;
}

size_t lede__child_unwritten(const lede__child *c) {
    return c->polled[IN] ? c->input.len - c->written : 0;
}

void lede__child_end_input(lede__child *c) {
    c->input_ends = true;
    if (lede__child_unwritten(c) == 0)
        shut(c, IN);
}

/* ---- the end */

static void look(lede__child *c) {
    if (c->ended || !lede__run_reap(&c->run, false, &c->end))
        return;
    c->ended = true;
    shut(c, END);
    shut(c, IN);
    uv_timer_stop(&c->look);
    for (int i = 0; i < 2; i++) {
        take(c, i);
        if (c->polled[i])
            (void)uv_poll_stop(&c->polls[i]);
    }
    tell(c);
}

static void on_end(uv_poll_t *poll, int status, int events) {
    (void)status, (void)events;
    look(poll->data);
}

static void on_look(uv_timer_t *timer) { look(timer->data); }

bool lede__child_ended(const lede__child *c, lede__run_end *end) {
    if (c->ended && end)
        *end = c->end;
    return c->ended;
}

void lede__child_kill(lede__child *c, int signal) {
    if (!c->ended)
        lede__run_kill(&c->run, signal);
}

void lede__child_close(lede__child *c) {
    if (!c)
        return;
    c->closed = true;
    if (!c->ended) {
        lede__run_kill(&c->run, SIGKILL);
        (void)lede__run_reap(&c->run, true, NULL); /* soon: it was killed */
        c->ended = true;
    }
    shut_all(c);
}

/* ---- the beginning */

static void open_handles(lede__child *c, uv_loop_t *uv) {
    (void)uv_timer_init(uv, &c->look);
    c->look.data = c;
    c->handles = 1;
    for (int i = 0; i < POLLS; i++) {
        if (*fd_of(c, i) < 0)
            continue;
        if (uv_poll_init(uv, &c->polls[i], *fd_of(c, i)) != 0) {
            close(*fd_of(c, i)); /* the program sees a closed pipe */
            *fd_of(c, i) = -1;
            continue;
        }
        c->polls[i].data = c;
        c->polled[i] = true;
        c->handles++;
    }
    poll_for(c, OUT, UV_READABLE, on_output);
    poll_for(c, WORDS, UV_READABLE, on_output);
    poll_for(c, END, UV_READABLE, on_end);
    if (!c->polled[END])
        (void)uv_timer_start(&c->look, on_look, LOOK_MS, LOOK_MS);
}

lede_status lede__child_start(lede_loop *loop, const lede__run_order *order, bool fed,
                              size_t window, void (*news)(void *ctx), void *ctx, lede__child **out,
                              lede_error *err) {
    *out = NULL;
    lede__child *c = calloc(1, sizeof *c);
    if (!c)
        return lede_fail(err, LEDE_ENOMEM, "out of memory");
    c->window = window;
    c->news = news;
    c->ctx = ctx;
    lede_buf_init(&c->texts[0], LEDE_BUF_MAX);
    lede_buf_init(&c->texts[1], LEDE_BUF_MAX);
    lede_buf_init(&c->input, INPUT_MAX);
    const lede_status st = lede__run_start(order, fed, &c->run, err);
    if (st) {
        free(c);
        return st;
    }
    open_handles(c, lede_loop_uv(loop));
    *out = c;
    return LEDE_OK;
}
