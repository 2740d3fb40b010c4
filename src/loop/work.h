/* work.h - blocking work on a thread of the pool, its end told on the loop's thread. */
#ifndef LEDE_LOOP_WORK_H
#define LEDE_LOOP_WORK_H

#include "loop/workers.h"

typedef struct lede__work lede__work;

/* Calls run(ctx) on a thread, then after(ctx) from the loop, by which time the work is gone. What
 * run reads is copied or counted: the one who asked may have given up. When it fails, neither is
 * called. */
LEDE_MUST_CHECK lede_status lede__work_start(lede_loop *loop, void (*run)(void *ctx),
                                             void (*after)(void *ctx), void *ctx, lede__work **out,
                                             lede_error *err);
/* Whether the pool's threads can be started: before anything else of libuv that uses them (names of
 * hosts). LEDE_ENOMEM: not now. */
LEDE_MUST_CHECK lede_status lede__work_ready(lede_error *err);
/* Before after: run is not called if it has not begun. after is called in any case. */
void lede__work_cancel(lede__work *w);

#endif
