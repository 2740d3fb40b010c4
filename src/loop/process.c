/* process.c - spawns a worker and reads its frames. See loop/process.h.
 *
 * Pipes are made here and not by libuv, which would make socket pairs: pipes are faster and can be
 * widened to 1 MiB. The end of a process is its exit *and* the end of its pipe, in either order:
 * answers written before a crash count. Libuv's timers use a time cached by the loop, and the desk
 * may compute for seconds between two turns: a deadline is therefore measured by the clock, the
 * timer only wakes us, and an answer that waits in the pipe is read first.
 */
#include "loop/process.h"

#include "sys/pipe.h"
#include "sys/sys.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    HEAD = 5,
    PIPE_BYTES = 1 << 20,
    READ_ROOM = 256 << 10,
    KEEP_ROOM = 4 << 20,  /* a larger buffer is given back when it is empty */
    LAST_WORDS_MS = 1000, /* between exit and end of pipe, or the other way round */
    HANG_UP_MS = 10000,
    GRACE_MS = 20
};

struct lede__process {
    uv_process_t process;
    uv_pipe_t in, out; /* the desk's ends: its stdin, its stdout */
    uv_timer_t timer;
    int open_handles, out_fd, pid;
    bool in_closed, out_closed, exited, gone, killed, graced;
    const lede__process_events *events;
    void *ctx;
    char *buf;
    size_t len, cap;
    int deadline_ms;
    uint64_t heard_us;
    lede_error why;
};

extern char **environ;

lede__packet *lede__packet_new(uint8_t type, lede_str payload) {
    lede__packet *p = malloc(sizeof *p + HEAD + payload.len);
    if (!p)
        return NULL;
    p->refs = 1;
    p->len = HEAD + payload.len;
    for (int i = 0; i < 4; i++)
        p->bytes[i] = (char)(unsigned char)(payload.len >> 8 * i);
    p->bytes[4] = (char)type;
    if (payload.len)
        memcpy(p->bytes + HEAD, payload.ptr, payload.len);
    return p;
}

void lede__packet_drop(lede__packet *p) {
    if (p && --p->refs == 0)
        free(p);
}

static void on_closed(uv_handle_t *handle) {
    lede__process *p = handle->data;
    if (--p->open_handles > 0)
        return;
    void (*freed)(void *) = p->events->freed;
    void *ctx = p->ctx;
    free(p->buf);
    free(p);
    freed(ctx);
}

static void close_in(lede__process *p) {
    if (p->in_closed)
        return;
    p->in_closed = true;
    uv_close((uv_handle_t *)&p->in, on_closed);
}

static void close_out(lede__process *p) {
    if (p->out_closed)
        return;
    p->out_closed = true;
    uv_close((uv_handle_t *)&p->out, on_closed);
}

static void close_all(lede__process *p) {
    close_in(p);
    close_out(p);
    uv_close((uv_handle_t *)&p->timer, on_closed);
    uv_close((uv_handle_t *)&p->process, on_closed);
}

static const char *signal_name(int number) {
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},
                 {SIGFPE, "SIGFPE"},   {SIGILL, "SIGILL"},   {SIGKILL, "SIGKILL"},
                 {SIGTERM, "SIGTERM"}, {SIGSYS, "SIGSYS"},   {SIGXCPU, "SIGXCPU"},
                 {SIGXFSZ, "SIGXFSZ"}, {SIGPIPE, "SIGPIPE"}, {SIGINT, "SIGINT"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].number == number)
            return names[i].name;
    return NULL;
}

static lede_status say_how_it_ended(lede_error *why, int64_t status, int number) {
    const char *name = signal_name(number);
    if (name)
        return lede_fail(why, LEDE_EIO, "the worker was killed by %s", name);
    if (number)
        return lede_fail(why, LEDE_EIO, "the worker was killed by signal %d", number);
    if (status == LEDE_WORKER_EXIT_MEMORY)
        return lede_fail(why, LEDE_EIO, "the worker passed its memory limit");
    return lede_fail(why, LEDE_EIO, "the worker exited with status %d", (int)status);
}

/* Tells the pool once both ends of the story are known. */
static void settle(lede__process *p) {
    if (!p->exited || !p->out_closed || p->gone)
        return;
    p->gone = true;
    p->events->gone(p, &p->why);
    close_all(p);
}

static void on_timer(uv_timer_t *timer);

static void wake_in(lede__process *p, uint64_t ms) { uv_timer_start(&p->timer, on_timer, ms, 0); }

void lede__process_kill(lede__process *p, lede_status status, const char *words) {
    if (p->why.status == LEDE_OK)
        (void)lede_fail(&p->why, status, "%s", words);
    p->killed = true;
    if (!p->exited)
        (void)uv_process_kill(&p->process, SIGKILL);
    wake_in(p, LAST_WORDS_MS);
}

static bool answer_waits(const lede__process *p) {
    struct pollfd fd = {.fd = p->out_fd, .events = POLLIN};
    return !p->out_closed && poll(&fd, 1, 0) == 1;
}

