/* workers.c - the pool: which worker gets which job, and what becomes of a job whose worker is
 * lost. See loop/workers.h.
 *
 * One async handle keeps the loop alive while jobs are pending, and carries what must not happen
 * inside submit(). A worker that dies before it answered its hello is tried again for waiting jobs;
 * after START_TRIES in a row they fail.
 */
#include "loop/process.h"
#include "sys/sys.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { MAX_WORKERS = 64, START_TRIES = 3, DEFAULT_MS = 10000, PSS_EVERY_US = 500000 };

typedef struct job {
    struct job *next;
    lede_job what; /* without its bytes */
    lede__packet *packet;
} job;

typedef enum place_state { EMPTY, STARTING, IDLE, BUSY } place_state;

/* One worker's seat. */
typedef struct place {
    place_state state;
    bool fatal; /* it said what is wrong: no use to start it again */
    bool was_lost; /* the one before ended without being told to */
    lede__process *process;
    job *job;
    uint64_t pss;
} place;

struct lede_workers {
    uv_loop_t *uv;
    uv_async_t alive;
    char *program;
    lede__packet *hello;
    lede__packet *told[127]; /* in the order of telling */
    size_t n_told;
    place places[MAX_WORKERS];
    int count, hello_ms;
    job *first, *last; /* waiting */
    size_t pending;
    int failed_starts;
    lede_error start_error; /* of a program that could not be started, until on_alive reports it */
    size_t handles;         /* processes that are not freed yet, and the async */
    bool closing;
    uint64_t reaped_before_us, peak_pss, sampled_us;
    unsigned replaced;
};

static void deal(lede_workers *w);

