/* timer.h - one call in a while, from the loop. */
#ifndef LEDE_LOOP_TIMER_H
#define LEDE_LOOP_TIMER_H

#include "loop/workers.h"

typedef struct lede__timer lede__timer;

/* Calls fn(ctx) once, ms from now. The timer is gone when fn is called. NULL: out of memory. */
lede__timer *lede__timer_start(lede_loop *loop, uint64_t ms, void (*fn)(void *ctx), void *ctx);
/* Before fn was called: it never will be. NULL is fine. */
void lede__timer_stop(lede__timer *t);

#endif
