/* child.h - a program of the system that runs beside the loop: its outputs are held for who reads
 * them, its input is written as it takes it, its end is told. */
#ifndef LEDE_LOOP_CHILD_H
#define LEDE_LOOP_CHILD_H

#include "loop/workers.h"
#include "sys/run.h"

typedef struct lede__child lede__child;

/* Starts it (sys/run.h: a group of its own, no shell). news(ctx) is called from the loop whenever
 * there is more to see below. window: bytes of each output that are held; then it waits for the
 * reader. */
LEDE_MUST_CHECK lede_status lede__child_start(lede_loop *loop, const lede__run_order *order,
                                              bool fed, size_t window, void (*news)(void *ctx),
                                              void *ctx, lede__child **out, lede_error *err);
/* Kills its group if it runs; no news afterwards. NULL is fine. */
void lede__child_close(lede__child *c);

/* Whether it ended: then everything that it wrote itself has been read, as far as the window goes.
 */
bool lede__child_ended(const lede__child *c, lede__run_end *end);
/* Its stdout (0) or stderr (1): what was not taken yet. Clear it when taken and say so. */
lede_buf *lede__child_output(lede__child *c, int which);
void lede__child_taken(lede__child *c, int which);
bool lede__child_output_ended(const lede__child *c, int which); /* nothing more will come */

/* Queues bytes for its stdin. LEDE_EIO when it takes no more. */
LEDE_MUST_CHECK lede_status lede__child_write(lede__child *c, lede_str bytes, lede_error *err);
size_t lede__child_unwritten(const lede__child *c);
void lede__child_end_input(lede__child *c); /* closes it when all is written */
void lede__child_kill(lede__child *c, int signal);

#endif