static uint64_t reaped_us(void) {
    struct rusage u;
    if (getrusage(RUSAGE_CHILDREN, &u) != 0)
        return 0;
    return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static void end_job(lede_workers *w, job *j, const lede_error *err) {
    w->pending--;
    if (w->pending == 0 && !w->closing)
        uv_unref((uv_handle_t *)&w->alive);
    const lede_job what = j->what;
    lede__packet_drop(j->packet);
    free(j);
    if (what.end)
        what.end(what.ctx, err ? err->status : LEDE_OK, err);
}

static job *take_waiting(lede_workers *w) {
    job *j = w->first;
    if (!j)
        return NULL;
    w->first = j->next;
    if (!w->first)
        w->last = NULL;
    return j;
}

/* Ends the jobs that wait now, not those that their callbacks add. */
static void fail_waiting(lede_workers *w, const lede_error *err) {
    job *j = w->first;
    w->first = w->last = NULL;
    while (j) {
        job *next = j->next;
        end_job(w, j, err);
        j = next;
    }
}

static void start_has_failed(lede_workers *w, const lede_error *why, bool fatal) {
    w->failed_starts++;
    if (fatal || w->failed_starts >= START_TRIES)
        fail_waiting(w, why);
    deal(w);
}

static place *place_of(lede_workers *w, const lede__process *p) {
    for (int i = 0; i < w->count; i++)
        if (w->places[i].process == p)
            return &w->places[i];
    return NULL;
}

static void sample_memory(lede_workers *w, place *at) {
    at->pss = lede__pss_bytes(lede__process_pid(at->process));
    uint64_t sum = 0;
    for (int i = 0; i < w->count; i++)
        sum += w->places[i].pss;
    if (sum > w->peak_pss)
        w->peak_pss = sum;
}

static void sample_sometimes(lede_workers *w, place *at) {
    const uint64_t now = lede__monotonic_us();
    if (now - w->sampled_us < PSS_EVERY_US)
        return;
    w->sampled_us = now;
    sample_memory(w, at);
}

static void take_hello_answer(lede_workers *w, place *at, uint8_t type, lede_str words) {
    if (type != LEDE_FRAME_END) {
        lede__process_kill(at->process, LEDE_EIO, "the worker answered before it was ready");
        return;
    }
    if (words.len > 0) {
        lede_error err;
        (void)lede_fail(&err, LEDE_EINVAL, "%.*s", (int)(words.len < 1000 ? words.len : 1000),
                        words.ptr);
        at->fatal = true;
        lede__process_kill(at->process, LEDE_EINVAL, err.message);
        return;
    }
    at->state = IDLE;
    w->failed_starts = 0;
    lede__process_expect(at->process, 0);
    deal(w);
}

static void take_answer(lede_workers *w, place *at, uint8_t type, lede_str frame) {
    job *j = at->job;
    if (j->what.answer && (type != LEDE_FRAME_END || frame.len > 0))
        j->what.answer(j->what.ctx, type, frame);
    if (type != LEDE_FRAME_END)
        return;
    at->job = NULL;
    at->state = IDLE;
    lede__process_expect(at->process, 0);
    end_job(w, j, NULL);
    deal(w);
}

static void on_frame(lede__process *p, uint8_t type, lede_str frame) {
    lede_workers *w = lede__process_ctx(p);
    place *at = place_of(w, p);
    if (!at || w->closing)
        return;
    sample_sometimes(w, at);
    switch (at->state) {
    case STARTING:
        take_hello_answer(w, at, type, frame);
        break;
    case BUSY:
        take_answer(w, at, type, frame);
        break;
    case EMPTY:
    case IDLE:
        lede__process_kill(p, LEDE_EIO, "the worker answered without being asked");
        break;
    }
}

static void on_gone(lede__process *p, const lede_error *why) {
    lede_workers *w = lede__process_ctx(p);
    place *at = place_of(w, p);
    assert(at);
    const place left = *at;
    *at = (place){.state = EMPTY, .was_lost = true};
    if (w->closing)
        return;
    if (left.job)
        end_job(w, left.job, why);
    if (left.state == STARTING)
        start_has_failed(w, why, left.fatal);
    else
        deal(w);
}

static void on_freed(void *ctx) {
    lede_workers *w = ctx;
    w->handles--;
}

static const lede__process_events events = {.frame = on_frame, .gone = on_gone, .freed = on_freed};

static void start_worker(lede_workers *w, place *at) {
    w->handles++;
    const lede_status status =
        lede__process_start(w->uv, w->program, &events, w, &at->process, &w->start_error);
    if (status != LEDE_OK) { /* told from the loop: this may be inside submit() */
        uv_async_send(&w->alive);
        return;
    }
    w->replaced += at->was_lost;
    at->was_lost = false;
    at->state = STARTING;
    lede__process_expect(at->process, w->hello_ms);
    lede__process_give(at->process, w->hello);
    for (size_t i = 0; i < w->n_told; i++)
        lede__process_give(at->process, w->told[i]);
}

static void on_alive(uv_async_t *alive) {
    lede_workers *w = alive->data;
    if (w->closing || w->start_error.status == LEDE_OK)
        return;
    const lede_error why = w->start_error;
    w->start_error.status = LEDE_OK;
    start_has_failed(w, &why, false);
}

static void give_job(place *at, job *j) {
    at->job = j;
    at->state = BUSY;
    lede__process_expect(at->process, j->what.deadline_ms);
    lede__process_give(at->process, j->packet);
}

/* Gives waiting jobs to idle workers, and starts as many of the missing ones as could be of use. */
static void deal(lede_workers *w) {
    size_t coming = 0, waiting = 0;
    if (w->closing)
        return;
    for (int i = 0; i < w->count && w->first; i++)
        if (w->places[i].state == IDLE && lede__process_usable(w->places[i].process))
            give_job(&w->places[i], take_waiting(w));
    for (int i = 0; i < w->count; i++)
        coming += w->places[i].state == STARTING;
    for (const job *j = w->first; j && waiting < MAX_WORKERS; j = j->next)
        waiting++;
    for (int i = 0; i < w->count && waiting > coming && w->start_error.status == LEDE_OK; i++) {
        if (w->places[i].state != EMPTY)
            continue;
        start_worker(w, &w->places[i]);
        coming++;
    }
}

static lede_status no_memory(lede_error *err) {
    return lede_fail(err, LEDE_ENOMEM, "workers: out of memory");
}

static void free_pool(lede_workers *w) {
    for (size_t i = 0; i < w->n_told; i++)
        lede__packet_drop(w->told[i]);
    lede__packet_drop(w->hello);
    free(w->program);
    free(w);
}

lede_status lede_workers_open(lede_loop *loop, const lede_workers_options *o, lede_workers **out,
                              lede_error *err) {
    *out = NULL;
    if (o->count < 1 || o->count > MAX_WORKERS)
        return lede_fail(err, LEDE_EINVAL, "workers: %d is not between 1 and %d", o->count,
                         MAX_WORKERS);
    if (o->hello.len > LEDE_FRAME_MAX)
        return lede_fail(err, LEDE_ELIMIT, "workers: the hello is too long");
    lede_workers *w = calloc(1, sizeof *w);
    if (!w)
        return no_memory(err);
    w->program = strdup(o->program ? o->program : "/proc/self/exe");
    w->hello = lede__packet_new(LEDE_FRAME_HELLO, o->hello);
    w->uv = lede_loop_uv(loop);
    if (!w->program || !w->hello || uv_async_init(w->uv, &w->alive, on_alive) != 0) {
        free_pool(w);
        return no_memory(err);
    }
    w->alive.data = w;
    uv_unref((uv_handle_t *)&w->alive);
    w->handles = 1;
    w->count = o->count;
    w->hello_ms = o->hello_deadline_ms > 0 ? o->hello_deadline_ms : DEFAULT_MS;
    w->reaped_before_us = reaped_us();
    *out = w;
    return LEDE_OK;
}

static void on_alive_closed(uv_handle_t *handle) { ((lede_workers *)handle->data)->handles--; }

void lede_workers_close(lede_workers *w) {
    static const lede_error canceled = {.status = LEDE_ECANCELED,
                                        .message = "the workers were closed"};
    if (!w)
        return;
    assert(!w->closing);
    w->closing = true;
    for (int i = 0; i < w->count; i++) {
        place *at = &w->places[i];
        if (!at->process)
            continue;
        if (at->state == IDLE)
            lede__process_hang_up(at->process);
        else
            lede__process_kill(at->process, LEDE_ECANCELED, canceled.message);
        if (at->job)
            end_job(w, at->job, &canceled);
        at->job = NULL;
    }
    fail_waiting(w, &canceled);
    uv_ref((uv_handle_t *)&w->alive);
    while (w->handles > 1)
        uv_run(w->uv, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&w->alive, on_alive_closed);
    while (w->handles > 0)
        uv_run(w->uv, UV_RUN_ONCE);
    free_pool(w);
}

lede_status lede_workers_submit(lede_workers *w, const lede_job *what, lede_error *err) {
    if (w->closing)
        return lede_fail(err, LEDE_ECANCELED, "workers: closing");
    if (what->type < 1 || what->type > 127)
        return lede_fail(err, LEDE_EINVAL, "workers: %d is no type of a job", what->type);
    if (what->bytes.len > LEDE_FRAME_MAX)
        return lede_fail(err, LEDE_ELIMIT, "workers: a job of %zu bytes is too long",
                         what->bytes.len);
    job *j = calloc(1, sizeof *j);
    if (j)
        j->packet = lede__packet_new(what->type, what->bytes);
    if (!j || !j->packet) {
        free(j);
        return no_memory(err);
    }
    j->what = *what;
    j->what.bytes = (lede_str){0};
    if (j->what.deadline_ms <= 0)
        j->what.deadline_ms = DEFAULT_MS;
    if (w->last)
        w->last->next = j;
    else
        w->first = j;
    w->last = j;
    if (w->pending++ == 0)
        uv_ref((uv_handle_t *)&w->alive);
    deal(w);
    return LEDE_OK;
}

/* Puts the packet last among the told ones, in place of one of its type. */
static void remember(lede_workers *w, lede__packet *packet) {
    size_t kept = 0;
    for (size_t i = 0; i < w->n_told; i++) {
        if (w->told[i]->bytes[4] == packet->bytes[4])
            lede__packet_drop(w->told[i]);
        else
            w->told[kept++] = w->told[i];
    }
    w->told[kept] = packet;
    w->n_told = kept + 1;
}

lede_status lede_workers_tell(lede_workers *w, uint8_t type, lede_str bytes, lede_error *err) {
    if (type < 1 || type > 127)
        return lede_fail(err, LEDE_EINVAL, "workers: %d is no type to tell", type);
    if (bytes.len > LEDE_FRAME_MAX)
        return lede_fail(err, LEDE_ELIMIT, "workers: a frame of %zu bytes is too long", bytes.len);
    lede__packet *packet = lede__packet_new(type, bytes);
    if (!packet)
        return no_memory(err);
    remember(w, packet);
    for (int i = 0; i < w->count; i++)
        if (w->places[i].process)
            lede__process_give(w->places[i].process, packet);
    return LEDE_OK;
}

size_t lede_workers_pending(const lede_workers *w) { return w->pending; }

void lede_workers_usage(const lede_workers *w, uint64_t *cpu_us, uint64_t *peak_pss_bytes,
                        unsigned *replaced) {
    uint64_t cpu = reaped_us() - w->reaped_before_us, pss = 0;
    for (int i = 0; i < w->count; i++) {
        const lede__process *p = w->places[i].process;
        if (!p)
            continue;
        if (cpu_us)
            cpu += lede__process_cpu_us(p);
        if (peak_pss_bytes)
            pss += lede__pss_bytes(lede__process_pid(p));
    }
    if (cpu_us)
        *cpu_us = cpu;
    if (peak_pss_bytes)
        *peak_pss_bytes = pss > w->peak_pss ? pss : w->peak_pss;
    if (replaced)
        *replaced = w->replaced;
}
