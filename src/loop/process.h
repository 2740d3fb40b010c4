/* process.h - one worker process as the desk sees it: frames out, frames in, a deadline, an end
 * with a reason.
 *
 * Private to loop/. None of its handles keeps the loop alive: the pool does that.
 */
#ifndef LEDE_LOOP_PROCESS_H
#define LEDE_LOOP_PROCESS_H

#include "loop/workers.h"

#include <uv.h>

/* A frame with its head, shared by those who wait to write it. */
typedef struct lede__packet {
    unsigned refs;
    size_t len;
    char bytes[];
} lede__packet;

lede__packet *lede__packet_new(uint8_t type, lede_str payload); /* NULL: out of memory */
void lede__packet_drop(lede__packet *p);                        /* NULL is fine */

typedef struct lede__process lede__process;

typedef struct lede__process_events {
    void (*frame)(lede__process *p, uint8_t type, lede_str frame);
    /* Once: reaped, and everything it had written was given. The memory goes after it by itself. */
    void (*gone)(lede__process *p, const lede_error *why);
    void (*freed)(void *ctx); /* its handles are closed */
} lede__process_events;

/* Starts program. When it cannot, no event but freed follows, and *out is NULL. */
LEDE_MUST_CHECK lede_status lede__process_start(uv_loop_t *uv, const char *program,
                                                const lede__process_events *events, void *ctx,
                                                lede__process **out, lede_error *err);
void *lede__process_ctx(const lede__process *p);
int lede__process_pid(const lede__process *p);
bool lede__process_usable(const lede__process *p);     /* not yet known to be lost */
uint64_t lede__process_cpu_us(const lede__process *p); /* 0 when it has ended */
/* Queues the packet for its stdin. A failure shows in gone. */
void lede__process_give(lede__process *p, lede__packet *packet);
/* From now, frames must come within ms of one another, or it is killed with LEDE_ETIMEOUT; 0 = none
 * are expected. */
void lede__process_expect(lede__process *p, int ms);
void lede__process_hang_up(lede__process *p); /* closes its stdin; killed when it does not go */
/* SIGKILL; gone will give this reason. The first reason counts. */
void lede__process_kill(lede__process *p, lede_status status, const char *words);

#endif