static void pass_deadline(lede__process *p) {
    const uint64_t due = p->heard_us + (uint64_t)p->deadline_ms * 1000;
    const uint64_t now = lede__monotonic_us();
    if (now < due) {
        wake_in(p, (due - now) / 1000 + 1);
        return;
    }
    if (!p->graced && answer_waits(p)) {
        p->graced = true;
        wake_in(p, GRACE_MS);
        return;
    }
    lede_error words;
    (void)lede_fail(&words, LEDE_ETIMEOUT, "the worker did not answer within %d ms and was killed",
                    p->deadline_ms);
    lede__process_kill(p, LEDE_ETIMEOUT, words.message);
}

static void on_timer(uv_timer_t *timer) {
    lede__process *p = timer->data;
    if (p->exited) { /* its pipe is held open by somebody else */
        close_out(p);
        settle(p);
    } else if (p->out_closed || p->in_closed) { /* it has hung up, or does not go */
        lede__process_kill(p, LEDE_EIO, "the worker closed its output and was killed");
    } else if (p->killed) {
        wake_in(p, LAST_WORDS_MS);
    } else if (p->deadline_ms > 0) {
        pass_deadline(p);
    }
}

static void on_process_exit(uv_process_t *process, int64_t status, int number) {
    lede__process *p = process->data;
    p->exited = true;
    if (p->why.status == LEDE_OK)
        (void)say_how_it_ended(&p->why, status, number);
    if (!p->out_closed)
        wake_in(p, LAST_WORDS_MS);
    settle(p);
}

