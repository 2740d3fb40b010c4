/* workers.h - processes that do the work: spawned, spoken to in frames over pipes, killed when they
 * do not answer.
 *
 * Knows nothing of what the frames say. A pool hands each job (bytes) to one worker and gives its
 * answer frames (any number, then an end frame) to the job's callback, on the loop's thread. A
 * worker that dies or passes the job's deadline is replaced; the job is reported as failed with the
 * reason, and the caller decides whether to give parts of it again.
 *
 * A frame is its length (u32, little endian), its type (u8) and that many bytes, at most
 * LEDE_FRAME_MAX.
 */
#ifndef LEDE_LOOP_WORKERS_H
#define LEDE_LOOP_WORKERS_H

#include "lede/text.h"

typedef struct lede_loop lede_loop;
typedef struct lede_workers lede_workers;

enum {
    LEDE_FRAME_END = 0,     /* from the worker: the job (or the hello) is done */
    LEDE_FRAME_HELLO = 255, /* to the worker: the first frame */
    LEDE_FRAME_MAX = 64 << 20,
    LEDE_WORKER_EXIT_MEMORY =
        86 /* exit status by which a worker says that its memory limit was passed */
};

/* The loop of the desk (libuv inside). One a process. From open to close SIGPIPE is ignored; the
 * first SIGINT or SIGTERM interrupts lede_loop_run(), a second one before that was noticed ends the
 * process as usual. */
LEDE_MUST_CHECK lede_status lede_loop_open(lede_loop **out, lede_error *err);
void lede_loop_close(lede_loop *loop); /* every handle of others is closed by then; NULL is fine */
void *lede_loop_uv(lede_loop *loop);   /* uv_loop_t *, for rooms that may include uv.h */
/* Runs until *done becomes true or nothing is left to wait for (idle workers are nothing to wait
 * for). LEDE_ECANCELED when interrupted (SIGINT, SIGTERM), once for each interruption. */
LEDE_MUST_CHECK lede_status lede_loop_run(lede_loop *loop, const bool *done, lede_error *err);
/* Whether an interruption waits to be reported: for long work outside the loop. */
bool lede_loop_interrupted(const lede_loop *loop);
void lede_loop_forgive(lede_loop *loop); /* it was heeded: the next one is the first again */
/* One turn: calls back for what happened; wait: sleeps until something does, or until an interruption, which stays
 * reported. Gives whether something is left to wait for. */
bool lede_loop_turn(lede_loop *loop, bool wait);
/* From a callback within that turn: it does not sleep any more, there is something to do outside. */
void lede_loop_hurry(lede_loop *loop);
/* How many handles of others are at work: what somebody forgot to close, when all is done. */
size_t lede_loop_handles(lede_loop *loop);
/* Calls fn(ctx) in the signal handler of an interruption. NULL: no more. */
void lede_loop_on_interrupt(lede_loop *loop, void (*fn)(void *ctx), void *ctx);

typedef struct lede_workers_options {
    const char *program; /* the lede program; NULL = /proc/self/exe */
    int count;           /* 1..64 */
    /* The first frame every worker gets (LEDE_FRAME_HELLO), also replaced ones; copied. The worker
     * answers with an end frame: empty when it is ready, else the words of what is wrong; then
     * every waiting job ends with LEDE_EINVAL and these words. */
    lede_str hello;
    int hello_deadline_ms; /* 0 = 10,000 */
} lede_workers_options;

/* Starts all workers. A program that cannot be started shows in the end of the first job. */
LEDE_MUST_CHECK lede_status lede_workers_open(lede_loop *loop, const lede_workers_options *o,
                                              lede_workers **out, lede_error *err);
/* Ends jobs that are not done with LEDE_ECANCELED, closes pipes, runs the loop until the processes
 * are gone, kills what stays. Not from a callback. NULL is fine. */
void lede_workers_close(lede_workers *w);

typedef struct lede_job {
    uint8_t type;    /* frame type for the worker, 1..127 */
    lede_str bytes;  /* copied */
    int deadline_ms; /* without any answer frame; 0 = 10,000 */
    void *ctx;
    /* May be called many times; frame is valid during the call. NULL drops answers. An end frame
     * that has bytes is given too, as type 0. */
    void (*answer)(void *ctx, uint8_t type, lede_str frame);
    /* Once, last, never inside lede_workers_submit(). LEDE_OK; LEDE_ETIMEOUT; LEDE_EIO when the
     * worker died: err says how
     * ("killed by SIGSEGV", "memory limit"); err is NULL when status is LEDE_OK. */
    void (*end)(void *ctx, lede_status status, const lede_error *err);
} lede_job;
/* Queues a job: dealt to the first idle worker, in order. */
LEDE_MUST_CHECK lede_status lede_workers_submit(lede_workers *w, const lede_job *job,
                                                lede_error *err);
/* Gives every worker (now, and any replaced later) one more frame before its next job; replaces an
 * earlier frame of the same type (1..127). The worker does not answer it. */
LEDE_MUST_CHECK lede_status lede_workers_tell(lede_workers *w, uint8_t type, lede_str bytes,
                                              lede_error *err);
size_t lede_workers_pending(const lede_workers *w); /* jobs that wait or are at work */
/* CPU (user + system, microseconds) of workers that ended and of those that live, the peak of their
 * summed PSS as sampled, and their count of replacements. Each output may be NULL. */
void lede_workers_usage(const lede_workers *w, uint64_t *cpu_us, uint64_t *peak_pss_bytes,
                        unsigned *replaced);

/* ---- the worker's side: blocking, in the spawned process */
typedef struct lede_worker_io lede_worker_io;
/* Takes fds 0 and 1 over: afterwards stdin is empty and stdout goes to stderr, so that a stray
 * print spoils no frame. SIGPIPE and SIGINT (the terminal's: the desk decides) are ignored; the
 * process dies with the desk. */
LEDE_MUST_CHECK lede_status lede_worker_open(lede_worker_io **out, lede_error *err);
void lede_worker_close(lede_worker_io *io);
/* The next frame; LEDE_ENOTFOUND at the end of the pipe: exit quietly. Sends what is buffered
 * first. Bytes are valid until the next call. */
LEDE_MUST_CHECK lede_status lede_worker_next(lede_worker_io *io, uint8_t *type, lede_str *frame,
                                             lede_error *err);
/* Sends a frame; buffered up to 64 KiB, 100 ms or until lede_worker_flush. Type 0 ends the job.
 * LEDE_ENOTFOUND when the desk is gone: exit quietly. */
LEDE_MUST_CHECK lede_status lede_worker_send(lede_worker_io *io, uint8_t type, lede_str frame,
                                             lede_error *err);
LEDE_MUST_CHECK lede_status lede_worker_flush(lede_worker_io *io, lede_error *err);

#endif
