/* workers.h - processes that do the work: spawned, spoken to in frames over pipes, killed when they do not answer.
 *
 * Knows nothing of what the frames say. A pool hands each job (bytes) to one worker and gives its answer frames (any
 * number, then an end frame) to the job's callback, on the loop's thread. A worker that dies or passes the job's deadline
 * is replaced; the job is reported as failed with the reason, and the caller decides whether to give parts of it again.
 */
#ifndef LEDE_LOOP_WORKERS_H
#define LEDE_LOOP_WORKERS_H

#include "lede/text.h"

typedef struct lede_loop lede_loop;
typedef struct lede_workers lede_workers;

/* The loop of the desk (libuv inside). One a process. */
LEDE_MUST_CHECK lede_status lede_loop_open(lede_loop **out, lede_error *err);
void lede_loop_close(lede_loop *loop);
void *lede_loop_uv(lede_loop *loop); /* uv_loop_t *, for rooms that may include uv.h */
/* Runs until *done becomes true or nothing is left to wait for. LEDE_ECANCELED when interrupted (SIGINT, SIGTERM). */
LEDE_MUST_CHECK lede_status lede_loop_run(lede_loop *loop, const bool *done, lede_error *err);

typedef struct lede_workers_options {
    const char *program;      /* the lede program; NULL = /proc/self/exe */
    int count;                /* 1..64 */
    lede_str hello;           /* the first frame every worker gets, also replaced ones; copied */
    int hello_deadline_ms;
} lede_workers_options;

LEDE_MUST_CHECK lede_status lede_workers_open(lede_loop *loop, const lede_workers_options *o,
                                              lede_workers **out, lede_error *err);
void lede_workers_close(lede_workers *w); /* closes pipes, waits for the processes, kills what stays */

typedef struct lede_job {
    uint8_t type;      /* frame type for the worker, 1..127 */
    lede_str bytes;    /* copied */
    int deadline_ms;   /* without any answer frame; 0 = 10,000 */
    void *ctx;
    void (*answer)(void *ctx, uint8_t type, lede_str frame);               /* may be called many times */
    /* Once, last. LEDE_OK; LEDE_ETIMEOUT; LEDE_EIO when the worker died: err says how ("killed by signal 11", "memory"). */
    void (*end)(void *ctx, lede_status status, const lede_error *err);
} lede_job;
/* Queues a job: dealt to the first idle worker, in order. */
LEDE_MUST_CHECK lede_status lede_workers_submit(lede_workers *w, const lede_job *job, lede_error *err);
/* Gives every worker (now, and any replaced later) one more frame before its next job; replaces an earlier frame of the same type. */
LEDE_MUST_CHECK lede_status lede_workers_tell(lede_workers *w, uint8_t type, lede_str bytes, lede_error *err);
size_t lede_workers_pending(const lede_workers *w);
/* CPU (user + system, microseconds) of workers that ended and of those that live, and their count of replacements. */
void lede_workers_usage(const lede_workers *w, uint64_t *cpu_us, uint64_t *peak_pss_bytes, unsigned *replaced);

/* ---- the worker's side: blocking, in the spawned process */
typedef struct lede_worker_io lede_worker_io;
LEDE_MUST_CHECK lede_status lede_worker_open(lede_worker_io **out, lede_error *err); /* fds 0 and 1 of the process */
void lede_worker_close(lede_worker_io *io);
/* The next frame; LEDE_ENOTFOUND at the end of the pipe. Bytes are valid until the next call. */
LEDE_MUST_CHECK lede_status lede_worker_next(lede_worker_io *io, uint8_t *type, lede_str *frame, lede_error *err);
/* Sends a frame; buffered up to 64 KiB or until lede_worker_flush. Type 0 ends the job. */
LEDE_MUST_CHECK lede_status lede_worker_send(lede_worker_io *io, uint8_t type, lede_str frame, lede_error *err);
LEDE_MUST_CHECK lede_status lede_worker_flush(lede_worker_io *io, lede_error *err);

#endif