static uint32_t get_u32(const char *at) {
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* Gives out the whole frames in the buffer and moves the rest to its front. */
static void take_frames(lede__process *p) {
    size_t from = 0;
    while (!p->killed && p->len - from >= HEAD) {
        const char *head = p->buf + from;
        const size_t len = get_u32(head);
        if (len > LEDE_FRAME_MAX) {
            lede__process_kill(p, LEDE_EIO, "the worker sent a frame that is too long");
            break;
        }
        if (p->len - from - HEAD < len)
            break;
        from += HEAD + len;
        p->heard_us = lede__monotonic_us();
        p->graced = false;
        p->events->frame(p, (uint8_t)head[4], lede_str_n(head + HEAD, len));
    }
    if (p->killed)
        from = p->len;
    p->len -= from;
    if (from && p->len)
        memmove(p->buf, p->buf + from, p->len);
    if (p->len == 0 && p->cap > KEEP_ROOM) {
        free(p->buf);
        p->buf = NULL;
        p->cap = 0;
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
    lede__process *p = handle->data;
    (void)suggested;
    size_t want = p->len + READ_ROOM;
    if (p->len >= HEAD) {
        const size_t whole = HEAD + (size_t)get_u32(p->buf);
        if (whole > want)
            want = whole;
    }
    if (want > p->cap) {
        char *grown = realloc(p->buf, want);
        if (!grown) {
            *out = uv_buf_init(NULL, 0); /* on_read is told UV_ENOBUFS */
            return;
        }
        p->buf = grown;
        p->cap = want;
    }
    *out = uv_buf_init(p->buf + p->len, (unsigned)(p->cap - p->len));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *into) {
    lede__process *p = stream->data;
    (void)into;
    if (n == 0)
        return;
    if (n > 0) {
        p->len += (size_t)n;
        take_frames(p);
        return;
    }
    if (n == UV_ENOBUFS)
        lede__process_kill(p, LEDE_ENOMEM, "out of memory for the worker's answer");
    close_out(p);
    if (!p->exited)
        wake_in(p, LAST_WORDS_MS);
    settle(p);
}

/* What a worker may know of the environment: our own settings and the sanitizers'. The loader's
 * path stays, or a program that was started with it could not start again. */
static bool passes(const char *entry) {
    static const char *const names[] = {"LEDE_",         "ASAN_OPTIONS=", "UBSAN_OPTIONS=",
                                        "LSAN_OPTIONS=", "TSAN_OPTIONS=", "LD_LIBRARY_PATH="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(entry, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

static char **chosen_environment(void) {
    size_t all = 0, kept = 0;
    while (environ && environ[all])
        all++;
    char **chosen = malloc((all + 1) * sizeof *chosen);
    if (!chosen)
        return NULL;
    for (size_t i = 0; i < all; i++)
        if (passes(environ[i]))
            chosen[kept++] = environ[i];
    chosen[kept] = NULL;
    return chosen;
}

/* Spawns with the child's ends of both pipes, which are closed here in any case. *tried says
 * whether uv_spawn was called: it makes a handle also when it fails. */
static int spawn(lede__process *p, const char *program, int child_in, int child_out, bool *tried) {
    char *args[] = {(char *)(uintptr_t)program, (char *)(uintptr_t) "--worker", NULL};
    uv_stdio_container_t files[3] = {{.flags = UV_INHERIT_FD, .data.fd = child_in},
                                     {.flags = UV_INHERIT_FD, .data.fd = child_out},
                                     {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO}};
    uv_process_options_t options = {.exit_cb = on_process_exit,
                                    .file = program,
                                    .args = args,
                                    .env = chosen_environment(),
                                    .stdio_count = 3,
                                    .stdio = files};
    lede__cloexec_from(3);
    *tried = options.env != NULL;
    const int rc = *tried ? uv_spawn(p->process.loop, &p->process, &options) : UV_ENOMEM;
    free(options.env);
    close(child_in);
    close(child_out);
    return rc;
}

static int open_pipes(lede__process *p, int to[2], int from[2]) {
    int rc = uv_pipe(to, 0, UV_NONBLOCK_PIPE);
    if (rc != 0)
        return rc;
    rc = uv_pipe(from, UV_NONBLOCK_PIPE, 0);
    if (rc != 0) {
        close(to[0]);
        close(to[1]);
        return rc;
    }
    lede__pipe_widen(to[1], PIPE_BYTES);
    lede__pipe_widen(from[0], PIPE_BYTES);
    p->out_fd = from[0];
    rc = uv_pipe_open(&p->in, to[1]);
    if (rc == 0)
        rc = uv_pipe_open(&p->out, from[0]);
    assert(rc == 0);
    return rc;
}

static void make_handles(lede__process *p, uv_loop_t *uv) {
    uv_pipe_init(uv, &p->in, 0);
    uv_pipe_init(uv, &p->out, 0);
    uv_timer_init(uv, &p->timer);
    uv_handle_t *const all[] = {(uv_handle_t *)&p->in, (uv_handle_t *)&p->out,
                                (uv_handle_t *)&p->timer};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        all[i]->data = p;
        uv_unref(all[i]);
    }
    p->open_handles = 4; /* and the process, by uv_spawn */
}

lede_status lede__process_start(uv_loop_t *uv, const char *program,
                                const lede__process_events *events, void *ctx, lede__process **out,
                                lede_error *err) {
    *out = NULL;
    lede__process *p = calloc(1, sizeof *p);
    if (!p) {
        events->freed(ctx);
        return lede_fail(err, LEDE_ENOMEM, "worker: out of memory");
    }
    p->events = events;
    p->ctx = ctx;
    make_handles(p, uv);
    p->process.loop = uv;
    p->process.data = p;

    int to[2], from[2];
    bool spawned = false;
    int rc = open_pipes(p, to, from);
    if (rc == 0)
        rc = spawn(p, program, to[0], from[1], &spawned);
    if (rc == 0)
        rc = uv_read_start((uv_stream_t *)&p->out, on_alloc, on_read);
    if (rc != 0) {
        p->exited = p->gone = true;
        if (spawned) {
            close_all(p);
        } else { /* no uv_spawn, no process handle to close */
            p->open_handles--;
            close_in(p);
            close_out(p);
            uv_close((uv_handle_t *)&p->timer, on_closed);
        }
        return lede_fail(err, LEDE_EIO, "cannot start the worker '%s': %s", program,
                         uv_strerror(rc));
    }
    uv_unref((uv_handle_t *)&p->process);
    p->pid = p->process.pid;
    *out = p;
    return LEDE_OK;
}

void *lede__process_ctx(const lede__process *p) { return p->ctx; }
int lede__process_pid(const lede__process *p) { return p->pid; }
bool lede__process_usable(const lede__process *p) {
    return !p->killed && !p->exited && !p->out_closed;
}

uint64_t lede__process_cpu_us(const lede__process *p) {
    clockid_t clock;
    struct timespec t;
    if (p->exited || clock_getcpuclockid(p->pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

typedef struct writing {
    uv_write_t request;
    lede__packet *packet;
} writing;

static void on_written(uv_write_t *request, int status) {
    writing *w = request->data;
    (void)status; /* a worker that does not read has died or will: gone says so */
    lede__packet_drop(w->packet);
    free(w);
}

void lede__process_give(lede__process *p, lede__packet *packet) {
    if (p->in_closed || p->killed)
        return;
    writing *w = malloc(sizeof *w);
    if (!w) {
        lede__process_kill(p, LEDE_ENOMEM, "out of memory for a frame to the worker");
        return;
    }
    w->request.data = w;
    w->packet = packet;
    packet->refs++;
    uv_buf_t bytes = uv_buf_init(packet->bytes, (unsigned)packet->len);
    const int rc = uv_write(&w->request, (uv_stream_t *)&p->in, &bytes, 1, on_written);
    if (rc == 0)
        return;
    lede__packet_drop(packet);
    free(w);
    lede__process_kill(p, LEDE_EIO, "cannot write to the worker");
}

void lede__process_expect(lede__process *p, int ms) {
    if (!lede__process_usable(p))
        return;
    p->deadline_ms = ms;
    p->heard_us = lede__monotonic_us();
    p->graced = false;
    if (ms > 0)
        wake_in(p, (uint64_t)ms);
    else
        uv_timer_stop(&p->timer);
}

void lede__process_hang_up(lede__process *p) {
    close_in(p);
    if (!p->exited && !p->killed)
        wake_in(p, HANG_UP_MS);
}
